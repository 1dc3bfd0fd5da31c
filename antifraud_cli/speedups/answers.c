/* From evidence to the JSON of a verdict: messages/decide.py and the verdict of messages/classify.py, in one go.

   Floats are computed in the order in which Python computes them there, and rounded and written by Python's own functions,
   so that not a digit differs. Whatever is the same for every message comes in as pieces of JSON. */

#include "native.h"

#include <math.h>
#include <stdlib.h>

/* UTF-8 that lives in a Python string which `kept` holds. */
typedef struct {
    const char *bytes;
    Py_ssize_t size;
} Piece;

typedef struct {
    int32_t category;
    double weight;
    Piece json;
} Weight;

/* A stretch of one of the arrays below. */
typedef struct {
    int32_t first, count;
} Stretch;

typedef struct {
    PyObject *id; /* borrowed from `kept`, as all pieces */
    Piece json, reason;
    Stretch weights, against, unless; /* of weights; of numbers: categories, rules */
    int32_t kind;                     /* or -1 */
    double weight;                    /* of a rule that has a kind */
    Piece minus;
    int32_t cancels, verified, technique, situation, own; /* techniques and situations or -1 */
} Rule;

typedef struct {
    PyObject *id;
    Piece json, name, rebuttal, advice;
} Category;

typedef struct {
    Piece json, advice;
} Kind;

/* What speaks for a category. */
typedef struct {
    double strong, medium, weak, heaviest, added, total;
    int has_strong, has_medium, has_weak, has_added;
} Sum;

enum {
    CAUTION, DANGER, DANGER_RULE, DANGER_MODEL, WEAK_BELOW, WEAK_CAP, MEDIUM_BELOW, MEDIUM_CAP, STEEPNESS, INNOCENT_REST,
    INNOCENT_BOOST, INNOCENT_DOUBT, QUOTED_SHARE, REPORT_ABOVE, MODEL_FLOOR, MODEL_MAX, MODEL_INNOCENT, MODEL_RELIEF,
    MODEL_RELIEF_MAX, MODEL_RELIEF_PROVEN, PROVEN, MODEL_SHARE_LEAST, MODEL_SHARE_POWER, THRESHOLDS
};
static const char *const threshold_names[THRESHOLDS] = {
    "caution", "danger", "danger_rule", "danger_model", "weak_below", "weak_cap", "medium_below", "medium_cap", "steepness",
    "innocent_rest", "innocent_boost", "innocent_doubt", "quoted_share", "report_above", "model_floor", "model_max", "model_innocent",
    "model_relief", "model_relief_max", "model_relief_proven", "proven", "model_share_least", "model_share_power"};

typedef struct {
    PyObject_HEAD
    PyObject *kept;
    double thresholds[THRESHOLDS];
    Rule *rules;
    Weight *weights;
    int32_t *numbers;
    Category *categories; /* in the order of their names */
    Kind *kinds;
    Piece *techniques, *situations; /* in the order of their names */
    int32_t rules_count, categories_count, kinds_count, techniques_count, situations_count, publicity, ordinary, unknown;
    PyObject *model_id;
    Piece model_json, model_reason;
    PyObject *levels[3]; /* danger, caution, none */
    /* For one message: */
    Text text;
    Hit *hits;
    Py_ssize_t hits_count, hits_room;
    Span *spans;
    Py_ssize_t spans_count, spans_room;
    uint8_t *is_found; /* of each rule */
    uint8_t *is_named; /* of each technique, then of each situation */
    Sum *sums;         /* of each category */
    int32_t *ranked;   /* categories with a sum, best first */
    int32_t ranked_count;
    char *out;
    Py_ssize_t size, room;
} Answers;

typedef struct {
    int level; /* 0 danger, 1 caution, 2 none */
    int32_t category, kind;
    double model;
} Decision;

/* ---- writing ---- */

static int reserve(Answers *self, Py_ssize_t more)
{
    if (more <= self->room - self->size)
        return 0;
    Py_ssize_t room = (self->size + more) * 2;
    char *out = resized(self->out, room, 1);
    if (out == NULL)
        return -1;
    self->out = out;
    self->room = room;
    return 0;
}

static int put(Answers *self, const char *bytes, Py_ssize_t size)
{
    if (reserve(self, size) < 0)
        return -1;
    memcpy(self->out + self->size, bytes, (size_t)size);
    self->size += size;
    return 0;
}

#define PUT(self, literal) put(self, literal, (Py_ssize_t)sizeof(literal) - 1)

static int put_piece(Answers *self, Piece piece)
{
    return put(self, piece.bytes, piece.size);
}

static int put_object(Answers *self, PyObject *string)
{
    Py_ssize_t size;
    const char *bytes = PyUnicode_AsUTF8AndSize(string, &size);
    return bytes ? put(self, bytes, size) : -1;
}

static int put_whole(Answers *self, Py_ssize_t number)
{
    char digits[24];
    int at = sizeof digits;
    do
        digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    return put(self, digits + at, (Py_ssize_t)sizeof digits - at);
}

/* As Python writes a float. */
static int put_float(Answers *self, double number)
{
    char *digits = PyOS_double_to_string(number, 'r', 0, Py_DTSF_ADD_DOT_0, NULL);
    if (digits == NULL)
        return -1;
    int result = put(self, digits, (Py_ssize_t)strlen(digits));
    PyMem_Free(digits);
    return result;
}

/* What output/escape.py writes out. */
static int is_control(Py_UCS4 c)
{
    if (c < 0x7f)
        return c < 0x20 && c != '\t' && c != '\n';
    return c <= 0x9f || c == 0x61c || c == 0x200b || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xd800 && c <= 0xdfff);
}

