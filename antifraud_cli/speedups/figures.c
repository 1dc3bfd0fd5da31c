/* What a text says in figures: phone numbers as in numbers/message.py, sums of money as in messages/classify.py. */

#include "native.h"

static int is_letter(Py_UCS4 c)
{
    return is_latin(c) || (c >= 'A' && c <= 'Z');
}

static Py_UCS4 lower(Py_UCS4 c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* ---- words, as many texts one after the other ---- */

typedef struct {
    Text *words;
    Py_ssize_t count;
} Words;

static void words_free(Words *words)
{
    for (Py_ssize_t n = 0; n < words->count; n++)
        text_free(&words->words[n]);
    PyMem_Free(words->words);
    memset(words, 0, sizeof *words);
}

static int words_read(Words *words, PyObject *tuple)
{
    Py_ssize_t count = PyTuple_Size(tuple);
    if (count < 0 || (words->words = PyMem_Calloc((size_t)count + 1, sizeof(Text))) == NULL) {
        if (!PyErr_Occurred())
            PyErr_NoMemory();
        return -1;
    }
    words->count = count;
    for (Py_ssize_t n = 0; n < count; n++) {
        if (text_read(&words->words[n], PyTuple_GetItem(tuple, n)) < 0)
            return -1;
        if (words->words[n].length == 0) {
            PyErr_SetString(PyExc_ValueError, "an empty word");
            return -1;
        }
    }
    return 0;
}

/* A stretch of a text, from `begin` to before `end`. */
typedef struct {
    const Py_UCS4 *characters;
    Py_ssize_t begin, end;
} Stretch;

static int stands_at(const Text *word, Stretch stretch, Py_ssize_t at, int lowered)
{
    if (word->length > stretch.end - at)
        return 0;
    for (Py_ssize_t n = 0; n < word->length; n++) {
        Py_UCS4 c = stretch.characters[at + n];
        if (word->characters[n] != (lowered ? lower(c) : c))
            return 0;
    }
    return 1;
}

static int begins_with(const Words *words, Stretch stretch, int lowered)
{
    for (Py_ssize_t n = 0; n < words->count; n++)
        if (stands_at(&words->words[n], stretch, stretch.begin, lowered))
            return 1;
    return 0;
}

static int ends_with(const Words *words, Stretch stretch)
{
    for (Py_ssize_t n = 0; n < words->count; n++) {
        Py_ssize_t length = words->words[n].length;
        if (length <= stretch.end - stretch.begin && stands_at(&words->words[n], stretch, stretch.end - length, 1))
            return 1;
    }
    return 0;
}

static int holds(const Words *words, Stretch stretch, int lowered)
{
    for (Py_ssize_t n = 0; n < words->count; n++)
        for (Py_ssize_t at = stretch.begin; at < stretch.end; at++)
            if (stands_at(&words->words[n], stretch, at, lowered))
                return 1;
    return 0;
}

/* ---- phone numbers ---- */

typedef struct {
    PyObject_HEAD
    Words not_before, units, not_units, call, call_after, incoming;
    Py_ssize_t within;
    PyObject *directions; /* incoming, dial */
    Text text;
} Numbers;

#define CONTEXT 16 /* characters that are looked at before a number */
#define BEHIND 8   /* and after it */
#define REACH 8    /* and where it is asked who calls */

/* Characters that may stand between a word and a number, ended by 0. */
static const uint16_t opening[] = {' ', '\n', '[', '(', 0x3010, 0xff08, 0};          /* 【（ */
static const uint16_t closing[] = {' ', '\n', ']', ')', 0x3011, 0xff09, 0};          /* 】） */
static const uint16_t links[] = {0x4e3a, 0x70ba, 0x662f, ':', 0xff1a, 0x53f7, 0x865f, 0}; /* 为為是:：号號 */

static int is_one_of(const uint16_t *characters, Py_UCS4 c)
{
    for (; *characters; characters++)
        if (*characters == c)
            return 1;
    return 0;
}

/* Whether a character is read as it stands: ASCII but for tabs and their like, Chinese characters, their punctuation. */
static int is_read_as_it_stands(Py_UCS4 c)
{
    static const uint16_t others[] = {0xff0c, 0xff1a, 0xff1b, 0xff01, 0xff1f, 0xff08, 0xff09, 0x201c,
                                      0x201d, 0x2018, 0x2019, 0x2026, 0xffe5, 0}; /* ，：；！？（）“”‘’…￥ */
    if (c < 0x80)
        return c != '\t' && c != '\r' && c != '\v' && c != '\f';
    return (c >= 0x3400 && c <= 0x9fff) || (c >= 0x3001 && c <= 0x303f) || is_one_of(others, c);
}

/* Digits, and letters that stand for them. */
static int is_figure(Py_UCS4 c)
{
    return is_digit(c) || c == 'l' || c == 'I' || c == 'O' || c == 'o';
}

/* What must not stand right before a number. */
static int is_beside(Py_UCS4 c)
{
    return is_digit(c) || is_letter(c) || c == '@' || c == '/' || c == '=' || c == '&' || c == '?' || c == '#' || c == '%' ||
           c == '_' || c == '.' || c == '+' || c == '-';
}

enum { NONE, NAMED, SHORT, CALLED, UNSURE };
/* A run of digits by its length and its first ones:
   NAMED   mobile and 400 numbers: one, unless it is named otherwise
   SHORT   also not where it is counted
   CALLED  nor where nobody calls
   UNSURE  Python has to look */

static int shape_of(const Py_UCS4 *c, Py_ssize_t count)
{
    Py_UCS4 third = count > 2 ? c[2] : 0;
    if (*c == '1') {
        if (c[1] >= '3')
            return count == 11 ? NAMED : NONE;
        if (c[1] == '0' && third == '6' && count >= 8 && count <= 20)
            return SHORT; /* 106 and up to 17 more */
        if (c[1] == '0' && (third == '1' || third == '2') && count == 8 && c[3] == '0')
            return CALLED; /* 10100000 */
        if (count == 5 && ((c[1] == '0' && third == '0') || (c[1] == '1' && third == '1') ||
                           (c[1] == '2' && (third == '1' || third == '3' || third == '5'))))
            return c[3] == '0' && c[4] == '0' ? CALLED : SHORT;
        int is_called = count == 3 && ((c[1] == '1' && third == '0') || (c[1] == '1' && third == '9') ||
                                       (c[1] == '2' && (third == '0' || third == '2')));
        return is_called ? CALLED : NONE;
    }
    if ((*c == '4' || *c == '8') && c[1] == '0' && third == '0')
        return count >= 9 && count <= 11 ? NAMED : NONE;
    if (*c == '8')
        return count == 13 && c[1] == '6' && third == '1' && c[3] >= '3' ? NAMED : NONE;
    if (*c == '9' && (c[1] == '5' || c[1] == '6')) {
        if (count == 5)
            return c[3] == '0' && c[4] == '0' ? CALLED : SHORT;
        return count >= 6 && count <= 8 ? CALLED : NONE;
    }
    return NONE;
}

/* What may begin at a place, and where it ends. */
static int number_at(const Text *text, Py_ssize_t at, Py_ssize_t *end)
{
    const Py_UCS4 *c = text->characters;
    Py_ssize_t length = text->length;
    if (!(is_figure(c[at]) || c[at] == '+' || c[at] == '(') || (at && is_beside(c[at - 1])))
        return NONE;
    Py_UCS4 following = at + 1 < length ? c[at + 1] : 0;
    if (c[at] == '+')
        return following == '+' || following == ' ' || is_digit(following) ? UNSURE : NONE;
    if (c[at] == '(')
        return following == '0' ? UNSURE : NONE;
    if (!is_digit(c[at]) || c[at] == '0')
        return is_figure(following) && at + 2 < length && is_figure(c[at + 2]) ? UNSURE : NONE;
    Py_ssize_t stop = at + 1;
    while (stop < length && is_digit(c[stop]))
        stop++;
    Py_UCS4 next = stop < length ? c[stop] : 0, second = stop + 1 < length ? c[stop + 1] : 0;
    if (is_figure(next))
        return UNSURE; /* a letter for a digit */
    if ((next == ' ' || next == '-') && is_digit(second) && (c[at] == '1' || c[at] == '4' || c[at] == '8'))
        return UNSURE; /* digits in groups */
    if (stop - at < 3 || is_letter(next) || next == '@' || next == '_' ||
        ((next == '.' || next == '-') && is_digit(second)))
        return NONE;
    *end = stop;
    return shape_of(c + at, stop - at);
}

/* `text` without characters of `edge` at its end. */
static Stretch without_end(Stretch text, const uint16_t *edge)
{
    while (text.end > text.begin && is_one_of(edge, text.characters[text.end - 1]))
        text.end--;
    return text;
}

static Stretch without_beginning(Stretch text, const uint16_t *edge)
{
    while (text.begin < text.end && is_one_of(edge, text.characters[text.begin]))
        text.begin++;
    return text;
}

static int is_named_otherwise(const Numbers *self, Stretch before)
{
    Stretch head = without_end(before, opening);
    if (ends_with(&self->not_before, head))
        return 1;
    if (head.end == head.begin || !is_one_of(links, head.characters[head.end - 1]))
        return 0;
    head.end--;
    return ends_with(&self->not_before, head);
}

static int is_counted(const Numbers *self, Stretch after)
{
    Stretch tail = without_beginning(after, closing);
    Py_ssize_t left = tail.end - tail.begin;
    Py_UCS4 first = left ? lower(tail.characters[tail.begin]) : 0;
    if ((first == 'w' || first == 'u') && !(left > 1 && is_letter(tail.characters[tail.begin + 1])))
        return 1;
    return begins_with(&self->units, tail, 1) && !begins_with(&self->not_units, tail, 1);
}

/* Of the characters that are read as they stand Python takes these for blanks. */
static int is_blank(Py_UCS4 c)
{
    return c == ' ' || c == '\n' || (c >= 0x1c && c <= 0x1f);
}

static int is_called(const Numbers *self, Stretch before, Stretch after)
{
    Stretch near = before;
    while (near.end > near.begin && is_blank(near.characters[near.end - 1]))
        near.end--;
    if (near.end - near.begin > REACH)
        near.begin = near.end - REACH;
    for (Py_ssize_t at = near.end; at > near.begin; at--)
        if (near.characters[at - 1] == ' ') {
            near.begin = at;
            break;
        }
    return holds(&self->call, near, 1) || begins_with(&self->call_after, without_beginning(after, closing), 0);
}

static int is_number(const Numbers *self, int shape, Py_ssize_t begin, Py_ssize_t end)
{
    const Text *text = &self->text;
    Stretch before = {text->characters, begin > CONTEXT ? begin - CONTEXT : 0, begin};
    Stretch after = {text->characters, end, end + BEHIND < text->length ? end + BEHIND : text->length};
    if (is_named_otherwise(self, before))
        return 0;
    return shape == NAMED || (!is_counted(self, after) && (shape != CALLED || is_called(self, before, after)));
}

static PyObject *place_of(const Numbers *self, Py_ssize_t begin, Py_ssize_t end)
{
    Stretch before = {self->text.characters, begin > self->within ? begin - self->within : 0, begin};
    PyObject *number = text_string(self->text.characters + begin, end - begin);
    PyObject *direction = PyTuple_GetItem(self->directions, holds(&self->incoming, before, 0) ? 0 : 1);
    return number ? Py_BuildValue("nnNO", begin, end, number, direction) : NULL;
}

PyObject *numbers_find(PyObject *object, PyObject *string)
{
    Numbers *self = (Numbers *)object;
    if (self->directions == NULL) {
        PyErr_SetString(PyExc_ValueError, "without words");
        return NULL;
    }
    if (text_read(&self->text, string) < 0)
        return NULL;
    Py_ssize_t digits = 0;
    const Py_UCS4 *characters = self->text.characters;
    for (Py_ssize_t at = 0; at < self->text.length; at++) {
        if (!is_read_as_it_stands(characters[at]))
            Py_RETURN_NONE;
        digits += is_digit(characters[at]);
    }
    PyObject *places = PyList_New(0);
    for (Py_ssize_t at = 0, end; places && digits > 2 && at < self->text.length; at++) {
        if (characters[at] >= 0x80)
            continue;
        int shape = number_at(&self->text, at, &end);
        if (shape == UNSURE) {
            Py_DECREF(places);
            Py_RETURN_NONE;
        }
        if (shape == NONE)
            continue;
        if (is_number(self, shape, at, end)) {
            PyObject *place = place_of(self, at, end);
            if (place == NULL || PyList_Append(places, place) < 0)
                Py_CLEAR(places);
            Py_XDECREF(place);
        }
        at = end - 1;
    }
    return places;
}

static int numbers_init(PyObject *object, PyObject *args, PyObject *keywords)
{
    Numbers *self = (Numbers *)object;
    PyObject *not_before, *units, *not_units, *call, *call_after, *incoming, *directions;
    static char *names[] = {"not_before", "units",    "not_units", "call", "call_after",
                            "incoming",   "within", "directions", NULL};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!O!O!O!O!O!nO!", names, &PyTuple_Type, &not_before, &PyTuple_Type,
                                     &units, &PyTuple_Type, &not_units, &PyTuple_Type, &call, &PyTuple_Type,
                                     &call_after, &PyTuple_Type, &incoming, &self->within, &PyTuple_Type, &directions))
        return -1;
    if (self->directions != NULL || self->within < 0 || PyTuple_Size(directions) != 2) {
        PyErr_SetString(PyExc_ValueError, "words that do not belong together");
        return -1;
    }
    if (words_read(&self->not_before, not_before) < 0 || words_read(&self->units, units) < 0 ||
        words_read(&self->not_units, not_units) < 0 || words_read(&self->call, call) < 0 ||
        words_read(&self->call_after, call_after) < 0 || words_read(&self->incoming, incoming) < 0)
        return -1;
    Py_INCREF(directions);
    self->directions = directions;
    return 0;
}

