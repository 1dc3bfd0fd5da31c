"""The program: start, dispatch, and turn every outcome into an exit status. No traceback ever reaches the user."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from typing import Any

from antifraud_cli import __version__
from antifraud_cli.cli import environment
from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.errors import AntifraudError


def main() -> None:
    """Entry point of the `antifraud` program."""
    # A run is short and makes no rubbish worth collecting while it loads its knowledge.
    gc.disable()
    status = run(sys.argv[1:], Environment.of_process())
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    # A reader that went away would make the interpreter complain while it closes stdout.
    if status == Exit.CLOSED_PIPE:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def run(arguments: Sequence[str], env: Environment) -> int:
    """Run one command line in an environment and return its exit status."""
    environment.use(env)
    asked = environment.language_in(arguments)
    if asked:
        env.lang = environment.nearest_language(asked)
    try:
        status = _dispatch(list(arguments))
        env.stdout.flush()
        return status
    except AntifraudError as error:
        _complain(env, error.message, error.hint)
        return Exit.ERROR
    except BrokenPipeError:
        return Exit.CLOSED_PIPE
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except RecursionError:
        _complain(env, text("error.internal", name="RecursionError"), text("hint.internal"))
        return Exit.CRASH
    except Exception as error:
        return _unexpected(env, error)
    finally:
        environment.use(None)


def _dispatch(arguments: list[str]) -> int:
    if arguments == ["--version"]:
        # The shortest way: scripts ask for the version to find out whether the program is there.
        environment.current().write(f"antifraud {__version__}\n")
        return Exit.NOTHING
    from antifraud_cli.cli.app import build

    result: Any = build().main(args=arguments, prog_name="antifraud", standalone_mode=False)
    return int(result) if isinstance(result, int) else Exit.NOTHING


def _unexpected(env: Environment, error: Exception) -> int:
    """Usage errors of the option parser in our words; everything else is a fault of ours."""
    from antifraud_cli.cli.usage import explain

    explained = explain(error)
    if explained is not None:
        if explained.message:
            _complain(env, explained.message, explained.hint)
        return Exit.ERROR
    if type(error).__name__ == "Abort":
        return Exit.INTERRUPTED
    if isinstance(error, OSError) and error.filename is not None:
        _complain(env, text("error.os", name=error.filename, reason=error.strerror or str(error)), text("hint.os"))
        return Exit.ERROR
    if os.environ.get("ANTIFRAUD_DEBUG"):
        raise error
    _complain(env, text("error.internal", name=f"{type(error).__name__}: {error}"), text("hint.internal"))
    return Exit.CRASH


def _complain(env: Environment, message: str, hint: str) -> None:
    from antifraud_cli.output.escape import visible

    with contextlib.suppress(OSError, ValueError):
        env.tell(f"{_word(env, 'word.error')}{visible(message)}")
        if hint:
            env.tell(f"{_word(env, 'word.hint')}{visible(hint)}")


def _word(env: Environment, key: str) -> str:
    """A label; with broken data files the program has no words of its own left but these."""
    try:
        return text(key)
    except AntifraudError:
        return {"word.error": "错误: ", "word.hint": "建议: "}[key]


if __name__ == "__main__":
    main()
