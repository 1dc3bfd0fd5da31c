/* The sums of messages/linear.py: which n-grams a text has, and what they say together. */

#include "native.h"

#include <math.h>

#define ZERO 128 /* the byte of a weight of nothing */

typedef struct {
    PyObject_HEAD
    Trie grams;
    PyObject *rarity, *scam, *scripts; /* bytes: how rare each n-gram is, its weight, its weight for each category */
    PyObject *categories;              /* names */
    int32_t width;                     /* how many there are */
    double *script_bias, script_scale, scam_bias, scam_scale, shortest;
    Py_ssize_t most; /* characters of a text that are looked at */
    int32_t longest; /* characters of a run; n-grams that are longer are whole words */
    uint32_t *sums;  /* of each category */
    double *shares;
    uint32_t *seen, round; /* the round in which an n-gram was last seen */
    Text text;
    FoundList found;
} Linear;

static int read_biases(Linear *self, PyObject *biases)
{
    self->script_bias = resized(NULL, self->width, sizeof(double));
    if (self->script_bias == NULL)
        return -1;
    for (int32_t n = 0; n < self->width; n++) {
        self->script_bias[n] = PyFloat_AsDouble(PyTuple_GetItem(biases, n));
        if (PyErr_Occurred())
            return -1;
    }
    return 0;
}

static int linear_init(PyObject *object, PyObject *args, PyObject *keywords)
{
    Linear *self = (Linear *)object;
    PyObject *grams, *rarity, *scam, *scripts, *categories, *script_bias;
    static char *names[] = {"grams",     "rarity",     "scam",         "scripts",  "categories", "script_bias",
                            "scam_bias", "scam_scale", "script_scale", "shortest", "most",       "longest", NULL};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!SSSO!O!ddddni", names, &PyList_Type, &grams, &rarity, &scam,
                                     &scripts, &PyTuple_Type, &categories, &PyTuple_Type, &script_bias,
                                     &self->scam_bias, &self->scam_scale, &self->script_scale, &self->shortest,
                                     &self->most, &self->longest))
        return -1;
    Py_ssize_t count = PyList_Size(grams), width = PyTuple_Size(categories);
    if (self->grams.lengths != NULL || width < 1 || width > 10000 || PyTuple_Size(script_bias) != width ||
        PyBytes_Size(rarity) < count || PyBytes_Size(scam) < count || PyBytes_Size(scripts) / width < count ||
        self->most < 0 || self->most > MAX_TEXT / 100 || self->longest < 1 || self->longest > 10 ||
        !(self->shortest > 0)) {
        PyErr_SetString(PyExc_ValueError, "weights that do not belong together");
        return -1;
    }
    self->width = (int32_t)width;
    self->seen = PyMem_Calloc((size_t)count + 1, sizeof(uint32_t));
    self->sums = PyMem_Calloc((size_t)width, sizeof(uint32_t));
    self->shares = PyMem_Calloc((size_t)width, sizeof(double));
    if (self->seen == NULL || self->sums == NULL || self->shares == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (read_biases(self, script_bias) < 0 || trie_build(&self->grams, grams) < 0)
        return -1;
    Py_INCREF(rarity);
    Py_INCREF(scam);
    Py_INCREF(scripts);
    Py_INCREF(categories);
    self->rarity = rarity;
    self->scam = scam;
    self->scripts = scripts;
    self->categories = categories;
    return 0;
}

