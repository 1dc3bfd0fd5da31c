"""Where the text to be judged comes from: argument, pipe, file, clipboard, keyboard; and how its bytes become text."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from antifraud_cli.cli.environment import Environment, reason_of, text
from antifraud_cli.errors import InputError, UsageError
from antifraud_cli.text.encodings import UNMARKED, decode_as, marked_encoding

MAX_BYTES = 8_000_000
"""No single message is longer; `batch` is for files of many."""
HINT_ENCODINGS = "utf-8, gb18030, big5, utf-16"
"""Encodings that a user is likely to mean."""
_TERMINAL_LINE = 4095
"""Bytes after which a terminal in line mode silently cuts a pasted line."""


def decode(data: bytes, encoding: str | None = None) -> str:
    """Bytes as text: by `encoding` if given, else by BOM, strict UTF-8, GB18030. Raises InputError."""
    if encoding:
        try:
            return data.decode(encoding)
        except LookupError:
            raise UsageError(text("error.unknown_encoding", name=encoding), HINT_ENCODINGS) from None
        except UnicodeError:
            raise InputError(text("error.undecodable_as", name=encoding), text("hint.encoding")) from None
    marked = marked_encoding(data)
    found = decode_as(data, (marked,) if marked else UNMARKED)
    if found is None:
        raise InputError(text("error.undecodable"), text("hint.encoding"))
    return found


def read_text(
    env: Environment,
    arguments: Sequence[str] | None,
    *,
    file: str | None = None,
    clip: bool = False,
    encoding: str | None = None,
    prompt: str = "prompt.text",
) -> str:
    """The one text that a command is about. Raises InputError where there is none."""
    given = [word for word in arguments or () if word != "-"]
    from_pipe = bool(arguments) and "-" in (arguments or ())
    if sum((bool(given), file is not None, clip, from_pipe)) > 1:
        raise UsageError(text("error.two_sources"), text("hint.two_sources"))
    if file is not None:
        found = decode(_read_file(file), encoding)
    elif clip:
        found = _clipboard()
    elif given:
        found = _repair_argument(" ".join(given), encoding)
    elif env.stdin_is_terminal:
        env.tell(text(prompt) + (text("prompt.end_windows") if sys.platform == "win32" else text("prompt.end")))
        data = env.stdin.read(MAX_BYTES + 1)
        if any(len(line) == _TERMINAL_LINE for line in data.split(b"\n")):
            env.tell(text("warning.cut_line"))
        found = decode(_limited(data), encoding)
    else:
        found = decode(_limited(env.stdin.read(MAX_BYTES + 1)), encoding)
    if not found.strip():
        raise InputError(text("error.no_text"), text("hint.no_text"))
    return found


@contextlib.contextmanager
def open_source(env: Environment, name: str, prompt: str) -> Iterator[BinaryIO]:
    """A file by its name, or standard input for -; a terminal gets the text `prompt` first. Raises InputError."""
    if name == "-":
        if env.stdin_is_terminal:
            env.tell(text(prompt))
        yield env.stdin
        return
    check_source(name)
    with Path(name).open("rb") as stream:
        yield stream


def check_source(name: str) -> None:
    """Raises InputError where there is no file of that name to be read."""
    if Path(name).is_dir():
        raise InputError(text("error.is_directory", name=name), text("hint.is_directory"))
    if not Path(name).exists():
        raise InputError(text("error.no_file", name=name), text("hint.no_file"))


def _read_file(name: str) -> bytes:
    path = Path(name)
    if path.is_dir():
        raise InputError(text("error.is_directory", name=name), text("hint.is_directory"))
    try:
        with path.open("rb") as stream:
            return _limited(stream.read(MAX_BYTES + 1))
    except FileNotFoundError:
        raise InputError(text("error.no_file", name=name), text("hint.no_file")) from None
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else text("reason.name")
        raise InputError(text("error.os", name=name, reason=reason), text("hint.os")) from None


def _limited(data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise InputError(text("error.too_big", limit=MAX_BYTES // 1_000_000), text("hint.too_big"))
    return data


def _repair_argument(argument: str, encoding: str | None) -> str:
    """An argument in another encoding than the terminal's arrives as surrogates; its bytes are decoded like a file's."""
    try:
        argument.encode("utf-8")
    except UnicodeEncodeError:
        try:
            return decode(argument.encode(sys.getfilesystemencoding(), "surrogateescape"), encoding)
        except UnicodeEncodeError:
            return argument.encode("utf-8", "replace").decode("utf-8")
    return argument


def _clipboard() -> str:
    try:
        import pyperclip
    except ImportError:
        raise InputError(text("error.no_clipboard"), text("hint.install_clip")) from None
    try:
        found = pyperclip.paste()
    except pyperclip.PyperclipException:
        raise InputError(text("error.no_clipboard"), text("hint.no_clipboard")) from None
    return str(found)
