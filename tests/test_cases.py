"""Cases: what is typed is stored exactly, what is stored is found again, what was changed is noticed."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import sys
import zipfile
from dataclasses import fields
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import antifraud_cli
from antifraud_cli.cases import document, export, filenames, folder, log
from antifraud_cli.cases.amounts import CURRENCIES, parse_amount
from antifraud_cli.cases.faults import CaseError
from antifraud_cli.cases.mask import mask_case, mask_name, mask_number, mask_text
from antifraud_cli.cases.model import CHANNELS, KINDS, Evidence, Item, Person, totals
from antifraud_cli.cases.times import parse_time
from antifraud_cli.cases.verify import verify
from antifraud_cli.knowledge import store

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 21, 21, 30, tzinfo=CHINA)
ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=60)
many = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
few = settings(many, max_examples=30)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A case with a message, a transfer and a file."""
    found = tmp_path / "case"
    folder.create(found, "妈妈的事", "zh-Hans", "CNY", Person(name="王小明", phone="13800138000"), NOW)
    folder.add_item(found, "message", {"text": "你涉嫌洗钱,\n打 13912345678", "time": "2026-11-20T14:30:00+08:00"}, NOW)
    folder.add_item(
        found,
        "transfer",
        {
            "amount": "12000.50", "currency": "CNY", "to_account": "6222021234567890123", "to_name": "李四",
            "time": "2026-11-20T15:00:00+08:00",
        },
        NOW,
    )  # fmt: skip
    picture = tmp_path / "截图 1.png"
    picture.write_bytes(b"\x89PNG picture")
    folder.add_file(found, picture, {"note": "聊天"}, NOW)
    return found


# Sums


@pytest.mark.parametrize(
    ("typed", "value", "currency"),
    [
        ("12000", "12000", "CNY"),
        ("12,000.50", "12000.50", "CNY"),
        ("１２，０００．５０", "12000.50", "CNY"),
        ("￥3,500", "3500", "CNY"),
        ("¥3500.00", "3500.00", "CNY"),
        ("1万2", "12000", "CNY"),
        ("一万二千元", "12000", "CNY"),
        ("三千五百块", "3500", "CNY"),
        ("3.5万", "35000", "CNY"),
        ("5w", "50000", "CNY"),
        ("十二万", "120000", "CNY"),
        ("一万零五十", "10050", "CNY"),
        ("1亿2千万", "120000000", "CNY"),
        ("5000港币", "5000", "HKD"),
        ("HK$ 5,000", "5000", "HKD"),
        ("新台幣三萬元", "30000", "TWD"),
        ("300 USDT", "300", "USDT"),
        ("0.00012345 BTC", "0.00012345", "BTC"),
        ("人民币1000元", "1000", "CNY"),
    ],
)
def test_a_sum_is_read_exactly(typed: str, value: str, currency: str) -> None:
    """A sum as people type it is that number, not rounded, in that currency."""
    found = parse_amount(typed, "CNY")
    assert (f"{found.value:f}", found.currency) == (value, currency)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "amount"),
        ("很多", "amount"),
        ("1,20,000", "amount"),
        ("12.000,50", "amount"),
        ("1万20", "amount"),
        ("1.5万2", "amount"),
        ("5k", "amount"),
        ("1e5", "amount"),
        ("-5", "amount"),
        ("5000到6000", "amount"),
        ("nan", "amount"),
        ("0", "amount_range"),
        ("99999999999999", "amount_range"),
        ("12.345", "amount_places"),
        ("1.5日元", "amount_places"),
        ("$500", "which_dollar"),
        ("￥500港币", "two_currencies"),
    ],
)
def test_a_sum_that_means_none_or_two_is_refused(typed: str, key: str) -> None:
    """What is no sum, or could be two different ones, is refused with the reason."""
    with pytest.raises(CaseError) as caught:
        parse_amount(typed, "CNY")
    assert caught.value.key == key


def test_the_currency_named_beside_a_sum_counts() -> None:
    """--currency decides what a bare number, 元 and $ mean, and must not contradict the sum."""
    assert parse_amount("500", "CNY", "HKD").currency == "HKD"
    assert parse_amount("$500", "CNY", "USD").currency == "USD"
    assert parse_amount("¥500", "CNY", "JPY").currency == "JPY"
    assert parse_amount("500元", "TWD").currency == "TWD"
    with pytest.raises(CaseError):
        parse_amount("500港币", "CNY", "USD")


@given(value=st.decimals(min_value="0.01", max_value=Decimal(10) ** 12, places=2))
@many
def test_a_sum_written_with_commas_comes_back(value: Decimal) -> None:
    """Any sum written with commas or without is read as itself."""
    for typed in (f"{value:f}", f"{value:,f}", f"￥{value:,f}", f"{value:f}元"):
        assert parse_amount(typed, "CNY").value == value


@given(value=st.integers(min_value=1, max_value=99_999_999))
@many
def test_a_chinese_numeral_comes_back(value: int) -> None:
    """Any number written out in Chinese is read as itself."""
    digits, units = "零一二三四五六七八九", ["", "十", "百", "千"]

    def section(part: int) -> str:
        shown, gap = "", False
        for place, digit in enumerate(map(int, f"{part:04d}")):
            if digit:
                shown += ("零" if gap and shown else "") + digits[digit] + units[3 - place]
            gap = not digit
        return shown

    high, low = divmod(value, 10_000)
    typed = (section(high) + "万" if high else "") + ("零" if high and 0 < low < 1000 else "") + section(low)
    assert parse_amount(typed, "CNY").value == value