static void linear_dealloc(PyObject *object)
{
    Linear *self = (Linear *)object;
    PyTypeObject *type = Py_TYPE(object);
    Py_XDECREF(self->rarity);
    Py_XDECREF(self->scam);
    Py_XDECREF(self->scripts);
    Py_XDECREF(self->categories);
    PyMem_Free(self->script_bias);
    PyMem_Free(self->sums);
    PyMem_Free(self->shares);
    PyMem_Free(self->seen);
    PyMem_Free(self->found.items);
    text_free(&self->text);
    trie_free(&self->grams);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

/* Whether what was found is an n-gram of the text: what is longer than the longest run must be whole words. */
static int is_gram(const Linear *self, const Py_UCS4 *characters, Py_ssize_t length, Found one)
{
    int32_t size = self->grams.lengths[one.number];
    Py_ssize_t end = one.begin + (Py_ssize_t)size;
    return size <= self->longest || !((one.begin > 0 && is_latin(characters[one.begin - 1])) ||
                                      (end < length && is_latin(characters[end])));
}

/* Finds the n-grams of a text and leaves of each the first place in `found`. */
static int look(Linear *self, const Py_UCS4 *characters, Py_ssize_t length)
{
    if (trie_find(&self->grams, characters, length, &self->found) < 0)
        return -1;
    if (++self->round == 0) { /* all numbers are used up */
        memset(self->seen, 0, ((size_t)self->grams.count + 1) * sizeof(uint32_t));
        self->round = 1;
    }
    Found *items = self->found.items;
    Py_ssize_t kept = 0;
    for (Py_ssize_t n = 0; n < self->found.count; n++)
        if (self->seen[items[n].number] != self->round && is_gram(self, characters, length, items[n])) {
            self->seen[items[n].number] = self->round;
            items[kept++] = items[n];
        }
    self->found.count = kept;
    return 0;
}

static double sigmoid(double value)
{
    return 1.0 / (1.0 + exp(-(value < -40.0 ? -40.0 : value > 40.0 ? 40.0 : value)));
}

/* What the weights of a text come to, given their sum. */
static double scaled(const Linear *self, double scale, int64_t sum, double length)
{
    return scale * (double)(sum - ZERO * (int64_t)self->found.count) / length;
}

/* Fills `shares` with the probability of each category. */
static void share(Linear *self, double length)
{
    const unsigned char *scripts = (const unsigned char *)PyBytes_AsString(self->scripts);
    int32_t width = self->width;
    memset(self->sums, 0, (size_t)width * sizeof(uint32_t));
    for (Py_ssize_t n = 0; n < self->found.count; n++) {
        const unsigned char *row = scripts + (size_t)self->found.items[n].number * (size_t)width;
        for (int32_t column = 0; column < width; column++)
            self->sums[column] += row[column];
    }
    double top = -HUGE_VAL, whole = 0.0;
    for (int32_t n = 0; n < width; n++) {
        self->shares[n] = self->script_bias[n] + scaled(self, self->script_scale, self->sums[n], length);
        if (self->shares[n] > top)
            top = self->shares[n];
    }
    for (int32_t n = 0; n < width; n++) {
        self->shares[n] = exp(self->shares[n] - top);
        whole += self->shares[n];
    }
    for (int32_t n = 0; n < width; n++)
        self->shares[n] /= whole;
}

/* Names the categories with the largest shares. */
static void rank(const Linear *self, Opinion *opinion)
{
    int32_t *places = opinion->categories, count = 0;
    for (int32_t n = 0; n < self->width; n++) {
        int32_t at = count < SHOWN ? count++ : SHOWN;
        for (; at > 0 && self->shares[n] > self->shares[places[at - 1]]; at--)
            if (at < SHOWN)
                places[at] = places[at - 1];
        if (at < SHOWN)
            places[at] = n;
    }
    for (int32_t n = 0; n < count; n++)
        opinion->shares[n] = self->shares[places[n]];
    opinion->count = count;
}

/* Where the n-gram stands, of those that are long enough, that speaks most for a scam: the first, and there the longest. */
static Found most_telling(const Linear *self, const unsigned char *weights)
{
    Found telling = {-1, 0};
    for (Py_ssize_t n = 0; n < self->found.count; n++) {
        Found one = self->found.items[n];
        if (self->grams.lengths[one.number] < self->longest)
            continue;
        int more = telling.number < 0 ? 1 : weights[one.number] - weights[telling.number];
        if (more > 0 || (more == 0 && one.begin == telling.begin))
            telling = one;
    }
    return telling;
}

int linear_read(PyObject *object, const Text *text, double look_below, Opinion *opinion)
{
    Linear *self = (Linear *)object;
    Py_ssize_t read = text->length < self->most ? text->length : self->most;
    if (self->scripts == NULL) {
        PyErr_SetString(PyExc_ValueError, "without weights");
        return -1;
    }
    if (look(self, text->characters, read) < 0)
        return -1;
    *opinion = (Opinion){.scam = sigmoid(self->scam_bias)};
    if (self->found.count == 0)
        return 0;
    const unsigned char *weights = (const unsigned char *)PyBytes_AsString(self->scam);
    const unsigned char *rarity = (const unsigned char *)PyBytes_AsString(self->rarity);
    int64_t squares = 0, total = 0;
    for (Py_ssize_t n = 0; n < self->found.count; n++) {
        int32_t gram = self->found.items[n].number;
        squares += (int64_t)rarity[gram] * rarity[gram];
        total += weights[gram];
    }
    double length = sqrt(self->shortest + (double)squares);
    opinion->scam = sigmoid(self->scam_bias + scaled(self, self->scam_scale, total, length));
    if (opinion->scam < look_below)
        return 0;
    share(self, length);
    rank(self, opinion);
    Found telling = most_telling(self, weights);
    int32_t end = self->longest < read ? self->longest : (int32_t)read;
    opinion->telling = (Span){telling.begin,
                              telling.number < 0 ? end : telling.begin + self->grams.lengths[telling.number]};
    return 0;
}

static PyObject *linear_opinion(PyObject *object, PyObject *args)
{
    Linear *self = (Linear *)object;
    PyObject *string;
    double look_below;
    Opinion opinion;
    if (!PyArg_ParseTuple(args, "Od", &string, &look_below) || text_read(&self->text, string) < 0 ||
        linear_read(object, &self->text, look_below, &opinion) < 0)
        return NULL;
    PyObject *scripts = PyTuple_New(opinion.count);
    for (int32_t n = 0; scripts && n < opinion.count; n++) {
        PyObject *pair =
            Py_BuildValue("Od", PyTuple_GetItem(self->categories, opinion.categories[n]), opinion.shares[n]);
        if (pair == NULL || PyTuple_SetItem(scripts, n, pair) < 0)
            Py_CLEAR(scripts);
    }
    return scripts ? Py_BuildValue("dN(ii)", opinion.scam, scripts, (int)opinion.telling.begin, (int)opinion.telling.end)
                   : NULL;
}

static PyMethodDef linear_methods[] = {
    {"opinion", linear_opinion, METH_VARARGS,
     "How probable a scam is, the categories where it is at least so probable, and where the n-gram stands that says most."},
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
