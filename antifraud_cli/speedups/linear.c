/* The sums behind messages/linear.py: which n-grams a text has, and what they weigh together. */

#include "native.h"

typedef struct {
    PyObject_HEAD
    Trie grams;
    PyObject *rarity, *scam, *scripts; /* bytes: how rare each n-gram is, its weight, its weight for each category */
    int32_t width;            /* categories */
    uint32_t *seen, round;    /* the round in which an n-gram was last seen */
    Text text;
    FoundList found;
} Linear;

static int linear_init(PyObject *object, PyObject *args, PyObject *keywords)
{
    Linear *self = (Linear *)object;
    PyObject *grams, *rarity, *scam, *scripts;
    int width;
    static char *names[] = {"grams", "rarity", "scam", "scripts", "width", NULL};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!SSSi", names, &PyList_Type, &grams, &rarity, &scam, &scripts, &width))
        return -1;
    Py_ssize_t count = PyList_Size(grams);
    if (self->grams.lengths != NULL || width < 1 || width > 10000 || PyBytes_Size(rarity) < count ||
        PyBytes_Size(scam) < count ||
        PyBytes_Size(scripts) / width < count) {
        PyErr_SetString(PyExc_ValueError, "weights that do not belong together");
        return -1;
    }
    self->seen = PyMem_Calloc((size_t)count + 1, sizeof(uint32_t));
    if (self->seen == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (trie_build(&self->grams, grams) < 0)
        return -1;
    Py_INCREF(rarity);
    Py_INCREF(scam);
    Py_INCREF(scripts);
    self->rarity = rarity;
    self->scam = scam;
    self->scripts = scripts;
    self->width = width;
    return 0;
}

static void linear_dealloc(PyObject *object)
{
    Linear *self = (Linear *)object;
    PyTypeObject *type = Py_TYPE(object);
    Py_XDECREF(self->rarity);
    Py_XDECREF(self->scam);
    Py_XDECREF(self->scripts);
    PyMem_Free(self->seen);
    PyMem_Free(self->found.items);
    text_free(&self->text);
    trie_free(&self->grams);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

/* Finds the n-grams in the first `most` characters of a text. */
static int look(Linear *self, PyObject *string, Py_ssize_t most)
{
    if (self->scripts == NULL) {
        PyErr_SetString(PyExc_ValueError, "without weights");
        return -1;
    }
    if (text_read(&self->text, string) < 0)
        return -1;
    if (self->text.length > most)
        self->text.length = most < 0 ? 0 : most;
    if (++self->round == 0) { /* all numbers are used up */
        memset(self->seen, 0, ((size_t)self->grams.count + 1) * sizeof(uint32_t));
        self->round = 1;
    }
    return trie_find(&self->grams, self->text.characters, self->text.length, &self->found);
}

static int is_new(Linear *self, int32_t gram)
{
    if (self->seen[gram] == self->round)
        return 0;
    self->seen[gram] = self->round;
    return 1;
}

static PyObject *linear_sum(PyObject *object, PyObject *args)
{
    Linear *self = (Linear *)object;
    PyObject *string;
    Py_ssize_t most;
    if (!PyArg_ParseTuple(args, "On", &string, &most) || look(self, string, most) < 0)
        return NULL;
    const unsigned char *weights = (const unsigned char *)PyBytes_AsString(self->scam);
    const unsigned char *rarity = (const unsigned char *)PyBytes_AsString(self->rarity);
    long long count = 0, squares = 0, total = 0;
    for (Py_ssize_t n = 0; n < self->found.count; n++)
        if (is_new(self, self->found.items[n].number)) {
            int32_t gram = self->found.items[n].number;
            count++;
            squares += (long long)rarity[gram] * rarity[gram];
            total += weights[gram];
        }
    return Py_BuildValue("LLL", count, squares, total);
}

static PyObject *linear_columns(PyObject *object, PyObject *args)
{
    Linear *self = (Linear *)object;
    PyObject *string;
    Py_ssize_t most;
    int longest;
    if (!PyArg_ParseTuple(args, "Oni", &string, &most, &longest) || look(self, string, most) < 0)
        return NULL;
    int64_t *sums = PyMem_Calloc((size_t)self->width, sizeof(int64_t));
    if (sums == NULL)
        return PyErr_NoMemory();
    const unsigned char *weights = (const unsigned char *)PyBytes_AsString(self->scam);
    const unsigned char *scripts = (const unsigned char *)PyBytes_AsString(self->scripts);
    Py_ssize_t begin = 0, end = self->text.length < longest ? self->text.length : longest;
    int heaviest = -1;
    for (Py_ssize_t n = 0; n < self->found.count; n++) {
        Found one = self->found.items[n];
        if (!is_new(self, one.number))
            continue; /* the first place is the one to tell of */
        const unsigned char *row = scripts + (size_t)one.number * (size_t)self->width;
        for (int32_t column = 0; column < self->width; column++)
            sums[column] += row[column];
        if (self->grams.lengths[one.number] == longest && weights[one.number] > heaviest) {
            heaviest = weights[one.number];
            begin = one.begin;
            end = one.begin + longest;
        }
    }
    PyObject *columns = PyList_New(self->width);
    for (int32_t column = 0; columns && column < self->width; column++) {
        PyObject *sum = PyLong_FromLongLong(sums[column]);
        if (sum == NULL || PyList_SetItem(columns, column, sum) < 0)
            Py_CLEAR(columns);
    }
    PyMem_Free(sums);
    return columns ? Py_BuildValue("N(nn)", columns, begin, end) : NULL;
}

static PyMethodDef linear_methods[] = {
    {"sum", linear_sum, METH_VARARGS, "How many n-grams the first characters of a text have, the sum of the squares of their rarity, and that of their weights."},
    {"columns", linear_columns, METH_VARARGS,
     "The sum of weights for each category, and where the n-gram of the longest size stands that weighs most."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot linear_slots[] = {
    {Py_tp_init, linear_init},
    {Py_tp_dealloc, linear_dealloc},
    {Py_tp_methods, linear_methods},
    {Py_tp_doc, "Weights of n-grams, summed over texts."},
    {0, NULL},
};

PyType_Spec linear_spec = {
    .name = "antifraud_cli.speedups._native.Linear",
    .basicsize = sizeof(Linear),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = linear_slots,
};
