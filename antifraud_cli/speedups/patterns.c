/* Which patterns match a text, and where: messages/matcher.py and messages/occurrences.py, step by step.

   Those two say what is meant; here is only how it is done without a Python object for each string and each place. A set
   of places of a stretch of text is an array of bits. Nothing here recurses on a text: programs nest as their patterns
   do, and MOST_NESTED bounds that. */

#include "native.h"

#include <stdlib.h>

/* These have to be the values of messages/occurrences.py and messages/matcher.py; the constructor compares. */
#define LONGEST 1000
#define REACH 160
#define TRIES 12

#define SPAN (3 * LONGEST) /* a window looks so far ahead for what matches a class */
#define WORDS (SPAN / 64 + 1)
#define MOST_NESTED 64

/* ---- lists of numbers, as lines of a table ---- */

typedef struct {
    int32_t lines;
    int32_t *offset; /* of each line, and one more */
    int32_t *items;
} Table;

static void table_free(Table *table)
{
    PyMem_Free(table->offset);
    PyMem_Free(table->items);
    memset(table, 0, sizeof *table);
}

/* Reads lines of whole numbers from 0 to below `limit` with commas between; no text at all is one empty line. */
static int table_read(Table *table, PyObject *text, int32_t limit)
{
    Py_ssize_t size, lines = 1, items = 1;
    const char *at = PyUnicode_AsUTF8AndSize(text, &size);
    if (at == NULL)
        return -1;
    const char *end = at + size;
    for (const char *look = at; look < end; look++) {
        lines += *look == '\n';
        items += *look == '\n' || *look == ',';
    }
    table->offset = resized(NULL, lines + 1, sizeof(int32_t));
    table->items = resized(NULL, items, sizeof(int32_t));
    if (table->offset == NULL || table->items == NULL)
        return -1;
    int32_t line = 0, filled = 0;
    int64_t value = -1;
    table->offset[0] = 0;
    for (;; at++) {
        if (at < end && *at >= '0' && *at <= '9') {
            value = (value < 0 ? 0 : value * 10) + (*at - '0');
            if (value < limit)
                continue;
        }
        if ((at < end && *at != ',' && *at != '\n') || value >= limit) {
            PyErr_SetString(PyExc_ValueError, "not a table of numbers in their limits");
            return -1;
        }
        if (value >= 0)
            table->items[filled++] = (int32_t)value;
        value = -1;
        if (at >= end || *at == '\n')
            table->offset[++line] = filled;
        if (at >= end)
            break;
    }
    table->lines = line;
    return 0;
}

/* ---- compiled patterns ---- */

/* Steps of a program: its kind, its size in numbers with these two, and then: */
enum {
    SET,      /* number of a set: one of its strings */
    GAP,      /* width */
    CLASS,    /* number of a class */
    OPTIONAL, /* steps that may be missing */
    BRANCHES  /* number of a set or -1, and for each branch the size of its steps and the steps */
};

typedef struct {
    int32_t needs; /* set by which it is looked for, or -1 */
    int32_t lead;
    int32_t word_start, word_end;
    const int32_t *program, *end;
} Part;

typedef struct {
    int32_t *numbers; /* what its parts point into; NULL until a text first asks */
    int32_t count, anchored;
    Part *parts;
} Pattern;

/* Its memory is kept for the next text. */
struct Held {
    Text text;
    PyObject *string; /* the text for Python; NULL until it is asked for */
    FoundList found;
    uint64_t *bits; /* a bit for each string that is present: so few bytes that they stay at hand */
    int32_t *slot;  /* of each string that is present: its place in `present` */
    int32_t *present, present_count, present_room;
    int32_t *offset; /* of each string that is present: where its places begin */
    int32_t *length;
    int32_t *begins;
    Py_ssize_t begins_room;
    uint8_t *known; /* of each set: 0 not asked, 1 absent, 2 present */
    int32_t *asked, asked_count;
    int32_t *list; /* of each set that was asked: where its list begins in `lists`, how many and which are present */
    int32_t *lists, lists_count;
    uint64_t *marks; /* a bit for each place at which a sentence ends, for the whole text */
    Py_ssize_t marks_room;
    int has_marks;
    uint64_t *numerals; /* a bit for each place at which a number may begin; see has_numerals */
    int has_numerals;   /* whether these were looked for */
    PyObject **class_ends; /* of each class that Python finds: pairs of place and end */
    int32_t *candidates; /* patterns to be tried */
    Py_ssize_t candidates_count, candidates_room;
    uint8_t *is_found; /* of each rule */
    Hit *hits;
    Py_ssize_t hits_count, hits_room;
    Span *spans; /* of the hits */
    Py_ssize_t spans_count, spans_room;
    Span *against; /* what cancels hits of the rule that is tried */
    Py_ssize_t against_count, against_room;
};

typedef struct {
    PyObject_HEAD
    Trie strings;
    Table sets, anchored, needs, unless;
    int32_t *rules; /* of each pattern */
    uint8_t *word;  /* of each rule */
    int32_t rules_count, patterns_count, plain_count, classes_count;
    Py_UCS4 sentence_ends[8];
    int sentence_ends_count;
    uint64_t sentence_ends_mask; /* a bit for what the last six bits of each are */
    Pattern *patterns; /* the plain ones, then those that cancel */
    PyObject *program, *is_word, *find_class;
    Text class_marks; /* characters one of which is in all that matches a class, for each class in a line of its own */
    Held *spare;
} Patterns;

/* ---- bits ---- */

#define HAS(bits, place) ((bits)[(place) >> 6] >> ((place)&63) & 1)
#define PUT(bits, place) ((bits)[(place) >> 6] |= (uint64_t)1 << ((place)&63))
#define DROP(bits, place) ((bits)[(place) >> 6] &= ~((uint64_t)1 << ((place)&63)))

static int lowest(uint64_t word)
{
#if defined(__GNUC__)
    return __builtin_ctzll(word);
#else
    int at = 0;
    for (; !(word & 1); word >>= 1)
        at++;
    return at;
#endif
}

static int highest(uint64_t word)
{
#if defined(__GNUC__)
    return 63 - __builtin_clzll(word);
#else
    int at = 63;
    for (; !(word >> 63); word <<= 1)
        at--;
    return at;
#endif
}

/* Most texts are so short that one word is all. */
static void copy(uint64_t *to, const uint64_t *from, int words)
{
    if (words == 1)
        *to = *from;
    else
        memcpy(to, from, (size_t)words * sizeof(uint64_t));
}

