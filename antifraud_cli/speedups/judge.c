/* A text through all stages in one call: what Writer.__call__ of messages/written.py does, for texts that need no Python. */

#include "native.h"

typedef struct {
    PyObject_HEAD
    PyObject *characters, *patterns, *linear, *numbers, *answers;
    PyObject *own;     /* Patterns of a person's own rules, or NULL */
    int32_t own_first; /* the number of the first of them */
    uint8_t *off;      /* of each of our rules: whether it does not count */
    Py_ssize_t off_count;
    PyObject *number; /* number and direction -> JSON of the verdict on it, and whether that is danger */
    PyObject *comma, *nothing;
    Trie left;           /* strings with which a text is left to Python */
    int32_t *categories; /* of the answers, for each of the model's */
    Py_ssize_t categories_count;
    Py_ssize_t number_rule; /* of numbers that are danger, or -1 */
    Py_ssize_t longest;     /* characters of a text; a longer one is left to Python */
    double look_below;
} Judge;

#define TOLD 8 /* places of dangerous numbers */

/* What is found in one text. Once Python code may have run, only this and what Python holds is sure to be there still. */
typedef struct {
    Opinion opinion;
    Findings findings;
    Held *held, *own;
    Span *places; /* of each character of the normalized text in the original; NULL: the same */
    Py_ssize_t length, original;
    Span dangerous[TOLD]; /* numbers */
    Py_ssize_t dangerous_count;
} Evidence;

static void evidence_free(const Judge *self, Evidence *evidence)
{
    if (evidence->held != NULL)
        patterns_release(self->patterns, evidence->held);
    if (evidence->own != NULL)
        patterns_release(self->own, evidence->own);
    Py_XDECREF(evidence->findings.numbers);
    Py_XDECREF(evidence->findings.amounts);
    PyMem_Free(evidence->places);
}

static int keep_places(Evidence *evidence, const Normal *normal)
{
    evidence->length = normal->text->length;
    if (normal->starts == NULL)
        return 0;
    evidence->places = resized(NULL, evidence->length, sizeof(Span));
    if (evidence->places == NULL)
        return -1;
    for (Py_ssize_t at = 0; at < evidence->length; at++)
        evidence->places[at] = (Span){normal->starts[at], normal->ends[at]};
    return 0;
}

/* What Normalized.span gives. */
static Span original_span(const Evidence *evidence, Span span)
{
    if (evidence->places == NULL)
        return span;
    if (span.end > span.begin)
        return (Span){evidence->places[span.begin].begin, evidence->places[span.end - 1].end};
    int32_t at = span.begin < evidence->length ? evidence->places[span.begin].begin : (int32_t)evidence->original;
    return (Span){at, at};
}

/* The JSON of the verdict on a number; its place is kept if that is danger. */
static PyObject *judged_number(const Judge *self, PyObject *place, Evidence *evidence)
{
    int begin, end, is_danger;
    PyObject *number, *direction, *json = NULL;
    if (!PyArg_ParseTuple(place, "iiOO", &begin, &end, &number, &direction))
        return NULL;
    PyObject *verdict = PyObject_CallFunctionObjArgs(self->number, number, direction, NULL);
    if (verdict != NULL && PyArg_ParseTuple(verdict, "Up", &json, &is_danger)) {
        Py_INCREF(json);
        if (is_danger && evidence->dangerous_count < TOLD)
            evidence->dangerous[evidence->dangerous_count++] = (Span){begin, end};
    }
    Py_XDECREF(verdict);
    return json;
}

/* Judges the numbers in a list. */
static int judge_numbers(const Judge *self, PyObject *places, Evidence *evidence)
{
    Py_ssize_t count = PyList_Size(places);
    if (count == 0) {
        Py_INCREF(self->nothing);
        evidence->findings.numbers = self->nothing;
        return 0;
    }
    PyObject *pieces = PyTuple_New(count);
    for (Py_ssize_t n = 0; pieces && n < count; n++) {
        PyObject *json = judged_number(self, PyList_GetItem(places, n), evidence);
        if (json == NULL || PyTuple_SetItem(pieces, n, json) < 0)
            Py_CLEAR(pieces);
    }
    evidence->findings.numbers = pieces ? PyUnicode_Join(self->comma, pieces) : NULL;
    Py_XDECREF(pieces);
    return evidence->findings.numbers ? 0 : -1;
}

