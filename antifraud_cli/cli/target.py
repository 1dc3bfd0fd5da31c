"""Where an answer goes: standard output, or a file that appears under its name only when it is complete."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from antifraud_cli.cli.environment import Environment, reason_of, text
from antifraud_cli.errors import OutputError


@contextlib.contextmanager
def open_target(env: Environment, name: str | None) -> Iterator[BinaryIO]:
    """The stream to write to. None and `-` are standard output; a device or a pipe is written to as it is.

    A file that exists is replaced at the end, or stays as it was. Raises OutputError for a folder and for whatever the
    system refuses.
    """
    if name is None or name == "-":
        yield env.stdout
        return
    path = Path(os.path.realpath(name))  # a link stays a link
    if path.is_dir():
        raise OutputError(text("error.is_directory", name=name), text("hint.output"))
    plain = path.is_file() or not path.exists()
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial") if plain else path
    try:
        stream = partial.open("xb" if plain else "wb")
    except OSError as error:
        raise OutputError(text("error.os", name=name, reason=reason_of(error)), text("hint.output")) from None
    try:
        with stream:
            yield stream
        if plain:
            partial.replace(path)
    except BaseException as error:
        if plain:
            with contextlib.suppress(OSError):
                partial.unlink()
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            raise OutputError(text("error.os", name=name, reason=reason_of(error)), text("hint.output")) from None
        raise
