/* What the files of this folder share. Every text is an array of code points, as Python sees it; places count from 0. */

#ifndef ANTIFRAUD_NATIVE_H
#define ANTIFRAUD_NATIVE_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030A0000 /* one build serves Python 3.10 and all later ones */
#include <Python.h>
#include <stdint.h>
#include <string.h>

/* Raise it along with FORMAT in __init__.py when arguments or results change: a build left over from before is then passed by. */
#define NATIVE_FORMAT 2

/* Longer texts are refused: places are 32-bit numbers. The program itself takes a million characters at most. */
#define MAX_TEXT 100000000

static inline int is_digit(Py_UCS4 character)
{
    return character >= '0' && character <= '9';
}

/* A text. Memory is kept for the next one. */
typedef struct {
    Py_UCS4 *characters;
    Py_ssize_t length;
    Py_ssize_t room;
} Text;

/* Both return 0, or -1 with an exception set. */
int text_read(Text *text, PyObject *string);
int text_reserve(Text *text, Py_ssize_t room);
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

extern PyType_Spec patterns_spec, linear_spec, characters_spec, numbers_spec, answers_spec;
PyObject *sums_in(PyObject *module, PyObject *string);

#endif
