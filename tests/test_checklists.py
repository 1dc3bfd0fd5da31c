"""Checklists: the most urgent step first, no forbidden advice, no doubtful number, for everything that can have happened."""

from __future__ import annotations

import copy
import datetime
import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from antifraud_cli.checklists import Checklist, build, fill, hotlines, parse_elapsed
from antifraud_cli.errors import UsageError
from antifraud_cli.knowledge import store
from antifraud_cli.knowledge.document import Collector
from antifraud_cli.knowledge.response import read
from antifraud_cli.knowledge.tableformat import LANGUAGES

DATA = store.data_dir()
TODAY = datetime.date(2026, 11, 21)
HOUR, DAY = 3600, 86400
ELAPSED = (None, 90, 20 * 60, HOUR, 10 * HOUR, DAY, 5 * DAY)
FIRST_STEP = {
    "only_received": "stop_contact",
    "clicked_link": "close_page",
    "gave_personal_info": "lock_card",
    "gave_code_or_password": "call_bank_freeze",
    "installed_app_or_shared_screen": "stop_sharing",
    "transferred": "call_police_stop_payment",
    "handed_cash_or_gold": "police_intercept",
    "contacts_leaked_or_forwarded": "warn_everyone",
    "blackmailed": "pay_nothing",
    "lent_card_or_sim": "stop_lending",
    "kept_on_the_line": "hang_up_now",
    "overseas": "local_police_any",
    "relative_wont_listen": "stall",
    "after_report": "refuse_recovery",
    "account_frozen": "hang_up_unfreezers",
}
MONEY_MOVED = ("transferred", "handed_cash_or_gold")
FORBIDDEN_STEPS = (
    r"再(转|充|汇|付)一",
    r"(?<!不)(转|汇|付|交|缴).{0,4}(保证金|解冻费|手续费|验证金|赎金)",
    r"(先|马上|立刻)(删|清空|卸载|恢复出厂)",
    r"(从|在)?通话记录.{0,4}(里|中)?.{0,3}(回拨|打回去)(?!。)",
    r"^回拨",
    r"回复.?T",
    r"30 ?分钟内.{0,8}(必须|否则)|超过.{0,6}(就|便)(追不回|没用)",
    r"(黑客|追款公司|追损).{0,6}(帮|联系)",
    r"(pay|send|transfer) (again|one more|the (fee|deposit|tax))",
    r"(?i)\b(delete|wipe|uninstall)\b.{0,30}\bfirst\b",
    r"(?i)redial from",
)
FORBIDDEN_ANYWHERE = (
    r"(?<!不)(是|很|绝对|可以认为)安全(的|了)?[。，]",
    r"放心(转|点|接|付)",
    r"(?i)\b(it|this|you) (is|are) safe\b",
    r"\bsafe\b(?! account)",
    r"usa110|报警APP|中国反诈中心",
    r"24 ?小时内.{0,6}(都|均)?(能|可以)撤销",
)


@pytest.fixture(scope="module")
def response() -> dict[str, Any]:
    """The knowledge as the repository holds it."""
    return read(DATA, Collector(TODAY))


def made(response: dict[str, Any], *situations: str, **options: Any) -> Checklist:
    """A checklist with the usual defaults."""
    given = {"category": None, "region": "CN", "elapsed": None, "lang": "zh-Hans", **options}
    return build(response, situations=situations, **given)


def every_checklist(response: dict[str, Any], lang: str) -> Iterator[Checklist]:
    """Each situation in each region at each elapsed time, each pair of situations, each script alone and after a payment."""
    for situation, region, elapsed in itertools.product(response["situations"], response["regions"], ELAPSED):
        yield made(response, situation, region=region, elapsed=elapsed, lang=lang)
    for pair in itertools.combinations(response["situations"], 2):
        yield made(response, *pair, lang=lang)
    for category, region in itertools.product(response["category_checklists"], response["regions"]):
        yield made(response, category=category, region=region, lang=lang)
        yield made(response, "transferred", category=category, region=region, lang=lang)


def ids(checklist: Checklist) -> list[str]:
    return [step.id for step in checklist.steps]


def texts(checklist: Checklist) -> Iterator[str]:
    for step in checklist.steps:
        yield from filter(None, (step.do, step.who, step.say, step.prepare, step.deadline))
    yield from (dont.text for dont in checklist.donts)


# The data


def test_the_data_has_no_faults() -> None:
    """What the repository holds passes its own reader, with every fact used by some step."""
    collector = Collector(TODAY)
    read(DATA, collector)
    collector.check_references(must_be_used=("fact",))
    assert [str(fault) for fault in collector.problems if "unknown category id" not in fault.message] == []