@given(text=ANY)
@many
def test_any_text_as_a_sum(text: str) -> None:
    """Any text is a sum above nought or is refused with a text for it."""
    try:
        found = parse_amount(text, "CNY")
    except CaseError as error:
        refused = error.key
    else:
        assert found.value > 0
        return
    assert f"case.error.{refused}" in store.load("ui.en")


# Times


@pytest.mark.parametrize(
    ("typed", "iso", "precision"),
    [
        ("2026-11-20 14:30", "2026-11-20T14:30:00+08:00", "minute"),
        ("2026-11-20T14:30:05", "2026-11-20T14:30:05+08:00", "second"),
        ("2026/11/20 8:05", "2026-11-20T08:05:00+08:00", "minute"),
        ("2026年11月20日下午2点半", "2026-11-20T14:30:00+08:00", "minute"),
        ("11月20日 14:30", "2026-11-20T14:30:00+08:00", "minute"),
        ("12月3日14:30", "2025-12-03T14:30:00+08:00", "minute"),
        ("2026-1-1 11:30", "2026-01-01T11:30:00+08:00", "minute"),
        ("今天14：30", "2026-11-21T14:30:00+08:00", "minute"),
        ("昨晚8点", "2026-11-20T20:00:00+08:00", "minute"),
        ("昨晚八點一刻", "2026-11-20T20:15:00+08:00", "minute"),
        ("前天上午十点二十", "2026-11-19T10:20:00+08:00", "minute"),
        ("今天中午12点", "2026-11-21T12:00:00+08:00", "minute"),
        ("今天凌晨12点半", "2026-11-21T00:30:00+08:00", "minute"),
        ("yesterday 2:30 pm", "2026-11-20T14:30:00+08:00", "minute"),
        ("2026-11-20 12:30am", "2026-11-20T00:30:00+08:00", "minute"),
        ("2026-11-20 14:30 +09:00", "2026-11-20T14:30:00+09:00", "minute"),
        ("2026-11-20T14:30Z", "2026-11-20T14:30:00+00:00", "minute"),
        ("2026-11-20", "2026-11-20T00:00:00+08:00", "day"),
        ("昨天", "2026-11-20T00:00:00+08:00", "day"),
    ],
)
def test_a_time_is_read(typed: str, iso: str, precision: str) -> None:
    """A time as people type it is stored with its zone, and with how exactly it was said."""
    assert parse_time(typed, NOW, CHINA) == (iso, precision, typed)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "time"),
        ("刚才", "time"),
        ("20261120", "time"),
        ("2026-11-20 25:00", "time"),
        ("2026-1-111:30", "time"),
        ("2026-02-30", "time_no_such_day"),
        ("1902-01-01", "time_no_such_day"),
        ("14:30", "time_no_day"),
        ("下午3点", "time_no_day"),
        ("昨晚", "time_no_hour"),
        ("昨天8点", "time_which_half"),
        ("昨天12点", "time_which_half"),
        ("昨晚12点", "time_which_hour"),
        ("昨晚1点", "time_which_hour"),
        ("今天上午15:00", "time_which_hour"),
        ("今天23:30", "time_ahead"),
        ("2027-01-01", "time_ahead"),
    ],
)
def test_a_time_that_means_none_or_two_is_refused(typed: str, key: str) -> None:
    """What is no time, has not come yet, or could be two different ones, is refused with the reason."""
    with pytest.raises(CaseError) as caught:
        parse_time(typed, NOW, CHINA)
    assert caught.value.key == key


def test_an_hour_that_the_clock_showed_twice_or_never_is_refused() -> None:
    """Where clocks are changed, the doubled and the missing hour need their distance from UTC."""
    new_york = ZoneInfo("America/New_York")
    for typed in ("2026-11-01 01:30", "2026-03-08 02:30"):
        with pytest.raises(CaseError) as caught:
            parse_time(typed, NOW, new_york)
        assert caught.value.key == "time_twice"
    assert parse_time("2026-11-01 01:30 -04:00", NOW, new_york).iso == "2026-11-01T01:30:00-04:00"
    assert parse_time("2026-07-01 14:30", NOW, new_york).iso == "2026-07-01T14:30:00-04:00"


@given(moment=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2026, 11, 20)))
@many
def test_a_stored_time_is_read_as_itself(moment: datetime) -> None:
    """What was stored once, typed again, gives the same."""
    iso = moment.replace(microsecond=0, tzinfo=CHINA).isoformat()
    assert parse_time(iso, NOW, CHINA).iso == iso


@given(text=ANY)
@many
def test_any_text_as_a_time(text: str) -> None:
    """Any text is a time that has come or is refused with a text for it."""
    try:
        found = parse_time(text, NOW, CHINA)
    except CaseError as error:
        refused = error.key
    else:
        assert datetime.fromisoformat(found.iso) <= NOW + timedelta(minutes=5)
        return
    assert f"case.error.{refused}" in store.load("ui.en")


# Masking