static char *put_utf8(char *out, Py_UCS4 c)
{
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
        *out++ = (char)(0x80 | (c & 0x3f));
    } else {
        if (c < 0x10000) {
            *out++ = (char)(0xe0 | c >> 12);
        } else {
            *out++ = (char)(0xf0 | c >> 18);
            *out++ = (char)(0x80 | (c >> 12 & 0x3f));
        }
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    }
    return out;
}

static char *put_named(char *out, Py_UCS4 c)
{
    static const char digits[] = "0123456789abcdef";
    *out++ = '\\';
    *out++ = 'u';
    for (int shift = 12; shift >= 0; shift -= 4)
        *out++ = digits[c >> shift & 15];
    return out;
}

/* Characters as they stand in JSON that is written already: only control characters are written out. */
static int put_encoded(Answers *self, const Text *text)
{
    if (reserve(self, text->length * 6) < 0)
        return -1;
    char *out = self->out + self->size;
    for (Py_ssize_t at = 0; at < text->length; at++) {
        Py_UCS4 c = text->characters[at];
        out = is_control(c) ? put_named(out, c) : put_utf8(out, c);
    }
    self->size = out - self->out;
    return 0;
}

/* A string of JSON. */
static int put_string(Answers *self, const Py_UCS4 *characters, Py_ssize_t length)
{
    if (reserve(self, length * 6 + 2) < 0)
        return -1;
    char *out = self->out + self->size;
    *out++ = '"';
    for (Py_ssize_t at = 0; at < length; at++) {
        Py_UCS4 c = characters[at];
        const char *short_ = c == '"' ? "\\\"" : c == '\\' ? "\\\\" : c == '\n' ? "\\n" : c == '\r' ? "\\r"
                           : c == '\t' ? "\\t" : c == '\f' ? "\\f" : c == '\b' ? "\\b" : NULL;
        if (short_ != NULL) {
            *out++ = short_[0];
            *out++ = short_[1];
        } else {
            out = is_control(c) ? put_named(out, c) : put_utf8(out, c);
        }
    }
    *out++ = '"';
    self->size = out - self->out;
    return 0;
}

/* A tuple of strings as what stands between the brackets of a list. The text of the message is lost. */
static int put_strings(Answers *self, PyObject *strings)
{
    Py_ssize_t count = PyTuple_Size(strings);
    for (Py_ssize_t n = 0; n < count; n++)
        if (text_read(&self->text, PyTuple_GetItem(strings, n)) < 0 || (n && PUT(self, ",") < 0) ||
            put_string(self, self->text.characters, self->text.length) < 0)
            return -1;
    return count < 0 ? -1 : 0;
}

/* ---- numbers as Python rounds them ---- */

static int rounded(double number, int digits, double *result)
{
    char *text = PyOS_double_to_string(number, 'f', digits, 0, NULL);
    if (text == NULL)
        return -1;
    *result = PyOS_string_to_double(text, NULL, NULL);
    PyMem_Free(text);
    return *result == -1.0 && PyErr_Occurred() ? -1 : 0;
}

/* ---- the evidence ---- */

int answers_begin(PyObject *object, PyObject *string)
{
    Answers *self = (Answers *)object;
    if (self->is_named == NULL) {
        PyErr_SetString(PyExc_ValueError, "without rules");
        return -1;
    }
    self->size = self->hits_count = self->spans_count = 0;
    return text_read(&self->text, string);
}

static int is_within(const Answers *self, Span span)
{
    if (span.begin >= 0 && span.begin <= span.end && span.end <= self->text.length)
        return 1;
    PyErr_SetString(PyExc_ValueError, "a place beyond the text");
    return 0;
}

int answers_add(PyObject *object, Py_ssize_t rule, const Span *spans, Py_ssize_t count)
{
    Answers *self = (Answers *)object;
    if (rule < 0 || rule >= self->rules_count || count < 1 || count > MAX_TEXT || self->spans_count > MAX_TEXT) {
        PyErr_SetString(PyExc_ValueError, "a hit of no rule, or without a place");
        return -1;
    }
    if (self->hits_count == self->hits_room) {
        Py_ssize_t room = self->hits_room * 2 + 16;
        Hit *hits = resized(self->hits, room, sizeof(Hit));
        if (hits == NULL)
            return -1;
        self->hits = hits;
        self->hits_room = room;
    }
    if (count > self->spans_room - self->spans_count) {
        Py_ssize_t room = (self->spans_count + count) * 2;
        Span *more = resized(self->spans, room, sizeof(Span));
        if (more == NULL)
            return -1;
        self->spans = more;
        self->spans_room = room;
    }
    self->hits[self->hits_count++] = (Hit){(int32_t)rule, (int32_t)self->spans_count, (int32_t)count};
    for (Py_ssize_t n = 0; n < count; n++) {
        if (!is_within(self, spans[n]))
            return -1;
        self->spans[self->spans_count++] = spans[n];
    }
    return 0;
}

/* ---- the decision ---- */

/* Whether a piece of a hit lies within what a cancelling look-alike found. */
static int is_cancelled(const Answers *self, const Hit *hit)
{
    for (Py_ssize_t n = 0; n < self->hits_count; n++) {
        const Hit *other = &self->hits[n];
        if (!self->rules[other->rule].cancels)
            continue;
        for (Py_ssize_t m = 0; m < other->count; m++)
            for (Py_ssize_t k = 0; k < hit->count; k++) {
                Span around = self->spans[other->first + m], inner = self->spans[hit->first + k];
                if (around.begin <= inner.begin && inner.end <= around.end)
                    return 1;
            }
    }
    return 0;
}

