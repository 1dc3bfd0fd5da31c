/* What the files of this folder share. Every text is an array of code points, as Python sees it; places count from 0. */

#ifndef ANTIFRAUD_NATIVE_H
#define ANTIFRAUD_NATIVE_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030A0000 /* one build serves Python 3.10 and all later ones */
#include <Python.h>
#include <stdint.h>
#include <string.h>

/* Raise it along with FORMAT in __init__.py when arguments or results change: a build left over from before is then passed by. */
#define NATIVE_FORMAT 5

/* Longer texts are refused: places are 32-bit numbers. The program itself takes a million characters at most. */
#define MAX_TEXT 100000000

static inline int is_digit(Py_UCS4 character)
{
    return character >= '0' && character <= '9';
}

/* A small letter, as normalized texts have them. */
static inline int is_latin(Py_UCS4 character)
{
    return character >= 'a' && character <= 'z';
}

/* A text. Memory is kept for the next one. */
typedef struct {
    Py_UCS4 *characters;
    Py_ssize_t length;
    Py_ssize_t room;
} Text;

/* All return 0, or -1 with an exception set. */
int text_read(Text *text, PyObject *string);
int text_reserve(Text *text, Py_ssize_t room);
int text_copy(Text *text, const Text *from);
void text_free(Text *text);
PyObject *text_string(const Py_UCS4 *characters, Py_ssize_t length);

/* Where a string stands. */
typedef struct {
    int32_t number;
    int32_t begin;
} Found;

typedef struct {
    Found *items;
    Py_ssize_t count;
    Py_ssize_t room;
} FoundList;

/* A node of a tree of characters; what is read together lies together. */
typedef struct {
    Py_UCS4 character; /* that leads to it */
    int32_t first;     /* its first child; its children end where those of the next node begin */
    int32_t number;    /* of the string that ends at it, or -1 */
} Node;

/* Many strings, as a tree of their characters. */
typedef struct {
    int32_t count;    /* strings */
    int32_t *lengths; /* of each string */
    Node *nodes;      /* the root first, then level by level, children in the order of their characters */
    int32_t *head;    /* child of the root for each character below HEADS; 0: none */
    uint64_t *pairs;  /* a bit for every two characters with which a string may go on: most texts' pairs have none */
} Trie;

#define HEADS 0x10000
#define PAIRS 0x20000

/* `strings`: a list of different strings, none of them empty. Returns 0, or -1 with an exception set. */
int trie_build(Trie *trie, PyObject *strings);
void trie_free(Trie *trie);
/* Every place of every string, in ascending order, shorter strings first. Returns 0, or -1 with an exception set. */
int trie_find(const Trie *trie, const Py_UCS4 *text, Py_ssize_t length, FoundList *found);
/* Whether any string stands in a text. */
int trie_any(const Trie *trie, const Py_UCS4 *text, Py_ssize_t length);

/* realloc for `count` items; raises MemoryError and returns NULL, leaving `memory` as it is. */
void *resized(void *memory, Py_ssize_t count, size_t size);

/* From `begin` to before `end`. */
typedef struct {
    int32_t begin, end;
} Span;

/* ---- what the stages tell each other where one call goes through all of them: judge.c ---- */

/* A text as the rules see it, until the next one is read. */
typedef struct {
    const Text *text;
    const int32_t *starts, *ends; /* where each character begins and ends in the original; NULL: where it stands here */
    int is_changed, is_disguised, is_hinted;
} Normal;

/* What text/normalize.py does but for spellings. Returns 0; 1 where it takes Python; -1 with an exception set. */
int characters_read(PyObject *characters, PyObject *string, Normal *normal);

/* Parts of a pattern, and so spans of a hit, at most. */
#define MOST_PARTS 64

/* A rule that was found. */
typedef struct {
    int32_t rule, first, count; /* spans */
} Hit;

/* What one text holds. */
typedef struct Held Held;

/* The rules in a text. NULL with an exception set; otherwise it has to be given back. */
Held *patterns_find(PyObject *patterns, const Text *text);
void patterns_release(PyObject *patterns, Held *held);
const Text *held_text(const Held *held);
const Hit *held_hits(const Held *held, Py_ssize_t *count, const Span **spans);

/* Categories that the model names at most. */
#define SHOWN 5

/* What the model thinks of a text. */
typedef struct {
    double scam;
    int32_t categories[SHOWN], count; /* by their numbers among the model's, best first */
    double shares[SHOWN];
    Span telling;
} Opinion;

/* Returns 0, or -1 with an exception set. */
int linear_read(PyObject *linear, const Text *text, double look_below, Opinion *opinion);

/* A list of (begin, end, number, direction); None where it takes Python; NULL with an exception set. */
PyObject *numbers_find(PyObject *numbers, PyObject *string);
/* A tuple of strings. */
PyObject *sums_of(const Text *text);

/* What else there is to say: pieces of JSON, tuples of strings. */
typedef struct {
    PyObject *numbers, *urls, *contacts, *amounts;
} Findings;

/* A verdict, step by step: its text, each rule that was found, the rest. In `opinion` categories are the answers' own. */
int answers_begin(PyObject *answers, PyObject *string);
int answers_add(PyObject *answers, Py_ssize_t rule, const Span *spans, Py_ssize_t count);
PyObject *answers_end(PyObject *answers, const Opinion *opinion, const Findings *findings, PyObject *own, Py_ssize_t copies);

extern PyType_Spec patterns_spec, linear_spec, characters_spec, numbers_spec, answers_spec, judge_spec;
PyObject *sums_in(PyObject *module, PyObject *string);

#endif