/* Finds everything in a text. Returns 0; 1 where it takes Python; -1 with an exception set. */
static int gather(const Judge *self, PyObject *string, Evidence *evidence)
{
    Normal normal;
    int result = characters_read(self->characters, string, &normal);
    if (result)
        return result;
    if (normal.is_disguised || normal.is_hinted ||
        trie_any(&self->left, normal.text->characters, normal.text->length))
        return 1;
    if (linear_read(self->linear, normal.text, self->look_below, &evidence->opinion) < 0 ||
        keep_places(evidence, &normal) < 0)
        return -1;
    PyObject *numbers = numbers_find(self->numbers, string);
    if (numbers == NULL)
        return -1;
    if (numbers == Py_None) {
        Py_DECREF(numbers);
        return 1;
    }
    evidence->held = patterns_find(self->patterns, normal.text); /* may call Python, with a copy of the text */
    if (evidence->held && self->own)
        evidence->own = patterns_find(self->own, held_text(evidence->held));
    if (evidence->held && (evidence->own || !self->own))
        evidence->findings.amounts = sums_of(held_text(evidence->held));
    result = evidence->findings.amounts ? judge_numbers(self, numbers, evidence) : -1;
    Py_DECREF(numbers);
    return result;
}

/* The hits of one text, one after the other. */
typedef struct {
    const Hit *hits;
    const Span *spans;
    Py_ssize_t count, at;
} Hits;

static int add_next(const Judge *self, const Evidence *evidence, Hits *hits, int32_t first)
{
    const Hit *hit = &hits->hits[hits->at++];
    Span places[MOST_PARTS];
    if (first == 0 && hit->rule < self->off_count && self->off[hit->rule])
        return 0;
    for (int32_t part = 0; part < hit->count; part++)
        places[part] = original_span(evidence, hits->spans[hit->first + part]);
    return answers_add(self->answers, (Py_ssize_t)hit->rule + first, places, hit->count);
}

/* Whether the next of our hits is told of before the next own one. */
static int is_ours_next(const Hits *ours, const Hits *own)
{
    if (ours->at == ours->count || own->at == own->count)
        return ours->at < ours->count;
    Span a = ours->spans[ours->hits[ours->at].first], b = own->spans[own->hits[own->at].first];
    return a.begin < b.begin || (a.begin == b.begin && a.end <= b.end);
}

/* Adds what both kinds of rules found, by their first places. */
static int add_hits(const Judge *self, const Evidence *evidence)
{
    Hits ours = {0}, own = {0};
    ours.hits = held_hits(evidence->held, &ours.count, &ours.spans);
    if (evidence->own != NULL)
        own.hits = held_hits(evidence->own, &own.count, &own.spans);
    while (ours.at < ours.count || own.at < own.count)
        if ((is_ours_next(&ours, &own) ? add_next(self, evidence, &ours, 0)
                                       : add_next(self, evidence, &own, self->own_first)) < 0)
            return -1;
    if (self->number_rule >= 0 && evidence->dangerous_count)
        return answers_add(self->answers, self->number_rule, evidence->dangerous, evidence->dangerous_count);
    return 0;
}

/* The model's categories as the answers number them. */
static int translate(const Judge *self, Opinion *opinion)
{
    for (int32_t n = 0; n < opinion->count; n++) {
        if (opinion->categories[n] >= self->categories_count) {
            PyErr_SetString(PyExc_ValueError, "a category without a number");
            return -1;
        }
        opinion->categories[n] = self->categories[opinion->categories[n]];
    }
    return 0;
}

static PyObject *judge_write(PyObject *object, PyObject *args)
{
    Judge *self = (Judge *)object;
    PyObject *string, *own, *answer = NULL;
    Py_ssize_t copies;
    Evidence evidence = {0};
    if (self->number == NULL) {
        PyErr_SetString(PyExc_ValueError, "without stages");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "UUn", &string, &own, &copies))
        return NULL;
    evidence.original = PyUnicode_GetLength(string);
    if (evidence.original > self->longest)
        Py_RETURN_NONE;
    int result = gather(self, string, &evidence);
    if (result > 0) {
        Py_INCREF(Py_None);
        answer = Py_None;
    } else if (result == 0 && translate(self, &evidence.opinion) == 0) {
        PyObject *none = PyTuple_New(0);
        evidence.opinion.telling = original_span(&evidence, evidence.opinion.telling);
        evidence.findings.urls = self->nothing;
        evidence.findings.contacts = none;
        if (none && answers_begin(self->answers, string) == 0 && add_hits(self, &evidence) == 0)
            answer = answers_end(self->answers, &evidence.opinion, &evidence.findings, own, copies);
        Py_XDECREF(none);
    }
    evidence_free(self, &evidence);
    return answer;
}