static void numbers_dealloc(PyObject *object)
{
    Numbers *self = (Numbers *)object;
    PyTypeObject *type = Py_TYPE(object);
    Words *const all[] = {&self->not_before, &self->units,      &self->not_units,
                          &self->call,       &self->call_after, &self->incoming};
    for (size_t n = 0; n < sizeof all / sizeof *all; n++)
        words_free(all[n]);
    text_free(&self->text);
    Py_XDECREF(self->directions);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static PyMethodDef numbers_methods[] = {
    {"find", numbers_find, METH_O,
     "Where phone numbers stand, these, and their directions; None where it takes Python to say."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot numbers_slots[] = {
    {Py_tp_init, numbers_init},
    {Py_tp_dealloc, numbers_dealloc},
    {Py_tp_methods, numbers_methods},
    {Py_tp_doc, "Finds phone numbers in texts."},
    {0, NULL},
};

PyType_Spec numbers_spec = {
    .name = "antifraud_cli.speedups._native.Numbers",
    .basicsize = sizeof(Numbers),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = numbers_slots,
};

/* ---- sums of money ---- */

static Py_ssize_t unit_end(const Text *text, Py_ssize_t at)
{
    static const uint16_t units[][5] = {
        {0x5143},                 /* 元 */
        {0x5757},                 /* 块 */
        {0x7f8e, 0x5143},         /* 美元 */
        {0x6e2f, 0x5e01},         /* 港币 */
        {0x6e2f, 0x5143},         /* 港元 */
        {0x53f0, 0x5e01},         /* 台币 */
        {0x65b0, 0x53f0, 0x5e01}, /* 新台币 */
        {'u', 's', 'd', 't'},
    };
    for (size_t n = 0; n < sizeof units / sizeof *units; n++) {
        Py_ssize_t end = at;
        while (units[n][end - at] && end < text->length && text->characters[end] == units[n][end - at])
            end++;
        if (!units[n][end - at])
            return end;
    }
    int is_coin = at < text->length && text->characters[at] == 'u' &&
                  !(at + 1 < text->length && is_latin(text->characters[at + 1]));
    return is_coin ? at + 1 : -1;
}

/* 十百千万亿, then 多余来: so many, many, or neither, and the unit. */
static Py_ssize_t rest_end(const Text *text, Py_ssize_t at)
{
    static const uint16_t thousands[] = {0x5341, 0x767e, 0x5343, 0x4e07, 0x4ebf, 0};
    Py_ssize_t stop = at;
    while (stop < text->length && stop - at < 2 && is_one_of(thousands, text->characters[stop]))
        stop++;
    /* No unit begins with one of these characters, so that only the longest run of them can be followed by one. */
    Py_UCS4 next = stop < text->length ? text->characters[stop] : 0;
    return unit_end(text, stop + (next == 0x591a || next == 0x4f59 || next == 0x6765));
}

/* Where the sum ends that begins with the digit at a place; -1: none does. */
static Py_ssize_t sum_end(const Text *text, Py_ssize_t at)
{
    const Py_UCS4 *c = text->characters;
    Py_ssize_t length = text->length, stop = at + 1;
    while (stop < length && stop - at < 12 && (is_digit(c[stop]) || c[stop] == ','))
        stop++;
    /* Nor does one begin with a digit, a comma or a point: what is shorter ends nowhere, but before a fraction. */
    Py_ssize_t end = -1;
    if (stop < length && c[stop] == '.') {
        Py_ssize_t fraction = stop + 1;
        while (fraction < length && fraction - stop <= 2 && is_digit(c[fraction]))
            fraction++;
        if (fraction > stop + 1)
            end = rest_end(text, fraction);
    } else {
        end = rest_end(text, stop);
    }
    if (end >= 0)
        return end;
    stop = at + 1;
    while (stop < length && stop - at < 7 && (is_digit(c[stop]) || c[stop] == '.'))
        stop++;
    return stop < length && c[stop] == 0x4e07 ? stop + 1 : -1;
}

PyObject *sums_of(const Text *text)
{
    PyObject *found = NULL;
    for (Py_ssize_t at = 0; at < text->length; at++) {
        Py_ssize_t end = is_digit(text->characters[at]) ? sum_end(text, at) : -1;
        if (end < 0)
            continue;
        PyObject *sum = found || (found = PyDict_New()) ? text_string(text->characters + at, end - at) : NULL;
        int result = sum ? PyDict_SetItem(found, sum, Py_None) : -1;
        Py_XDECREF(sum);
        if (result < 0) {
            Py_XDECREF(found);
            return NULL;
        }
        at = end - 1;
    }
    PyObject *sums = found ? PySequence_Tuple(found) : PyTuple_New(0);
    Py_XDECREF(found);
    return sums;
}

PyObject *sums_in(PyObject *module, PyObject *string)
{
    Text text = {0};
    (void)module;
    PyObject *sums = text_read(&text, string) < 0 ? NULL : sums_of(&text);
    text_free(&text);
    return sums;
}