static int drop_cancelled(Answers *self)
{
    int cancels = 0;
    for (Py_ssize_t n = 0; n < self->hits_count; n++)
        cancels |= self->rules[self->hits[n].rule].cancels;
    if (!cancels)
        return 0;
    /* All are asked before one goes: what is dropped never cancels, for it has no kind, but let that not matter. */
    uint8_t *goes = PyMem_Calloc((size_t)self->hits_count, 1);
    if (goes == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t n = 0; n < self->hits_count; n++)
        goes[n] = self->rules[self->hits[n].rule].kind < 0 && is_cancelled(self, &self->hits[n]);
    Py_ssize_t left = 0;
    for (Py_ssize_t n = 0; n < self->hits_count; n++)
        if (!goes[n])
            self->hits[left++] = self->hits[n];
    self->hits_count = left;
    PyMem_Free(goes);
    return 0;
}

static int is_innocent(const Answers *self, const Rule *rule)
{
    if (rule->kind < 0)
        return 0;
    for (int32_t n = 0; n < rule->unless.count; n++)
        if (self->is_found[self->numbers[rule->unless.first + n]])
            return 0;
    return 1;
}

static void add(double *sum, int *has, double weight)
{
    *sum = (*has ? *sum : 0.0) + weight;
    *has = 1;
}

static void add_up(Answers *self)
{
    const double *limits = self->thresholds;
    for (Py_ssize_t n = 0; n < self->hits_count; n++) {
        const Rule *rule = &self->rules[self->hits[n].rule];
        for (int32_t m = 0; m < rule->weights.count; m++) {
            const Weight *one = &self->weights[rule->weights.first + m];
            Sum *sum = &self->sums[one->category];
            if (one->weight < limits[WEAK_BELOW])
                add(&sum->weak, &sum->has_weak, one->weight);
            else if (one->weight < limits[MEDIUM_BELOW])
                add(&sum->medium, &sum->has_medium, one->weight);
            else
                add(&sum->strong, &sum->has_strong, one->weight);
            if (one->weight > sum->heaviest)
                sum->heaviest = one->weight;
        }
    }
    for (int32_t n = 0; n < self->categories_count; n++) {
        Sum *sum = &self->sums[n];
        if (sum->has_medium)
            add(&sum->strong, &sum->has_strong, sum->medium < limits[MEDIUM_CAP] ? sum->medium : limits[MEDIUM_CAP]);
        if (sum->has_weak)
            add(&sum->strong, &sum->has_strong, sum->weak < limits[WEAK_CAP] ? sum->weak : limits[WEAK_CAP]);
    }
}

/* What the model adds to categories. */
static int add_model(Answers *self, const Opinion *opinion)
{
    const double *limits = self->thresholds;
    if (opinion->scam < limits[MODEL_FLOOR])
        return 0;
    double strength = limits[MODEL_MAX] * (opinion->scam - limits[MODEL_FLOOR]) / (1 - limits[MODEL_FLOOR]);
    for (int32_t n = 0; n < opinion->count; n++) {
        int32_t category = opinion->categories[n];
        double share = opinion->shares[n];
        if (share < limits[MODEL_SHARE_LEAST] || category < 0 || category >= self->categories_count)
            continue;
        Sum *sum = &self->sums[category];
        if (rounded(strength * pow(share, limits[MODEL_SHARE_POWER]), 2, &sum->added) < 0)
            return -1;
        sum->has_added = 1;
    }
    return 0;
}

static int descending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a < b) - (a > b);
}

/* What the innocent rules that were found take off a category. */
static int innocence(const Answers *self, int32_t category, double *result)
{
    double *weights = resized(NULL, self->hits_count, sizeof(double));
    if (weights == NULL)
        return -1;
    size_t count = 0;
    for (Py_ssize_t n = 0; n < self->hits_count; n++) {
        const Rule *rule = &self->rules[self->hits[n].rule];
        if (!is_innocent(self, rule))
            continue;
        int speaks = rule->against.count == 0;
        for (int32_t m = 0; m < rule->against.count && !speaks; m++)
            speaks = self->numbers[rule->against.first + m] == category;
        if (speaks)
            weights[count++] = rule->weight;
    }
    qsort(weights, count, sizeof(double), descending);
    double rest = 0.0;
    for (size_t n = 1; n < count; n++)
        rest += weights[n];
    *result = (count ? weights[0] : 0.0) + self->thresholds[INNOCENT_REST] * rest;
    PyMem_Free(weights);
    return 0;
}

/* Whether one category comes before another: by its sum, rounded, then by its heaviest rule, then by name. */
static int is_before(const Answers *self, int32_t left, int32_t right)
{
    const Sum *a = &self->sums[left], *b = &self->sums[right];
    double first = 0.0, second = 0.0;
    if (fabs(a->total - b->total) > 1e-5)
        return a->total > b->total;
    if (a->total != b->total && (rounded(a->total, 6, &first) < 0 || rounded(b->total, 6, &second) < 0))
        return -1;
    if (first != second)
        return first > second;
    if (a->heaviest != b->heaviest)
        return a->heaviest > b->heaviest;
    return left < right;
}

static int rank(Answers *self)
{
    self->ranked_count = 0;
    for (int32_t category = 0; category < self->categories_count; category++) {
        const Sum *sum = &self->sums[category];
        if (!sum->has_strong && !sum->has_added)
            continue;
        int32_t at = self->ranked_count++;
        for (; at > 0; at--) {
            int before = is_before(self, category, self->ranked[at - 1]);
            if (before < 0)
                return -1;
            if (!before)
                break;
            self->ranked[at] = self->ranked[at - 1];
        }
        self->ranked[at] = category;
    }
    return 0;
}

