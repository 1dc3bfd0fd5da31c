/* Texts as arrays of code points, and the search for many strings in them. */

#include "native.h"

#include <stdlib.h>

void *resized(void *memory, Py_ssize_t count, size_t size)
{
    void *found = NULL;
    if (count >= 0 && (size_t)count <= (size_t)PY_SSIZE_T_MAX / size)
        found = PyMem_Realloc(memory, count ? (size_t)count * size : 1);
    if (found == NULL)
        PyErr_NoMemory();
    return found;
}

int text_reserve(Text *text, Py_ssize_t room)
{
    if (room <= text->room)
        return 0;
    Py_UCS4 *characters = resized(text->characters, room, sizeof(Py_UCS4));
    if (characters == NULL)
        return -1;
    text->characters = characters;
    text->room = room;
    return 0;
}

int text_copy(Text *text, const Text *from)
{
    if (text_reserve(text, from->length + 1) < 0)
        return -1;
    memcpy(text->characters, from->characters, (size_t)from->length * sizeof(Py_UCS4));
    text->length = from->length;
    return 0;
}

int text_read(Text *text, PyObject *string)
{
    if (!PyUnicode_Check(string)) {
        PyErr_SetString(PyExc_TypeError, "a text must be a string");
        return -1;
    }
    Py_ssize_t length = PyUnicode_GetLength(string);
    if (length < 0)
        return -1;
    if (length > MAX_TEXT) {
        PyErr_SetString(PyExc_OverflowError, "the text is too long");
        return -1;
    }
    if (text_reserve(text, length + 1) < 0)
        return -1;
    if (length && PyUnicode_AsUCS4(string, text->characters, length, 0) == NULL)
        return -1;
    text->length = length;
    return 0;
}

void text_free(Text *text)
{
    PyMem_Free(text->characters);
    memset(text, 0, sizeof *text);
}

PyObject *text_string(const Py_UCS4 *characters, Py_ssize_t length)
{
    const uint16_t probe = 1;
    int order = *(const unsigned char *)&probe ? -1 : 1; /* of the bytes in this machine's numbers */
    return PyUnicode_DecodeUTF32((const char *)characters, length * (Py_ssize_t)sizeof(Py_UCS4), "surrogatepass", &order);
}

/* One string on its way into the tree. */
typedef struct {
    const Py_UCS4 *characters;
    int32_t length;
    int32_t number;
} Entry;

static int by_characters(const void *left, const void *right)
{
    const Entry *a = left, *b = right;
    int32_t common = a->length < b->length ? a->length : b->length;
    for (int32_t at = 0; at < common; at++)
        if (a->characters[at] != b->characters[at])
            return a->characters[at] < b->characters[at] ? -1 : 1;
    return (a->length > b->length) - (a->length < b->length);
}

/* The place of two characters among PAIRS; others may share it. */
static uint32_t pair_place(Py_UCS4 first, Py_UCS4 second)
{
    return (first * 2654435761u ^ second * 2246822519u) >> 15 & (PAIRS - 1);
}

/* The strings that go through a node. */
typedef struct {
    int32_t low, high; /* among the sorted entries */
    int32_t depth;
} Range;

static int grow(Trie *trie, const Entry *entries, Py_ssize_t most)
{
    Range *ranges = resized(NULL, most, sizeof(Range));
    trie->nodes = resized(NULL, most + 1, sizeof(Node));
    trie->head = resized(NULL, HEADS, sizeof(int32_t));
    trie->pairs = resized(NULL, PAIRS / 64, sizeof(uint64_t));
    if (ranges == NULL || trie->nodes == NULL || trie->head == NULL || trie->pairs == NULL) {
        PyMem_Free(ranges);
        return -1;
    }
    memset(trie->pairs, 0, PAIRS / 8);
    memset(trie->head, 0, HEADS * sizeof(int32_t));
    ranges[0] = (Range){0, trie->count, 0};
    trie->nodes[0].character = 0;
    int32_t nodes = 1;
    for (int32_t node = 0; node < nodes; node++) {
        Range here = ranges[node];
        trie->nodes[node].number = -1;
        trie->nodes[node].first = nodes;
        while (here.low < here.high && entries[here.low].length == here.depth)
            trie->nodes[node].number = entries[here.low++].number;
        for (int32_t low = here.low, high; low < here.high; low = high) {
            Py_UCS4 character = entries[low].characters[here.depth];
            for (high = low + 1; high < here.high && entries[high].characters[here.depth] == character; high++)
                ;
            ranges[nodes] = (Range){low, high, here.depth + 1};
            trie->nodes[nodes].character = character;
            if (node == 0 && character < HEADS)
                trie->head[character] = nodes;
            if (here.depth == 1) {
                uint32_t place = pair_place(entries[low].characters[0], character);
                trie->pairs[place >> 6] |= (uint64_t)1 << (place & 63);
            }
            nodes++;
        }
    }
    trie->nodes[nodes].first = nodes;
    PyMem_Free(ranges);
    Node *fitting = resized(trie->nodes, (Py_ssize_t)nodes + 1, sizeof(Node));
    if (fitting == NULL)
        return -1;
    trie->nodes = fitting;
    return 0;
}

