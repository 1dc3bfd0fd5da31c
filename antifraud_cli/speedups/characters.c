/* The first steps of text/normalize.py: characters replaced one by one, and what tells that more is to be done. */

#include "native.h"

#include <stdlib.h>

typedef struct {
    Py_UCS4 from, to;
} Pair;

typedef struct {
    PyObject_HEAD
    Py_UCS4 *map;         /* what each character below HEADS is replaced by */
    unsigned char *marks; /* of each character below HEADS, once it stands in a text */
    Pair *beyond;         /* the others that are replaced, sorted */
    Py_ssize_t beyond_count;
    Trie hints;
    Text text;
} Characters;

static int by_from(const void *left, const void *right)
{
    Py_UCS4 a = ((const Pair *)left)->from, b = ((const Pair *)right)->from;
    return (a > b) - (a < b);
}

static int fill(Characters *self, const Text *from, const Text *to, const Text *marked)
{
    self->map = resized(NULL, HEADS, sizeof(Py_UCS4));
    self->beyond = resized(NULL, from->length, sizeof(Pair));
    self->marks = PyMem_Calloc(HEADS, 1);
    if (self->map == NULL || self->beyond == NULL || self->marks == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    /* Groups of characters with a zero between: those of the first have mark 1, of the second mark 2, 4 … */
    unsigned char mark = 1;
    for (Py_ssize_t n = 0; n < marked->length; n++)
        if (marked->characters[n] == 0)
            mark = (unsigned char)(mark << 1);
        else if (marked->characters[n] < HEADS)
            self->marks[marked->characters[n]] |= mark;
    for (Py_UCS4 character = 0; character < HEADS; character++)
        self->map[character] = character;
    for (Py_ssize_t n = 0; n < from->length; n++)
        if (from->characters[n] < HEADS)
            self->map[from->characters[n]] = to->characters[n];
        else
            self->beyond[self->beyond_count++] = (Pair){from->characters[n], to->characters[n]};
    qsort(self->beyond, (size_t)self->beyond_count, sizeof(Pair), by_from);
    return 0;
}

static int characters_init(PyObject *object, PyObject *args, PyObject *keywords)
{
    Characters *self = (Characters *)object;
    PyObject *from, *to, *marked, *hints;
    static char *names[] = {"from_", "to", "marked", "hints", NULL};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "UUUO!", names, &from, &to, &marked, &PyList_Type, &hints))
        return -1;
    Text froms = {0}, tos = {0}, marks = {0};
    int result = -1;
    if (self->map != NULL || PyUnicode_GetLength(from) != PyUnicode_GetLength(to))
        PyErr_SetString(PyExc_ValueError, "tables that do not belong together");
    else if (text_read(&froms, from) == 0 && text_read(&tos, to) == 0 && text_read(&marks, marked) == 0 &&
             fill(self, &froms, &tos, &marks) == 0)
        result = trie_build(&self->hints, hints);
    text_free(&froms);
    text_free(&tos);
    text_free(&marks);
    return result;
}

static void characters_dealloc(PyObject *object)
{
    Characters *self = (Characters *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyMem_Free(self->map);
    PyMem_Free(self->marks);
    PyMem_Free(self->beyond);
    text_free(&self->text);
    trie_free(&self->hints);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static Py_UCS4 beyond(const Characters *self, Py_UCS4 character)
{
    Pair wanted = {character, character};
    const Pair *found = bsearch(&wanted, self->beyond, (size_t)self->beyond_count, sizeof(Pair), by_from);
    return found ? found->to : character;
}

static int is_ready(const Characters *self)
{
    if (self->hints.lengths == NULL)
        PyErr_SetString(PyExc_ValueError, "without tables");
    return self->hints.lengths != NULL;
}

static PyObject *characters_replaced(PyObject *object, PyObject *string)
{
    Characters *self = (Characters *)object;
    if (!is_ready(self) || text_read(&self->text, string) < 0)
        return NULL;
    unsigned marks = 0;
    int is_changed = 0;
    for (Py_ssize_t at = 0; at < self->text.length; at++) {
        Py_UCS4 character = self->text.characters[at];
        Py_UCS4 to = character < HEADS ? self->map[character] : beyond(self, character);
        marks |= to < HEADS ? self->marks[to] : 0;
        is_changed |= to != character;
        self->text.characters[at] = to;
    }
    PyObject *text = string;
    if (is_changed)
        text = text_string(self->text.characters, self->text.length);
    else
        Py_INCREF(text);
    return text ? Py_BuildValue("Ni", text, (int)marks) : NULL;
}

static PyObject *characters_hinted(PyObject *object, PyObject *string)
{
    Characters *self = (Characters *)object;
    if (!is_ready(self) || text_read(&self->text, string) < 0)
        return NULL;
    return PyBool_FromLong(trie_any(&self->hints, self->text.characters, self->text.length));
}

static PyMethodDef characters_methods[] = {
    {"replaced", characters_replaced, METH_O, "A text with its characters replaced, and the marks of what it then holds."},
    {"hinted", characters_hinted, METH_O, "Whether a text holds one of the hints."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot characters_slots[] = {
    {Py_tp_init, characters_init},
    {Py_tp_dealloc, characters_dealloc},
    {Py_tp_methods, characters_methods},
    {Py_tp_doc, "A table of characters and what replaces them."},
    {0, NULL},
};

PyType_Spec characters_spec = {
    .name = "antifraud_cli.speedups._native.Characters",
    .basicsize = sizeof(Characters),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = characters_slots,
};