static int level_of(const Answers *self, int32_t best)
{
    const double *limits = self->thresholds;
    const Sum *sum = &self->sums[best];
    int supporting = 0, verified = 0;
    for (Py_ssize_t n = 0; n < self->hits_count; n++) {
        const Rule *rule = &self->rules[self->hits[n].rule];
        for (int32_t m = 0; m < rule->weights.count; m++)
            if (self->weights[rule->weights.first + m].category == best) {
                supporting++;
                verified |= rule->verified;
                break;
            }
    }
    int enough = sum->total >= limits[DANGER] && sum->heaviest >= limits[DANGER_RULE];
    int two = supporting >= 2 || sum->added >= limits[DANGER_MODEL];
    return enough && two && verified ? 0 : 1;
}

static int32_t kind_of(const Answers *self, double scam)
{
    const Rule *heaviest = NULL;
    for (Py_ssize_t n = 0; n < self->hits_count; n++) {
        const Rule *rule = &self->rules[self->hits[n].rule];
        if (is_innocent(self, rule) && (heaviest == NULL || rule->weight > heaviest->weight))
            heaviest = rule;
    }
    if (heaviest != NULL)
        return heaviest->kind;
    return self->ranked_count == 0 && scam < self->thresholds[MODEL_INNOCENT] ? self->ordinary : self->unknown;
}

static double log_odds(double probability)
{
    return log(probability / (1 - probability));
}

/* What the model would take off where it is sure of innocence. */
static int relieve(const double *limits, double scam, double *relief)
{
    *relief = 0.0;
    if (scam >= limits[MODEL_INNOCENT])
        return 0;
    return rounded(limits[MODEL_RELIEF] * (log_odds(limits[MODEL_INNOCENT]) - log_odds(scam)), 2, relief);
}

/* As much of it as a category may lose, by its heaviest rule. */
static double relief_within(const double *limits, double relief, double heaviest)
{
    double most = limits[heaviest >= limits[PROVEN] ? MODEL_RELIEF_PROVEN : MODEL_RELIEF_MAX];
    return relief < most ? relief : most;
}

static int weigh(Answers *self, const Opinion *opinion, Decision *decision)
{
    const double *limits = self->thresholds, scam = opinion->scam;
    memset(self->sums, 0, (size_t)self->categories_count * sizeof(Sum));
    memset(self->is_found, 0, (size_t)self->rules_count);
    if (drop_cancelled(self) < 0)
        return -1;
    for (Py_ssize_t n = 0; n < self->hits_count; n++)
        self->is_found[self->hits[n].rule] = 1;
    int innocent = 0, is_publicity = 0;
    for (Py_ssize_t n = 0; n < self->hits_count; n++) {
        const Rule *rule = &self->rules[self->hits[n].rule];
        if (is_innocent(self, rule)) {
            innocent = 1;
            is_publicity |= rule->kind == self->publicity;
        }
    }
    add_up(self);
    double relief;
    if (add_model(self, opinion) < 0 || relieve(limits, scam, &relief) < 0)
        return -1;
    double quoted = is_publicity ? limits[QUOTED_SHARE] : 1.0;
    double certain = (scam - limits[MODEL_FLOOR]) / (1 - limits[MODEL_FLOOR]);
    double trust = 1 + limits[INNOCENT_BOOST] * (1 - scam) - limits[INNOCENT_DOUBT] * (certain > 0.0 ? certain : 0.0);
    for (int32_t category = 0; category < self->categories_count; category++) {
        Sum *sum = &self->sums[category];
        double against = 0.0;
        if (!sum->has_strong && !sum->has_added)
            continue;
        if (innocent) {
            if (innocence(self, category, &against) < 0)
                return -1;
            against *= trust;
        }
        sum->total = sum->strong * quoted + sum->added - relief_within(limits, relief, sum->heaviest) - against;
    }
    if (rank(self) < 0)
        return -1;
    relief = relief_within(limits, relief, self->ranked_count ? self->sums[self->ranked[0]].heaviest : 0.0);
    if (self->ranked_count == 0 || self->sums[self->ranked[0]].total < limits[CAUTION]) {
        *decision = (Decision){2, -1, kind_of(self, scam), -relief};
    } else {
        int32_t best = self->ranked[0];
        *decision = (Decision){level_of(self, best), best, -1, self->sums[best].added - relief};
    }
    return 0;
}

/* ---- the answer ---- */

static int put_categories(Answers *self)
{
    int is_first = 1;
    const double *limits = self->thresholds;
    for (int32_t n = 0; n < self->ranked_count; n++) {
        const Category *category = &self->categories[self->ranked[n]];
        double total = self->sums[self->ranked[n]].total, shown;
        double score = 1.0 / (1.0 + exp(-limits[STEEPNESS] * (total - limits[CAUTION])));
        if (score < limits[REPORT_ABOVE] - 0.01)
            continue; /* spares most the rounding */
        if (rounded(score, 3, &shown) < 0)
            return -1;
        if (shown < limits[REPORT_ABOVE])
            continue;
        if ((!is_first && PUT(self, ",") < 0) || PUT(self, "{\"id\":") < 0 || put_piece(self, category->json) < 0 ||
            PUT(self, ",\"name\":") < 0 || put_piece(self, category->name) < 0 || PUT(self, ",\"score\":") < 0 ||
            put_float(self, shown) < 0 || PUT(self, "}") < 0)
            return -1;
        is_first = 0;
    }
    return 0;
}

