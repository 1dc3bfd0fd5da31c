"""Message verdicts: what is found, what is left alone, and how it is explained."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antifraud_cli import classify
from antifraud_cli.errors import InputError
from antifraud_cli.messages.classify import MAX_LENGTH, Classifier

SCAMS = [
    ("您好，我是市公安局民警，您名下银行卡涉嫌洗钱，请把资金转入安全账户核查，不要告诉家人。", "impersonate_authority"),
    ("我妈接到自称抖音客服的电话，说开了直播会员每月扣八百，要她下会议软件共享屏幕去关。", "cancel_service"),
    ("在群里接单点赞，先返了两次小钱，后来要垫付三千做连单，说没做完不给提现。", "brushing_rebate"),
    ("網路上認識的女友從沒見過面，說她住院急用錢要我匯五萬，又說見面之前要先付保證金。", "romance"),
    ("贷款App显示两万已到账，提现说银行卡号填错被冻结，客服要我先交五千解冻费。", "fake_loan"),
    ("【ETC中心】您的ETC已失效，请于今日内登录 etc-renew.example.top 重新认证，否则停用。", "phishing_link"),
    ("有人加我QQ裸聊，录了屏，说不给两万就把视频发给我通讯录里所有人。", "sextortion"),
    ("自称部队后勤的说要订一批帐篷，还让我帮他从指定厂家垫钱进一批罐头，回头一起结账。", "military_procurement"),
    ("收购银行卡四件套，一套两千，日结，只要收款码跑分也行。", "money_mule"),
    ("大使馆打来电话说我涉嫌一起跨国洗钱案，要转接国内公安，还让我交保释金。", "impersonate_embassy"),
    ("被骗以后加了一个黑客，说能追回损失，先交三千技术费，又要保证金。", "recovery_scam"),
    ("航班因机械故障取消，客服让我下载软件共享屏幕办改签，说能赔三百。", "flight_change"),
]

INNOCENT = [
    "【招商银行】您尾号3321的储蓄卡7月3日14:20消费支出人民币58.00元，余额1,204.33元。",
    "【某某科技】验证码 483920，用于登录，五分钟内有效，请勿泄露给任何人。",
    "【菜鸟驿站】您的包裹已到学府路店，凭取件码 5-2-3301 领取，营业至21:00。",
    "晚上回来吃饭吗？我买了排骨。",
    "妈，我明天的高铁，下午三点到，你不用来接。",
    "各位家长，周五下午三点开家长会，请准时参加。",
    "【中国移动】您本月话费余额12.6元，可登录官方App查询详单。",
    "反诈提醒：凡是让你先垫钱再返利的刷单都是诈骗，不要相信。",
]


@pytest.mark.parametrize(("text", "category"), SCAMS)
def test_plain_scams_are_found_with_their_script(text: str, category: str) -> None:
    """A plain telling of a known script is at caution or above, under its own category."""
    verdict = classify(text)
    assert verdict.level in ("caution", "danger")
    assert verdict.category == category


@pytest.mark.parametrize("text", INNOCENT)
def test_ordinary_messages_stay_quiet(text: str) -> None:
    """Notices, codes, family talk and publicity raise no alarm, and are never called safe."""
    verdict = classify(text)
    assert verdict.level == "none"
    assert verdict.category is None
    assert verdict.kind in ("legit_notice", "anti_fraud_publicity", "ad_or_spam", "ordinary", "unknown")


@pytest.mark.parametrize(("text", "category"), SCAMS)
@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_alarms_are_explained_in_every_language(text: str, category: str, lang: str) -> None:
    """An alarm comes with a name, evidence with reasons, a rebuttal and advice in the language asked for."""
    verdict = classify(text, lang=lang)
    assert verdict.category_name
    assert verdict.rebuttal
    assert verdict.advice
    assert all(signal.reason for signal in verdict.signals)
    if lang == "en":
        assert verdict.category_name.isascii() or "'" in verdict.category_name


@pytest.mark.parametrize(("text", "category"), SCAMS)
def test_evidence_stands_where_it_says(text: str, category: str) -> None:
    """Each signal's text is the piece of the original between its start and end, and lies among its spans."""
    for signal in classify(text).signals:
        assert signal.text == text[signal.start : signal.end]
        assert (signal.start, signal.end) in signal.spans


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [("安.全.账.户", "安全账户"), ("安​全账户", "安全账户"), ("安全帳戶", "安全账户"), ("安 全 账 户", "安全账户")],
)
def test_disguised_words_are_still_evidence(disguised: str, plain: str) -> None:
    """A disguise changes neither level nor category, and the evidence shows what was really written."""
    told = "我是公安局民警，你涉嫌洗钱，把钱转入{}，不要告诉家人"
    verdict = classify(told.format(disguised))
    assert (verdict.level, verdict.category) == (classify(told.format(plain)).level, "impersonate_authority")
    assert any(disguised in signal.text for signal in verdict.signals)


def test_the_model_alone_is_never_danger(parts: dict[str, Any]) -> None:
    """However sure the model is, without rules the level is at most caution."""
    from antifraud_cli.messages.decide import decide
    from antifraud_cli.messages.linear import Opinion

    sure = Opinion(1.0, (("romance", 1.0),), (0, 3))
    decision = decide([], sure, parts["messages"]["rules"], parts["messages"]["decision"])
    assert decision.level == "caution"