DIGITS = st.text(alphabet="0123456789", min_size=7, max_size=19)
GAPS = st.sampled_from(["", " ", "-", "  ", "\n", ".", "\u200b", "·"])
FORMS = st.sampled_from(
    ["0123456789", "０１２３４５６７８９", "零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖", "⓪①②③④⑤⑥⑦⑧⑨"]
)
AROUND = st.sampled_from(["", "卡号", "打", "电话:", "加微信", " tel ", "(", "，", "QQ", "身份证"])


@given(digits=DIGITS, gaps=st.lists(GAPS, min_size=19, max_size=19), form=FORMS, before=AROUND, after=AROUND)
@settings(many, max_examples=300)
def test_no_long_number_is_left_in_a_masked_text(
    digits: str, gaps: list[str], form: str, before: str, after: str
) -> None:
    """However a number of 7 digits and more is written, at most 7 of 11 and 4 of any other length are left of it."""
    spelled = "".join(gap + form[int(digit)] for gap, digit in zip([""] + gaps, digits, strict=False))
    masked = mask_text(f"{before}{spelled}{after}")
    left = sum(character in form for character in masked)
    when = re.fullmatch(r"[\d\s:./-]+", spelled) and re.search(r"(19|20)\d\d[-/.]", spelled)
    assert left <= (7 if len(digits) == 11 else 4) or when


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13800138000", "电话138****8000"),
        ("电话 138-0013-8000 转", "电话 138-****-8000 转"),
        ("卡6222 0212 3456 7890 123", "卡**** **** **** ***0 123"),
        ("身份证11010119900307123X。", "身份证**************123X。"),
        ("一三八零零一三八零零零", "一三八****八零零零"),
        ("138OOO1234O", "138****234O"),
        ("A123456(7)", "A******(*)"),
        ("护照E12345678", "护照*******78"),
        ("zhang.san@qq.com", "z***@qq.com"),
        ("2026-11-20 14:30 转了 50,000.00 元", "2026-11-20 14:30 转了 50,000.00 元"),
        ("打96110或110,验证码482913", "打96110或110,验证码482913"),
        ("转 1,234,567.00 元", "转 1,234,567.00 元"),
    ],
)
def test_what_is_masked_and_what_is_not(text: str, masked: str) -> None:
    """Phones, cards, identity numbers and addresses go; times, sums, hotlines and codes stay."""
    assert mask_text(text) == masked


def test_names_are_masked_wherever_they_stand() -> None:
    """A known name goes however it is spaced or written, and only the first character of each word is left."""
    assert mask_text("张 三和张三,MR SMITH", ["张三", "John Smith"]) == "张 *和张*,MR S****"
    assert mask_name("欧阳娜娜") == "欧***"
    assert mask_name("John Smith") == "J*** S****"
    assert mask_number("abc@pay") == "***@*ay"


def test_nothing_personal_is_left_in_a_masked_case(place: Path, tmp_path: Path, antifraud: Any) -> None:
    """The copy for sharing holds neither names nor numbers, in no file of it, nor the evidence, nor the log."""
    folder.add_item(place, "note", {"text": "王小明的卡 6222 0212 3456 7890 123,李 四催我,短号8001"}, NOW)
    folder.add_file(place, write(tmp_path / "王小明13800138000.png", b"x"), {}, NOW)
    (place / "evidence" / "0005-王小明13800138000.png").unlink()  # what verify finds is in the report as well
    target = tmp_path / "shared"
    assert antifraud("case", "export", str(place), "-o", str(target), "--mask", "--mask-name", "短号").status == 1
    with zipfile.ZipFile(target / "report.zip") as archive:
        assert sorted(archive.namelist()) == ["report.html", "report.md"]
        texts = [archive.read(name).decode() for name in archive.namelist()]
    texts += [path.read_text(encoding="utf-8") for path in target.glob("report.[hm]*")]
    for text in texts:
        plain = re.sub(r"[\s\\-]", "", text)
        for secret in ("王小明", "李四", "13800138000", "6222021234567890123", "13912345678", "短号8001"):
            assert secret not in plain


def test_a_masked_case_keeps_what_counts(place: Path) -> None:
    """Masking changes neither sums nor times nor hashes."""
    case = folder.load(place)
    masked = mask_case(case)
    assert totals(masked.items) == totals(case.items)
    assert [item.time for item in masked.items] == [item.time for item in case.items]
    assert [item.file and item.file.sha256 for item in masked.items] == [
        item.file and item.file.sha256 for item in case.items
    ]


@given(text=ANY, names=st.lists(ANY, max_size=3))
@many
def test_masking_any_text(text: str, names: list[str]) -> None:
    """Masking never fails, and what is masked stays masked."""
    masked = mask_text(text, names)
    assert not re.search(r"\d{8}", masked)


@pytest.mark.parametrize("text", ["1" + "O" * 200_000, "1 " * 200_000, "a" * 200_000 + "@", "零" * 200_000])
def test_masking_a_hostile_text_ends(text: str) -> None:
    """No text makes masking try endless combinations."""
    assert len(mask_text(text)) <= len(text)


# The folder


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_the_folder_can_be_read_without_the_program(place: Path) -> None:
    """case.yaml says it all in plain text; the chain and the copies can be checked with sha256 alone."""
    shown = (place / "case.yaml").read_text(encoding="utf-8")
    for word in ("妈妈的事", "王小明", "12000.50", "6222021234567890123", "截图 1.png", "打 13912345678"):
        assert word in shown
    before = "0" * 64
    for line in (place / "log.jsonl").read_bytes().splitlines():
        assert json.loads(line)["prev"] == before
        before = hashlib.sha256(line).hexdigest()
    (copy,) = (place / "evidence").iterdir()
    assert hashlib.sha256(copy.read_bytes()).hexdigest() in shown
    assert copy.name == "0003-截图_1.png"