static void clear(uint64_t *bits, int words)
{
    if (words == 1)
        *bits = 0;
    else
        memset(bits, 0, (size_t)words * sizeof(uint64_t));
}

static int is_empty(const uint64_t *bits, int words)
{
    for (int n = 0; n < words; n++)
        if (bits[n])
            return 0;
    return 1;
}

/* Put all places from `low` to `high`, as far as there is room. */
static void put_range(uint64_t *bits, Py_ssize_t low, Py_ssize_t high, int words)
{
    if (high >= (Py_ssize_t)words * 64)
        high = (Py_ssize_t)words * 64 - 1;
    for (; low <= high; low = (low | 63) + 1) {
        uint64_t here = ~(uint64_t)0 << (low & 63);
        if ((low | 63) > high)
            here &= ~(uint64_t)0 >> (63 - (high & 63));
        bits[low >> 6] |= here;
    }
}

/* bits |= bits >> by */
static void put_earlier(uint64_t *bits, int by, int words)
{
    int whole = by >> 6, part = by & 63;
    for (int n = 0; n + whole < words; n++) {
        uint64_t shifted = bits[n + whole] >> part;
        if (part && n + whole + 1 < words)
            shifted |= bits[n + whole + 1] << (64 - part);
        bits[n] |= shifted;
    }
}

/* Every bit also at the `width` places before it. */
static void spread_back(uint64_t *bits, int width, int words)
{
    for (int reach = 1, step; reach <= width; reach += step) {
        step = reach < width + 1 - reach ? reach : width + 1 - reach;
        put_earlier(bits, step, words);
    }
}

/* Keep the places from `low` to before `high`. */
static void keep(uint64_t *bits, int low, int high, int words)
{
    for (int n = 0; n < words; n++) {
        int base = n * 64;
        if (base + 64 <= low || base >= high) {
            bits[n] = 0;
            continue;
        }
        if (low > base)
            bits[n] &= ~(uint64_t)0 << (low - base);
        if (high < base + 64)
            bits[n] &= ((uint64_t)1 << (high - base)) - 1;
    }
}

/* ---- what a text holds ---- */

static void held_free(Held *held, int32_t classes)
{
    if (held == NULL)
        return;
    text_free(&held->text);
    Py_XDECREF(held->string);
    PyMem_Free(held->found.items);
    PyMem_Free(held->bits);
    PyMem_Free(held->slot);
    PyMem_Free(held->present);
    PyMem_Free(held->offset);
    PyMem_Free(held->length);
    PyMem_Free(held->begins);
    PyMem_Free(held->known);
    PyMem_Free(held->asked);
    PyMem_Free(held->list);
    PyMem_Free(held->lists);
    PyMem_Free(held->marks);
    PyMem_Free(held->numerals);
    for (int32_t n = 0; held->class_ends && n < classes; n++)
        Py_XDECREF(held->class_ends[n]);
    PyMem_Free(held->class_ends);
    PyMem_Free(held->candidates);
    PyMem_Free(held->is_found);
    PyMem_Free(held->hits);
    PyMem_Free(held->spans);
    PyMem_Free(held->against);
    PyMem_Free(held);
}

