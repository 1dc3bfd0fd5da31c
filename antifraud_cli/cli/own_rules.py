"""A person's own rules, as the commands that judge messages use them. Costs nothing where there are none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from antifraud_cli.cli.environment import Environment
from antifraud_cli.lists.folder import rules_folder

if TYPE_CHECKING:
    from antifraud_cli.knowledge.ownrules import OwnRules

VARIABLE = "ANTIFRAUD_RULES"
"""Environment variable with the folders to use in place of the usual one; empty for none."""


def in_force(env: Environment, named: Sequence[str] | None) -> OwnRules | None:
    """The rules of the person's own folder and of those `named` with --rules; None where there are none.

    What is faulty in their own folder is told and left out. Raises UsageError for a fault in a named one.
    """
    usual = usual_folders(env)
    if not usual and not named:
        return None
    from antifraud_cli.cli.own_rules_told import loaded

    return loaded(env, usual, list(named or ()))


def usual_folders(env: Environment) -> list[str]:
    """The folders that are read without being named: those of ANTIFRAUD_RULES, else the person's own if it exists."""
    given = env.variables.get(VARIABLE)
    if given is not None:
        return [folder.rstrip(os.sep) or folder for folder in given.split(os.pathsep) if folder]
    folder = rules_folder(env.variables)
    return [folder] if folder and os.path.lexists(folder) else []
