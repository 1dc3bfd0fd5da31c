"""Load a person's own rules, and say what is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Sequence

from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.errors import Problem, UsageError
from antifraud_cli.knowledge import ownrules
from antifraud_cli.knowledge.ownrules import OwnRules
from antifraud_cli.lists.folder import cache_folder
from antifraud_cli.output.escape import one_line

_SHOWN_FAULTS = 5
_SHOWN_WARNINGS = 3


def loaded(env: Environment, usual: Sequence[str], named: Sequence[str]) -> OwnRules | None:
    """`own_rules.in_force` where there are folders."""
    usual = with_rules([folder for folder in usual if folder not in named])
    if not usual and not named:
        return None
    cache = cache_folder(env.variables)
    found = ownrules.load([*usual, *named], cache and os.path.join(cache, "rules"))  # noqa: PTH118
    if found.problems:
        faults = [problem for problem in found.problems if _is_in(problem, named)]
        if faults:
            _refuse(env, faults, named)
        _warn(env, found.problems)
    return found


def with_rules(folders: Sequence[str]) -> list[str]:
    """The folders less those that are still empty: a person's own folder may be."""
    return [folder for folder in folders if not (os.path.isdir(folder) and ownrules.is_empty(folder))]  # noqa: PTH112


def _is_in(problem: Problem, folders: Sequence[str]) -> bool:
    return any(folder in (problem.file, os.path.dirname(problem.file)) for folder in folders)  # noqa: PTH120


def _refuse(env: Environment, faults: Sequence[Problem], named: Sequence[str]) -> None:
    for problem in faults[:_SHOWN_FAULTS]:
        env.tell(text("word.error") + one_line(str(problem)))
    options = " ".join(f"--rules {folder}" for folder in named)
    raise UsageError(text("own.error.faulty", count=len(faults)), text("own.hint.check", options=options))


def _warn(env: Environment, faults: Sequence[Problem]) -> None:
    """In few lines: the verdict comes first."""
    env.tell(text("own.left_out", count=len(faults)))
    for problem in faults[:_SHOWN_WARNINGS]:
        env.tell(f"  {one_line(str(problem))}")
    env.tell(text("word.hint") + text("own.hint.check_usual"))