static Held *held_new(const Patterns *self)
{
    Held *held = PyMem_Calloc(1, sizeof(Held));
    if (held == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    held->bits = PyMem_Calloc((size_t)self->strings.count / 64 + 1, sizeof(uint64_t));
    held->slot = resized(NULL, self->strings.count, sizeof(int32_t));
    held->known = PyMem_Calloc((size_t)self->sets.lines, 1);
    held->asked = resized(NULL, self->sets.lines, sizeof(int32_t));
    held->list = resized(NULL, self->sets.lines, sizeof(int32_t));
    held->lists = resized(NULL, (Py_ssize_t)self->sets.lines + self->sets.offset[self->sets.lines], sizeof(int32_t));
    held->class_ends = PyMem_Calloc((size_t)self->classes_count, sizeof(PyObject *));
    held->is_found = PyMem_Calloc((size_t)self->rules_count, 1);
    if (!held->bits || !held->slot || !held->known || !held->asked || !held->list || !held->lists ||
        !held->class_ends || !held->is_found) {
        held_free(held, self->classes_count);
        if (!PyErr_Occurred())
            PyErr_NoMemory();
        return NULL;
    }
    return held;
}

/* Forget the text, in time that goes with what it held. */
static void held_clear(Held *held, int32_t classes)
{
    for (int32_t n = 0; n < held->present_count; n++)
        DROP(held->bits, held->present[n]);
    held->present_count = 0;
    for (int32_t n = 0; n < held->asked_count; n++)
        held->known[held->asked[n]] = 0;
    held->asked_count = held->lists_count = 0;
    for (Py_ssize_t n = 0; n < held->hits_count; n++)
        held->is_found[held->hits[n].rule] = 0;
    held->hits_count = held->spans_count = 0;
    for (int32_t n = 0; n < classes; n++)
        Py_CLEAR(held->class_ends[n]);
    Py_CLEAR(held->string);
}

/* Sort the strings that were found by string; the places of each stay in order. */
static int group(const Patterns *self, Held *held)
{
    const FoundList *found = &held->found;
    if (found->count > held->begins_room) {
        int32_t *begins = resized(held->begins, found->count, sizeof(int32_t));
        if (begins == NULL)
            return -1;
        held->begins = begins;
        held->begins_room = found->count;
    }
    for (Py_ssize_t n = 0; n < found->count; n++) {
        int32_t string = found->items[n].number;
        if (!HAS(held->bits, string)) {
            if (held->present_count == held->present_room) {
                int32_t room = held->present_room ? held->present_room * 2 : 128;
                int32_t *present = resized(held->present, room, sizeof(int32_t));
                if (present == NULL)
                    return -1;
                held->present = present;
                int32_t *offset = resized(held->offset, room + 1, sizeof(int32_t));
                if (offset == NULL)
                    return -1;
                held->offset = offset;
                int32_t *length = resized(held->length, room, sizeof(int32_t));
                if (length == NULL)
                    return -1;
                held->length = length;
                held->present_room = room;
            }
            PUT(held->bits, string);
            held->slot[string] = held->present_count;
            held->length[held->present_count] = self->strings.lengths[string];
            held->present[held->present_count] = string;
            held->offset[held->present_count++] = 0;
        }
        held->offset[held->slot[string]]++;
    }
    int32_t sum = 0;
    for (int32_t n = 0; n < held->present_count; n++) {
        int32_t count = held->offset[n];
        held->offset[n] = sum;
        sum += count;
    }
    for (Py_ssize_t n = 0; n < found->count; n++)
        held->begins[held->offset[held->slot[found->items[n].number]]++] = found->items[n].begin;
    for (int32_t n = held->present_count; n > 0; n--) /* each offset has moved on to the next one's */
        held->offset[n] = held->offset[n - 1];
    if (held->present_count)
        held->offset[0] = 0;
    return 0;
}

static int find_marks(const Patterns *self, Held *held)
{
    const Text *text = &held->text;
    Py_ssize_t words = text->length / 64 + 2;
    if (words > held->marks_room) {
        uint64_t *marks = resized(held->marks, words, sizeof(uint64_t));
        if (marks == NULL)
            return -1;
        held->marks = marks;
        uint64_t *numerals = resized(held->numerals, words, sizeof(uint64_t));
        if (numerals == NULL)
            return -1;
        held->numerals = numerals;
        held->marks_room = words;
    }
    memset(held->marks, 0, (size_t)words * sizeof(uint64_t));
    held->has_marks = held->has_numerals = 0;
    for (Py_ssize_t at = 0; at < text->length; at++) {
        if (!(self->sentence_ends_mask >> (text->characters[at] & 63) & 1))
            continue;
        for (int n = 0; n < self->sentence_ends_count; n++)
            if (text->characters[at] == self->sentence_ends[n]) {
                PUT(held->marks, at);
                held->has_marks = 1;
            }
    }
    return 0;
}

/* The text for Python; NULL with an exception set. */
static PyObject *string_of(Held *held)
{
    if (held->string == NULL)
        held->string = text_string(held->text.characters, held->text.length);
    return held->string;
}

/* Finds what there is in the text that was put into `held`. */
static int held_read(const Patterns *self, Held *held)
{
    if (trie_find(&self->strings, held->text.characters, held->text.length, &held->found) < 0)
        return -1;
    return group(self, held) < 0 || find_marks(self, held) < 0 ? -1 : 0;
}

/* Finds which strings of a set a text holds. */
static void ask(const Patterns *self, Held *held, int32_t set)
{
    const int32_t *string = self->sets.items + self->sets.offset[set], *end = self->sets.items + self->sets.offset[set + 1];
    const uint64_t *bits = held->bits;
    int32_t *list = held->lists + held->lists_count, count = 0;
    for (; string < end; string++)
        if (HAS(bits, *string))
            list[++count] = held->slot[*string];
    list[0] = count;
    held->list[set] = held->lists_count;
    held->lists_count += 1 + count;
    held->known[set] = count ? 2 : 1;
    held->asked[held->asked_count++] = set;
}

/* Whether a text holds a string of a set. */
static int holds(const Patterns *self, Held *held, int32_t set)
{
    if (held->known[set] == 0)
        ask(self, held, set);
    return held->known[set] == 2;
}

/* Whether a text holds what a pattern needs, but for its first `known` needs. */
static int holds_needs(const Patterns *self, Held *held, int32_t pattern, int32_t known)
{
    for (int32_t n = self->needs.offset[pattern] + known; n < self->needs.offset[pattern + 1]; n++)
        if (!holds(self, held, self->needs.items[n]))
            return 0;
    return 1;
}

/* ---- windows: stretches of a text, for what begins in their first LONGEST places ---- */

typedef struct {
    const Patterns *self;
    Held *held;
    Py_ssize_t low; /* in the text; places in a window count from here */
    int words;      /* of its sets of places */
} Window;

static Window window_at(const Patterns *self, Held *held, Py_ssize_t number)
{
    Py_ssize_t low = number * LONGEST, rest = held->text.length - low;
    return (Window){self, held, low, (int)((rest < SPAN ? rest : SPAN) / 64 + 1)};
}

static Py_ssize_t windows(const Held *held)
{
    return held->text.length <= LONGEST ? 1 : (held->text.length + LONGEST - 1) / LONGEST;
}

static Py_ssize_t first_from(const int32_t *sorted, Py_ssize_t low, Py_ssize_t high, Py_ssize_t value)
{
    while (low < high) {
        Py_ssize_t middle = low + (high - low) / 2;
        if (sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Where in held->begins the places of a string in a window begin and end. */
static void places_of(const Window *window, int32_t slot, Py_ssize_t *low, Py_ssize_t *high)
{
    const Held *held = window->held;
    *low = held->offset[slot];
    *high = held->offset[slot + 1];
    if (held->text.length > LONGEST) {
        *low = first_from(held->begins, *low, *high, window->low);
        *high = first_from(held->begins, *low, *high, window->low + 2 * LONGEST);
    }
}

/* From `places` past the strings of a set, to `reached`. With `takes` a place is left once a string begins there. */
static void step_set(const Window *window, int32_t set, int takes, uint64_t *places, uint64_t *reached)
{
    const Held *held = window->held;
    if (!holds(window->self, window->held, set))
        return;
    const int32_t *list = held->lists + held->list[set];
    for (int32_t n = 1; n <= list[0]; n++) {
        Py_ssize_t low, high;
        places_of(window, list[n], &low, &high);
        for (; low < high; low++) {
            Py_ssize_t place = held->begins[low] - window->low, end = place + held->length[list[n]];
            if (!HAS(places, place) || end >= (Py_ssize_t)window->words * 64)
                continue;
            PUT(reached, end);
            if (takes)
                DROP(places, place);
        }
    }
}

/* The first place of a text from `from` to before `to` at which a sentence ends; `to` if there is none. */
static Py_ssize_t sentence_end(const Held *held, Py_ssize_t from, Py_ssize_t to)
{
    for (Py_ssize_t n = from >> 6; n * 64 < to; n++) {
        uint64_t marks = held->marks[n];
        if (n == from >> 6)
            marks &= ~(uint64_t)0 << (from & 63);
        if (marks) {
            Py_ssize_t found = n * 64 + lowest(marks);
            return found < to ? found : to;
        }
    }
    return to;
}

/* From `places` so many places on, or to the end of the sentence. */
static void step_gap(const Window *window, int32_t width, uint64_t *places)
{
    const Held *held = window->held;
    Py_ssize_t known = window->low + 2 * LONGEST < held->text.length ? window->low + 2 * LONGEST : held->text.length;
    uint64_t starts[WORDS];
    copy(starts, places, window->words);
    for (int n = 0; n < window->words; n++)
        for (uint64_t rest = starts[n]; rest; rest &= rest - 1) {
            Py_ssize_t place = n * 64 + lowest(rest), end = place + width, from = window->low + place;
            if (held->has_marks && from < known) {
                Py_ssize_t to = from + width < known ? from + width : known;
                Py_ssize_t mark = sentence_end(held, from, to);
                if (mark < to)
                    end = mark - window->low;
            }
            put_range(places, place, end, window->words);
        }
}

/* The classes that are found here; all others are asked from Python. The order is that of `classes` in the constructor. */
enum { NUMBER, PHONE, OTHERS };

/* 零〇一二两三四五六七八九 十百千万亿 几数半 */
static int is_numeral(Py_UCS4 character)
{
    switch (character) { /* asked of every character of a text */
    case 0x96f6: case 0x3007: case 0x4e00: case 0x4e8c: case 0x4e24: case 0x4e09: case 0x56db: case 0x4e94:
    case 0x516d: case 0x4e03: case 0x516b: case 0x4e5d: case 0x5341: case 0x767e: case 0x5343: case 0x4e07:
    case 0x4ebf: case 0x51e0: case 0x6570: case 0x534a:
        return 1;
    default:
        return 0;
    }
}

/* 十百千万亿 w多余 */
static int is_unit(Py_UCS4 character)
{
    switch (character) {
    case 0x5341: case 0x767e: case 0x5343: case 0x4e07: case 0x4ebf: case 'w': case 0x591a: case 0x4f59:
        return 1;
    default:
        return 0;
    }
}

static void find_numerals(Held *held)
{
    const Text *text = &held->text;
    memset(held->numerals, 0, ((size_t)text->length / 64 + 1) * sizeof(uint64_t));
    for (Py_ssize_t at = 0; at < text->length; at++)
        if (is_digit(text->characters[at]) || is_numeral(text->characters[at]))
            PUT(held->numerals, at);
    held->has_numerals = 1;
}

/* The class "n" of text/classes.py: where it ends that begins at a place, or -1. */
static Py_ssize_t number_end(Held *held, Py_ssize_t at)
{
    const Text *text = &held->text;
    Py_ssize_t end = at + 1;
    if (!held->has_numerals)
        find_numerals(held);
    if (!HAS(held->numerals, at))
        return -1;
    if (is_digit(text->characters[at])) {
        for (; end < text->length && end - at < 12; end++)
            if (!is_digit(text->characters[end]) && text->characters[end] != ',' && text->characters[end] != '.')
                break;
    } else {
        while (end < text->length && end - at < 8 && is_numeral(text->characters[end]))
            end++;
    }
    for (int n = 0; n < 3 && end < text->length; n++, end++)
        if (!is_unit(text->characters[end]))
            break;
    return end;
}

/* The class "phone". */
static Py_ssize_t phone_end(const Text *text, Py_ssize_t at)
{
    Py_ssize_t first = at + (text->characters[at] == '+'), end = first;
    while (end < text->length && end - first < 20 &&
           (is_digit(text->characters[end]) || (end > first && text->characters[end] == '-')))
        end++;
    return end - first >= 5 ? end : -1;
}

static void put_ends(const Window *window, Py_ssize_t from, Py_ssize_t to, uint64_t *reached)
{
    for (Py_ssize_t end = from; end <= to && end < (Py_ssize_t)window->words * 64; end++)
        PUT(reached, end);
}

/* Whether a text holds a character without which nothing in it matches a class. */
static int may_match(const Patterns *self, const Text *text, int32_t class)
{
    const Text *marks = &self->class_marks;
    int32_t line = 0, is_known = 0;
    for (Py_ssize_t n = 0; n < marks->length; n++)
        if (marks->characters[n] == '\n') {
            line++;
        } else if (line == class) {
            is_known = 1;
            for (Py_ssize_t at = 0; at < text->length; at++)
                if (text->characters[at] == marks->characters[n])
                    return 1;
        }
    return !is_known;
}

/* A class that Python finds. Returns 0, or -1 with an exception set. */
static int step_other_class(const Window *window, int32_t class, const uint64_t *places, uint64_t *reached)
{
    Held *held = window->held;
    if (held->class_ends[class] == NULL) {
        int may = may_match(window->self, &held->text, class);
        if (may && string_of(held) == NULL)
            return -1;
        PyObject *found = may ? PyObject_CallFunction(window->self->find_class, "iO", (int)class, held->string)
                              : PyBytes_FromStringAndSize(NULL, 0);
        if (found == NULL)
            return -1;
        held->class_ends[class] = found;
    }
    char *bytes;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(held->class_ends[class], &bytes, &size) < 0)
        return -1;
    for (Py_ssize_t low = 0, high = size / 8; low < high;) { /* the first pair from the window's beginning on */
        int32_t pair[2];
        Py_ssize_t middle = low + (high - low) / 2;
        memcpy(pair, bytes + middle * 8, sizeof pair);
        if (pair[0] < window->low)
            low = middle + 1;
        else
            high = middle;
        if (low < high)
            continue;
        for (; low < size / 8; low++) {
            memcpy(pair, bytes + low * 8, sizeof pair);
            Py_ssize_t place = pair[0] - window->low, end = pair[1] - window->low;
            if (place >= (Py_ssize_t)window->words * 64)
                break;
            if (HAS(places, place))
                put_ends(window, end, end, reached);
        }
    }
    return 0;
}

static int step_class(const Window *window, int32_t class, const uint64_t *places, uint64_t *reached)
{
    if (class >= OTHERS)
        return step_other_class(window, class, places, reached);
    const Text *text = &window->held->text;
    for (int n = 0; n < window->words; n++)
        for (uint64_t rest = places[n]; rest; rest &= rest - 1) {
            Py_ssize_t place = n * 64 + lowest(rest), at = window->low + place;
            if (at >= text->length)
                continue;
            Py_ssize_t end = class == NUMBER ? number_end(window->held, at) : phone_end(text, at);
            if (end < 0)
                continue;
            Py_ssize_t from = class == NUMBER ? at + 1 : at + 5; /* a number may also end early */
            put_ends(window, (from < end ? from : end) - window->low, end - window->low, reached);
        }
    return 0;
}

/* From `places` to all that a program can reach from there. Returns whether any is left, or -1 with an exception set. */
static int run(const Window *window, const int32_t *step, const int32_t *end, uint64_t *places)
{
    uint64_t reached[WORDS], branch[WORDS];
    int words = window->words;
    for (; step < end; step += step[1]) {
        if (is_empty(places, words))
            return 0;
        if (step[0] == GAP) {
            step_gap(window, step[2], places);
            continue;
        }
        clear(reached, words);
        if (step[0] == SET) {
            /* Evidence is shown whole: of strings that begin at one place the longest. */
            step_set(window, step[2], step + step[1] == end, places, reached);
        } else if (step[0] == CLASS) {
            if (step_class(window, step[2], places, reached) < 0)
                return -1;
        } else if (step[0] == OPTIONAL) {
            copy(branch, places, words);
            int some = run(window, step + 2, step + step[1], branch);
            if (some < 0)
                return -1;
            for (int n = 0; n < words; n++)
                reached[n] = places[n] | (some ? branch[n] : 0);
        } else {
            if (step[2] >= 0)
                step_set(window, step[2], 0, places, reached);
            for (const int32_t *at = step + 3; at < step + step[1]; at += 1 + at[0]) {
                copy(branch, places, words);
                int some = run(window, at + 1, at + 1 + at[0], branch);
                if (some < 0)
                    return -1;
                for (int n = 0; some && n < words; n++)
                    reached[n] |= branch[n];
            }
        }
        copy(places, reached, words);
    }
    return !is_empty(places, words);
}

/* ---- where a part matches ---- */

/* Ranges of starts that are still to be tried, the next one on top. */
typedef struct {
    Window window;
    const Part *part;
    uint64_t starts[WORDS];
    struct {
        int low, high;
    } ranges[64];
    int count;
} Matches;

/* The matches of a part that begin in a window, at a place of the text from `low` to before `high`. */
static void matches_begin(Matches *matches, const Window *window, const Part *part, Py_ssize_t low, Py_ssize_t high)
{
    int words = window->words;
    uint64_t *starts = matches->starts;
    matches->window = *window;
    matches->part = part;
    matches->count = 0;
    memset(starts, part->needs < 0 ? 0xff : 0, (size_t)words * sizeof(uint64_t));
    if (part->needs >= 0) {
        if (!holds(window->self, window->held, part->needs))
            return;
        const int32_t *list = window->held->lists + window->held->list[part->needs];
        for (int32_t n = 1; n <= list[0]; n++) {
            Py_ssize_t from, to;
            places_of(window, list[n], &from, &to);
            for (; from < to; from++)
                PUT(starts, window->held->begins[from] - window->low);
        }
        spread_back(starts, part->lead, words);
    }
    Py_ssize_t most = window->held->text.length - window->low;
    if (most > LONGEST)
        most = LONGEST;
    low = low > window->low ? low - window->low : 0;
    high = high - window->low < most ? high - window->low : most;
    if (low < high) {
        keep(starts, (int)low, (int)high, words);
        matches->ranges[0].low = (int)low;
        matches->ranges[0].high = (int)high;
        matches->count = 1;
    }
}

/* The shortest match from one start that reaches `ends`; 0 if none may stand where it does. */
static int match_at(const Window *window, const Part *part, int start, const uint64_t *ends, Span *match)
{
    const Text *text = &window->held->text;
    Py_ssize_t begin = window->low + start;
    if (part->word_start && begin && is_latin(text->characters[begin - 1]))
        return 0;
    for (int n = 0; n < window->words; n++)
        for (uint64_t rest = ends[n]; rest; rest &= rest - 1) {
            Py_ssize_t end = window->low + n * 64 + lowest(rest);
            if (part->word_end && end < text->length && is_latin(text->characters[end]))
                continue;
            *match = (Span){(int32_t)begin, (int32_t)end};
            return 1;
        }
    return 0;
}

/* The next match, in order; 0 if there is none, -1 with an exception set.

   Most parts do not match at all: one run over all starts together says so. Otherwise the first of them is tried alone,
   and then halves of the rest. */
static int matches_next(Matches *matches, Span *match)
{
    uint64_t ends[WORDS];
    int words = matches->window.words;
    while (matches->count) {
        int low = matches->ranges[--matches->count].low, high = matches->ranges[matches->count].high;
        copy(ends, matches->starts, words);
        keep(ends, low, high, words);
        int first = -1, last = -1;
        for (int n = 0; n < words; n++)
            if (ends[n]) {
                first = first < 0 ? n * 64 + lowest(ends[n]) : first;
                last = n * 64 + highest(ends[n]);
            }
        if (first < 0)
            continue;
        int some = run(&matches->window, matches->part->program, matches->part->end, ends);
        if (some < 0)
            return -1;
        if (!some)
            continue;
        if (first == last) {
            if (match_at(&matches->window, matches->part, first, ends, match))
                return 1;
            continue;
        }
        int middle = (first + 1 + last + 1) / 2;
        int halves[3][2] = {{middle, last + 1}, {first + 1, middle}, {first, first + 1}};
        for (int n = 0; n < 3; n++)
            if (halves[n][0] < halves[n][1]) {
                matches->ranges[matches->count].low = halves[n][0];
                matches->ranges[matches->count++].high = halves[n][1];
            }
    }
    return 0;
}

/* The first match of a part that begins at most REACH before or after a span; 0 if none, -1 with an exception set. */
static int first_near(const Patterns *self, Held *held, const Part *part, Span span, Span *match)
{
    Py_ssize_t low = span.begin > REACH ? span.begin - REACH : 0, high = (Py_ssize_t)span.end + REACH;
    if (high > held->text.length)
        high = held->text.length;
    for (Py_ssize_t number = low / LONGEST; number <= (high - 1) / LONGEST; number++) {
        Matches matches;
        Window window = window_at(self, held, number);
        matches_begin(&matches, &window, part, low, high);
        int some = matches_next(&matches, match);
        if (some)
            return some;
    }
    return 0;
}

/* ---- where a pattern matches ---- */

/* The numbers of a program are in their limits. Nothing else looks again. */
static int is_sound(const Patterns *self, const int32_t *step, const int32_t *end, int nested)
{
    if (nested > MOST_NESTED)
        return 0;
    while (step < end) {
        if (end - step < 3 || step[1] < 3 || step[1] > end - step)
            return 0;
        const int32_t *next = step + step[1];
        switch (step[0]) {
        case SET:
            if (step[2] < 0 || step[2] >= self->sets.lines)
                return 0;
            break;
        case GAP:
            if (step[2] < 0 || step[2] > LONGEST)
                return 0;
            break;
        case CLASS:
            if (step[2] < 0 || step[2] >= self->classes_count)
                return 0;
            break;
        case OPTIONAL:
            if (!is_sound(self, step + 2, next, nested + 1))
                return 0;
            break;
        case BRANCHES:
            if (step[2] < -1 || step[2] >= self->sets.lines)
                return 0;
            for (const int32_t *at = step + 3; at < next; at += 1 + at[0])
                if (at[0] < 0 || at[0] > next - at - 1 || !is_sound(self, at + 1, at + 1 + at[0], nested + 1))
                    return 0;
            break;
        default:
            return 0;
        }
        step = next;
    }
    return 1;
}

/* Takes a pattern apart: the part looked for first, and of each part its size, needs, lead, word_start, word_end, steps. */
static int take_apart(const Patterns *self, Pattern *pattern, PyObject *numbers)
{
    char *bytes;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(numbers, &bytes, &size) < 0)
        return -1;
    Py_ssize_t count = size / (Py_ssize_t)sizeof(int32_t);
    int32_t *own = resized(NULL, count + 1, sizeof(int32_t));
    Part *parts = resized(NULL, MOST_PARTS, sizeof(Part));
    if (own == NULL || parts == NULL)
        goto failed;
    memcpy(own, bytes, (size_t)count * sizeof(int32_t));
    int32_t filled = 0;
    const int32_t *end = own + count, *at = own + 1;
    for (; at < end; at += at[0]) {
        if (filled == MOST_PARTS || end - at < 5 || at[0] < 5 || at[0] > end - at || at[1] < -1 ||
            at[1] >= self->sets.lines || at[2] < 0 || at[2] > LONGEST || !is_sound(self, at + 5, at + at[0], 0))
            goto unsound;
        parts[filled++] = (Part){at[1], at[2], at[3], at[4], at + 5, at + at[0]};
    }
    if (count < 1 || own[0] < 0 || own[0] >= filled)
        goto unsound;
    pattern->parts = resized(parts, filled, sizeof(Part));
    if (pattern->parts == NULL)
        goto failed;
    pattern->anchored = own[0];
    pattern->count = filled;
    pattern->numbers = own;
    return 0;
unsound:
    PyErr_SetString(PyExc_ValueError, "not a program of a pattern");
failed:
    PyMem_Free(own);
    PyMem_Free(parts);
    return -1;
}

static int load(Patterns *self, int32_t number)
{
    if (self->patterns[number].numbers != NULL)
        return 0;
    PyObject *numbers = PyObject_CallFunction(self->program, "i", (int)number);
    if (numbers == NULL)
        return -1;
    int result = self->patterns[number].numbers ? 0 : take_apart(self, &self->patterns[number], numbers);
    Py_DECREF(numbers);
    return result;
}

/* Where a pattern matches, in order, at most TRIES times. */
typedef struct {
    const Patterns *self;
    Held *held;
    const Pattern *pattern;
    Matches anchored;
    Py_ssize_t window;
    int tries, has_begun;
    Span spans[MOST_PARTS];
} Places;

static int places_begin(Places *places, Patterns *self, Held *held, int32_t number)
{
    if (load(self, number) < 0)
        return -1;
    places->self = self;
    places->held = held;
    places->pattern = &self->patterns[number];
    places->window = 0;
    places->tries = places->has_begun = 0;
    return 0;
}

static int next_anchored(Places *places, Span *match)
{
    for (; places->window < windows(places->held); places->window++) {
        if (!places->has_begun) {
            Window window = window_at(places->self, places->held, places->window);
            matches_begin(&places->anchored, &window, &places->pattern->parts[places->pattern->anchored], 0,
                          places->held->text.length);
            places->has_begun = 1;
        }
        int some = matches_next(&places->anchored, match);
        if (some)
            return some;
        places->has_begun = 0;
    }
    return 0;
}

/* The next place: one span for each part, all within REACH of the first. 0 if there is none, -1 with an exception set. */
static int places_next(Places *places)
{
    const Pattern *pattern = places->pattern;
    while (places->tries < TRIES) {
        Span first;
        int some = next_anchored(places, &first);
        if (some <= 0)
            return some;
        places->tries++;
        for (int32_t n = 0; n < pattern->count && some > 0; n++)
            if (n == pattern->anchored)
                places->spans[n] = first;
            else
                some = first_near(places->self, places->held, &pattern->parts[n], first, &places->spans[n]);
        if (some)
            return some;
    }
    return 0;
}

/* ---- which rules are found ---- */

static int add_spans(Span **all, Py_ssize_t *count, Py_ssize_t *room, const Span *spans, int32_t more)
{
    if (*count + more > *room) {
        Py_ssize_t wanted = (*count + more) * 2;
        Span *grown = resized(*all, wanted, sizeof(Span));
        if (grown == NULL)
            return -1;
        *all = grown;
        *room = wanted;
    }
    memcpy(*all + *count, spans, (size_t)more * sizeof(Span));
    *count += more;
    return 0;
}

/* Gathers all that cancels hits of a rule in a text. */
static int gather_against(Patterns *self, Held *held, int32_t rule)
{
    held->against_count = 0;
    for (int32_t n = self->unless.offset[rule]; n < self->unless.offset[rule + 1]; n++) {
        Places places;
        int32_t number = self->unless.items[n];
        int some;
        if (!holds_needs(self, held, number, 0))
            continue;
        if (places_begin(&places, self, held, number) < 0)
            return -1;
        while ((some = places_next(&places)) > 0)
            if (add_spans(&held->against, &held->against_count, &held->against_room, places.spans,
                          places.pattern->count) < 0)
                return -1;
        if (some < 0)
            return -1;
    }
    return 0;
}

static int is_cancelled(const Held *held, const Span *spans, int32_t count)
{
    for (Py_ssize_t n = 0; n < held->against_count; n++)
        for (int32_t m = 0; m < count; m++)
            if (held->against[n].begin < spans[m].end && spans[m].begin < held->against[n].end)
                return 1;
    return 0;
}

/* Whether every span begins and ends where words do; -1 with an exception set. */
static int are_words(const Patterns *self, Held *held, const Span *spans, int32_t count)
{
    int is_word = string_of(held) ? 1 : -1;
    for (int32_t n = 0; n < count && is_word > 0; n++) {
        PyObject *answer =
            PyObject_CallFunction(self->is_word, "Oii", held->string, (int)spans[n].begin, (int)spans[n].end);
        is_word = answer ? PyObject_IsTrue(answer) : -1;
        Py_XDECREF(answer);
    }
    return is_word;
}

static int try_pattern(Patterns *self, Held *held, int32_t number)
{
    Places places;
    int32_t rule = self->rules[number];
    int some, has_gathered = 0;
    if (places_begin(&places, self, held, number) < 0)
        return -1;
    while ((some = places_next(&places)) > 0) {
        int32_t count = places.pattern->count;
        if (!has_gathered && gather_against(self, held, rule) < 0)
            return -1;
        has_gathered = 1;
        if (is_cancelled(held, places.spans, count))
            continue;
        int is_word = self->word[rule] ? are_words(self, held, places.spans, count) : 1;
        if (is_word < 0)
            return -1;
        if (!is_word)
            continue;
        if (held->hits_count == held->hits_room) {
            Py_ssize_t room = held->hits_room ? held->hits_room * 2 : 64;
            Hit *hits = resized(held->hits, room, sizeof(Hit));
            if (hits == NULL)
                return -1;
            held->hits = hits;
            held->hits_room = room;
        }
        Hit hit = {rule, (int32_t)held->spans_count, count};
        if (add_spans(&held->spans, &held->spans_count, &held->spans_room, places.spans, count) < 0)
            return -1;
        held->hits[held->hits_count++] = hit;
        held->is_found[rule] = 1;
        return 0;
    }
    return some;
}

static int by_number(const void *left, const void *right)
{
    int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;
    return (a > b) - (a < b);
}

/* Gathers the patterns to be tried, in order; one may be there several times. */
static int gather_candidates(Patterns *self, Held *held)
{
    Py_ssize_t count = 0;
    for (int32_t n = 0; n < held->present_count; n++) {
        int32_t string = held->present[n], end = self->anchored.offset[string + 1];
        for (int32_t m = self->anchored.offset[string]; m < end; m++) {
            /* A pattern is looked for by the strings of its first need. */
            if (!holds_needs(self, held, self->anchored.items[m], 1))
                continue;
            if (count == held->candidates_room) {
                Py_ssize_t room = count ? count * 2 : 256;
                int32_t *candidates = resized(held->candidates, room, sizeof(int32_t));
                if (candidates == NULL)
                    return -1;
                held->candidates = candidates;
                held->candidates_room = room;
            }
            held->candidates[count++] = self->anchored.items[m];
        }
    }
    held->candidates_count = count;
    if (count)
        qsort(held->candidates, (size_t)count, sizeof(int32_t), by_number);
    return 0;
}

/* Whether a hit is told of after another: by their first places, by their rules where these are the same. */
static int is_after(const Held *held, const Hit *hit, const Hit *other)
{
    const Span *span = &held->spans[hit->first], *than = &held->spans[other->first];
    if (span->begin != than->begin)
        return span->begin > than->begin;
    if (span->end != than->end)
        return span->end > than->end;
    return hit->rule > other->rule;
}

/* Finds the rules that a text holds, in the order in which they are told. */
static int find_hits(Patterns *self, Held *held)
{
    if (gather_candidates(self, held) < 0)
        return -1;
    for (Py_ssize_t n = 0; n < held->candidates_count; n++) {
        int32_t number = held->candidates[n];
        if ((n == 0 || number != held->candidates[n - 1]) && !held->is_found[self->rules[number]] &&
            try_pattern(self, held, number) < 0)
            return -1;
    }
    for (Py_ssize_t n = 1; n < held->hits_count; n++) { /* at most one for each rule, and mostly few */
        Hit hit = held->hits[n];
        Py_ssize_t at = n;
        for (; at > 0 && is_after(held, &held->hits[at - 1], &hit); at--)
            held->hits[at] = held->hits[at - 1];
        held->hits[at] = hit;
    }
    return 0;
}

/* Memory for one text. */
static Held *held_take(Patterns *self)
{
    if (self->program == NULL) {
        PyErr_SetString(PyExc_ValueError, "without patterns");
        return NULL;
    }
    Held *held = self->spare; /* Python code that is called for one text may ask about another one */
    self->spare = NULL;
    return held ? held : held_new(self);
}

void patterns_release(PyObject *object, Held *held)
{
    Patterns *self = (Patterns *)object;
    held_clear(held, self->classes_count);
    if (self->spare == NULL && held->text.room <= 100000)
        self->spare = held;
    else
        held_free(held, self->classes_count);
}

Held *patterns_find(PyObject *object, const Text *text)
{
    Patterns *self = (Patterns *)object;
    Held *held = held_take(self);
    if (held && (text_copy(&held->text, text) < 0 || held_read(self, held) < 0 || find_hits(self, held) < 0)) {
        patterns_release(object, held);
        held = NULL;
    }
    return held;
}

const Text *held_text(const Held *held)
{
    return &held->text;
}

const Hit *held_hits(const Held *held, Py_ssize_t *count, const Span **spans)
{
    *count = held->hits_count;
    *spans = held->spans;
    return held->hits;
}

/* ---- for Python ---- */

static PyObject *hit_tuple(const Held *held, const Hit *hit)
{
    PyObject *spans = PyTuple_New(hit->count);
    for (int32_t n = 0; spans && n < hit->count; n++) {
        const Span *span = &held->spans[hit->first + n];
        PyObject *pair = Py_BuildValue("ii", (int)span->begin, (int)span->end);
        if (pair == NULL || PyTuple_SetItem(spans, n, pair) < 0)
            Py_CLEAR(spans);
    }
    return spans ? Py_BuildValue("iN", (int)hit->rule, spans) : NULL;
}

static PyObject *patterns_hits(PyObject *object, PyObject *string)
{
    Patterns *self = (Patterns *)object;
    Held *held = held_take(self);
    if (held == NULL)
        return NULL;
    PyObject *result = NULL;
    Py_INCREF(string);
    held->string = string;
    if (text_read(&held->text, string) == 0 && held_read(self, held) == 0 && find_hits(self, held) == 0) {
        result = PyList_New(held->hits_count);
        for (Py_ssize_t n = 0; result && n < held->hits_count; n++) {
            PyObject *hit = hit_tuple(held, &held->hits[n]);
            if (hit == NULL || PyList_SetItem(result, n, hit) < 0)
                Py_CLEAR(result);
        }
    }
    patterns_release(object, held);
    return result;
}

/* Sorts the strings of each set by length, the longest first. */
static void sort_sets(Patterns *self)
{
    const int32_t *lengths = self->strings.lengths;
    for (int32_t set = 0; set < self->sets.lines; set++)
        for (int32_t n = self->sets.offset[set] + 1; n < self->sets.offset[set + 1]; n++) {
            int32_t string = self->sets.items[n], at = n;
            for (; at > self->sets.offset[set] && lengths[self->sets.items[at - 1]] < lengths[string]; at--)
                self->sets.items[at] = self->sets.items[at - 1];
            self->sets.items[at] = string;
        }
}

/* Fills `unless`: for each rule the patterns that cancel it. */
static int sort_unless(Patterns *self)
{
    self->unless.lines = self->rules_count;
    self->unless.offset = PyMem_Calloc((size_t)self->rules_count + 2, sizeof(int32_t));
    self->unless.items = resized(NULL, self->patterns_count - self->plain_count, sizeof(int32_t));
    if (self->unless.offset == NULL || self->unless.items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    int32_t *offset = self->unless.offset;
    for (int32_t n = self->plain_count; n < self->patterns_count; n++)
        offset[self->rules[n] + 2]++;
    for (int32_t rule = 0; rule < self->rules_count; rule++)
        offset[rule + 2] += offset[rule + 1];
    for (int32_t n = self->plain_count; n < self->patterns_count; n++)
        self->unless.items[offset[self->rules[n] + 1]++] = n;
    return 0;
}

static int read_rules(Patterns *self, PyObject *rules, PyObject *word)
{
    Table table = {0};
    char *bytes;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(word, &bytes, &size) < 0 || size > INT32_MAX)
        return -1;
    self->rules_count = (int32_t)size;
    self->word = resized(NULL, size, 1);
    if (self->word == NULL || table_read(&table, rules, self->rules_count) < 0) {
        table_free(&table);
        return -1;
    }
    memcpy(self->word, bytes, (size_t)size);
    self->rules = table.items;
    self->patterns_count = table.offset[table.lines];
    PyMem_Free(table.offset);
    return 0;
}

static int read_sentence_ends(Patterns *self, PyObject *marks)
{
    Text text = {0};
    if (text_read(&text, marks) < 0)
        return -1;
    int result = text.length <= 8 ? 0 : -1;
    if (result == 0) {
        memcpy(self->sentence_ends, text.characters, (size_t)text.length * sizeof(Py_UCS4));
        self->sentence_ends_count = (int)text.length;
        for (int n = 0; n < self->sentence_ends_count; n++)
            self->sentence_ends_mask |= (uint64_t)1 << (text.characters[n] & 63);
    } else {
        PyErr_SetString(PyExc_ValueError, "too many marks that end a sentence");
    }
    text_free(&text);
    return result;
}

static int patterns_init(PyObject *object, PyObject *args, PyObject *keywords)
{
    Patterns *self = (Patterns *)object;
    PyObject *strings, *sets, *anchored, *needs, *rules, *word, *marks, *program, *is_word, *find_class, *class_marks;
    int plain, classes, longest, reach, tries;
    static char *names[] = {"strings", "sets",    "anchored",      "needs",   "rules", "plain",
                            "word",    "marks",   "program",       "is_word", "find_class",
                            "class_marks", "classes", "longest", "window", "tries", NULL};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!UUUUiSUOOOUiiii", names, &PyList_Type, &strings, &sets, &anchored,
                                     &needs, &rules, &plain, &word, &marks, &program, &is_word, &find_class, &class_marks, &classes,
                                     &longest, &reach, &tries))
        return -1;
    if (self->strings.lengths != NULL || longest != LONGEST || reach != REACH || tries != TRIES || classes < OTHERS ||
        classes > 100) {
        PyErr_SetString(PyExc_ValueError, "built for other limits");
        return -1;
    }
    self->classes_count = classes;
    if (trie_build(&self->strings, strings) < 0 || table_read(&self->sets, sets, self->strings.count) < 0 ||
        read_rules(self, rules, word) < 0 || table_read(&self->anchored, anchored, plain) < 0 ||
        table_read(&self->needs, needs, self->sets.lines) < 0 || read_sentence_ends(self, marks) < 0 ||
        text_read(&self->class_marks, class_marks) < 0)
        return -1;
    self->plain_count = plain;
    if (plain < 0 || plain > self->patterns_count || self->anchored.lines < self->strings.count ||
        self->needs.lines < self->patterns_count) {
        PyErr_SetString(PyExc_ValueError, "tables that do not belong together");
        return -1;
    }
    self->patterns = PyMem_Calloc((size_t)self->patterns_count + 1, sizeof(Pattern));
    if (self->patterns == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (sort_unless(self) < 0)
        return -1;
    sort_sets(self);
    Py_INCREF(program);
    Py_INCREF(is_word);
    Py_INCREF(find_class);
    self->program = program;
    self->is_word = is_word;
    self->find_class = find_class;
    return 0;
}

static int patterns_traverse(PyObject *object, visitproc visit, void *arg)
{
    Patterns *self = (Patterns *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->program);
    Py_VISIT(self->is_word);
    Py_VISIT(self->find_class);
    return 0;
}

static int patterns_clear(PyObject *object)
{
    Patterns *self = (Patterns *)object;
    Py_CLEAR(self->program);
    Py_CLEAR(self->is_word);
    Py_CLEAR(self->find_class);
    return 0;
}

static void patterns_dealloc(PyObject *object)
{
    Patterns *self = (Patterns *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    patterns_clear(object);
    held_free(self->spare, self->classes_count);
    for (int32_t n = 0; self->patterns && n < self->patterns_count; n++) {
        PyMem_Free(self->patterns[n].numbers);
        PyMem_Free(self->patterns[n].parts);
    }
    PyMem_Free(self->patterns);
    PyMem_Free(self->rules);
    PyMem_Free(self->word);
    table_free(&self->sets);
    table_free(&self->anchored);
    table_free(&self->needs);
    table_free(&self->unless);
    text_free(&self->class_marks);
    trie_free(&self->strings);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static PyMethodDef patterns_methods[] = {
    {"hits", patterns_hits, METH_O, "Number and spans of each rule that a text holds, by their first places."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot patterns_slots[] = {
    {Py_tp_init, patterns_init},
    {Py_tp_traverse, patterns_traverse},
    {Py_tp_clear, patterns_clear},
    {Py_tp_dealloc, patterns_dealloc},
    {Py_tp_methods, patterns_methods},
    {Py_tp_doc, "Compiled patterns, tried on texts."},
    {0, NULL},
};

PyType_Spec patterns_spec = {
    .name = "antifraud_cli.speedups._native.Patterns",
    .basicsize = sizeof(Patterns),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = patterns_slots,
};