/* The names of techniques or situations that are marked in `is_named` from `first` on. */
static int put_names(Answers *self, const Piece *names, int32_t count, int32_t first)
{
    int is_first = 1;
    for (int32_t n = 0; n < count; n++)
        if (self->is_named[first + n]) {
            if ((!is_first && PUT(self, ",") < 0) || put_piece(self, names[n]) < 0)
                return -1;
            is_first = 0;
        }
    return 0;
}

static void mark_names(Answers *self, const Decision *decision)
{
    memset(self->is_named, 0, (size_t)self->techniques_count + (size_t)self->situations_count);
    for (Py_ssize_t n = 0; n < self->hits_count && decision->level < 2; n++) {
        const Rule *rule = &self->rules[self->hits[n].rule];
        if (rule->technique >= 0)
            self->is_named[rule->technique] = 1;
        if (rule->situation >= 0)
            self->is_named[self->techniques_count + rule->situation] = 1;
    }
}

static int put_places(Answers *self, Span shown, const Span *spans, Py_ssize_t count, Piece reason)
{
    if (PUT(self, ",\"start\":") < 0 || put_whole(self, shown.begin) < 0 || PUT(self, ",\"end\":") < 0 ||
        put_whole(self, shown.end) < 0 || PUT(self, ",\"text\":") < 0 ||
        put_string(self, self->text.characters + shown.begin, shown.end - shown.begin) < 0 ||
        PUT(self, ",\"reason\":") < 0 || put_piece(self, reason) < 0 || PUT(self, ",\"spans\":[") < 0)
        return -1;
    for (Py_ssize_t n = 0; n < count; n++)
        if (put(self, ",[", n ? 2 : 0) < 0 || (n == 0 && PUT(self, "[") < 0) || put_whole(self, spans[n].begin) < 0 ||
            PUT(self, ",") < 0 || put_whole(self, spans[n].end) < 0 || PUT(self, "]") < 0)
            return -1;
    return PUT(self, "]");
}

static int put_signal(Answers *self, const Hit *hit, int32_t best)
{
    const Rule *rule = &self->rules[hit->rule];
    const Weight *weights = &self->weights[rule->weights.first], *spoken_for = NULL;
    for (int32_t n = 0; n < rule->weights.count; n++)
        if (weights[n].category == best) {
            spoken_for = &weights[n];
            break;
        } else if (spoken_for == NULL || weights[n].weight > spoken_for->weight) {
            spoken_for = &weights[n];
        }
    const Span *spans = &self->spans[hit->first], *longest = spans;
    for (Py_ssize_t n = 1; n < hit->count; n++)
        if (spans[n].end - spans[n].begin > longest->end - longest->begin)
            longest = &spans[n];
    if (PUT(self, "{\"rule\":") < 0 || put_piece(self, rule->json) < 0 || PUT(self, ",\"category\":") < 0)
        return -1;
    if (rule->kind >= 0) {
        if (PUT(self, "null,\"weight\":") < 0 || put_piece(self, rule->minus) < 0)
            return -1;
    } else if (spoken_for != NULL) {
        if (put_piece(self, self->categories[spoken_for->category].json) < 0 || PUT(self, ",\"weight\":") < 0 ||
            put_piece(self, spoken_for->json) < 0)
            return -1;
    } else if (PUT(self, "null,\"weight\":0.0") < 0) {
        return -1;
    }
    if (put_places(self, *longest, spans, hit->count, rule->reason) < 0)
        return -1;
    return rule->own ? PUT(self, ",\"origin\":\"own\"}") : PUT(self, "}");
}

/* Sorts the hits by their first places; those of equal places stay in order. */
static void sort_hits(Answers *self)
{
    for (Py_ssize_t n = 1; n < self->hits_count; n++) {
        Hit hit = self->hits[n];
        Span place = self->spans[hit.first];
        Py_ssize_t at = n;
        for (; at > 0; at--) {
            Span before = self->spans[self->hits[at - 1].first];
            if (before.begin < place.begin || (before.begin == place.begin && before.end <= place.end))
                break;
            self->hits[at] = self->hits[at - 1];
        }
        self->hits[at] = hit;
    }
}

static int put_signals(Answers *self, const Decision *decision, Span telling)
{
    for (Py_ssize_t n = 0; n < self->hits_count; n++)
        if ((n && PUT(self, ",") < 0) || put_signal(self, &self->hits[n], decision->category) < 0)
            return -1;
    if (decision->category < 0 || !(decision->model > 0))
        return 0;
    if ((self->hits_count && PUT(self, ",") < 0) || PUT(self, "{\"rule\":") < 0 || put_piece(self, self->model_json) < 0 ||
        PUT(self, ",\"category\":") < 0 || put_piece(self, self->categories[decision->category].json) < 0 ||
        PUT(self, ",\"weight\":") < 0 || put_float(self, decision->model) < 0)
        return -1;
    return put_places(self, telling, &telling, 1, self->model_reason) < 0 ? -1 : PUT(self, "}");
}

