"""The world outside: streams, terminal, language, colour. One object, so that tests can swap it."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, cast

from antifraud_cli.knowledge.tableformat import LANGUAGES

if TYPE_CHECKING:
    from antifraud_cli.output.layout import Block

REGIONS = ("CN", "HK", "MO", "TW", "SG", "MY")
"""Territories of Chinese locales for which there are phone lines."""
_TRADITIONAL = ("tw", "hk", "mo", "hant")
_MIN_WIDTH, _MAX_WIDTH = 20, 100
_PIPE_WIDTH = 80


@dataclass
class Environment:
    """Where input comes from and output goes to, and how it should look."""

    stdin: BinaryIO
    """Bytes given to the program."""
    stdout: BinaryIO
    """Where data goes."""
    stderr: BinaryIO
    """Where prompts, progress and errors go."""
    encoding: str = "utf-8"
    """How text for a person is encoded; JSON is always UTF-8."""
    stdin_is_terminal: bool = False
    """Whether a person types."""
    stdout_is_terminal: bool = False
    """Whether a person reads."""
    stderr_is_terminal: bool = False
    """Whether a person sees progress."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables."""
    lang: str = "zh-Hans"
    """Language of everything that is printed."""
    color: str = "auto"
    """auto | always | never."""

    @classmethod
    def of_process(cls) -> Environment:
        """The environment of this process."""
        return cls(
            stdin=_bytes_of(sys.stdin),
            stdout=_bytes_of(sys.stdout),
            stderr=_bytes_of(sys.stderr),
            encoding=getattr(sys.stdout, "encoding", None) or "utf-8",
            stdin_is_terminal=_isatty(sys.stdin),
            stdout_is_terminal=_isatty(sys.stdout),
            stderr_is_terminal=_isatty(sys.stderr),
            variables=os.environ,
            lang=language_of(os.environ),
        )

    def write(self, text: str) -> None:
        """Write text for a person or a program to stdout; characters that the console lacks become `?`."""
        self.stdout.write(text.encode(self.encoding, "replace"))

    def write_utf8(self, text: str) -> None:
        """Write JSON or another file format to stdout."""
        self.stdout.write(text.encode("utf-8"))

    def tell(self, text: str) -> None:
        """Write a line to stderr."""
        self.stderr.write(f"{text}\n".encode(self.encoding, "replace"))
        self.stderr.flush()

    def tell_blocks(self, blocks: Iterable[Block]) -> None:
        """Write laid-out text to stderr, without colour."""
        from antifraud_cli.output import text as text_format

        self.tell(text_format.render(blocks, self.width()).rstrip("\n"))

    def width(self) -> int:
        """Columns for text: those of the terminal, within what can be read well."""
        if not self.stdout_is_terminal and "COLUMNS" not in self.variables:
            return _PIPE_WIDTH
        columns = self.variables.get("COLUMNS", "")
        if columns.isdigit() and int(columns):
            found = int(columns)
        else:
            try:
                found = os.get_terminal_size(self.stdout.fileno()).columns
            except (OSError, ValueError):
                found = _PIPE_WIDTH
        return max(_MIN_WIDTH, min(found or _PIPE_WIDTH, _MAX_WIDTH))

    def region(self) -> str:
        """Where the reader is, as far as the locale tells."""
        return region_of(self.variables)

    def wants_color(self) -> bool:
        """Whether to colour: --color first, then NO_COLOR, then whether a terminal shows it."""
        if self.color != "auto":
            return self.color == "always"
        if self.variables.get("NO_COLOR"):
            return False
        return self.stdout_is_terminal and self.variables.get("TERM") != "dumb" and _console_takes_escapes()


def language_of(variables: Mapping[str, str], system: str = "") -> str:
    """The language that the locale asks for; Chinese unless it says English."""
    for name in ("ANTIFRAUD_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = variables.get(name, "") or (system if name == "LANG" else "")
        if value and value.split(".")[0].upper() not in ("C", "POSIX"):
            return nearest_language(value)
    return LANGUAGES[0]


def region_of(variables: Mapping[str, str]) -> str:
    """Where the phone lines should be: the territory of a Chinese locale, the mainland otherwise.

    An English locale says little about where somebody is: half of the developers on the mainland use en_US.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        language, _, territory = variables.get(name, "").split(".")[0].partition("_")
        if language in ("zh", "yue") and territory.upper() in REGIONS:
            return territory.upper()
        if language and language.upper() not in ("C", "POSIX"):
            break
    return "CN"


def nearest_language(tag: str) -> str:
    """One of the three languages for a locale or tag such as zh_TW.UTF-8, zh-HK, en_US."""
    parts = tag.split(".")[0].replace("_", "-").lower().split("-")
    if parts[0] == "en":
        return "en"
    if parts[0] in ("zh", "yue") and any(part in _TRADITIONAL for part in parts[1:]):
        return "zh-Hant"
    return "zh-Hans"


def language_in(arguments: Sequence[str]) -> str | None:
    """The value of --lang anywhere on the command line: help texts are wanted before options are parsed."""
    for index, argument in enumerate(arguments):
        if argument == "--":
            return None
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
        if argument == "--lang" and index + 1 < len(arguments):
            return arguments[index + 1]
    return None


class _Missing(io.RawIOBase):
    """Stands for a stream that the caller closed: nothing to read, and nowhere to write."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        return 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def _bytes_of(stream: TextIO | None) -> BinaryIO:
    found: Any = _Missing() if stream is None else getattr(stream, "buffer", stream)
    return cast(BinaryIO, found)


def _console_takes_escapes() -> bool:
    """Whether escape sequences become colours: always but on a Windows console, which has to be asked for it."""
    if sys.platform != "win32":
        return True
    import ctypes

    output, processed = -11, 0x0004
    kernel = ctypes.windll.kernel32
    handle, mode = kernel.GetStdHandle(output), ctypes.c_ulong()
    if not kernel.GetConsoleMode(handle, ctypes.byref(mode)):
        return False
    return bool(kernel.SetConsoleMode(handle, mode.value | processed))


def _isatty(stream: object) -> bool:
    try:
        return bool(stream.isatty())  # type: ignore[attr-defined]
    except (AttributeError, ValueError):
        return False


_current: Environment | None = None


def current() -> Environment:
    """The environment in force."""
    global _current
    if _current is None:
        _current = Environment.of_process()
    return _current


def use(environment: Environment | None) -> None:
    """Put another environment in force (None: that of the process)."""
    global _current
    _current = environment


def text(key: str, **values: object) -> str:
    """One of the program's own texts in the current language, with `{name}` filled in."""
    from antifraud_cli.knowledge import store

    template: str = store.load(f"ui.{current().lang}")[key]
    return template.format(**values) if values else template


_REASONS = {
    errno.EACCES: "reason.denied",
    errno.EPERM: "reason.denied",
    errno.ENOSPC: "reason.full",
    errno.EROFS: "reason.read_only",
    errno.ENAMETOOLONG: "reason.name",
    errno.ENOENT: "reason.missing",
    errno.ENOTDIR: "reason.missing",
    errno.EISDIR: "reason.folder",
    errno.EFBIG: "reason.too_large",
    errno.EDQUOT: "reason.full",
}


def reason_of(error: OSError) -> str:
    """Why the system refused, in the current language where we have words for it."""
    key = _REASONS.get(error.errno or 0)
    return text(key) if key else error.strerror or str(error)
