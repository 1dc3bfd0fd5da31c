"""case.yaml: the case as a person reads it. Made from the log, and made anew whenever something is added."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from antifraud_cli.cases.log import Log, sha256
from antifraud_cli.cases.model import SCHEMA
from antifraud_cli.knowledge import store
from antifraud_cli.knowledge.tableformat import LANGUAGES

_RARE = re.compile("[\r\x85\u2028\u2029\ufeff]")
_SEAL = "# sha256 "
"""Begins the last line: the hash of everything above it. Whoever edits the file by hand leaves it untrue."""


def contents(log: Log) -> dict[str, Any]:
    """What stands in case.yaml: the log's own values, word for word."""
    person: dict[str, Any] = {}
    for entry in log.entries:
        if isinstance(entry.get("person"), dict):
            person.update(entry["person"])
    begun: Mapping[str, Any] = next((entry["case"] for entry in log.entries if isinstance(entry.get("case"), dict)), {})
    return {
        "schema": SCHEMA,
        **begun,
        "person": person,
        "items": [entry["item"] for entry in log.entries if "item" in entry],
        "log": {"lines": len(log.entries), "sha256": log.head},
    }


def render(log: Log) -> bytes:
    """The bytes of case.yaml."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Texts of several lines as such, no references between equal values."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def string(dumper: Any, value: str) -> Any:
        # YAML takes some rare characters for line ends: between double quotes they are written out.
        style = '"' if _RARE.search(value) else "|" if "\n" in value else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, string)
    shown = contents(log)
    language = str(shown.get("language"))
    header: str = store.load(f"ui.{language if language in LANGUAGES else LANGUAGES[0]}")["case.yaml.header"]
    comment = "".join(f"# {line}\n" for line in header.split("\n"))
    body = comment + yaml.dump(shown, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=100)
    return f"{body}{_SEAL}{sha256(body.encode())}\n".encode()


def untouched(content: bytes) -> bool:
    """Whether a case.yaml is as the program wrote it, whichever version of the program."""
    body, mark, seal = content.rpartition(_SEAL.encode())
    return bool(mark) and seal.strip() == sha256(body).encode()


def read(content: bytes) -> Mapping[str, Any] | None:
    """The values in a case.yaml; None where it cannot be read."""
    import yaml

    class Loader(yaml.SafeLoader):
        """Without references: the program writes none, and nested ones can grow without end."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError
            return super().compose_node(parent, index)

    try:
        found = yaml.load(content, Loader=Loader)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, AttributeError):
        return None
    return found if isinstance(found, dict) else None