static int put_answer(Answers *self, const Decision *decision, Span telling, const Findings *findings)
{
    static const char *const levels[] = {"danger", "caution", "none"};
    const Category *category = decision->category >= 0 ? &self->categories[decision->category] : NULL;
    const Kind *kind = decision->kind >= 0 ? &self->kinds[decision->kind] : NULL;
    Piece null = {"null", 4};
    mark_names(self, decision);
    sort_hits(self);
    if (PUT(self, "{\"schema\":\"antifraud.message/1\",\"level\":\"") < 0 ||
        put(self, levels[decision->level], (Py_ssize_t)strlen(levels[decision->level])) < 0 ||
        PUT(self, "\",\"category\":") < 0 || put_piece(self, category ? category->json : null) < 0 ||
        PUT(self, ",\"category_name\":") < 0 || put_piece(self, category ? category->name : null) < 0 ||
        PUT(self, ",\"kind\":") < 0 || put_piece(self, kind ? kind->json : null) < 0 ||
        PUT(self, ",\"categories\":[") < 0 || put_categories(self) < 0 || PUT(self, "],\"techniques\":[") < 0 ||
        put_names(self, self->techniques, self->techniques_count, 0) < 0 || PUT(self, "],\"situations\":[") < 0 ||
        put_names(self, self->situations, self->situations_count, self->techniques_count) < 0 ||
        PUT(self, "],\"signals\":[") < 0 || put_signals(self, decision, telling) < 0 || PUT(self, "],\"numbers\":[") < 0 ||
        put_object(self, findings->numbers) < 0 || PUT(self, "],\"urls\":[") < 0 || put_object(self, findings->urls) < 0 ||
        PUT(self, "],\"contacts\":[") < 0 || put_strings(self, findings->contacts) < 0 || PUT(self, "],\"amounts\":[") < 0 ||
        put_strings(self, findings->amounts) < 0 || PUT(self, "],\"rebuttal\":") < 0 ||
        put_piece(self, category ? category->rebuttal : null) < 0 || PUT(self, ",\"advice\":") < 0)
        return -1;
    return put_piece(self, category ? category->advice : kind->advice);
}

/* The ids of the rules that gave signals. */
static PyObject *rules_of(const Answers *self, const Decision *decision)
{
    int with_model = decision->category >= 0 && decision->model > 0;
    PyObject *rules = PyTuple_New(self->hits_count + with_model);
    for (Py_ssize_t n = 0; rules && n < self->hits_count + with_model; n++) {
        PyObject *id = n < self->hits_count ? self->rules[self->hits[n].rule].id : self->model_id;
        Py_INCREF(id);
        if (PyTuple_SetItem(rules, n, id) < 0)
            Py_CLEAR(rules);
    }
    return rules;
}

PyObject *answers_end(PyObject *object, const Opinion *opinion, const Findings *findings, PyObject *own, Py_ssize_t copies)
{
    Answers *self = (Answers *)object;
    Decision decision;
    if (!is_within(self, opinion->telling) || weigh(self, opinion, &decision) < 0 ||
        put_answer(self, &decision, opinion->telling, findings) < 0)
        return NULL;
    if (copies && (PUT(self, ",\"count\":") < 0 || put_whole(self, copies) < 0))
        return NULL;
    PyObject *rules = rules_of(self, &decision);
    if (rules == NULL || PUT(self, ",\"input\":") < 0 || text_read(&self->text, own) < 0 ||
        put_encoded(self, &self->text) < 0 || PUT(self, "}\n") < 0) {
        Py_XDECREF(rules);
        return NULL;
    }
    return Py_BuildValue("OONy#", self->levels[decision.level],
                         decision.category >= 0 ? self->categories[decision.category].id : Py_None, rules, self->out,
                         self->size);
}

/* ---- for Python ---- */

static int take_hit(Answers *self, PyObject *tuple)
{
    PyObject *number = PyTuple_GetItem(tuple, 0), *pairs = number ? PyTuple_GetItem(tuple, 1) : NULL;
    Py_ssize_t rule = pairs ? PyLong_AsSsize_t(number) : -1, count = pairs ? PyTuple_Size(pairs) : -1;
    if (PyErr_Occurred())
        return -1;
    Span *spans = resized(NULL, count, sizeof(Span));
    int result = spans ? 0 : -1;
    for (Py_ssize_t n = 0; n < count && result == 0; n++) {
        int begin, end;
        result = PyArg_ParseTuple(PyTuple_GetItem(pairs, n), "ii", &begin, &end) ? 0 : -1;
        if (result == 0)
            spans[n] = (Span){begin, end};
    }
    if (result == 0)
        result = answers_add((PyObject *)self, rule, spans, count);
    PyMem_Free(spans);
    return result;
}

/* The number of a category by its name; -1: none. */
static int32_t category_of(const Answers *self, PyObject *name)
{
    for (int32_t category = 0; category < self->categories_count; category++)
        if (PyUnicode_Compare(name, self->categories[category].id) == 0)
            return category;
    return -1;
}

static PyObject *answers_category(PyObject *object, PyObject *name)
{
    int32_t category = category_of((Answers *)object, name);
    return PyErr_Occurred() ? NULL : PyLong_FromLong(category);
}

static int take_scripts(const Answers *self, PyObject *scripts, Opinion *opinion)
{
    Py_ssize_t count = PyTuple_Size(scripts);
    if (count > SHOWN) {
        PyErr_SetString(PyExc_ValueError, "too many categories");
        return -1;
    }
    for (Py_ssize_t n = 0; n < count; n++) {
        PyObject *pair = PyTuple_GetItem(scripts, n), *name = PyTuple_GetItem(pair, 0);
        PyObject *share = name ? PyTuple_GetItem(pair, 1) : NULL;
        if (share == NULL)
            return -1;
        opinion->categories[n] = category_of(self, name);
        opinion->shares[n] = PyFloat_AsDouble(share);
        if (PyErr_Occurred())
            return -1;
    }
    opinion->count = (int32_t)count;
    return 0;
}