def test_all_situations_and_scripts_have_a_checklist(response: dict[str, Any]) -> None:
    """The fifteen situations, the twelve regions and each script with a file of its own are covered."""
    assert set(FIRST_STEP) == set(response["situations"])
    assert set(response["regions"]) == {"CN", "HK", "MO", "TW", "SG", "MY", "US", "CA", "UK", "AU", "JP", "overseas"}
    assert set(response["category_checklists"]) >= {path.stem for path in (DATA / "categories").glob("*.yaml")}
    assert len(response["category_checklists"]) == 28


def test_every_region_but_overseas_has_a_verified_police_number(response: dict[str, Any]) -> None:
    """Whatever else a region lacks, the number of its police is there and confirmed."""
    for name, region in response["regions"].items():
        if name != "overseas":
            assert response["hotlines"][region["lines"]["police"]]["status"] == "verified", name


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("hotlines.yaml", "status: verified", "status: single", "only a verified line may stand on a checklist"),
        ("situations.yaml", "source: [SEED1, SEED3]", "source: []", "expected at least 1 entries"),
        ("situations.yaml", "facts: [w_caller_id]", "facts: [no_such_fact]", "unknown fact id 'no_such_fact'"),
        ("situations.yaml", "facts: [w_caller_id]", "facts: [t_delay]", "rests on nothing that is verified"),
        ("situations.yaml", "zh-Hans: 挂断，", "zh-Hans: 打110，挂断，", "a phone number is typed, 110"),
        ("situations.yaml", "elapsed: {max: 1h}", "elapsed: {max: 1 hour}", "expected a span like"),
        ("regions.yaml", "police: hk.police, ", "", "a region needs a police line"),
        ("regions.yaml", "police: hk.police, ", "police: hk.police, fire: hk.police, ", "unknown role 'fire'"),
        (
            "checklists/categories.yaml",
            "- id: sextortion",
            "- id: sextorsion",
            "category 'sextortion' has no checklist",
        ),
        (
            "checklists/categories.yaml",
            "id: brushing_stop",
            "id: call_bank_freeze",
            "stands elsewhere with other contents",
        ),
    ],
)
def test_a_fault_in_the_data_is_found(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    """A doubtful number, a missing source, an unknown fact or a typed number is a problem with file and line."""
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    text = (data / file).read_text(encoding="utf-8")
    assert old in text
    (data / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    collector = Collector(TODAY)
    read(data, collector)
    collector.check_references(must_be_used=("fact", "law"))
    found = [fault for fault in collector.problems if message in fault.message]
    assert found
    assert all(fault.file.startswith("data/") and fault.line > 0 for fault in found)


# Order and urgency


@pytest.mark.parametrize("situation", FIRST_STEP)
def test_the_first_step_is_the_most_urgent(response: dict[str, Any], situation: str) -> None:
    """On the mainland each situation begins with what must be done this second."""
    assert ids(made(response, situation))[0] == FIRST_STEP[situation]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_steps_are_numbered_once_each_and_none_is_said_twice(response: dict[str, Any], lang: str) -> None:
    """Numbers run from 1 without a gap; no id and no sentence occurs twice; there is always something to do."""
    for checklist in every_checklist(response, lang):
        assert [step.n for step in checklist.steps] == list(range(1, len(checklist.steps) + 1))
        said = [step.do for step in checklist.steps] + [dont.text for dont in checklist.donts]
        assert len(set(said)) == len(said), checklist
        assert len(set(ids(checklist))) == len(checklist.steps)
        assert checklist.steps
        assert checklist.donts


def test_merged_steps_follow_urgency(response: dict[str, Any]) -> None:
    """With a controlled phone and money gone, the phone is cut off before the calls, and the police come before the bank."""
    order = ids(made(response, "transferred", "installed_app_or_shared_screen", "gave_code_or_password"))
    wanted = ["stop_sharing", "cut_network", "use_other_phone", "call_police_stop_payment", "call_bank_freeze"]
    assert order[:5] == wanted
    assert order.count("call_bank_freeze") == 1
    assert "police_phone_controlled" not in order


def test_the_order_in_which_situations_are_named_does_not_matter(response: dict[str, Any]) -> None:
    """The same facts give the same list."""
    for first, second in itertools.combinations(response["situations"], 2):
        one, other = made(response, first, second), made(response, second, first)
        assert (one.steps, one.donts, one.gaps) == (other.steps, other.donts, other.gaps)


def test_nothing_has_happened_gives_way_to_what_has(response: dict[str, Any]) -> None:
    """`only_received` adds nothing once something did happen; beside `overseas` it stays."""
    for situation in set(response["situations"]) - {"only_received", "overseas", "relative_wont_listen"}:
        both, alone = made(response, "only_received", situation), made(response, situation)
        assert (both.steps, both.donts) == (alone.steps, alone.donts), situation
    assert "stop_contact" in ids(made(response, "only_received", "overseas"))


def test_nothing_known_gives_the_general_card(response: dict[str, Any]) -> None:
    """Without category and situation the card is that of a message just received, and it says so."""
    card = made(response)
    assert card == made(response, "only_received")
    assert card.situations == ("only_received",)


def test_a_script_may_suggest_its_situation(response: dict[str, Any]) -> None:
    """Sextortion without a situation means blackmail; a situation that was named is kept."""
    assert made(response, category="sextortion").situations == ("blackmailed",)
    assert made(response, "transferred", category="sextortion").situations == ("transferred",)


@pytest.mark.parametrize("category", sorted(path.stem for path in (DATA / "categories").glob("*.yaml")))
def test_a_script_adds_its_own_advice(response: dict[str, Any], category: str) -> None:
    """Each script adds a step, a warning or words to a call, and loses no step but a call that it makes itself."""
    own, plain = made(response, category=category), made(response, *made(response, category=category).situations)
    assert set(texts(own)) - set(texts(plain))
    lost = [step for step in plain.steps if step.id not in ids(own)]
    assert {step.number for step in lost} <= {step.number for step in own.steps if step.number}


# Time


@pytest.mark.parametrize("elapsed", ELAPSED)
@pytest.mark.parametrize("situation", MONEY_MOVED)
def test_money_moved_always_means_the_police(response: dict[str, Any], situation: str, elapsed: int | None) -> None:
    """Minutes, hours or days later, the first step on the mainland is to call 110."""
    first = made(response, situation, elapsed=elapsed).steps[0]
    assert first.number == "110"


def test_elapsed_time_changes_the_list(response: dict[str, Any]) -> None:
    """A transfer that can have arrived is not cancelled any more; days later one reports all the same."""
    minutes, hours, days = (ids(made(response, "transferred", elapsed=time)) for time in (1200, 10 * HOUR, 5 * DAY))
    assert minutes[:2] == ["call_police_stop_payment", "call_bank_stop"]
    assert hours[:2] == ["police_stop_payment_hours", "call_bank_stop"]
    assert days[0] == "report_late"
    assert "cancel_pending" in hours
    assert "cancel_pending" not in days
    assert "no_recovery_agent" in {dont.id for dont in made(response, "transferred", elapsed=5 * DAY).donts}


def test_no_time_given_counts_as_just_now(response: dict[str, Any]) -> None:
    """The reading that loses no time is taken."""
    for situation in response["situations"]:
        assert made(response, situation) == made(response, situation, elapsed=0)


def test_who_has_reported_is_not_told_to_report_again(response: dict[str, Any]) -> None:
    """After a report the first call becomes a question whether the money was stopped, still to 110."""
    merged = made(response, "transferred", "after_report")
    assert not {"call_police_stop_payment", "police_station_record"} & set(ids(merged))
    assert {step.id: step.number for step in merged.steps}["stop_asked"] == "110"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("20m", 1200),
        ("10h", 36000),
        ("5d", 5 * DAY),
        ("1h30m", 5400),
        ("1.5h", 5400),
        ("2 days ago", 2 * DAY),
        ("30 min", 1800),
        ("３０分钟", 1800),
        ("2天", 2 * DAY),
        ("两天前", 2 * DAY),
        ("兩個小時", 7200),
        ("半小时", 1800),
        ("半个小时", 1800),
        ("一个半小时", 5400),
        ("三天半", 3 * DAY + DAY // 2),
        ("十二小时", 12 * HOUR),
        ("二十分鐘", 1200),
        ("1小时20分钟", 4800),
        ("一周", 7 * DAY),
        ("3个月", 90 * DAY),
        ("١١٠h", 110 * HOUR),
        ("刚刚", 0),
        ("0s", 0),
        ("0", 0),
    ],
)
def test_a_duration_is_read(text: str, seconds: int) -> None:
    """Short, English and Chinese forms mean what a person means by them."""
    assert parse_elapsed(text) == seconds


@pytest.mark.parametrize(
    "text", ["", " ", "20", "m", "abc", "-5m", "5x", "20m!", "m20", "１", "天", "1e9d", "9" * 5000 + "d", "昨天吧"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    """A number without a unit, or anything else, raises UsageError with examples."""
    with pytest.raises(UsageError) as caught:
        parse_elapsed(text)
    assert "20m" in caught.value.hint


# What must never be said


def test_no_step_gives_forbidden_advice(response: dict[str, Any]) -> None:
    """No step says to pay again, to delete first, to redial from the log, or that time has run out."""
    for lang in LANGUAGES:
        for step in {
            step.id: step for checklist in every_checklist(response, lang) for step in checklist.steps
        }.values():
            for text in filter(None, (step.do, step.say, step.deadline)):
                assert not [rule for rule in FORBIDDEN_STEPS if re.search(rule, text)], text


def test_no_text_says_safe_or_repeats_a_myth(response: dict[str, Any]) -> None:
    """Nothing is called safe, no invented site or app is named, no outdated promise is made."""
    for lang in LANGUAGES:
        for text in {text for checklist in every_checklist(response, lang) for text in texts(checklist)}:
            assert not [rule for rule in FORBIDDEN_ANYWHERE if re.search(rule, text)], text


def test_warnings_are_warnings(response: dict[str, Any]) -> None:
    """Each entry under donts tells what not to do."""
    start = {"zh-Hans": "不要|警察取证之前，不要", "zh-Hant": "不要|警察取證之前，不要"}
    for lang in LANGUAGES:
        for dont in {dont for checklist in every_checklist(response, lang) for dont in checklist.donts}:
            assert re.search(start.get(lang, r"(?i)\b(no|not|nobody|nothing)\b"), dont.text), dont.text


def test_steps_are_short(response: dict[str, Any]) -> None:
    """A frightened person reads one sentence at a time: at most 50 characters, or a list of numbers, in a step."""
    for lang in ("zh-Hans", "zh-Hant"):
        for step in {
            step.id: step for checklist in every_checklist(response, lang) for step in checklist.steps
        }.values():
            assert len(step.do) <= 50 or step.id == "local_police_any", step.do


# Numbers and regions


def test_every_number_is_that_of_a_verified_line(response: dict[str, Any]) -> None:
    """No number on any checklist comes from a line that is not confirmed."""
    verified: set[str] = set()
    doubtful: set[str] = set()
    for line in response["hotlines"].values():
        forms = {form for form in (line["number"], line["dial_from_abroad"]) if form}
        (verified if line["status"] == "verified" else doubtful).update(forms)
    for checklist in every_checklist(response, "en"):
        assert {step.number for step in checklist.steps if step.number} <= verified
        for text in texts(checklist):
            typed = set(re.findall(r"(?<![\d-])\+?#?\d[\d -]{1,}\d(?!\d)", text)) | set(
                re.findall(r"(?<!\d)1\d{4}(?!\d)", text)
            )
            assert not typed & (doubtful - verified), text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_placeholder_is_left(response: dict[str, Any], lang: str) -> None:
    """Numbers are filled in everywhere and no field is empty."""
    for checklist in every_checklist(response, lang):
        for text in texts(checklist):
            assert text.strip()
            assert "{" not in text
            assert "}" not in text


def test_a_region_prints_its_own_lines(response: dict[str, Any]) -> None:
    """Outside the mainland a step's number is a line of that region or the consular line."""
    for name, region in response["regions"].items():
        own = {response["hotlines"][line]["number"] for line in region["lines"].values()}
        for situation in response["situations"]:
            numbers = {step.number for step in made(response, situation, region=name).steps if step.number}
            if (situation, name) != ("overseas", "CN"):
                assert numbers <= own, (name, situation)


def test_every_region_has_a_useful_list_for_lost_money(response: dict[str, Any]) -> None:
    """In each region a transfer leads to the police and to the bank among the first three steps."""
    for name in response["regions"]:
        first = made(response, "transferred", region=name, lang="en").steps[:3]
        assert any("police" in step.do.lower() for step in first), name
        assert any("bank" in step.do.lower() for step in first), name


def test_a_line_that_a_region_lacks_is_a_gap(response: dict[str, Any]) -> None:
    """Nothing is guessed: the step that needs the line drops out, or keeps no number, and the role is reported."""
    elsewhere = made(response, "blackmailed", region="overseas")
    assert elsewhere.gaps == ("police", "psych")
    assert "psych_line" not in ids(elsewhere)
    assert {step.id: step.number for step in elsewhere.steps}["police_blackmail"] is None


def test_who_is_abroad_is_not_sent_to_mainland_lines(response: dict[str, Any]) -> None:
    """The default region CN gives way to `overseas`; a region that was named stays."""
    assert made(response, "overseas", "transferred").region == "overseas"
    assert made(response, "overseas", region="US").region == "US"
    assert "110" not in {step.number for step in made(response, "overseas", "transferred").steps}


def test_the_consular_line_is_shown_as_dialled_abroad(response: dict[str, Any]) -> None:
    """A person abroad sees the country code."""
    steps = {step.id: step for step in made(response, "overseas", region="JP").steps}
    assert steps["call_12308"].number == "+86-10-12308"


def test_texts_elsewhere_are_filled_the_same_way(response: dict[str, Any]) -> None:
    """`fill` puts the number of a hotline into a text and leaves what is no hotline alone."""
    assert fill("打{cn.police}，{name}", response, "CN") == "打110，{name}"


# Provenance


def test_everything_names_its_sources(response: dict[str, Any]) -> None:
    """Each step and warning names at least one source, each source is listed once, with a title and where it is."""
    for checklist in every_checklist(response, "zh-Hans"):
        listed = [source.id for source in checklist.sources]
        assert len(set(listed)) == len(listed)
        for item in (*checklist.steps, *checklist.donts):
            assert item.source
            assert set(item.source_ids) <= set(listed)
        assert all(source.title and source.ref for source in checklist.sources)


def test_no_source_lies_in_this_workplace(response: dict[str, Any]) -> None:
    """A source is public: an address, a law or a document, never a path of whoever wrote the data."""
    for name, source in response["sources"].items():
        assert not re.search(r"^(seeds|/work|\.\.)|/work/|bench", source["ref"]), name


def test_the_review_date_is_the_oldest_shown(response: dict[str, Any]) -> None:
    """One stale line or fact makes the whole list stale, and a line that is not shown does not."""
    changed = copy.deepcopy(response)
    changed["hotlines"]["cn.police"]["reviewed"] = "2025-01-01"
    changed["hotlines"]["hk.police"]["reviewed"] = "2024-01-01"
    assert made(response, "transferred").reviewed == "2026-11-21"
    assert made(changed, "transferred").reviewed == "2025-01-01"
    changed["facts"]["t_30min"]["reviewed"] = "2023-01-01"
    assert made(changed, "transferred").reviewed == "2023-01-01"


# Names, languages, hotlines


@pytest.mark.parametrize(
    "options",
    [{"category": "no_such"}, {"region": "XX"}, {"situations": ["no_such"]}],
)
def test_an_unknown_name_is_a_usage_error(response: dict[str, Any], options: dict[str, Any]) -> None:
    """A category, region or situation that does not exist raises UsageError."""
    given = {"category": None, "situations": [], "region": "CN", "elapsed": None, "lang": "en", **options}
    with pytest.raises(UsageError):
        build(response, **given)


def test_languages_say_the_same(response: dict[str, Any]) -> None:
    """The steps and warnings are the same in each language."""
    for situation in response["situations"]:
        lists = [made(response, situation, lang=lang) for lang in LANGUAGES]
        assert len({tuple(ids(checklist)) for checklist in lists}) == 1
        assert len({tuple(dont.id for dont in checklist.donts) for checklist in lists}) == 1


def test_the_response_is_not_changed(response: dict[str, Any]) -> None:
    """Building is pure: the knowledge stays as it was."""
    before = copy.deepcopy(response)
    made(response, "transferred", "overseas", category="crypto")
    assert response == before


def test_hotlines_of_a_region(response: dict[str, Any]) -> None:
    """All lines of the region are listed, the police first, with status and roles; doubtful ones say so."""
    lines = hotlines(response, "CN", "zh-Hans")
    assert lines[0].number == "110"
    assert lines[0].roles == ("police",)
    assert {"96110", "12321", "12377", "12356", "12381"} <= {line.number for line in lines}
    assert {line.status for line in lines} >= {"verified", "single"}
    assert len({line.id for line in lines}) == len(lines)
    with pytest.raises(UsageError):
        hotlines(response, "XX", "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hotlines_are_complete_everywhere(response: dict[str, Any], lang: str) -> None:
    """Every region lists at least one line, and each line says what it does and does not do."""
    for region in response["regions"]:
        lines = hotlines(response, region, lang)
        assert lines
        for line in lines:
            assert line.name
            assert line.does
            assert line.does_not
            assert "{" not in line.does + line.does_not
            assert line.source