int trie_build(Trie *trie, PyObject *strings)
{
    memset(trie, 0, sizeof *trie);
    Py_ssize_t count = PyList_Size(strings), total = 0, filled = 0;
    if (count < 0)
        return -1;
    for (Py_ssize_t n = 0; n < count; n++) {
        Py_ssize_t length = PyUnicode_GetLength(PyList_GetItem(strings, n));
        if (length < 0)
            return -1;
        if (length == 0 || length > MAX_TEXT || total > MAX_TEXT) {
            PyErr_SetString(PyExc_ValueError, "an empty string, or too many characters in all");
            return -1;
        }
        total += length;
    }
    Py_UCS4 *characters = resized(NULL, total, sizeof(Py_UCS4));
    Entry *entries = resized(NULL, count, sizeof(Entry));
    trie->lengths = resized(NULL, count, sizeof(int32_t));
    int result = characters && entries && trie->lengths ? 0 : -1;
    for (Py_ssize_t n = 0; n < count && result == 0; n++) {
        PyObject *string = PyList_GetItem(strings, n);
        Py_ssize_t length = PyUnicode_GetLength(string);
        if (length > total - filled || PyUnicode_AsUCS4(string, characters + filled, length, 0) == NULL)
            result = -1;
        entries[n] = (Entry){characters + filled, (int32_t)length, (int32_t)n};
        trie->lengths[n] = (int32_t)length;
        filled += length;
    }
    if (result == 0) {
        trie->count = (int32_t)count;
        qsort(entries, (size_t)count, sizeof(Entry), by_characters);
        result = grow(trie, entries, total + 1);
    }
    PyMem_Free(entries);
    PyMem_Free(characters);
    return result;
}

void trie_free(Trie *trie)
{
    PyMem_Free(trie->lengths);
    PyMem_Free(trie->nodes);
    PyMem_Free(trie->head);
    PyMem_Free(trie->pairs);
    memset(trie, 0, sizeof *trie);
}

/* The child of a node for a character; 0: none. */
static int32_t child(const Trie *trie, int32_t node, Py_UCS4 character)
{
    const Node *nodes = trie->nodes;
    int32_t low = nodes[node].first, high = nodes[node + 1].first;
    while (high - low > 8) {
        int32_t middle = low + (high - low) / 2;
        if (nodes[middle].character <= character)
            low = middle;
        else
            high = middle;
    }
    for (; low < high; low++)
        if (nodes[low].character == character)
            return low;
    return 0;
}

/* The child of a child of the root, to which `first` led; 0: none. */
static int32_t grandchild(const Trie *trie, int32_t node, Py_UCS4 first, Py_UCS4 second)
{
    uint32_t place = pair_place(first, second);
    return trie->pairs[place >> 6] >> (place & 63) & 1 ? child(trie, node, second) : 0;
}

static int32_t child_of_root(const Trie *trie, Py_UCS4 character)
{
    return character < HEADS ? trie->head[character] : child(trie, 0, character);
}

int trie_find(const Trie *trie, const Py_UCS4 *text, Py_ssize_t length, FoundList *found)
{
    found->count = 0;
    for (Py_ssize_t begin = 0; begin < length; begin++) {
        int32_t node = child_of_root(trie, text[begin]);
        for (Py_ssize_t at = begin + 1; node; at++) {
            if (trie->nodes[node].number >= 0) {
                if (found->count == found->room) {
                    if (found->count > INT32_MAX / 4) {
                        PyErr_NoMemory();
                        return -1;
                    }
                    Py_ssize_t room = found->room ? found->room * 2 : 256;
                    Found *items = resized(found->items, room, sizeof(Found));
                    if (items == NULL)
                        return -1;
                    found->items = items;
                    found->room = room;
                }
                found->items[found->count++] = (Found){trie->nodes[node].number, (int32_t)begin};
            }
            if (at >= length)
                break;
            node = at == begin + 1 ? grandchild(trie, node, text[begin], text[at]) : child(trie, node, text[at]);
        }
    }
    return 0;
}

int trie_any(const Trie *trie, const Py_UCS4 *text, Py_ssize_t length)
{
    for (Py_ssize_t begin = 0; begin < length; begin++) {
        int32_t node = child_of_root(trie, text[begin]);
        for (Py_ssize_t at = begin + 1; node; at++) {
            if (trie->nodes[node].number >= 0)
                return 1;
            node = at < length ? child(trie, node, text[at]) : 0;
        }
    }
    return 0;
}