def test_weak_signals_never_fire_alone(parts: dict[str, Any]) -> None:
    """The weak rules of a category together stay below caution."""
    from antifraud_cli.messages.decide import decide
    from antifraud_cli.messages.linear import Opinion
    from antifraud_cli.messages.matcher import Hit

    rules, thresholds = parts["messages"]["rules"], parts["messages"]["decision"]
    unsure = Opinion(0.3, (), (0, 0))
    for category in parts["categories"]["categories"]:
        weak = [
            Hit(number, ((number, number + 1),))
            for number, rule in enumerate(rules)
            if 0 < rule["weights"].get(category, 0) < thresholds["weak_below"]
            and all(weight < thresholds["weak_below"] for weight in rule["weights"].values())
        ]
        assert decide(weak, unsure, rules, thresholds).level == "none"


def test_a_rule_that_is_not_verified_never_stands_behind_danger(parts: dict[str, Any]) -> None:
    """Danger needs at least one rule whose source is verified, whatever the sum."""
    from antifraud_cli.messages.decide import decide
    from antifraud_cli.messages.linear import Opinion
    from antifraud_cli.messages.matcher import Hit

    rules = [
        {"id": f"x.{n}", "weights": {"romance": 8.0}, "kind": None, "status": "single", "unless_rules": []}
        for n in range(3)
    ]
    hits = [Hit(number, ((number, number + 1),)) for number in range(3)]
    decision = decide(hits, Opinion(1.0, (("romance", 1.0),), (0, 1)), rules, parts["messages"]["decision"])
    assert decision.level == "caution"


@given(st.floats(4e-18, 0.1), st.floats(4e-18, 0.1))
def test_the_model_outweighs_one_strong_sign_and_no_proof(parts: dict[str, Any], some: float, other: float) -> None:
    """The surer the model is of innocence, the more it takes off, yet a rule that all but proves its script keeps its caution."""
    from antifraud_cli.messages.decide import decide, relief_of, relief_within
    from antifraud_cli.messages.linear import Opinion
    from antifraud_cli.messages.matcher import Hit

    thresholds = parts["messages"]["decision"]
    low, high = (Opinion(scam, (), (0, 0)) for scam in sorted((some, other)))
    off, less = (relief_within(relief_of(opinion, thresholds), 4, thresholds) for opinion in (low, high))
    assert off >= less >= 0

    def level(weight: float) -> str:
        rule = {"id": "x.y", "weights": {"romance": weight}, "kind": None, "status": "verified", "unless_rules": []}
        return decide([Hit(0, ((0, 1),))], low, [rule], thresholds).level

    assert level(thresholds["proven"]) == "caution"
    assert level(4) == ("caution" if 4 - off >= thresholds["caution"] else "none")
    assert low.scam > 0.01 or level(4) == "none"


def test_addresses_are_cut_out_exactly_and_judged() -> None:
    """An address ends where Chinese begins; an imitation is named, an owner's own domain is not held against it."""
    verdict = classify("请点击http://icbc-jf.example.top/q领取，或登录www.icbc.com.cn查询")
    assert [(item.url, item.level) for item in verdict.urls] == [
        ("http://icbc-jf.example.top/q", "caution"),
        ("www.icbc.com.cn", "none"),
    ]
    assert verdict.urls[1].owner


def test_numbers_inside_are_judged() -> None:
    """A disguised official line that called is danger inside a message too; an amount is no number."""
    verdict = classify("接到+8696110的来电，要我转账9558元")
    assert [(number["input"], number["level"]) for number in verdict.numbers] == [("+8696110", "danger")]


def test_contacts_and_amounts_are_listed_for_the_report() -> None:
    """Accounts and sums named in the message are listed."""
    verdict = classify("加QQ：2837461950办理退费，先交3000元保证金")
    assert verdict.contacts == ("2837461950",)
    assert "3000元" in verdict.amounts


def test_a_text_beyond_the_limit_is_refused() -> None:
    """The documented limit is enforced with an error, not with a hang."""
    with pytest.raises(InputError):
        classify("转" * (MAX_LENGTH + 1))
    assert classify("转" * 20_000).level in ("none", "caution", "danger")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_gets_a_verdict(text: str) -> None:
    """No text crashes the classifier, and every span lies inside the text."""
    verdict = classify(text)
    assert verdict.level in ("none", "caution", "danger")
    for signal in verdict.signals:
        assert 0 <= signal.start <= signal.end <= len(text)


PIECES = [
    "公安局",
    "转账",
    "安全账户",
    "验证码",
    "http://a.top/x",
    "+8696110",
    "加薇信",
    "。",
    "，",
    " ",
    "​",
    "1.5万",
    "QQ",
    "\n",
    "提现",
]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_texts_full_of_triggers_get_a_verdict(text: str) -> None:
    """No mixture of trigger words crashes the classifier or breaks the promise on spans."""
    for signal in classify(text).signals:
        assert signal.text == text[signal.start : signal.end]


def test_a_stream_is_judged_like_single_messages(parts: dict[str, Any]) -> None:
    """What was judged before changes nothing: the look-ups that a stream switches to give the same verdicts."""
    texts = [text for text, _ in SCAMS] + INNOCENT
    worn = Classifier(parts.__getitem__)
    for _ in range(60):
        for text in texts:
            worn(text)
    fresh = Classifier(parts.__getitem__)
    assert [worn(text) for text in texts] == [fresh(text) for text in texts]
