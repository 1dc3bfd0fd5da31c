"""No command reaches for the network, and none keeps what it was shown."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any, NoReturn

import pytest

from antifraud_cli.cli.group import COMMANDS

from .conftest import AS_OF

SCAM = "我是市公安局民警,你名下银行卡涉嫌洗钱,把资金转入安全账户,点 http://abc-gov.top/a 登记,客服+8696110"
LINES = [
    ("--version",),
    ("--help",),
    (),
    ("classify", SCAM),
    ("classify", "--json", SCAM),
    ("triage", SCAM, "--situation", "transferred"),
    ("check-number", "+8696110", "+12025550123", "4008123123"),
    ("checklist", "杀猪盘", "--situation", "transferred"),
    ("learn",),
    ("learn", "公检法"),
    ("learn", "--quiz", "--seed", "1"),
    ("law", "跑分"),
    ("hotlines", "--region", "HK"),
    ("batch", "--format", "lines"),
    ("lists", "show"),
    ("rules", "check", "--as-of", AS_OF.isoformat()),
    ("rules", "test", "romance"),
    ("completion", "bash"),
    ("case", "list"),
]


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("the network was asked for")

    for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("line", LINES, ids=lambda line: " ".join(line[:2]) or "guide")
def test_every_command_works_with_sockets_blocked(antifraud: Any, line: tuple[str, ...]) -> None:
    """Every command gives its answer while any use of a socket raises."""
    outcome = antifraud(*line, stdin=SCAM, stdin_is_terminal=not line)
    assert outcome.status in (0, 1), outcome.err
    assert outcome.out


def test_the_list_of_commands_is_complete() -> None:
    """The test above leaves no command out."""
    assert {line[0] for line in LINES if line} >= set(COMMANDS)


def test_nothing_is_kept(antifraud: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer about a message leaves a file in the home, working or temporary folder."""
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for line in (("classify", SCAM), ("triage", SCAM), ("check-number", "+8696110"), ("batch", "--format", "lines")):
        antifraud(*line, stdin=SCAM)
    assert list(tmp_path.iterdir()) == []
