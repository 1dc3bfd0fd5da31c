"""`--plain`: one record a line, fields divided by tabs, no decoration; its columns only ever grow at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from antifraud_cli.output.escape import one_line


def render(records: Iterable[Sequence[object]]) -> str:
    """The records; an absent field is `-`."""
    return "".join(
        "\t".join(one_line(str(field)) if field not in (None, "") else "-" for field in record) + "\n"
        for record in records
    )