def test_what_the_document_says_is_what_the_log_says(place: Path) -> None:
    """case.yaml read as YAML holds the values of the log, word for word."""
    shown = document.read((place / "case.yaml").read_bytes())
    assert shown == document.contents(folder.read_log(place))


@given(text=ANY, title=ANY)
@many
def test_any_text_comes_back_from_the_document(text: str, title: str) -> None:
    """Whatever text is in a log, case.yaml says the same, and knows its own hash."""
    clean = filenames.readable(text)
    what = {
        "case": {"title": filenames.readable(title), "language": "en"},
        "item": {"n": 1, "kind": "note", "text": clean},
    }
    found = log.parse(log.next_line(log.parse(b""), "now", "test", what))
    content = document.render(found)
    assert document.untouched(content)
    assert not document.untouched(content.replace(b"schema", b"Schema"))
    assert document.read(content) == document.contents(found)


@given(content=st.binary(max_size=300))
@many
def test_any_bytes_as_a_log(content: bytes) -> None:
    """A log of any bytes is read, and what is added to it follows on."""
    found = log.parse(content)
    longer = log.parse(content + log.next_line(found, "now", "test", {"item": {}}))
    assert longer.entries[:-1] == found.entries
    assert longer.entries[-1]["prev"] == found.head
    assert longer.broken == found.broken


def test_an_unchanged_case_is_found_unchanged(place: Path, antifraud: Any) -> None:
    """verify on a case that nobody touched finds nothing and ends with 0."""
    assert verify(place)[1] == ()
    assert antifraud("case", "verify", str(place)).status == 0


def tampered(place: Path, how: str) -> str:
    """Change a case; return the finding that must come of it."""
    (copy,) = (place / "evidence").iterdir()
    lines = (place / "log.jsonl").read_bytes().splitlines(keepends=True)
    if how == "a byte of the evidence":
        copy.write_bytes(copy.read_bytes().replace(b"P", b"p"))
        return "changed"
    if how == "evidence longer":
        copy.write_bytes(copy.read_bytes() + b"x")
        return "changed"
    if how == "evidence gone":
        copy.unlink()
        return "missing"
    if how == "evidence is a link":
        copy.rename(place.parent / "elsewhere")
        copy.symlink_to(place.parent / "elsewhere")
        return "unreadable"
    if how == "a file more in evidence":
        write(place / "evidence" / "0009-x", b"")
        return "extra"
    if how == "a file more beside it":
        write(place / "x", b"")
        return "extra"
    if how == "a folder more":
        (place / "evidence" / "x").mkdir()
        return "extra"
    if how == "a line changed":
        lines[1] = lines[1].replace("洗钱".encode(), "涉案".encode())
    elif how == "a line gone":
        del lines[1]
    elif how == "a line twice":
        lines.insert(1, lines[1])
    elif how == "lines swapped":
        lines[1], lines[2] = lines[2], lines[1]
    elif how == "a line that is no JSON":
        lines[1] = b"{\n"
    elif how in ("the last line gone", "case.yaml edited"):
        if how == "case.yaml edited":
            shown = (place / "case.yaml").read_text(encoding="utf-8")
            (place / "case.yaml").write_text(shown.replace("12000.50", "2000.50"), encoding="utf-8")
        else:
            (place / "log.jsonl").write_bytes(b"".join(lines[:-1]))
        return "yaml_changed"
    elif how == "case.yaml gone":
        (place / "case.yaml").unlink()
        return "yaml_missing"
    (place / "log.jsonl").write_bytes(b"".join(lines))
    return "chain"


@pytest.mark.parametrize(
    "how",
    [
        "a byte of the evidence", "evidence longer", "evidence gone", "evidence is a link", "a file more in evidence",
        "a file more beside it", "a folder more", "a line changed", "a line gone", "a line twice", "lines swapped",
        "a line that is no JSON", "the last line gone", "case.yaml edited", "case.yaml gone",
    ],
)  # fmt: skip
def test_whatever_is_changed_is_found(place: Path, antifraud: Any, how: str) -> None:
    """verify names each kind of change and ends with 1, and show still works."""
    expected = tampered(place, how)
    outcome = antifraud("case", "verify", str(place), "--json")
    assert outcome.status == 1
    assert not outcome.json["unchanged"]
    assert expected in [finding["what"] for finding in outcome.json["findings"] if not finding["harmless"]]
    assert antifraud("case", "verify", str(place), "--lang", "en").status == 1
    assert antifraud("case", "show", str(place)).status == 0


