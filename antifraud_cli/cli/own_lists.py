"""A person's own lists, as the commands that judge numbers use them. Costs nothing where there are none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.lists.folder import lists_file

if TYPE_CHECKING:
    from antifraud_cli.lists.model import ListsError
    from antifraud_cli.lists.store import Store
    from antifraud_cli.numbers import NumberContext, NumberVerdict

Apply = Callable[["NumberVerdict"], "NumberVerdict"]


@contextmanager
def opened(env: Environment, context: NumberContext) -> Iterator[Apply]:
    """A function that adds to a verdict what the person's lists say.

    Lists that cannot be read are told about once; the verdicts then stand without them.
    """
    path = lists_file(env.variables)
    if not path or not os.path.exists(path):  # noqa: PTH110 - this runs at every start
        yield lambda verdict: verdict
        return
    from antifraud_cli.lists.model import ListsError
    from antifraud_cli.lists.store import Store

    try:
        store = Store(Path(path))
    except ListsError as error:
        _warn(env, error)
        yield lambda verdict: verdict
        return
    with store:
        yield _Lookup(env, store, context)


class _Lookup:
    """Looks numbers up and applies what is found, until the file turns out to be unreadable."""

    def __init__(self, env: Environment, store: Store, context: NumberContext) -> None:
        from antifraud_cli import api
        from antifraud_cli.knowledge.store import load
        from antifraud_cli.lists.patterns import calling_codes

        self._env = env
        self._store: Store | None = store
        self._dialled = context.direction == "dial"
        self._codes = calling_codes(context.location, api.number_plan())
        self._calmed = frozenset(load("lists")["calmed"])

    def __call__(self, verdict: NumberVerdict) -> NumberVerdict:
        from antifraud_cli.lists.model import ListsError
        from antifraud_cli.lists.patterns import other_forms
        from antifraud_cli.lists.verdict import apply, with_place

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
    from antifraud_cli.output.escape import one_line

    words = in_words(error)
    env.tell(one_line(text("lists.not_used", reason=words.message)))
    env.tell(one_line(text("word.hint") + words.hint))
