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

static PyObject *digits(PyObject *module, PyObject *string)
{
    Text text = {0};
    Py_ssize_t count = 0;
    (void)module;
    if (text_read(&text, string) < 0)
        return NULL;
    for (Py_ssize_t at = 0; at < text.length; at++) {
        Py_UCS4 c = text.characters[at];
        if (!is_read_as_it_stands(c)) {
            count = -1;
            break;
        }
        count += c >= '0' && c <= '9';
    }
    text_free(&text);
    return PyLong_FromSsize_t(count);
}

static PyMethodDef functions[] = {
    {"digits", digits, METH_O, "How many digits a text has; -1 where not all of it is read as it stands."},
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
