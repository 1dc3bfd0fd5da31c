/* What text/normalize.py does to every text: characters replaced one by one, marks and blanks between them taken out,
   brackets around single ones taken off. Undoing disguised spellings is left to Python, which is told where to look. */

#include "native.h"

#include <stdlib.h>

/* What a character may be, a bit each, in the order in which the constructor is given them. */
enum {
    SUSPECT = 1,    /* one without which there is nothing to clean */
    OPENING = 2,    /* a bracket */
    INVISIBLE = 4,
    TELLING = 8,    /* an invisible one that proves a disguise */
    SEPARATOR = 16, /* besides blanks */
    PLAIN = 32      /* one that is none of the characters which separators keep apart, though it is beyond ASCII */
};

typedef struct {
    Py_UCS4 from, to;
} Pair;

/* A text that is being changed: where each character came from, as in Normalized. */
typedef struct {
    Text text;
    int32_t *starts, *ends;
    Py_ssize_t room;
} Draft;

/* What was undone. */
typedef struct {
    const char *kind;
    int32_t start, end;
} Evasion;

typedef struct {
    PyObject_HEAD
    Py_UCS4 *map;         /* what each character below HEADS is replaced by */
    unsigned char *marks; /* of each character below HEADS, once it stands in a text */
    Pair *beyond;         /* the others that are replaced, sorted */
    Py_ssize_t beyond_count;
    Trie hints;
    Draft old, new;
    Evasion *evasions;
    Py_ssize_t evasions_count, evasions_room;
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

static void draft_free(Draft *draft)
{
    text_free(&draft->text);
    PyMem_Free(draft->starts);
    PyMem_Free(draft->ends);
}

static void characters_dealloc(PyObject *object)
{
    Characters *self = (Characters *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyMem_Free(self->map);
    PyMem_Free(self->marks);
    PyMem_Free(self->beyond);
    draft_free(&self->old);
    draft_free(&self->new);
    PyMem_Free(self->evasions);
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

/* ---- changing a text ---- */

/* Room for one more character than a text has. Nothing that is done here makes a text longer. */
static int draft_reserve(Draft *draft, Py_ssize_t length)
{
    if (text_reserve(&draft->text, length + 1) < 0)
        return -1;
    if (length + 1 <= draft->room)
        return 0;
    int32_t *starts = resized(draft->starts, length + 1, sizeof(int32_t));
    if (starts == NULL)
        return -1;
    draft->starts = starts;
    int32_t *ends = resized(draft->ends, length + 1, sizeof(int32_t));
    if (ends == NULL)
        return -1;
    draft->ends = ends;
    draft->room = length + 1;
    return 0;
}

static void keep_character(Draft *new, const Draft *old, Py_ssize_t at)
{
    new->text.characters[new->text.length] = old->text.characters[at];
    new->starts[new->text.length] = old->starts[at];
    new->ends[new->text.length++] = old->ends[at];
}

static int note(Characters *self, const char *kind, int32_t start, int32_t end)
{
    if (self->evasions_count == self->evasions_room) {
        Py_ssize_t room = self->evasions_room ? self->evasions_room * 2 : 16;
        Evasion *evasions = resized(self->evasions, room, sizeof(Evasion));
        if (evasions == NULL)
            return -1;
        self->evasions = evasions;
        self->evasions_room = room;
    }
    self->evasions[self->evasions_count++] = (Evasion){kind, start, end};
    return 0;
}

/* Puts `count` characters, which stand at the end of `new` already without their places, in place of those of `old` from
   `begin` to before `end`. Each gets its own place if all survived in order, the whole piece otherwise. */
static void spread(Draft *new, Py_ssize_t count, const Draft *old, Py_ssize_t begin, Py_ssize_t end)
{
    Py_ssize_t first = new->text.length, at = begin, done = 0;
    for (; done < count; done++, at++) {
        while (at < end && old->text.characters[at] != new->text.characters[first + done])
            at++;
        if (at == end)
            break;
        new->starts[first + done] = old->starts[at];
        new->ends[first + done] = old->starts[at] + 1;
    }
    for (Py_ssize_t n = 0; done < count && n < count; n++) {
        new->starts[first + n] = old->starts[begin];
        new->ends[first + n] = old->ends[end - 1];
    }
    new->text.length += count;
}

static int marks_of(const Characters *self, Py_UCS4 character)
{
    return character < HEADS ? self->marks[character] : 0;
}

static int is_blank(Py_UCS4 c)
{
    return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x1f);
}

/* A blank beyond ASCII: both a blank and what blanks keep apart. The table leaves a few of them; Python sees to these. */
static int is_odd_blank(Py_UCS4 c)
{
    return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
           c == 0x202f || c == 0x205f || c == 0x3000;
}

static int separates(const Characters *self, Py_UCS4 character)
{
    return is_blank(character) || (marks_of(self, character) & SEPARATOR);
}

/* Whether it is one of the characters, mostly Chinese ones, that separators keep apart. */
static int is_kept_apart(const Characters *self, Py_UCS4 character)
{
    return character > 0x7f && !(marks_of(self, character) & PLAIN);
}

/* Where three or more characters end, each kept apart from the next, that begin at a place; or that place. */
static Py_ssize_t sprinkled_end(const Characters *self, const Text *text, Py_ssize_t begin)
{
    Py_ssize_t end = begin + 1;
    int groups = 0;
    if (!is_kept_apart(self, text->characters[begin]))
        return begin;
    for (;; groups++) {
        Py_ssize_t at = end;
        while (at < text->length && at - end < 4 && separates(self, text->characters[at]))
            at++;
        if (at == end || at - end > 3 || at == text->length || !is_kept_apart(self, text->characters[at]))
            break;
        end = at + 1;
    }
    return groups >= 2 ? end : begin;
}

static int holds_marks(const Characters *self, const Draft *old, Py_ssize_t begin, Py_ssize_t end, int marks)
{
    for (Py_ssize_t at = begin; at < end; at++)
        if (marks_of(self, old->text.characters[at]) & marks)
            return 1;
    return 0;
}

static int is_alphabetic(const Py_UCS4 *characters, Py_ssize_t count)
{
    PyObject *joined = text_string(characters, count);
    PyObject *answer = joined ? PyObject_CallMethod(joined, "isalpha", NULL) : NULL;
    int is_true = answer ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(answer);
    Py_XDECREF(joined);
    return is_true;
}

/* Puts what is left of characters kept apart at the end of `new`. Gives how many there are, or -1 with an exception set. */
static Py_ssize_t join(Characters *self, Draft *new, const Draft *old, Py_ssize_t begin, Py_ssize_t end, const char **kind)
{
    Py_UCS4 *out = new->text.characters + new->text.length;
    Py_ssize_t count = 0;
    int has_sign = 0;
    for (Py_ssize_t at = begin; at < end; at++) {
        Py_UCS4 character = old->text.characters[at];
        if (!(marks_of(self, character) & SUSPECT))
            out[count++] = character;
        else
            has_sign |= !is_blank(character);
    }
    int is_word = is_alphabetic(out, count);
    if (is_word < 0)
        return -1;
    if (is_word) { /* blanks alone also stand in names and tables; only a longer run of them is a disguise */
        *kind = count > 3 || has_sign ? "sprinkled" : NULL;
        return count;
    }
    count = 0; /* emoji and other signs between marks, not a word */
    for (Py_ssize_t at = begin; at < end; at++) {
        Py_UCS4 character = old->text.characters[at];
        if (!(marks_of(self, character) & INVISIBLE) && !is_blank(character))
            out[count++] = character;
    }
    *kind = holds_marks(self, old, begin, end, TELLING) ? "invisible" : NULL;
    return count;
}

/* Puts `count` characters in place of a piece, unless they are the same. Returns whether they are not, or -1. */
static int replace(Characters *self, Draft *new, Py_ssize_t count, const Draft *old, Py_ssize_t begin, Py_ssize_t end,
                   const char *kind)
{
    const Py_UCS4 *out = new->text.characters + new->text.length;
    if (count == end - begin &&
        memcmp(out, old->text.characters + begin, (size_t)count * sizeof(Py_UCS4)) == 0) {
        for (Py_ssize_t at = begin; at < end; at++)
            keep_character(new, old, at);
        return 0;
    }
    if (kind && note(self, kind, old->starts[begin], old->ends[end - 1]) < 0)
        return -1;
    spread(new, count, old, begin, end);
    return 1;
}

static int is_invisible(const Characters *self, Py_UCS4 character)
{
    return character == 2 || (marks_of(self, character) & INVISIBLE); /* 2 stands for them in Python's copy of the text */
}

/* One step of cleaning at a place: how many characters it took, or -1 with an exception set. */
static Py_ssize_t clean_at(Characters *self, Draft *new, const Draft *old, Py_ssize_t begin, int *is_changed)
{
    const Text *text = &old->text;
    const char *kind = NULL;
    Py_ssize_t end = sprinkled_end(self, text, begin), count = 0;
    if (end > begin) {
        count = join(self, new, old, begin, end, &kind);
        if (count < 0)
            return -1;
    } else if (is_invisible(self, text->characters[begin])) {
        while (end < text->length && is_invisible(self, text->characters[end]))
            end++;
        kind = holds_marks(self, old, begin, end, TELLING) ? "invisible" : NULL;
    } else if (is_blank(text->characters[begin])) {
        while (end < text->length && is_blank(text->characters[end]))
            end++;
        /* A blank means something only between two ASCII words. */
        Py_UCS4 before = begin ? text->characters[begin - 1] : '\n', after = end < text->length ? text->characters[end] : '\n';
        if (before < 0x80 && after < 0x80 && before != '\n' && after != '\n')
            new->text.characters[new->text.length + count++] = ' ';
    } else {
        keep_character(new, old, begin);
        return 1;
    }
    int result = replace(self, new, count, old, begin, end, kind);
    *is_changed |= result > 0;
    return result < 0 ? -1 : end - begin;
}

/* One character in brackets in the middle of others: 加(微)信. */
static int is_bracketed(const Characters *self, const Text *text, Py_ssize_t at)
{
    if (at < 1 || at + 3 >= text->length || !(marks_of(self, text->characters[at]) & OPENING))
        return 0;
    Py_UCS4 closing = text->characters[at + 2];
    return text->characters[at - 1] > 0x7f && text->characters[at + 1] > 0x7f && text->characters[at + 3] > 0x7f &&
           (closing == ')' || closing == ']' || closing == '>' || closing == '}');
}

/* The draft that the next step makes of the last one. */
static int next_draft(Draft **old, Draft **new)
{
    Draft *last = *new;
    *new = *old;
    *old = last;
    (*new)->text.length = 0;
    return draft_reserve(*new, (*old)->text.length);
}

static int clean(Characters *self, Draft **old, Draft **new, int *is_changed)
{
    if (next_draft(old, new) < 0)
        return -1;
    for (Py_ssize_t at = 0, taken; at < (*old)->text.length; at += taken)
        if ((taken = clean_at(self, *new, *old, at, is_changed)) < 0)
            return -1;
    return 0;
}

static int unbracket(Characters *self, Draft **old, Draft **new, int *is_changed)
{
    if (next_draft(old, new) < 0)
        return -1;
    for (Py_ssize_t at = 0; at < (*old)->text.length; at++)
        if (is_bracketed(self, &(*old)->text, at)) {
            (*new)->text.characters[(*new)->text.length] = (*old)->text.characters[at + 1];
            spread(*new, 1, *old, at, at + 3);
            *is_changed = 1;
            at += 2;
        } else {
            keep_character(*new, *old, at);
        }
    return 0;
}

/* Replaces characters; gives their marks, and what else there is to know. */
static unsigned replace_all(const Characters *self, Draft *draft, int *is_changed, int *is_odd)
{
    unsigned marks = 0;
    for (Py_ssize_t at = 0; at < draft->text.length; at++) {
        Py_UCS4 character = draft->text.characters[at];
        Py_UCS4 to = character < HEADS ? self->map[character] : beyond(self, character);
        marks |= to < HEADS ? self->marks[to] : 0;
        *is_changed |= to != character;
        *is_odd |= to > 0x7f && is_odd_blank(to);
        draft->text.characters[at] = to;
    }
    return marks;
}

int characters_read(PyObject *object, PyObject *string, Normal *normal)
{
    Characters *self = (Characters *)object;
    Draft *old = &self->old, *new = &self->new;
    int is_replaced = 0, is_odd = 0, is_moved = 0;
    if (!is_ready(self) || text_read(&new->text, string) < 0)
        return -1;
    unsigned marks = replace_all(self, new, &is_replaced, &is_odd);
    self->evasions_count = 0;
    if (marks & (SUSPECT | OPENING)) {
        if (is_odd)
            return 1;
        if (draft_reserve(new, new->text.length) < 0)
            return -1;
        for (int32_t at = 0; at < new->text.length; at++) {
            new->starts[at] = at;
            new->ends[at] = at + 1;
        }
        if ((marks & SUSPECT && clean(self, &old, &new, &is_moved) < 0) ||
            (marks & OPENING && unbracket(self, &old, &new, &is_moved) < 0))
            return -1;
    }
    *normal = (Normal){
        .text = &new->text,
        .starts = is_moved ? new->starts : NULL,
        .ends = is_moved ? new->ends : NULL,
        .is_changed = is_replaced || is_moved,
        .is_disguised = self->evasions_count > 0,
        .is_hinted = trie_any(&self->hints, new->text.characters, new->text.length),
    };
    return 0;
}

/* ---- for Python ---- */

static PyObject *numbers(const int32_t *items, Py_ssize_t count)
{
    PyObject *list = PyList_New(count);
    for (Py_ssize_t n = 0; list && n < count; n++) {
        PyObject *number = PyLong_FromLong(items[n]);
        if (number == NULL || PyList_SetItem(list, n, number) < 0)
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *evasions_of(const Characters *self)
{
    PyObject *tuple = PyTuple_New(self->evasions_count);
    for (Py_ssize_t n = 0; tuple && n < self->evasions_count; n++) {
        const Evasion *one = &self->evasions[n];
        PyObject *evasion = Py_BuildValue("sii", one->kind, (int)one->start, (int)one->end);
        if (evasion == NULL || PyTuple_SetItem(tuple, n, evasion) < 0)
            Py_CLEAR(tuple);
    }
    return tuple;
}

static PyObject *characters_normalized(PyObject *object, PyObject *string)
{
    Normal normal;
    int result = characters_read(object, string, &normal);
    if (result < 0)
        return NULL;
    if (result > 0)
        Py_RETURN_NONE;
    if (!normal.is_changed)
        return Py_BuildValue("OOO()N", string, Py_None, Py_None, PyBool_FromLong(normal.is_hinted));
    PyObject *text = text_string(normal.text->characters, normal.text->length);
    if (text == NULL || normal.starts == NULL)
        return text ? Py_BuildValue("NOO()N", text, Py_None, Py_None, PyBool_FromLong(normal.is_hinted)) : NULL;
    PyObject *starts = numbers(normal.starts, normal.text->length);
    PyObject *ends = starts ? numbers(normal.ends, normal.text->length) : NULL;
    PyObject *evasions = ends ? evasions_of((Characters *)object) : NULL;
    if (evasions == NULL) {
        Py_DECREF(text);
        Py_XDECREF(starts);
        Py_XDECREF(ends);
        return NULL;
    }
    return Py_BuildValue("NNNNN", text, starts, ends, evasions, PyBool_FromLong(normal.is_hinted));
}

static PyMethodDef characters_methods[] = {
    {"normalized", characters_normalized, METH_O,
     "A text changed, where its characters came from, what was undone, whether it holds a hint; None: Python has to do it."},
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