static PyObject *answers_write(PyObject *object, PyObject *args)
{
    Answers *self = (Answers *)object;
    PyObject *string, *hits, *scripts, *own;
    Py_ssize_t copies;
    int begin, end;
    Opinion opinion = {0};
    Findings findings;
    if (!PyArg_ParseTuple(args, "UO!dO!(ii)UUO!O!Un", &string, &PyList_Type, &hits, &opinion.scam, &PyTuple_Type,
                          &scripts, &begin, &end, &findings.numbers, &findings.urls, &PyTuple_Type, &findings.contacts,
                          &PyTuple_Type, &findings.amounts, &own, &copies) ||
        answers_begin(object, string) < 0 || take_scripts(self, scripts, &opinion) < 0)
        return NULL;
    opinion.telling = (Span){begin, end};
    for (Py_ssize_t n = 0; n < PyList_Size(hits); n++)
        if (take_hit(self, PyList_GetItem(hits, n)) < 0)
            return NULL;
    return answers_end(object, &opinion, &findings, own, copies);
}

/* ---- construction ---- */

static Piece piece_of(PyObject *string)
{
    Piece piece = {NULL, 0};
    piece.bytes = PyUnicode_AsUTF8AndSize(string, &piece.size);
    return piece;
}

/* Reads a list of JSON strings. */
static int read_pieces(PyObject *list, Piece **pieces, int32_t *count)
{
    Py_ssize_t size = PyList_Size(list);
    if (size < 0 || size > INT32_MAX || (*pieces = resized(NULL, size, sizeof(Piece))) == NULL)
        return -1;
    *count = (int32_t)size;
    for (Py_ssize_t n = 0; n < size; n++)
        if (((*pieces)[n] = piece_of(PyList_GetItem(list, n))).bytes == NULL)
            return -1;
    return 0;
}

static int read_categories(Answers *self, PyObject *list)
{
    Py_ssize_t size = PyList_Size(list);
    if (size < 0 || size > INT32_MAX || (self->categories = resized(NULL, size, sizeof(Category))) == NULL)
        return -1;
    self->categories_count = (int32_t)size;
    for (Py_ssize_t n = 0; n < size; n++) {
        Category *one = &self->categories[n];
        if (!PyArg_ParseTuple(PyList_GetItem(list, n), "Us#s#s#s#", &one->id, &one->json.bytes, &one->json.size,
                              &one->name.bytes, &one->name.size, &one->rebuttal.bytes, &one->rebuttal.size,
                              &one->advice.bytes, &one->advice.size))
            return -1;
    }
    return 0;
}

static int read_kinds(Answers *self, PyObject *list)
{
    Py_ssize_t size = PyList_Size(list);
    if (size < 0 || size > INT32_MAX || (self->kinds = resized(NULL, size, sizeof(Kind))) == NULL)
        return -1;
    self->kinds_count = (int32_t)size;
    for (Py_ssize_t n = 0; n < size; n++) {
        Kind *one = &self->kinds[n];
        if (!PyArg_ParseTuple(PyList_GetItem(list, n), "s#s#", &one->json.bytes, &one->json.size, &one->advice.bytes,
                              &one->advice.size))
            return -1;
    }
    return 0;
}

/* Appends a tuple of numbers from 0 to below `limit`. */
static int read_numbers(Answers *self, PyObject *tuple, int32_t limit, int32_t *filled, Stretch *stretch)
{
    Py_ssize_t count = PyTuple_Size(tuple);
    if (count < 0)
        return -1;
    *stretch = (Stretch){*filled, (int32_t)count};
    int32_t *numbers = resized(self->numbers, *filled + count, sizeof(int32_t));
    if (numbers == NULL)
        return -1;
    self->numbers = numbers;
    for (Py_ssize_t n = 0; n < count; n++) {
        long number = PyLong_AsLong(PyTuple_GetItem(tuple, n));
        if (number < 0 || number >= limit) {
            PyErr_SetString(PyExc_ValueError, "a number beyond its table");
            return -1;
        }
        self->numbers[(*filled)++] = (int32_t)number;
    }
    return 0;
}

static int read_weights(Answers *self, PyObject *tuple, int32_t *filled, Stretch *stretch)
{
    Py_ssize_t count = PyTuple_Size(tuple);
    if (count < 0)
        return -1;
    *stretch = (Stretch){*filled, (int32_t)count};
    Weight *weights = resized(self->weights, *filled + count, sizeof(Weight));
    if (weights == NULL)
        return -1;
    self->weights = weights;
    for (Py_ssize_t n = 0; n < count; n++) {
        Weight *one = &self->weights[(*filled)++];
        int category;
        if (!PyArg_ParseTuple(PyTuple_GetItem(tuple, n), "ids#", &category, &one->weight, &one->json.bytes,
                              &one->json.size))
            return -1;
        if (category < 0 || category >= self->categories_count) {
            PyErr_SetString(PyExc_ValueError, "a weight of no category");
            return -1;
        }
        one->category = category;
    }
    return 0;
}

static int read_rules(Answers *self, PyObject *list)
{
    Py_ssize_t size = PyList_Size(list);
    int32_t weights_filled = 0, numbers_filled = 0;
    if (size < 0 || size > INT32_MAX || (self->rules = resized(NULL, size, sizeof(Rule))) == NULL)
        return -1;
    self->rules_count = (int32_t)size;
    for (Py_ssize_t n = 0; n < size; n++) {
        Rule *one = &self->rules[n];
        PyObject *weights, *against, *unless;
        int kind, cancels, verified, technique, situation, own;
        if (!PyArg_ParseTuple(PyList_GetItem(list, n), "Us#s#O!O!O!ids#ppiip", &one->id, &one->json.bytes, &one->json.size,
                              &one->reason.bytes, &one->reason.size, &PyTuple_Type, &weights, &PyTuple_Type, &against,
                              &PyTuple_Type, &unless, &kind, &one->weight, &one->minus.bytes, &one->minus.size, &cancels,
                              &verified, &technique, &situation, &own) ||
            read_weights(self, weights, &weights_filled, &one->weights) < 0 ||
            read_numbers(self, against, self->categories_count, &numbers_filled, &one->against) < 0 ||
            read_numbers(self, unless, self->rules_count, &numbers_filled, &one->unless) < 0)
            return -1;
        if (kind < -1 || kind >= self->kinds_count || technique < -1 || technique >= self->techniques_count ||
            situation < -1 || situation >= self->situations_count) {
            PyErr_SetString(PyExc_ValueError, "a rule beyond its tables");
            return -1;
        }
        one->kind = kind;
        one->cancels = cancels;
        one->verified = verified;
        one->technique = technique;
        one->situation = situation;
        one->own = own;
    }
    return 0;
}

