"""What is given to `antifraud case`: which details belong to what, and errors in the user's words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from antifraud_cli.cases.faults import CaseError, DiskError
from antifraud_cli.cli.environment import Environment, reason_of, text
from antifraud_cli.cli.input import decode, read_text
from antifraud_cli.errors import AntifraudError, InputError, OutputError, UsageError
from antifraud_cli.output.escape import one_line
from antifraud_cli.output.layout import Block

_MONEY = (
    "from_account",
    "from_name",
    "from_bank",
    "to_account",
    "to_name",
    "to_bank",
    "balance",
    "reference",
    "channel",
)
_BELONGS = {
    "file": ("time", "note", "sender"),
    "message": ("time", "note", "sender", "channel"),
    "number": ("time", "note", "sender"),
    "transfer": ("time", "note", "amount", "currency", *_MONEY),
    "note": ("time",),
    "person": ("name", "phone", "id_number", "address"),
}
"""What can be added -> the details that go with it."""
_OPTIONS = {"from_account": "--from", "to_account": "--to"}
_CURRENCIES = {"CN": "CNY", "HK": "HKD", "MO": "MOP", "TW": "TWD", "SG": "SGD", "MY": "MYR"}


@dataclass
class Details:
    """One `add` as it was typed."""

    kind: str
    """What is added."""
    values: dict[str, str | None]
    """Every detail that may be given, None where it was not."""

    def check(self) -> None:
        """Refuse a kind that does not exist and details that do not go with it. Raises UsageError."""
        names = {text(f"case.kind.{kind}"): kind for kind in _BELONGS}
        self.kind = names.get(self.kind, self.kind)
        if self.kind not in _BELONGS:
            raise UsageError(text("error.unknown_choice", option="add", name=self.kind), ", ".join(_BELONGS))
        for name, value in self.values.items():
            if value is not None and name not in _BELONGS[self.kind]:
                known = " ".join(_option(belonging) for belonging in _BELONGS[self.kind])
                raise UsageError(
                    text("case.error.not_with", option=_option(name), kind=self.kind),
                    text("case.hint.not_with", options=known),
                )
        if self.kind == "person" and not any(self.values.values()):
            raise UsageError(text("case.error.no_person"), "--name  --phone  --id-number  --address")

    def given(self, *names: str) -> dict[str, str]:
        """Those of the named details that were given, without blanks around them."""
        return {name: value.strip() for name in names if (value := self.values[name]) and value.strip()}


def ask_about_transfer(env: Environment, details: Details, own: str, now: datetime) -> None:
    """Ask somebody at a terminal for what the police need; an empty answer leaves a question open.

    Only asked where the sum is missing: whoever gives options gives what there is. Never asks for a password or a code.
    """
    if details.kind != "transfer" or details.values["amount"] or not env.stdin_is_terminal:
        return
    env.tell_blocks([Block(text("case.ask")), Block(text("case.no_secrets"))])
    for name in ("amount", "time", "to_account", "to_name", "to_bank", "from_account", "from_bank", "channel"):
        if details.values[name] is None:
            details.values[name] = _answer(env, details, name, own, now)


def _answer(env: Environment, details: Details, name: str, own: str, now: datetime) -> str | None:
    """One answer that can be read; None if it is empty. Asked three times at most, then the error is that of the option."""
    answer = ""
    for _ in range(3):
        env.tell_blocks([Block(text(f"case.ask.{name}"))])
        answer = decode(env.stdin.readline()).strip()
        if not answer:
            return None
        try:
            tried = Details("transfer", {**details.values, "amount": details.values["amount"] or "1", name: answer})
            with in_words():
                amounts_of(tried, own, now)
            return answer
        except AntifraudError as error:
            env.tell_blocks([Block(one_line(f"{error.message}{text('list.sentences')}{error.hint}"))])
    return answer


def amounts_of(details: Details, own: str, now: datetime) -> dict[str, str]:
    """Everything but the content, as it is stored: times and sums in one exact form. Raises CaseError, UsageError."""
    from antifraud_cli.cases.amounts import parse_amount, parse_currency
    from antifraud_cli.cases.times import parse_time

    stored: dict[str, str] = {}
    if details.values["time"]:
        moment = parse_time(details.values["time"], now)
        stored.update(time=moment.iso, precision=moment.precision, typed=moment.typed)
    if details.kind == "transfer":
        if not details.values["amount"]:
            raise UsageError(text("error.missing", name="--amount"), text("case.hint.amount"))
        named = details.values["currency"]
        code = parse_currency(named) if named else None
        amount = parse_amount(details.values["amount"], own, code)
        stored.update(amount=f"{amount.value:f}", currency=amount.currency)
        stored.update(details.given(*_MONEY))
        if details.values["balance"]:
            left = parse_amount(details.values["balance"], amount.currency, amount.currency, zero=True)
            stored["balance"] = f"{left.value:f}"
    stored.update(details.given("note", "sender"))
    if details.kind == "message":
        stored.update(details.given("channel"))
    return stored


def take_content(
    env: Environment, details: Details, content: Sequence[str] | None, *, clip: bool, encoding: str | None
) -> list[dict[str, str] | Path]:
    """The things to add: paths of files, or what an item says. Raises UsageError, InputError."""
    if details.kind in ("transfer", "person"):
        if content:
            raise UsageError(text("error.extra_argument", name=" ".join(content)), text("hint.extra_argument"))
        return [{}]
    if details.kind == "file":
        if not content:
            raise UsageError(text("case.error.no_files"), text("case.hint.no_files"))
        return [path_of(name) for name in content]
    if details.kind == "number":
        numbers = [number for number in content or () if number.strip()]
        if not numbers:
            raise UsageError(text("error.no_number"), text("case.hint.no_number"))
        return [{"number": number} for number in numbers]
    found = read_text(env, content, clip=clip, encoding=encoding, prompt="case.prompt")
    return [{"text": found.strip("\n\r")}]


def where_from(region: str) -> str:
    """The currency of a region, for the money that 元 means."""
    return _CURRENCIES.get(region, "CNY")


def path_of(name: str) -> Path:
    """A path that the user named. Raises InputError for a name that no system takes."""
    if not name or "\0" in name:
        raise InputError(text("error.os", name=name, reason=text("reason.name")), text("hint.os"))
    return Path(name)


@contextlib.contextmanager
def in_words() -> Iterator[None]:
    """What goes wrong with a case, in the user's language."""
    try:
        yield
    except DiskError as error:
        reason = reason_of(error.cause)
        raise OutputError(text("error.os", reason=reason, **error.values), text("case.hint.disk")) from None
    except CaseError as error:
        hint = text(f"case.hint.{error.key}", **error.values)
        raise InputError(text(f"case.error.{error.key}", **error.values), hint) from None


def _option(name: str) -> str:
    return _OPTIONS.get(name, f"--{name.replace('_', '-')}")