/* Takes a stage, which has to be what it is called. */
static int take_stage(PyObject *object, const char *name, PyObject *stage, PyObject **kept)
{
    PyObject *module = PyType_GetModule(Py_TYPE(object));
    PyObject *type = module ? PyObject_GetAttrString(module, name) : NULL;
    int is_one = type ? PyObject_IsInstance(stage, type) : -1;
    Py_XDECREF(type);
    if (is_one == 0)
        PyErr_SetString(PyExc_TypeError, name);
    if (is_one <= 0)
        return -1;
    Py_INCREF(stage);
    *kept = stage;
    return 0;
}

static int read_categories(Judge *self, PyObject *numbers)
{
    self->categories_count = PyTuple_Size(numbers);
    self->categories = resized(NULL, self->categories_count, sizeof(int32_t));
    if (self->categories == NULL)
        return -1;
    for (Py_ssize_t n = 0; n < self->categories_count; n++)
        self->categories[n] = (int32_t)PyLong_AsLong(PyTuple_GetItem(numbers, n));
    return PyErr_Occurred() ? -1 : 0;
}

/* Own rules: their patterns or None, the number of the first, a flag for each of ours. */
static int read_own(Judge *self, PyObject *object, PyObject *own, PyObject *off)
{
    self->off_count = PyBytes_Size(off);
    if (self->off_count < 0 || (self->off = resized(NULL, self->off_count, 1)) == NULL)
        return -1;
    memcpy(self->off, PyBytes_AsString(off), (size_t)self->off_count);
    return own == Py_None ? 0 : take_stage(object, "Patterns", own, &self->own);
}

static int judge_init(PyObject *object, PyObject *args, PyObject *keywords)
{
    Judge *self = (Judge *)object;
    PyObject *characters, *patterns, *linear, *numbers, *answers, *number, *left, *categories, *own, *off;
    static char *names[] = {"characters",  "patterns", "linear",     "numbers", "answers",   "number", "left", "categories",
                            "number_rule", "longest",  "look_below", "own",     "own_first", "off",    NULL};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOOOOOO!O!nndOiS", names, &characters, &patterns, &linear, &numbers,
                                     &answers, &number, &PyList_Type, &left, &PyTuple_Type, &categories,
                                     &self->number_rule, &self->longest, &self->look_below, &own, &self->own_first, &off))
        return -1;
    if (self->characters != NULL) {
        PyErr_SetString(PyExc_ValueError, "made already");
        return -1;
    }
    if (take_stage(object, "Characters", characters, &self->characters) < 0 ||
        take_stage(object, "Patterns", patterns, &self->patterns) < 0 ||
        take_stage(object, "Linear", linear, &self->linear) < 0 ||
        take_stage(object, "Numbers", numbers, &self->numbers) < 0 ||
        take_stage(object, "Answers", answers, &self->answers) < 0 || trie_build(&self->left, left) < 0 ||
        read_categories(self, categories) < 0 || read_own(self, object, own, off) < 0 || (self->comma = PyUnicode_FromString(",")) == NULL ||
        (self->nothing = PyUnicode_FromString("")) == NULL)
        return -1;
    Py_INCREF(number);
    self->number = number; /* last: with it everything is there */
    return 0;
}

static int judge_traverse(PyObject *object, visitproc visit, void *arg)
{
    Judge *self = (Judge *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->patterns);
    Py_VISIT(self->own);
    Py_VISIT(self->number);
    return 0;
}

static int judge_clear(PyObject *object)
{
    Judge *self = (Judge *)object;
    Py_CLEAR(self->number);
    Py_CLEAR(self->patterns);
    Py_CLEAR(self->own);
    return 0;
}

static void judge_dealloc(PyObject *object)
{
    Judge *self = (Judge *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    judge_clear(object);
    Py_XDECREF(self->characters);
    Py_XDECREF(self->linear);
    Py_XDECREF(self->numbers);
    Py_XDECREF(self->answers);
    Py_XDECREF(self->comma);
    Py_XDECREF(self->nothing);
    trie_free(&self->left);
    PyMem_Free(self->categories);
    PyMem_Free(self->off);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static PyMethodDef judge_methods[] = {
    {"write", judge_write, METH_VARARGS,
     "Level, category, rules and line of JSON for a text and its record; None where it takes Python."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot judge_slots[] = {
    {Py_tp_init, judge_init},
    {Py_tp_traverse, judge_traverse},
    {Py_tp_clear, judge_clear},
    {Py_tp_dealloc, judge_dealloc},
    {Py_tp_methods, judge_methods},
    {Py_tp_doc, "All stages, one after the other."},
    {0, NULL},
};

PyType_Spec judge_spec = {
    .name = "antifraud_cli.speedups._native.Judge",
    .basicsize = sizeof(Judge),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = judge_slots,
};
