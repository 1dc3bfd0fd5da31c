/* The module itself. */

#include "native.h"

static int add_types(PyObject *module)
{
    PyType_Spec *specs[] = {&patterns_spec, &linear_spec, &characters_spec, &answers_spec};
    for (size_t n = 0; n < sizeof specs / sizeof *specs; n++) {
        PyObject *type = PyType_FromModuleAndSpec(module, specs[n], NULL);
        int result = type ? PyModule_AddType(module, (PyTypeObject *)type) : -1;
        Py_XDECREF(type);
        if (result < 0)
            return -1;
    }
    return PyModule_AddIntConstant(module, "FORMAT", NATIVE_FORMAT);
}

/* Whether a character is read as it stands: ASCII but for tabs and their like, Chinese characters, their punctuation. */
static int is_read_as_it_stands(Py_UCS4 c)
{
    static const uint16_t others[] = {0xff0c, 0xff1a, 0xff1b, 0xff01, 0xff1f, 0xff08, 0xff09, 0x201c, 0x201d, 0x2018,
                                      0x2019, 0x2026, 0xffe5}; /* ，：；！？（）“”‘’…￥ */
    if (c < 0x80)
        return c != '\t' && c != '\r' && c != '\v' && c != '\f';
    if ((c >= 0x3400 && c <= 0x9fff) || (c >= 0x3001 && c <= 0x303f))
        return 1;
    for (size_t n = 0; n < sizeof others / sizeof *others; n++)
        if (others[n] == c)
            return 1;
    return 0;
}

/* The classes of numbers/message.py: what a number may begin with, and what must not stand right before it. */
static int is_figure(Py_UCS4 c)
{
    return (c >= '0' && c <= '9') || c == 'l' || c == 'I' || c == 'O' || c == 'o';
}

static int is_beside(Py_UCS4 c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= '@' && c <= 'Z') || c == '/' || c == '=' || c == '&' ||
           c == '?' || c == '#' || c == '%' || c == '_' || c == '.' || c == '+' || c == '-';
}

static int may_begin(const Text *text, Py_ssize_t at)
{
    const Py_UCS4 *c = text->characters + at;
    Py_ssize_t left = text->length - at;
    if ((at && is_beside(c[-1])) || !(is_figure(*c) || *c == '+' || *c == '('))
        return 0;
    return *c == '+' || *c == '(' || (left > 1 && *c == '8' && c[1] == '6') ||
           (left > 2 && is_figure(c[1]) && is_figure(c[2]));
}

static PyObject *starts_in(const Text *text)
{
    PyObject *starts = PyList_New(0);
    for (Py_ssize_t at = 0; starts && at < text->length; at++)
        if (may_begin(text, at)) {
            PyObject *start = PyLong_FromSsize_t(at);
            if (start == NULL || PyList_Append(starts, start) < 0)
                Py_CLEAR(starts);
            Py_XDECREF(start);
        }
    return starts;
}

static PyObject *number_starts(PyObject *module, PyObject *args)
{
    Text text = {0};
    PyObject *string;
    Py_ssize_t least, digits = 0;
    (void)module;
    if (!PyArg_ParseTuple(args, "Un", &string, &least) || text_read(&text, string) < 0)
        return NULL;
    PyObject *starts = NULL;
    for (Py_ssize_t at = 0; at < text.length; at++) {
        Py_UCS4 c = text.characters[at];
        if (!is_read_as_it_stands(c)) {
            text_free(&text);
            Py_RETURN_NONE;
        }
        digits += c >= '0' && c <= '9';
    }
    starts = digits < least ? PyList_New(0) : starts_in(&text);
    text_free(&text);
    return starts;
}

/* Where figures, commas and points end that one of `marks` follows. */
static PyObject *figure_ends(PyObject *module, PyObject *args)
{
    Text text = {0}, marks = {0};
    PyObject *string, *mark_string, *ends = NULL;
    (void)module;
    if (!PyArg_ParseTuple(args, "UU", &string, &mark_string) || text_read(&text, string) < 0 ||
        text_read(&marks, mark_string) < 0)
        goto done;
    ends = PyList_New(0);
    for (Py_ssize_t at = 1; ends && at < text.length; at++) {
        Py_UCS4 before = text.characters[at - 1];
        if (!((before >= '0' && before <= '9') || before == ',' || before == '.'))
            continue;
        for (Py_ssize_t n = 0; n < marks.length; n++)
            if (marks.characters[n] == text.characters[at]) {
                PyObject *end = PyLong_FromSsize_t(at);
                if (end == NULL || PyList_Append(ends, end) < 0)
                    Py_CLEAR(ends);
                Py_XDECREF(end);
                break;
            }
    }
done:
    text_free(&text);
    text_free(&marks);
    return ends;
}

static PyMethodDef functions[] = {
    {"figure_ends", figure_ends, METH_VARARGS, "Where figures, commas and points end that one of some marks follows."},
    {"number_starts", number_starts, METH_VARARGS,
     "Where a phone number may begin; nowhere with too few digits; None where not all of a text is read as it stands."},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, add_types},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_native",
    .m_doc = "The work of messages/ and text/ that every message takes, compiled.",
    .m_methods = functions,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__native(void)
{
    return PyModuleDef_Init(&definition);
}