static int read_thresholds(Answers *self, PyObject *thresholds)
{
    for (int n = 0; n < THRESHOLDS; n++) {
        PyObject *value = PyDict_GetItemString(thresholds, threshold_names[n]);
        if (value == NULL) {
            PyErr_SetString(PyExc_ValueError, threshold_names[n]);
            return -1;
        }
        self->thresholds[n] = PyFloat_AsDouble(value);
        if (PyErr_Occurred())
            return -1;
    }
    return 0;
}

static int answers_init(PyObject *object, PyObject *args, PyObject *keywords)
{
    Answers *self = (Answers *)object;
    static const char *const levels[] = {"danger", "caution", "none"};
    PyObject *thresholds, *categories, *kinds, *techniques, *situations, *rules, *model_json, *model_reason;
    int publicity, ordinary, unknown;
    static char *names[] = {"thresholds", "categories", "kinds", "techniques", "situations", "rules", "publicity",
                            "ordinary", "unknown", "model", "model_json", "model_reason", NULL};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!O!O!O!O!O!iiiUUU", names, &PyDict_Type, &thresholds, &PyList_Type,
                                     &categories, &PyList_Type, &kinds, &PyList_Type, &techniques, &PyList_Type,
                                     &situations, &PyList_Type, &rules, &publicity, &ordinary, &unknown, &self->model_id,
                                     &model_json, &model_reason))
        return -1;
    if (self->kept != NULL) {
        PyErr_SetString(PyExc_ValueError, "made already");
        return -1;
    }
    /* Tuples: what the pieces point into must stay as it is. */
    self->kept = Py_BuildValue("NNNNNOOO", PyList_AsTuple(categories), PyList_AsTuple(kinds), PyList_AsTuple(techniques),
                               PyList_AsTuple(situations), PyList_AsTuple(rules), self->model_id, model_json, model_reason);
    if (self->kept == NULL)
        return -1;
    self->model_json = piece_of(model_json);
    self->model_reason = piece_of(model_reason);
    for (int n = 0; n < 3; n++)
        if ((self->levels[n] = PyUnicode_InternFromString(levels[n])) == NULL)
            return -1;
    if (self->model_json.bytes == NULL || self->model_reason.bytes == NULL || read_thresholds(self, thresholds) < 0 ||
        read_categories(self, categories) < 0 || read_kinds(self, kinds) < 0 ||
        read_pieces(techniques, &self->techniques, &self->techniques_count) < 0 ||
        read_pieces(situations, &self->situations, &self->situations_count) < 0 || read_rules(self, rules) < 0)
        return -1;
    if (publicity < 0 || ordinary < 0 || unknown < 0 || publicity >= self->kinds_count || ordinary >= self->kinds_count ||
        unknown >= self->kinds_count) {
        PyErr_SetString(PyExc_ValueError, "a kind beyond its table");
        return -1;
    }
    self->publicity = publicity;
    self->ordinary = ordinary;
    self->unknown = unknown;
    self->is_found = PyMem_Calloc((size_t)self->rules_count + 1, 1);
    self->sums = resized(NULL, self->categories_count, sizeof(Sum));
    self->ranked = resized(NULL, self->categories_count, sizeof(int32_t));
    if (self->is_found == NULL || self->sums == NULL || self->ranked == NULL)
        return -1;
    self->is_named = PyMem_Calloc((size_t)self->techniques_count + (size_t)self->situations_count + 1, 1);
    if (self->is_named == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static void answers_dealloc(PyObject *object)
{
    Answers *self = (Answers *)object;
    PyTypeObject *type = Py_TYPE(object);
    void *memory[] = {self->rules, self->weights, self->numbers, self->categories, self->kinds, self->techniques,
                      self->situations, self->hits, self->spans, self->is_found, self->is_named, self->sums, self->ranked,
                      self->out};
    for (size_t n = 0; n < sizeof memory / sizeof *memory; n++)
        PyMem_Free(memory[n]);
    for (int n = 0; n < 3; n++)
        Py_XDECREF(self->levels[n]);
    Py_XDECREF(self->kept);
    text_free(&self->text);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static PyMethodDef answers_methods[] = {
    {"category", answers_category, METH_O, "The number of a category by its name; -1: none."},
    {"write", answers_write, METH_VARARGS, "Level, category, rules and line of JSON for the evidence in a text."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot answers_slots[] = {
    {Py_tp_init, answers_init},
    {Py_tp_dealloc, answers_dealloc},
    {Py_tp_methods, answers_methods},
    {Py_tp_doc, "Weighs evidence and writes the verdict."},
    {0, NULL},
};

PyType_Spec answers_spec = {
    .name = "antifraud_cli.speedups._native.Answers",
    .basicsize = sizeof(Answers),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = answers_slots,
};
