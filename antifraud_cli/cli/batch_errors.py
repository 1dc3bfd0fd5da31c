"""What can go wrong in a batch, in words."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from antifraud_cli.batch.arrow import BadParquetError, NoArrowError
from antifraud_cli.batch.checkpoint import BadStateError
from antifraud_cli.batch.compression import DamagedError, NoZstdError
from antifraud_cli.batch.job import ColumnsDifferError, SourceChangedError
from antifraud_cli.batch.lines import UnknownEncodingError
from antifraud_cli.batch.sources import SeekError
from antifraud_cli.batch.tables import ColumnError
from antifraud_cli.batch.targets import BusyError, part_of
from antifraud_cli.cli.environment import reason_of, text
from antifraud_cli.cli.input import HINT_ENCODINGS
from antifraud_cli.errors import InputError, OutputError, UsageError


@contextlib.contextmanager
def in_words(output: str | None, encoding: str | None) -> Iterator[None]:
    """Say what went wrong, and what to do about it. `output`, `encoding`: the options of these names."""
    try:
        yield
    except UnknownEncodingError:
        raise UsageError(text("error.unknown_encoding", name=encoding), HINT_ENCODINGS) from None
    except ColumnError as error:
        raise InputError(text("error.no_column"), text("hint.no_column", names=str(error))) from None
    except ColumnsDifferError as error:
        raise InputError(text("error.batch_columns_differ", name=str(error)), text("hint.batch_apart")) from None
    except SourceChangedError:
        name = part_of(Path(os.path.realpath(str(output))))
        raise InputError(text("error.batch_changed_sources"), text("hint.batch_changed", name=name)) from None
    except BadStateError as error:
        raise InputError(text("error.batch_bad_state", name=str(error)), text("hint.batch_bad_state")) from None
    except SeekError:
        raise InputError(text("error.batch_parquet_input"), text("hint.batch_parquet_input")) from None
    except BadParquetError as error:
        raise InputError(text("error.batch_bad_parquet", detail=str(error)), text("hint.batch_damaged")) from None
    except DamagedError as error:
        raise InputError(text("error.batch_damaged", detail=str(error)), text("hint.batch_damaged")) from None
    except NoZstdError:
        raise UsageError(text("error.batch_no_zstd"), text("hint.batch_install", extra="zstd")) from None
    except NoArrowError:
        raise UsageError(text("error.batch_no_arrow"), text("hint.batch_install", extra="arrow")) from None
    except BusyError:
        raise OutputError(text("error.batch_busy", name=output), text("hint.batch_busy")) from None
    except BrokenProcessPool:
        raise InputError(text("error.batch_worker"), text("hint.batch_worker")) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        if output is None:
            raise
        raise OutputError(text("error.os", name=output, reason=reason_of(error)), text("hint.output")) from None


@contextlib.contextmanager
def writing(name: str) -> Iterator[None]:
    """Name the file that cannot be written."""
    try:
        yield
    except FileExistsError:
        part = part_of(Path(name))
        raise OutputError(text("error.batch_unfinished", name=part), text("hint.batch_unfinished")) from None
    except OSError as error:
        raise OutputError(text("error.os", name=name, reason=reason_of(error)), text("hint.output")) from None
