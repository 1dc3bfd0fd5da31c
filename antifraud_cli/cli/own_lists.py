"""A person's own lists, as the commands that judge numbers use them. Costs nothing where there are none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from antifraud_cli.cli.environment import Environment
from antifraud_cli.lists.folder import lists_file

if TYPE_CHECKING:
    from antifraud_cli.numbers import NumberContext, NumberVerdict


@contextmanager
def opened(env: Environment, context: NumberContext) -> Iterator[Callable[[NumberVerdict], NumberVerdict]]:
    """A function that adds to a verdict what the person's lists say.

    Lists that cannot be read are told about once; the verdicts then stand without them.
    """
    path = lists_file(env.variables)
    if path and os.path.exists(path):  # noqa: PTH110 - this runs at every start
        from antifraud_cli.cli.listed import listed

        with listed(env, path, context) as judge:
            yield judge
    else:
        yield lambda verdict: verdict
