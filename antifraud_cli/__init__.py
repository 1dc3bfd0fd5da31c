"""antifraud: check a phone number, classify a message, print what to do. Offline, always.

>>> from antifraud_cli import check_number, classify
>>> classify("我是公安局的,你涉嫌洗钱,把钱转到安全账户,不要告诉家人").category
'impersonate_authority'
>>> check_number("+8696110").level
'danger'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from antifraud_cli.api import check_number, checklist, classify
    from antifraud_cli.checklists.model import Checklist
    from antifraud_cli.errors import AntifraudError
    from antifraud_cli.messages.model import MessageVerdict
    from antifraud_cli.numbers.model import NumberVerdict

__all__ = [
    "AntifraudError",
    "Checklist",
    "MessageVerdict",
    "NumberVerdict",
    "__version__",
    "check_number",
    "checklist",
    "classify",
]

_HOMES = {
    "AntifraudError": "antifraud_cli.errors",
    "Checklist": "antifraud_cli.checklists.model",
    "MessageVerdict": "antifraud_cli.messages.model",
    "NumberVerdict": "antifraud_cli.numbers.model",
    "check_number": "antifraud_cli.api",
    "checklist": "antifraud_cli.api",
    "classify": "antifraud_cli.api",
}


def __getattr__(name: str) -> Any:
    """Import on first use: `antifraud --version` must not pay for the classifier."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
