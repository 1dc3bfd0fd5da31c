/* The module itself. */

#include "native.h"

static int add_types(PyObject *module)
{
    PyType_Spec *specs[] = {&patterns_spec, &linear_spec, &characters_spec, &numbers_spec, &answers_spec, &judge_spec};
    for (size_t n = 0; n < sizeof specs / sizeof *specs; n++) {
        PyObject *type = PyType_FromModuleAndSpec(module, specs[n], NULL);
        int result = type ? PyModule_AddType(module, (PyTypeObject *)type) : -1;
        Py_XDECREF(type);
        if (result < 0)
            return -1;
    }
    return PyModule_AddIntConstant(module, "FORMAT", NATIVE_FORMAT);
}

static PyMethodDef functions[] = {
    {"sums_in", sums_in, METH_O, "The sums of money that a text names, each once."},
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
