"""What other programs import: names, types, layers."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import pytest

import antifraud_cli

PACKAGE = Path(antifraud_cli.__file__).parent
LAYERS = [
    {"cli"},
    {"output", "batch", "cases", "lists", "engines"},
    {"api", "law", "names", "quality", "quiz", "rulebook"},
    {"numbers", "messages", "checklists"},
    {"knowledge"},
    {"text", "errors"},
    {"speedups"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "data" not in path.relative_to(PACKAGE).parts)


def test_the_public_names_are_there() -> None:
    """Each name in __all__ can be imported, is documented, and nothing else is promised."""
    assert set(antifraud_cli.__all__) == {
        "AntifraudError", "Checklist", "MessageVerdict", "NumberVerdict", "__version__", "check_number", "checklist",
        "classify",
    }  # fmt: skip
    for name in antifraud_cli.__all__:
        found = getattr(antifraud_cli, name)
        assert name == "__version__" or inspect.getdoc(found)


def test_other_names_are_refused() -> None:
    """A name that is not there is an AttributeError, as for any module."""
    with pytest.raises(AttributeError, match="nosuch"):
        _ = antifraud_cli.nosuch  # type: ignore[attr-defined]


def test_the_package_says_that_it_is_typed() -> None:
    """py.typed is part of the package, and each public function has types."""
    assert (PACKAGE / "py.typed").is_file()
    from antifraud_cli import api

    for function in (api.classify, api.check_number, api.checklist):
        parameters = inspect.signature(function).parameters
        assert all(parameter.annotation is not inspect.Parameter.empty for parameter in parameters.values())
    assert "return" in get_type_hints(antifraud_cli.__getattr__)


def test_the_functions_give_what_the_commands_give(antifraud: object) -> None:
    """classify and check_number return what --json prints."""
    text = "我是公安局的,你涉嫌洗钱,把钱转到安全账户"
    assert antifraud_cli.classify(text).as_json() == antifraud("classify", "--json", text).json  # type: ignore[operator]
    number = antifraud_cli.check_number("+8696110", direction="sms")
    shown = antifraud("check-number", "--json", "--direction", "sms", "+8696110")  # type: ignore[operator]
    assert number.as_json() == shown.json


def test_errors_belong_to_one_family() -> None:
    """A wrong name raises an AntifraudError with message and hint."""
    with pytest.raises(antifraud_cli.AntifraudError) as caught:
        antifraud_cli.checklist("杀猪")
    assert caught.value.message
    assert caught.value.hint


def test_importing_the_package_loads_nothing_heavy() -> None:
    """`import antifraud_cli` stays cheap: knowledge, typer, rich, jieba, phonenumbers and yaml wait until they are used."""
    code = (
        "import sys, antifraud_cli; "
        "print([name for name in ('yaml', 'typer', 'rich', 'jieba', 'phonenumbers', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def imports_of(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, path
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer_of(module: str) -> int | None:
    parts = module.split(".")
    return LEVEL.get(parts[1]) if parts[0] == "antifraud_cli" and len(parts) > 1 else None


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_run_downwards(path: Path) -> None:
    """cli → output, batch, cases, lists, engines → api, law, … → numbers, messages, checklists → knowledge → text, errors → speedups."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    if parts[0] in ("__init__", "__main__"):
        return
    own = LEVEL[parts[0]]
    for module in imports_of(path):
        imported = layer_of(module)
        assert imported is None or imported >= own, f"{path.name} imports {module}"


@pytest.mark.parametrize("package", ["numbers", "messages", "checklists", "text"])
def test_the_core_is_pure(package: str) -> None:
    """The core prints nothing and reads no clock, file, environment or network."""
    forbidden = {"os", "sys", "io", "pathlib", "time", "socket", "subprocess", "urllib", "http", "random", "threading"}
    allowed = {"wordbounds.py": {"os", "sys", "io", "pathlib"}}  # jieba has to be told where not to write
    for path in (PACKAGE / package).glob("*.py"):
        names = {module.split(".")[0] for module in imports_of(path)}
        assert not names & (forbidden - allowed.get(path.name, set())), path
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ]
        assert not {"print", "open", "input", "exec", "eval"} & set(calls), path


NUMBER = re.compile(
    r"(?<![0-9A-Za-z.\-])(?:110|119|120|12110|96110|123\d\d|95\d{3}|400\d{7}|1[3-9]\d{9})(?![0-9A-Za-z.\-])"
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_phone_number_in_code(path: Path) -> None:
    """Phone numbers stand in data/ only, never in a string of the code (docstrings show examples)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            assert not NUMBER.search(node.value), node.value
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            documents.add(id(node.value))  # the sentence under a constant or field


def test_a_closed_set_of_modules_writes_to_disk() -> None:
    """Only the compiler, the cache of own rules, the outputs of batch, the one way to write an answer, and cases write files."""
    writers = set()
    for path in MODULES:
        source = path.read_text(encoding="utf-8")
        if re.search(r"\.write_(text|bytes)\(|open\([^)]*[\"'][wax]b?[\"']", source):
            writers.add(path.relative_to(PACKAGE).as_posix())
    cases = {f"cases/{name}.py" for name in ("disk", "folder", "export")}
    batch = {"batch/checkpoint.py", "cli/batch_run.py"}
    knowledge = {"knowledge/compiler.py", "knowledge/ownrules.py"}
    assert writers <= {*knowledge, "cli/target.py", "cli/main.py", *cases, *batch}
