"""gzip and zstd, by the suffix of a file name."""

from __future__ import annotations

import gzip
import zlib
from typing import Any, BinaryIO, cast

SUFFIXES = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd"}
"""Suffix -> how the file is compressed."""
_LEVELS = {"gzip": 6, "zstd": 3}


class NoZstdError(Exception):
    """Neither Python's own compression.zstd (3.14) nor its backport is there."""


class DamagedError(OSError):
    """A compressed file is cut off or is none."""


def compression_of(name: str) -> str:
    """gzip, zstd or nothing, as the name says."""
    return next((kind for suffix, kind in SUFFIXES.items() if name.lower().endswith(suffix)), "")


def without_suffix(name: str) -> str:
    """The name without the suffix of its compression."""
    found = next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), "")
    return name[: len(name) - len(found)]


def check(kind: str) -> None:
    """Raise NoZstdError if what is asked for is not installed."""
    if kind == "zstd":
        _zstd()


def opened(stream: BinaryIO, kind: str) -> BinaryIO:
    """A stream of the unpacked bytes; closing it leaves `stream` open. Raises NoZstdError."""
    if not kind:
        return stream
    packed: Any = gzip.GzipFile(fileobj=stream) if kind == "gzip" else _zstd().ZstdFile(stream)
    return cast(BinaryIO, _Unpacked(packed))


def packed(data: bytes, kind: str) -> bytes:
    """`data` as one member of a compressed file: members in a row are a file, so each can be made by itself.

    The same data gives the same bytes: no time of day goes in.
    """
    if not kind or not data:
        return data
    if kind == "gzip":
        return gzip.compress(data, _LEVELS[kind], mtime=0)
    return bytes(_zstd().compress(data, _LEVELS[kind]))


def _zstd() -> Any:
    try:
        from compression import zstd  # Python 3.14
    except ImportError:
        try:
            from backports import zstd
        except ImportError:
            raise NoZstdError from None
    return zstd


class _Unpacked:
    """Names damage by one error, whatever the library calls it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readline(self, size: int = -1) -> bytes:
        return self._safely(self._stream.readline, size)

    def read(self, size: int = -1) -> bytes:
        return self._safely(self._stream.read, size)

    def _safely(self, read: Any, size: int) -> bytes:
        try:
            return bytes(read(size))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DamagedError(str(error)) from None
        except Exception as error:
            if type(error).__name__ == "ZstdError":
                raise DamagedError(str(error)) from None
            raise
