"""Bytes in, lines of text out, with their numbers: streaming, whatever the encoding, however long a line is."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, BinaryIO, TextIO

from antifraud_cli.text.encodings import UNMARKED, decode_as, marked_encoding

MAX_LINE = 8_000_000
"""Bytes (characters, in UTF-16 and UTF-32) of the longest line that is read."""

_UNDECODABLE = "\ufffd"


class LineFault(Enum):
    """Why a line cannot be given."""

    UNDECODABLE = "undecodable"
    TOO_LONG = "too_long"


class UnknownEncodingError(ValueError):
    """There is no encoding of that name."""


Line = tuple[int, "str | LineFault"]
"""Number of the line, from 1, and its text with its line end."""

RawLine = tuple[int, "bytes | str | LineFault"]
"""The same, still undecoded where each line can be decoded by itself: by whoever has the time."""


def lines_of(stream: BinaryIO, encoding: str | None = None, longest: int = MAX_LINE) -> Iterator[Line]:
    """Every line of a stream, by `encoding` if given, else by BOM, UTF-8 or GB18030, whichever each line is.

    Raises UnknownEncodingError, before anything is read.
    """
    for number, line in raw_lines(stream, encoding, longest):
        yield number, decoded(line, encoding)


def decoded(line: bytes | str | LineFault, encoding: str | None) -> str | LineFault:
    """The text of a raw line."""
    if not isinstance(line, bytes):
        return line
    text = decode_as(line, (encoding,) if encoding else UNMARKED)
    return LineFault.UNDECODABLE if text is None else text


def raw_lines(stream: BinaryIO, encoding: str | None = None, longest: int = MAX_LINE) -> Iterator[RawLine]:
    """`lines_of` without decoding what `decoded` can decode line by line."""
    if encoding:
        _check(encoding)
    first = stream.readline(longest)
    marked = marked_encoding(first)
    wide = codecs.lookup(encoding).name if encoding else marked
    if wide and wide.startswith(("utf-16", "utf-32")):
        if wide in ("utf-16", "utf-32") and marked != wide:
            wide += "-le"  # named, but without a mark that tells the order of its bytes: the usual one
        # A newline is more than one byte here, so the stream is decoded as a whole.
        bytes_ = io.BufferedReader(_Joined(first, stream))
        whole = io.TextIOWrapper(bytes_, encoding=wide, errors="replace", newline="\n")
        yield from _wide_lines(whole, longest)
        return
    if not encoding:
        first = first.removeprefix(codecs.BOM_UTF8)
    number = 1
    line = first
    readline = stream.readline
    while line:
        if len(line) < longest or line.endswith(b"\n"):
            yield number, line
        else:
            _skip(lambda: readline(longest), b"\n")
            yield number, LineFault.TOO_LONG
        number += 1
        line = readline(longest)


def _check(encoding: str) -> None:
    try:
        codecs.lookup(encoding)
        b"a".decode(encoding)
    except UnicodeError:
        return
    except (LookupError, ValueError):
        raise UnknownEncodingError(encoding) from None


def _wide_lines(whole: TextIO, longest: int) -> Iterator[RawLine]:
    number = 1
    line = whole.readline(longest).removeprefix("\ufeff")
    while line:
        if len(line) < longest or line.endswith("\n"):
            yield number, LineFault.UNDECODABLE if _UNDECODABLE in line else line
        else:
            _skip(lambda: whole.readline(longest), "\n")
            yield number, LineFault.TOO_LONG
        number += 1
        line = whole.readline(longest)


def _skip(more: Callable[[], Any], end: Any) -> None:
    """Read on to the end of a line that is too long."""
    while piece := more():
        if piece.endswith(end):
            return


class _Joined(io.RawIOBase):
    """A stream whose first bytes were already taken."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self._first = first
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._first[: len(buffer)] or self._rest.read(len(buffer))
        self._first = self._first[len(data) :] if self._first else b""
        buffer[: len(data)] = data
        return len(data)
