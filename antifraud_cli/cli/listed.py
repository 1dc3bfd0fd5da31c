"""Look numbers up in the lists of whoever asks, and put what is found into the verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from antifraud_cli import api
from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.knowledge import store as knowledge
from antifraud_cli.lists.forms import calling_codes, other_forms
from antifraud_cli.lists.model import ListsError
from antifraud_cli.lists.store import Store
from antifraud_cli.lists.verdict import apply, with_place
from antifraud_cli.numbers import NumberContext, NumberVerdict
from antifraud_cli.output.escape import one_line


@contextmanager
def listed(env: Environment, path: str, context: NumberContext) -> Iterator[Callable[[NumberVerdict], NumberVerdict]]:
    """`own_lists.opened` for a file that exists."""
    try:
        store = Store(Path(path))
    except ListsError as error:
        _warn(env, error)
        yield lambda verdict: verdict
        return
    with store:
        yield _Judge(env, store, context)


class _Judge:
    """Adds what the lists say to one verdict after the other, until the file turns out to be unreadable."""

    def __init__(self, env: Environment, store: Store, context: NumberContext) -> None:
        self._env = env
        self._store: Store | None = store
        self._dialled = context.direction == "dial"
        self._codes = calling_codes(context.location, api.number_plan())
        # Whoever says what the caller claims to be has doubts already: no entry takes these back.
        self._calmed = frozenset(() if context.claims else knowledge.load("lists")["calmed"])

    def __call__(self, verdict: NumberVerdict) -> NumberVerdict:
        """The verdict with what the lists say about its number."""
        shown = verdict.normalized
        if self._store is None or not shown:
            return verdict
        others = other_forms(shown, self._codes)
        try:
            entries, place = self._store.find(shown, others), self._store.place([shown, *others])
        except ListsError as error:
            _warn(self._env, error)
            self._store = None
            return verdict
        return apply(with_place(verdict, place), entries, self._calmed, self._dialled, text)


def _warn(env: Environment, error: ListsError) -> None:
    from antifraud_cli.cli.lists import in_words

    words = in_words(error)
    env.tell(one_line(text("lists.not_used", reason=words.message)))
    env.tell(one_line(text("word.hint") + words.hint))