@given(data=st.data())
@few
def test_any_changed_byte_of_the_log_is_found(data: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One changed byte anywhere in the log does not stay unnoticed."""
    place = tmp_path_factory.mktemp("tamper") / "case"
    folder.create(place, "t", "en", "CNY", Person(), NOW)
    folder.add_item(place, "note", {"text": "a note"}, NOW)
    content = bytearray((place / "log.jsonl").read_bytes())
    at = data.draw(st.integers(0, len(content) - 2))
    content[at] ^= data.draw(st.integers(1, 255))
    (place / "log.jsonl").write_bytes(content)
    try:
        _, findings = verify(place)
    except CaseError:
        return
    assert [finding for finding in findings if not finding.harmless]


def test_an_edit_by_hand_is_kept(place: Path) -> None:
    """What somebody wrote into case.yaml is set aside before it is made anew."""
    mine = (place / "case.yaml").read_bytes() + b"# my own remark\n"
    (place / "case.yaml").write_bytes(mine)
    folder.add_item(place, "note", {"text": "more"}, NOW)
    (kept,) = (place / "edited").iterdir()
    assert kept.read_bytes() == mine
    assert [finding.what for finding in verify(place)[1]] == ["edited"]


def test_the_same_file_is_kept_once(place: Path, tmp_path: Path) -> None:
    """A file whose content is in the case is refused with the number of its item."""
    with pytest.raises(CaseError) as caught:
        folder.add_file(place, write(tmp_path / "again.png", b"\x89PNG picture"), {}, NOW)
    assert (caught.value.key, caught.value.values) == ("already", {"n": 3})
    assert verify(place)[1] == ()


def test_a_file_whose_copy_was_changed_can_be_added_again(place: Path, tmp_path: Path) -> None:
    """The new item has its own copy; the changed one stays as it is and stays reported."""
    (copy,) = (place / "evidence").iterdir()
    copy.write_bytes(b"other")
    added = folder.add_file(place, write(tmp_path / "again.png", b"\x89PNG picture"), {}, NOW)
    assert added.item is not None
    assert added.item.file is not None
    assert folder.is_intact(place, added.item.file)
    assert [(finding.what, finding.name) for finding in verify(place)[1]] == [("changed", "evidence/0003-截图_1.png")]


def test_a_missing_copy_is_put_back_by_adding_the_file_again(place: Path, tmp_path: Path) -> None:
    """The item gets its copy back, and the person is told that it is in the case."""
    (copy,) = (place / "evidence").iterdir()
    copy.unlink()
    with pytest.raises(CaseError) as caught:
        folder.add_file(place, write(tmp_path / "again.png", b"\x89PNG picture"), {}, NOW)
    assert caught.value.values == {"n": 3}
    assert verify(place)[1] == ()


def test_a_case_is_never_begun_twice(place: Path, antifraud: Any) -> None:
    """`new` and `export` refuse a name that is taken, and leave what is there."""
    before = sorted(place.rglob("*"))
    assert antifraud("case", "new", str(place)).status == 2
    assert antifraud("case", "export", str(place), "-o", str(place)).status == 2
    assert antifraud("case", "export", str(place), "-o", str(place / "out")).status == 2
    assert sorted(place.rglob("*")) == before


def test_only_plain_files_are_taken(place: Path, tmp_path: Path, antifraud: Any) -> None:
    """A link, a folder, a pipe, a missing file: each is refused in words, and nothing is left behind."""
    target = write(tmp_path / "target", b"x")
    (tmp_path / "link").symlink_to(target)
    (tmp_path / "dir").mkdir()
    words = {"link": "a link", "dir": "a folder", "missing": "no such"}
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        words["pipe"] = "no plain file"
    for name, said in words.items():
        outcome = antifraud("case", "add", str(place), "file", str(tmp_path / name), "--lang", "en")
        assert outcome.status == 2
        assert said in outcome.err
    assert verify(place)[1] == ()
    assert len(folder.load(place).items) == 3


NAMES = st.one_of(
    st.sampled_from(
        ["con.txt", "NUL", "a" * 300, "字" * 100 + ".png", "\x1b[31m.txt", "a\u202egpj.exe", ".", "x. ", "-rf"]
    ),
    ANY,
)


@given(name=NAMES)
@many
def test_a_name_from_outside_stays_a_name(name: str) -> None:
    """The copy of a file of any name has a name that every system takes, on one level, without hidden characters."""
    found = filenames.copy_name(7, name)
    assert found.startswith("0007-")
    assert len(found.encode()) <= 120
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\ud800-\udfff]', found)
    assert not found.endswith((".", " "))


@pytest.mark.parametrize(
    "path", ["../outside", "evidence/../../outside", "/etc/passwd", "evidence/..", "", "evidence/a\\b"]
)
def test_a_log_cannot_point_outside_its_case(place: Path, tmp_path: Path, path: str) -> None:
    """A path in a log that somebody else wrote is never followed out of the folder."""
    write(tmp_path / "outside", b"secret")
    item = {"n": 9, "kind": "file", "file": {"path": path, "name": "x", "size": 6, "sha256": "0" * 64, "modified": ""}}
    with (place / "log.jsonl").open("ab") as stream:
        stream.write(log.next_line(folder.read_log(place), "now", "test", {"item": item}))
    case, findings = verify(place)
    assert "missing" in [finding.what for finding in findings]
    export.export(place, tmp_path / "out", case, {}, with_evidence=True)
    with zipfile.ZipFile(tmp_path / "out" / "report.zip") as archive:
        assert all(name.startswith(("case/", export.SUMS)) and ".." not in name for name in archive.namelist())
        assert not any(b"secret" in archive.read(name) for name in archive.namelist())


def test_nested_references_in_a_document_do_no_harm(place: Path) -> None:
    """A case.yaml that refers to itself a billion times over is found changed, at once."""
    rows = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (place / "case.yaml").write_text("\n".join(rows), encoding="utf-8")
    assert [finding.what for finding in verify(place)[1]] == ["yaml_changed"]


def test_a_large_file_is_copied_in_pieces(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of gigabytes is never held in memory: no read asks for more than a piece."""
    from antifraud_cli.cases import disk

    asked = []
    real = disk.copy

    class Watched:
        def __init__(self, stream: Any) -> None:
            self.stream = stream

        def read(self, size: int = -1) -> bytes:
            asked.append(size)
            return bytes(self.stream.read(size))

    monkeypatch.setattr(disk, "CHUNK", 1000)
    monkeypatch.setattr(disk, "copy", lambda source, target: real(Watched(source), target))
    folder.add_file(place, write(tmp_path / "film.mp4", bytes(range(256)) * 40), {}, NOW)
    assert asked
    assert set(asked) == {1000}


# The command line


def test_the_whole_way(tmp_path: Path, antifraud: Any) -> None:
    """new, add, show, timeline, verify, export, list: what was typed arrives in the report."""
    place, source = tmp_path / "case", write(tmp_path / "note.txt", b"evidence")
    lines = [
        ("new", str(place), "--title", "冒充公检法", "--name", "王小明"),
        ("add", str(place), "transfer", "--amount", "1万2", "--time", "2026-11-20 15:00", "--to", "62220212", "--to-name", "李四"),
        ("add", str(place), "transfer", "--amount", "300.5 USDT", "--time", "2026-11-20 16:00", "--channel", "usdt"),
        ("add", str(place), "transfer", "--amount", "8000.10", "--balance", "0"),
        ("add", str(place), "message", "把钱转到安全账户", "--sender", "+8696110", "-t", "2026-11-20 14:30"),
        ("add", str(place), "number", "+8696110", "0085212345678"),
        ("add", str(place), "file", str(source), "--note", "聊天"),
        ("add", str(place), "note", "第二天才发现"),
        ("add", str(place), "person", "--phone", "13800138000"),
    ]  # fmt: skip
    for line in lines:
        outcome = antifraud("case", *line)
        assert outcome.status == 0, outcome.err
    shown = antifraud("case", "show", str(place), "--json").json
    assert shown["schema"] == "antifraud.case/1"
    assert [item["kind"] for item in shown["items"]] == [
        "transfer", "transfer", "transfer", "message", "number", "number", "file", "note",
    ]  # fmt: skip
    assert shown["totals"] == [
        {"currency": "CNY", "amount": "20000.10", "transfers": 2},
        {"currency": "USDT", "amount": "300.5", "transfers": 1},
    ]
    assert shown["person"] == {"name": "王小明", "phone": "13800138000"}
    ordered = antifraud("case", "timeline", str(place), "--json").json["items"]
    assert [item["n"] for item in ordered] == [4, 1, 2, 3, 5, 6, 7, 8]
    target = tmp_path / "out"
    assert antifraud("case", "export", str(place), "-o", str(target)).status == 0
    for name in ("report.html", "report.md"):
        report = re.sub(r"<[^>]+>", "", (target / name).read_text(encoding="utf-8"))
        for word in ("王小明", "20,000.10", "300.5 USDT", "62220212", "李四", hashlib.sha256(b"evidence").hexdigest()):
            assert word in report, (name, word)
        assert report.index("把钱转到安全账户") > report.index("王小明")
    assert [row["title"] for row in antifraud("case", "list", str(tmp_path), "--json").json["cases"]] == ["冒充公检法"]


def test_every_field_is_documented(place: Path, antifraud: Any, repository: Path, tmp_path: Path) -> None:
    """Each key of the answers stands in docs/json.md, each key of an item in docs/cases.md too."""
    pages = {name: (repository / f"docs/{name}.md").read_text(encoding="utf-8") for name in ("json", "cases")}
    write(place / "extra", b"")
    lines = [("verify",), ("export", "-o", str(tmp_path / "out")), ("add", "note", "x")]
    for command, *more in lines:
        answer = antifraud("case", command, str(place), *more, "--json").json
        assert answer["schema"] in pages["json"]
        found = {*answer, *answer["person"], *answer["totals"][0], *answer["log"]}
        found |= {key for row in answer.get("findings", ()) for key in row}
        assert [key for key in found if f"`{key}`" not in pages["json"]] == []
    for field in [*fields(Item), *fields(Evidence)]:
        assert f"`{field.name}`" in pages["json"]
        assert f"`{field.name}`" in pages["cases"]


def test_of_several_files_those_before_a_bad_one_are_kept(place: Path, antifraud: Any, tmp_path: Path) -> None:
    """The answer lists what was kept, the error names what was not."""
    good = write(tmp_path / "good.txt", b"good")
    outcome = antifraud("case", "add", str(place), "file", str(good), str(tmp_path / "missing"), "--lang", "en")
    assert outcome.status == 2
    assert "good.txt" in outcome.out
    assert "missing" in outcome.err
    assert len(folder.load(place).items) == 4


def test_an_entry_is_kept_even_if_the_document_cannot_be_written(place: Path, antifraud: Any) -> None:
    """Where case.yaml is in the way the item is in the log all the same, and the person is told."""
    (place / "case.yaml").unlink()
    (place / "case.yaml").mkdir()
    outcome = antifraud("case", "add", str(place), "note", "more", "--lang", "en")
    assert outcome.status == 0
    assert "could not be updated" in outcome.err
    assert folder.load(place).items[-1].text == "more"


def test_a_correction_counts_in_place_of_what_it_replaces(place: Path, antifraud: Any, tmp_path: Path) -> None:
    """The earlier item stays in the case, in neither sum nor course; one that is no transfer, or gone, is refused."""
    line = ("case", "add", str(place), "transfer", "--amount", "2000", "--replaces")
    assert antifraud(*line, "2").status == 0
    for wrong in ("1", "2", "9"):  # a message; replaced already; not there
        assert antifraud(*line, wrong).status == 2
    assert antifraud("case", "add", str(place), "file", str(tmp_path), "--replaces", "3").status == 2
    shown = antifraud("case", "show", str(place), "--json").json
    assert [item["n"] for item in shown["items"]] == [1, 2, 3, 4]
    assert shown["totals"] == [{"currency": "CNY", "amount": "2000", "transfers": 1}]
    assert [item["n"] for item in antifraud("case", "timeline", str(place), "--json").json["items"]] == [1, 3, 4]
    target = tmp_path / "out"
    assert antifraud("case", "export", str(place), "-o", str(target)).status == 0
    report = (target / "report.md").read_text(encoding="utf-8")
    assert "第 4 项更正第 2 项" in report
    assert "12,000.50" not in report


def test_a_misspelt_subcommand_gets_the_right_hint(antifraud: Any) -> None:
    """The hint names the commands of the group, not those of the program."""
    outcome = antifraud("case", "exprt", "--lang", "en")
    assert outcome.status == 2
    assert "export" in outcome.err


def test_the_zip_is_a_case_that_can_be_checked(place: Path, tmp_path: Path) -> None:
    """What is unpacked from the zip passes verify, and its list of hashes is that of sha256sum."""
    case, _ = verify(place)
    export.export(place, tmp_path / "out", case, {"report.md": b"x"}, with_evidence=True)
    with zipfile.ZipFile(tmp_path / "out" / "report.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    unpacked = tmp_path / "unpacked" / "case"
    for line in (tmp_path / "unpacked" / export.SUMS).read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((tmp_path / "unpacked" / name).read_bytes()).hexdigest() == digest
    found, findings = verify(unpacked)
    assert found.items == case.items
    assert [finding.what for finding in findings if not finding.harmless] == []


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_people_are_told_what_to_keep(tmp_path: Path, antifraud: Any, lang: str) -> None:
    """new, show and both reports give the facts on evidence and fees in the words of data/facts.yaml."""
    place, target = str(tmp_path / "case"), tmp_path / "out"
    world = {"variables": {"COLUMNS": "100"}}
    said = [antifraud("case", "new", place, "--lang", lang, **world).out]
    said.append(antifraud("case", "show", place, "--lang", lang, **world).out)
    antifraud("case", "export", place, "-o", str(target), "--lang", lang)
    said += [(target / name).read_text(encoding="utf-8") for name in ("report.md", "report.html")]
    for name in ("e_keep", "e_items", "e_no_fee"):
        claim = store.load("response")["facts"][name]["claim"][lang]
        for text in said:
            assert re.sub(r"\s", "", claim) in re.sub(r"\s", "", text)


def test_nobody_is_asked_for_secrets() -> None:
    """Where our texts about cases name a password or a code, they say not to write it down."""
    for lang, words, no in (
        ("zh-Hans", "密码|验证码", "不要"), ("zh-Hant", "密碼|驗證碼", "不要"), ("en", r"[Pp]assword|\bcode\b", "[Nn]ever|none"),
    ):  # fmt: skip
        for key, text in store.load(f"ui.{lang}").items():
            if key.startswith(("case.", "help.case", "option.case")) and re.search(words, text):
                assert re.search(no, text), key


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("add", "CASE", "gift", "x"), "cannot be"),
        (("add", "CASE", "transfer"), "--amount is missing"),
        (("add", "CASE", "transfer", "--amount", "12.000,50"), "is not a sum"),
        (("add", "CASE", "transfer", "--amount", "$5"), "several currencies"),
        (("add", "CASE", "transfer", "--amount", "5", "--currency", "XYZ"), "no currency named"),
        (("add", "CASE", "transfer", "--amount", "5", "--time", "昨天8点"), "morning or afternoon"),
        (("add", "CASE", "transfer", "--amount", "5", "--phone", "1"), "does not go with transfer"),
        (("add", "CASE", "note", "x", "--amount", "5"), "--amount does not go with note"),
        (("add", "CASE", "transfer", "x", "--amount", "5"), "argument too many"),
        (("add", "CASE", "file"), "No file was named"),
        (("add", "CASE", "number"), "There is no number"),
        (("add", "CASE", "number", " "), "There is no number"),
        (("add", "CASE", "note"), "There is no text"),
        (("add", "CASE", "person"), "No personal details"),
        (("add", "CASE", "note", "x" * 1_100_000), "too long"),
        (("add", "nowhere", "note", "x"), "no case folder"),
        (("show", "nowhere"), "no case folder"),
        (("show", ""), "not allowed"),
        (("verify", "."), "is no case"),
        (("export", "CASE", "--mask-name", "x"), "--mask"),
        (("new", "a\0b"), "not allowed"),
    ],
)
def test_errors_say_what_is_wrong(
    place: Path, antifraud: Any, line: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each wrong use ends with 2, names what is wrong, gives a hint, and changes nothing."""
    monkeypatch.chdir(tmp_path)
    before = (place / "log.jsonl").read_bytes()
    outcome = antifraud("case", *[str(place) if word == "CASE" else word for word in line], "--lang", "en")
    assert outcome.status == 2
    assert said in outcome.err
    assert "Hint: " in outcome.err
    assert (place / "log.jsonl").read_bytes() == before


def test_a_person_at_a_terminal_is_asked_about_a_transfer(place: Path, antifraud: Any) -> None:
    """Without a sum the questions come one by one; an answer that cannot be read is asked for again, an empty one left."""
    answers = "12.000,50\n1万2\n昨天8点\n2026-11-20 08:00\n6222 0212\n\n工商银行\n\n\nalipay\n"
    outcome = antifraud("case", "add", str(place), "transfer", stdin=answers, stdin_is_terminal=True)
    assert outcome.status == 0, outcome.err
    item = folder.load(place).items[-1]
    assert (item.amount, item.to_account, item.to_bank, item.channel) == ("12000", "6222 0212", "工商银行", "alipay")
    assert (item.time or "").startswith("2026-11-20T08:00:00")
    assert item.to_name is item.from_account is None
    assert antifraud("case", "add", str(place), "transfer", stdin="\n" * 9, stdin_is_terminal=True).status == 2
    assert len(folder.load(place).items) == 4


RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
HOSTILE = st.one_of(
    ANY,
    st.sampled_from(
        ["\x1b[2J", "<script>alert(1)</script>", "| a | b |", "\u202eevil", "{name}", "[x](http://a.b)", "\n# x"]
    ),
)


@given(text=HOSTILE, note=HOSTILE, kind=st.sampled_from(["message", "note", "number", "transfer", "person"]))
@settings(few, max_examples=15)
def test_anything_that_is_typed_is_data(
    text: str, note: str, kind: str, antifraud: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any text is stored or refused; on screen, in HTML and in Markdown it steers nothing."""
    folder_of = tmp_path_factory.mktemp("data")
    place, target = folder_of / "case", folder_of / "out"
    folder.create(place, text or "x", "en", "CNY", Person(), NOW)
    line = {
        "transfer": ["--amount", "5", f"--to={text}", f"--note={note}"],
        "person": [f"--name={text}", f"--address={note}"],
        "note": ["--", text],
    }.get(kind, [f"--note={note}", "--", text])
    outcomes = [antifraud("case", "add", str(place), kind, *line)]
    for line in (["show"], ["timeline", "--plain"], ["show", "--json"]):
        outcomes.append(antifraud("case", line[0], str(place), *line[1:]))
    outcomes.append(antifraud("case", "export", str(place), "-o", str(target), *(["--mask"] if len(text) % 2 else [])))
    for outcome in outcomes:
        assert outcome.status in (0, 2), outcome.err
        assert not RAW.search(outcome.out + outcome.err)
    assert outcomes[-1].status == 0, outcomes[-1].err
    page = (target / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert not RAW.search(page + (target / "report.md").read_text(encoding="utf-8"))
    assert verify(place)[1] == ()


def test_every_kind_currency_and_finding_has_its_words() -> None:
    """Each kind, channel, currency, finding and error has a text in the program's languages."""
    table = store.load("ui.en")
    source = "".join(path.read_text(encoding="utf-8") for path in Path(folder.__file__).parent.glob("*.py"))
    errors = set(re.findall(r'CaseError\("([a-z_]+)"', source))
    findings = set(re.findall(r'Finding\("([a-z_]+)"', source))
    assert {"exists", "busy", "link"} <= errors
    assert {"changed", "chain", "late"} <= findings
    wanted = [f"case.kind.{name}" for name in KINDS] + [f"case.channel.{name}" for name in CHANNELS]
    wanted += [f"case.money.{name}" for name in CURRENCIES] + [f"case.finding.{name}" for name in findings]
    wanted += [f"case.{part}.{name}" for part in ("error", "hint") for name in errors]
    assert [key for key in wanted if key not in table] == []


def test_no_text_about_cases_is_left_over() -> None:
    """Each text in data/ui/case.yaml is used somewhere in the code."""
    root = Path(antifraud_cli.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in root.rglob("*.py"))
    for key in store.load("ui.en"):
        stem = key.rpartition(".")[0]
        if key.startswith("case."):
            assert f'"{key}"' in source or f'"{stem}.{{' in source, key


@pytest.mark.parametrize("name", ["amounts", "filenames", "log", "mask", "model", "numerals", "times"])
def test_the_model_of_a_case_is_pure(name: str) -> None:
    """Reading sums and times, the log, masking and the model touch no clock, file or environment."""
    path = Path(folder.__file__).with_name(f"{name}.py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    assert not imported & {"os", "sys", "io", "pathlib", "time", "socket", "subprocess", "random", "secrets"}
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not calls & {"open", "print", "input"}
    assert ".now(" not in path.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_a_case_is_for_its_owner_only(place: Path) -> None:
    """Nobody else on the machine can read a case."""
    assert place.stat().st_mode & 0o077 == 0
    assert (place / "log.jsonl").stat().st_mode & 0o077 == 0
