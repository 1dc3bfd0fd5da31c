"""The law: every article has its day, its source and its words, and is found by the names people type."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest

from antifraud_cli.output.layout import width_of

from .conftest import AS_OF

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
CHINESE = ("zh-Hans", "zh-Hant")


@pytest.fixture(scope="module")
def laws(parts: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = parts["response"]["laws"]
    return found


def test_every_article_has_its_provenance(laws: dict[str, Any], parts: dict[str, Any]) -> None:
    """Each article has region, topics, words, sources that exist, a status, a review day, a day in force; none has lapsed."""
    for name, law in laws.items():
        assert law["region"] in parts["response"]["regions"], name
        assert law["topics"], name
        assert all(law[key][lang] for key in ("law", "article", "says") for lang in LANGUAGES), name
        assert law["source"], name
        assert all(source in parts["response"]["sources"] for source in law["source"]), name
        assert law["status"] in ("verified", "single"), name
        assert datetime.date.fromisoformat(law["in_force"]) <= AS_OF, name
        assert datetime.date.fromisoformat(law["reviewed"]) <= AS_OF, name
        assert datetime.date.fromisoformat(law["valid_until"]) >= AS_OF, name


def test_every_scam_names_the_law(laws: dict[str, Any], parts: dict[str, Any]) -> None:
    """Each of the categories names articles that exist, at least one of them of the mainland and verified."""
    for name in parts["categories"]["categories"]:
        named = parts["learn"][name]["laws"]
        assert named, name
        assert all(law in laws for law in named), name
        assert any(laws[law]["region"] == "CN" and laws[law]["status"] == "verified" for law in named), name


def test_a_law_of_one_source_says_so(antifraud: Any, laws: dict[str, Any]) -> None:
    """An article that only one source confirms is shown with a mark."""
    single = [name for name, law in laws.items() if law["status"] == "single"]
    assert single
    for name in single:
        assert "单一来源" in antifraud("law", name).out


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("266", "cn.cl.266"),
        ("诈骗罪", "cn.cl.266"),
        ("诈骗", "cn.cl.266"),
        ("洗钱", "cn.cl.312"),
        ("帮信罪", "cn.cl.287b"),
        ("287-2", "cn.cl.287b"),
        ("312", "cn.cl.312"),
        ("联合惩戒", "cn.sanction.3"),
        ("两卡", "cn.atf.44"),
        ("三千元", "cn.op2016.2"),
        ("立案", "cn.cpl.113"),
        ("冻结", "cn.mps.243"),
        ("杀猪盘", "cn.cl.266"),
        ("裸聊敲诈", "cn.cl.274"),
        ("16A", "hk.theft.16A"),
        ("詐防條例", "tw.fraud.43"),
        ("洗錢防制法", "tw.aml.22"),
    ],
)
def test_people_find_the_article_by_what_they_type(antifraud: Any, typed: str, wanted: str) -> None:
    """A number, a nickname, a topic or a scam leads to the article."""
    assert wanted in [law["id"] for law in antifraud("law", typed, "--json").json["laws"]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_day_in_force_is_printed(antifraud: Any, laws: dict[str, Any], lang: str) -> None:
    """Each article is printed with the day since which it is in force, and with the note where that day is not certain."""
    for name, law in laws.items():
        shown = antifraud("law", name, "--lang", lang, variables={"COLUMNS": "100"}).out.replace("\n  ", "")
        assert law["in_force"] in shown, name
        assert not law["in_force_note"] or law["in_force_note"][lang][:12] in shown, name


def test_it_is_no_legal_advice_and_says_so_once(antifraud: Any) -> None:
    """Each answer says once that it informs and is no legal advice."""
    for line in (("law",), ("law", "两卡"), ("law", "266"), ("law", "跑分"), ("learn", "跑分")):
        assert antifraud(*line).out.count("不是法律意见") == 1


def test_the_region_decides_which_law(antifraud: Any) -> None:
    """The laws of one region are not mixed with those of another; what another has is said."""
    hong_kong = antifraud("law", "两卡", "--region", "HK", "--json").json
    assert {law["region"] for law in hong_kong["laws"]} == {"HK"}
    assert "CN" in hong_kong["elsewhere"]
    assert "--region TW" in antifraud("law", "两卡").out
    assert antifraud("law", "两卡", "--json", variables={"LANG": "zh_TW.UTF-8"}).json["region"] == "TW"


def test_a_region_without_sources_gives_a_gap_and_no_guess(antifraud: Any) -> None:
    """Where no article with a source is known the answer says so, and is no error."""
    outcome = antifraud("law", "两卡", "--region", "JP")
    assert outcome.status == 0
    assert "没有收录日本" in outcome.out
    assert antifraud("law", "两卡", "--region", "JP", "--json").json["laws"] == []
    assert "没有收录日本" in antifraud("learn", "跑分", "--region", "JP").out


def test_plain_is_a_record_an_article(antifraud: Any) -> None:
    """--plain: id, region, law, article, day in force, status, what it says, what follows, what is misunderstood."""
    rows = [row.split("\t") for row in antifraud("law", "两卡", "--plain").out.splitlines()]
    assert all(len(row) == 9 and all(row) for row in rows)
    assert {row[1] for row in rows} == {"CN"}


@pytest.mark.parametrize(
    ("typed", "hint"), [("nosuch", "antifraud law"), ("账户冻结了", "账户被冻结"), ("", "antifraud law")]
)
def test_an_unknown_topic_is_answered_with_the_nearest(antifraud: Any, typed: str, hint: str) -> None:
    """A name that means nothing is repeated, with the nearest topic or where they are listed; status 2."""
    outcome = antifraud("law", "--", typed)
    assert outcome.status == 2
    assert typed in outcome.err
    assert hint in outcome.err


@pytest.mark.parametrize("columns", ["40", "80"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_fits_the_columns(antifraud: Any, lang: str, columns: str) -> None:
    """No line of `law`, of a lesson or of the phone lines is wider than the terminal."""
    for line in (("law",), ("law", "cards"), ("law", "tw.fraud.43"), ("learn", "money_mule"), ("hotlines",)):
        shown = antifraud(*line, "--lang", lang, variables={"COLUMNS": columns}).out
        assert max(map(width_of, shown.splitlines())) <= int(columns), line


def test_corrections_of_common_mistakes_stand(laws: dict[str, Any]) -> None:
    """The mistakes that web pages repeat are named where they belong."""
    for name, word in [
        ("cn.cl.287b", "七年"),
        ("cn.psa.58", "第四十九条"),
        ("cn.op2016.2", "报案没有金额门槛"),
        ("cn.sanction.3", "五年"),
        ("tw.fraud.43", "500万元"),
    ]:
        assert word in laws[name]["pitfall"]["zh-Hans"], name


def keys_of(value: Any) -> set[str]:
    """Every key in an answer."""
    if isinstance(value, dict):
        return set(value) | {key for item in value.values() for key in keys_of(item)}
    return {key for item in value for key in keys_of(item)} if isinstance(value, list) else set()


@pytest.mark.parametrize("line", [("law", "跑分"), ("learn", "--quiz", "--seed", "1")])
def test_every_json_field_is_documented(antifraud: Any, repository: Path, line: tuple[str, ...]) -> None:
    """The schema and each field stand in docs/json.md."""
    page = (repository / "docs/json.md").read_text(encoding="utf-8")
    answer = antifraud(*line, "--json").json
    assert answer["schema"] in page
    assert all(f"`{key}`" in page for key in keys_of(answer))


def test_own_words_use_full_width_marks(laws: dict[str, Any], parts: dict[str, Any]) -> None:
    """Chinese texts of laws, of the quiz and of what to dial first have no half-width comma or colon between characters."""
    texts = [
        law[key][lang]
        for law in laws.values()
        for key in ("says", "consequence", "pitfall")
        if law[key]
        for lang in CHINESE
    ]
    texts += [item[key][lang] for item in parts["quiz"] for key in ("text", "why") for lang in CHINESE]
    texts += [first["text"][lang] for first in parts["response"]["dial_first"].values() for lang in CHINESE]
    for text in texts:
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]", text), text
