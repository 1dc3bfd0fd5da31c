"""The program: start, dispatch, and turn every outcome into an exit status. No traceback ever reaches the user."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from typing import Any, TextIO

from antifraud_cli import __version__
from antifraud_cli.cli import environment
from antifraud_cli.cli.environment import Environment, reason_of, text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.errors import AntifraudError, DataError

_SHOWN_FAULTS = 5


def main() -> None:
    """Entry point of the `antifraud` program."""
    # A run is short and makes no rubbish worth collecting while it loads its knowledge.
    gc.disable()
    status = run(sys.argv[1:], Environment.of_process())
    _let_go(sys.stdout)
    _let_go(sys.stderr)
    sys.exit(status)


def _let_go(stream: TextIO | None) -> None:
    """What cannot be written any more would make the interpreter complain while it closes the stream."""
    if stream is None:
        return
    try:
        stream.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


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
    except DataError as error:
        return _broken_data(env, error)
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

    if "_ANTIFRAUD_COMPLETE" in environment.current().variables:
        from typer._completion_classes import completion_init

        completion_init()
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
    if type(error).__name__ == "ClosedPipeError":
        return Exit.CLOSED_PIPE
    if type(error).__name__ == "Abort" or _is_interrupt(error):
        return Exit.INTERRUPTED
    if isinstance(error, OSError):
        # Without a name it is the output: input is opened by name, or is a pipe that merely ends.
        name = text("word.stdout") if error.filename is None else os.fsdecode(error.filename)
        _complain(env, text("error.os", name=name, reason=reason_of(error)), text("hint.os"))
        return Exit.ERROR
    if os.environ.get("ANTIFRAUD_DEBUG"):
        raise error
    _complain(env, text("error.internal", name=f"{type(error).__name__}: {error}"), text("hint.internal"))
    return Exit.CRASH


def _is_interrupt(error: BaseException) -> bool:
    """Whether Ctrl-C is behind an error: Python up to 3.11 wraps what comes while a class is being made (`__set_name__`)."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, KeyboardInterrupt):
        cause = cause.__cause__
    return cause is not None


def _broken_data(env: Environment, error: DataError) -> int:
    """The first faults; the program has no words of its own left to say it with, as they are data too."""
    from antifraud_cli.output.escape import one_line
    from antifraud_cli.quality import causes

    problems = causes(error.problems)
    for problem in problems[:_SHOWN_FAULTS]:
        env.tell(f"{_word(env, 'word.error')}{one_line(str(problem))}")
    env.tell(f"{_word(env, 'word.hint')}antifraud rules check ({len(problems)})")
    return Exit.ERROR


def _complain(env: Environment, message: str, hint: str) -> None:
    from antifraud_cli.output.escape import one_line

    with contextlib.suppress(OSError, ValueError):
        env.tell(f"{_word(env, 'word.error')}{one_line(message)}")
        if hint:
            env.tell(f"{_word(env, 'word.hint')}{one_line(hint)}")


def _word(env: Environment, key: str) -> str:
    """A label; with broken data files the program has no words of its own left but these."""
    try:
        return text(key)
    except AntifraudError:
        return {"word.error": "错误：", "word.hint": "建议："}[key]


if __name__ == "__main__":
    main()
