"""Where what is a person's own lies: lists, rules. No import that costs time: every command asks whether there are any."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

FILE = "lists.sqlite3"
RULES = "rules"


def data_folder(variables: Mapping[str, str]) -> str:
    """The folder for what the program keeps for this person, "" where the environment names none.

    ANTIFRAUD_HOME, else the place that the system has for such data.
    """
    if variables.get("ANTIFRAUD_HOME"):
        return variables["ANTIFRAUD_HOME"]
    home = variables.get("HOME", "")
    if sys.platform == "win32":
        base = variables.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        base = home and os.path.join(home, "Library", "Application Support")  # noqa: PTH118
    else:
        base = variables.get("XDG_DATA_HOME", "") or home and os.path.join(home, ".local", "share")  # noqa: PTH118
    return base and os.path.join(base, "antifraud")  # noqa: PTH118


def cache_folder(variables: Mapping[str, str]) -> str:
    """The folder for what can be made again at any time, "" where the environment names none."""
    if variables.get("ANTIFRAUD_HOME"):
        return os.path.join(variables["ANTIFRAUD_HOME"], "cache")  # noqa: PTH118
    home = variables.get("HOME", "")
    if sys.platform == "win32":
        base = variables.get("LOCALAPPDATA", "")
        return base and os.path.join(base, "antifraud", "Cache")  # noqa: PTH118
    if sys.platform == "darwin":
        base = home and os.path.join(home, "Library", "Caches")  # noqa: PTH118
    else:
        base = variables.get("XDG_CACHE_HOME", "") or home and os.path.join(home, ".cache")  # noqa: PTH118
    return base and os.path.join(base, "antifraud")  # noqa: PTH118


def rules_folder(variables: Mapping[str, str]) -> str:
    """The folder of the person's own rules, whether or not it exists; "" where the environment names none."""
    folder = data_folder(variables)
    return folder and os.path.join(folder, RULES)  # noqa: PTH118


def lists_file(variables: Mapping[str, str]) -> str:
    """The file of the lists, whether or not it exists; "" where the environment names no folder."""
    folder = data_folder(variables)
    return folder and os.path.join(folder, FILE)  # noqa: PTH118
