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

RawLines = tuple[int, "bytes | str | LineFault"]
"""The same for one line or, in bytes, several in a row, each with its end: the number is that of the first."""


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
    line, wide = _begin(stream, encoding, longest)
    if wide:
        yield from _wide_lines(line, stream, wide, longest)
        return
    number = 1
    readline = stream.readline
    while line:
        if len(line) < longest or line.endswith(b"\n"):
            yield number, line
        else:
            _skip(lambda: readline(longest), b"\n")
            yield number, LineFault.TOO_LONG
        number += 1
        line = readline(longest)


def raw_blocks(
    stream: BinaryIO, encoding: str | None, most: int, size: int, longest: int = MAX_LINE
) -> Iterator[RawLines]:
    """`raw_lines`, but at most `most` lines and about `size` bytes at once, without a step of Python for each."""
    held, wide = _begin(stream, encoding, longest)
    if wide:
        yield from _wide_lines(held, stream, wide, longest)
        return
    number = 1
    is_more = bool(held)
    while is_more:
        data = stream.read(size)
        is_more = bool(data)
        held += data
        end = held.rfind(b"\n") + 1 if is_more else len(held)
        for piece in _pieces(held[:end], most, longest):
            yield number, piece
            number += lines_in(piece)
        held = held[end:]
        if len(held) >= longest:  # it has no end so far, and whatever follows is too much
            yield number, LineFault.TOO_LONG
            number += 1
            held = _after_line(stream, size)


def lines_in(piece: object) -> int:
    """How many lines RawLines hold."""
    return piece.count(b"\n") + (not piece.endswith(b"\n")) if isinstance(piece, bytes) else 1


def _pieces(lines: bytes, most: int, longest: int) -> Iterator[bytes | LineFault]:
    """Whole lines, at most `most` of them at once; those that are too long by themselves."""
    if len(lines) >= longest:
        for line in io.BytesIO(lines):
            is_whole = len(line) < longest or (len(line) == longest and line.endswith(b"\n"))
            yield line if is_whole else LineFault.TOO_LONG
        return
    begin = 0
    while begin < len(lines):
        end = len(lines) if begin == 0 and lines_in(lines) <= most else _end_of_lines(lines, begin, most)
        yield lines[begin:end]
        begin = end


def _end_of_lines(lines: bytes, begin: int, count: int) -> int:
    """Where `count` lines end, or all of them."""
    for _ in range(count):
        begin = lines.find(b"\n", begin) + 1
        if not begin:
            return len(lines)
    return begin


def _after_line(stream: BinaryIO, size: int) -> bytes:
    """Read on to the end of a line; what was read of the next ones."""
    while data := stream.read(size):
        end = data.find(b"\n") + 1
        if end:
            return data[end:]
    return b""


def _begin(stream: BinaryIO, encoding: str | None, longest: int) -> tuple[bytes, str | None]:
    """The first line, without its mark, and the encoding if it is one in which a newline is more than one byte."""
    if encoding:
        _check(encoding)
    first = stream.readline(longest)
    marked = marked_encoding(first)
    wide = codecs.lookup(encoding).name if encoding else marked
    if wide and wide.startswith(("utf-16", "utf-32")):
        if wide in ("utf-16", "utf-32") and marked != wide:
            wide += "-le"  # named, but without a mark that tells the order of its bytes: the usual one
        return first, wide
    if not encoding and first.startswith(codecs.BOM_UTF8):
        first = first.removeprefix(codecs.BOM_UTF8)
        if not first.endswith(b"\n"):
            first += stream.readline(len(codecs.BOM_UTF8))  # the mark is no part of what may be so long
    return first, None


def _check(encoding: str) -> None:
    try:
        codecs.lookup(encoding)
        b"a".decode(encoding)
    except UnicodeError:
        return
    except (LookupError, ValueError):
        raise UnknownEncodingError(encoding) from None


def _wide_lines(first: bytes, stream: BinaryIO, encoding: str, longest: int) -> Iterator[RawLine]:
    """The lines of a stream that is decoded as a whole; `first` was read already."""
    bytes_ = io.BufferedReader(_Joined(first, stream))
    whole: TextIO = io.TextIOWrapper(bytes_, encoding=encoding, errors="replace", newline="\n")
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
