"""What every checklist must and must never say, for each situation, region and way of payment.

The tables are argued from the rules named beside them (who takes emergencies, who gives advice, whom official guidance
puts first), never from what the program printed.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest

from antifraud_cli import api
from antifraud_cli.checklists import Card, Checklist, build, bystander, hotlines
from antifraud_cli.checklists.model import Step
from antifraud_cli.errors import UsageError
from antifraud_cli.knowledge import response as reader
from antifraud_cli.knowledge import store
from antifraud_cli.knowledge.document import Collector
from antifraud_cli.knowledge.tableformat import LANGUAGES

REGIONS = ("CN", "HK", "MO", "TW", "SG", "MY", "US", "CA", "UK", "AU", "JP", "overseas")
HOUR, DAY = 3600, 86400

# Emergencies: a person is threatened, or the fraud is going on this minute.
EMERGENCY = {
    "CN": "110", "HK": "999", "MO": "999", "TW": "110", "SG": "999", "MY": "999",
    "US": "911", "CA": "911", "UK": "999", "AU": "000", "JP": "110",
}  # fmt: skip
# Where one may ask whether something is a scam. 159 in the UK is not among them: it connects to one's own bank.
ADVICE = {
    "CN": "96110", "HK": "18222", "MO": "8800 7777", "TW": "165", "SG": "1799", "MY": "997",
    "CA": "1-888-495-8501", "AU": "1300 292 371", "JP": "#9110",
}  # fmt: skip
# Where money lost to fraud is reported once nobody is in danger. HK, TW, JP and CN: their police line.
REPORT = {
    "MO": "993", "SG": "1800-255-0000", "MY": "997", "US": "1-877-382-4357", "CA": "1-888-495-8501", "UK": "0300 123 2040",
}  # fmt: skip
SUPPORT = {
    "CN": "12356", "HK": "18111", "MO": "2871 2356", "TW": "1925", "SG": "1767", "MY": "15555",
    "US": "988", "CA": "988", "UK": "116 123", "AU": "13 11 14", "JP": "0120-279-338",
}  # fmt: skip
POLICE_TAKES_FRAUD = ("CN", "HK", "TW", "JP")
"""Where the police line itself is where a fraud is reported; elsewhere it is kept for emergencies."""
RESERVED = ("SG", "MY", "US", "CA", "UK", "AU")
"""Where the emergency line is for danger only."""


def table(*tables: dict[str, str], only: tuple[str, ...] = REGIONS) -> dict[str, set[str]]:
    """The numbers of several tables by region."""
    return {
        region: {numbers[region] for numbers in tables if region in numbers and region in only} for region in REGIONS
    }


MONEY_GONE = {
    "CN": {"110"}, "HK": {"999"}, "MO": {"993"}, "TW": {"165", "110"}, "SG": {"1799", "1800-255-0000"}, "MY": {"997"},
    "US": {"1-877-382-4357"}, "CA": {"1-888-495-8501"}, "UK": {"159", "0300 123 2040"}, "AU": set(), "JP": {"110"},
    "overseas": set(),
}  # fmt: skip
FRAUD_REPORT = {**REPORT, **{region: EMERGENCY[region] for region in POLICE_TAKES_FRAUD}}

# situation: the first step in each region, and the numbers that must be there.
FIRST = {
    "only_received": "stop_contact",  # nothing happened: break contact, that is all
    "clicked_link": "close_page",
    "gave_personal_info": "lock_card",  # the card is what can be emptied
    "gave_code_or_password": "call_bank_freeze",  # the code opens the account: the bank before the police
    "installed_app_or_shared_screen": "stop_sharing",
    "handed_cash_or_gold": "police_intercept",  # on the road it can still be stopped, by the police
    "contacts_leaked_or_forwarded": "warn_everyone",  # the next victims are reached within minutes
    "blackmailed": "pay_nothing",
    "lent_card_or_sim": "stop_lending",
    "kept_on_the_line": "hang_up_now",
    "relative_wont_listen": "stall",
    "after_report": "refuse_recovery",  # the second scam comes after the report
    "account_frozen": "hang_up_unfreezers",
}
# On the mainland the police stop payments; in Taiwan 165 does; elsewhere official guidance puts the paying bank first.
FIRST_TRANSFERRED = {
    **dict.fromkeys(REGIONS, "bank_first_abroad"),
    "CN": "call_police_stop_payment", "TW": "line_165", "UK": "bank_first_uk",
}  # fmt: skip
FIRST_OVERSEAS = {**dict.fromkeys(REGIONS, "local_police"), "CN": "local_police_any", "overseas": "local_police_any"}
MUST = {
    "only_received": table(EMERGENCY, ADVICE),
    "clicked_link": table(ADVICE, {"US": "1-877-382-4357", "UK": "7726"}),
    "gave_personal_info": table(FRAUD_REPORT, {"AU": "1800 595 160"}),
    "gave_code_or_password": table(FRAUD_REPORT),
    "installed_app_or_shared_screen": table(EMERGENCY),
    "transferred": {region: MONEY_GONE[region] | table(SUPPORT)[region] for region in REGIONS},
    "handed_cash_or_gold": table(EMERGENCY, SUPPORT),
    "contacts_leaked_or_forwarded": table(EMERGENCY, only=POLICE_TAKES_FRAUD),
    "blackmailed": table(EMERGENCY, SUPPORT),
    "lent_card_or_sim": {**dict.fromkeys(REGIONS, set()), "CN": {"96110", "10086", "10010", "10000"}},
    "kept_on_the_line": table(EMERGENCY),
    "overseas": table(EMERGENCY, dict.fromkeys((*RESERVED, "JP", "overseas"), "+86-10-12308")),
    "relative_wont_listen": table(EMERGENCY, ADVICE),
    "after_report": table(SUPPORT),
    "account_frozen": dict.fromkeys(REGIONS, set()),
}
# Nothing is going on this minute and nobody is threatened: an emergency line would be misused.
NO_EMERGENCY = (
    "clicked_link", "gave_personal_info", "gave_code_or_password", "contacts_leaked_or_forwarded", "lent_card_or_sim",
    "after_report", "account_frozen",
)  # fmt: skip
MAINLAND_ONLY = {"96110", "12321", "12377", "12356", "12345", "12368", "10086", "10010", "10000", "12381"}

NEVER = (
    # pay again
    r"再(转|充|汇|付|買|买)一(笔|次|点|筆|點)(?!|的)", r"(先|再)(转|汇|付|交|缴|轉|匯|繳)一?(点|些|笔|點|筆)",
    r"(?i)\b(pay|send|transfer|top up)\b.{0,12}\b(again|once more|the fee|the deposit|the tax)\b",
    # destroy evidence first
    r"(先|马上|立刻|馬上)(删|清空|卸载|恢复出厂|刪|移除|恢復原廠)", r"(?i)\b(delete|wipe|uninstall|reset)\b.{0,30}\bfirst\b",
    # call back from the log
    r"通[话話][记紀][录錄].{0,4}(回[拨撥]|打回去)(?!，)", r"(?i)\b(redial|call back)\b.{0,12}\b(log|number shown)\b",
    # promise safety or return
    r"(?<!不)(是|很|绝对|絕對)安全", r"安全的", r"绝对|絕對", r"(?i)\b(it|this|you) (is|are) safe\b|\bsafely\b",
    r"(一定|保证|保證|肯定)(能|可以)(追回|返还|返還|退)", r"(?i)\b(guaranteed|certain(ly)?) .{0,20}\b(back|refund|recover)",
    # lateness, invented bodies
    r"超[过過].{0,6}就(追不回|没用|沒用|晚了)", r"(?i)\btoo late\b(?<!not too late)", r"usa110|中国反诈中心|报警APP|报警官网办",
)  # fmt: skip


@pytest.fixture(scope="module")
def response() -> dict[str, Any]:
    """The knowledge as the repository holds it."""
    found: dict[str, Any] = reader.read(store.data_dir(), Collector())
    return found


def made(response: dict[str, Any], *situations: str, **options: Any) -> Checklist:
    """A checklist with the usual defaults."""
    given = {"category": None, "region": "CN", "elapsed": None, "lang": "zh-Hans", **options}
    return build(response, situations=situations, **given)


def card(response: dict[str, Any], category: str | None = None, **options: Any) -> Card:
    """A bystander's card with the usual defaults."""
    given = {"rebuttal": None, "region": "CN", "lang": "zh-Hans", **options}
    return bystander(response, category=category, **given)


def every(response: dict[str, Any], lang: str, region: str) -> Iterator[Checklist]:
    """Each situation at each age, each pair, each channel, each script before and after a payment."""
    for situation, elapsed in itertools.product(response["situations"], (None, 10 * HOUR, 5 * DAY)):
        yield made(response, situation, region=region, lang=lang, elapsed=elapsed)
    for pair in itertools.combinations(response["situations"], 2):
        yield made(response, *pair, region=region, lang=lang)
    for channel in response["channels"]:
        yield made(response, region=region, lang=lang, paid_by=[channel])
    for category in response["category_checklists"]:
        yield made(response, region=region, lang=lang, category=category)
        yield made(response, "transferred", region=region, lang=lang, category=category)


def said(step: Step) -> str:
    """Everything in a step but its sources."""
    return "\n".join(filter(None, (step.do, step.who, step.number, step.say, step.prepare, step.deadline)))


def shown(checklist: Checklist) -> str:
    """Everything a checklist says."""
    return "\n".join([*map(said, checklist.steps), *(dont.text for dont in checklist.donts), *checklist.not_found])


# The table


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("situation", MUST)
def test_first_step_and_numbers(response: dict[str, Any], situation: str, region: str) -> None:
    """In each region a situation begins with its most urgent step and shows the lines that help there."""
    found = made(response, situation, region=region)
    first = {"transferred": FIRST_TRANSFERRED, "overseas": FIRST_OVERSEAS}.get(situation)
    assert found.steps[0].id == (first[region] if first else FIRST[situation])
    where = "overseas" if (situation, region) == ("overseas", "CN") else region
    missing = {number for number in MUST[situation][where] if number not in shown(found)}
    assert not missing


@pytest.mark.parametrize("region", RESERVED)
@pytest.mark.parametrize("situation", NO_EMERGENCY)
def test_no_emergency_line_where_there_is_no_emergency(response: dict[str, Any], situation: str, region: str) -> None:
    """911, 000 and their like are kept for danger: not for a form filled in, a report made, an account frozen."""
    for elapsed in (None, 5 * DAY):
        numbers = {step.number for step in made(response, situation, region=region, elapsed=elapsed).steps}
        assert EMERGENCY[region] not in numbers


@pytest.mark.parametrize("region", RESERVED)
def test_after_a_payment_the_emergency_line_is_for_threats(response: dict[str, Any], region: str) -> None:
    """Where the line is reserved, a payment alone does not call for it; the step says when it does."""
    steps = {step.id: step for step in made(response, "transferred", region=region, lang="en").steps}
    assert EMERGENCY[region] not in {step.number for step in steps.values()}
    assert re.search(rf"only if you are threatened|{EMERGENCY[region]} only if", steps["police_report_abroad"].do)


@pytest.mark.parametrize("region", [region for region in REGIONS if region != "CN"])
def test_mainland_lines_stay_on_the_mainland(response: dict[str, Any], region: str) -> None:
    """No line that only works on the mainland stands on a list for elsewhere; 110 there only for the family at home."""
    for found in every(response, "zh-Hans", region):
        for step in found.steps:
            assert step.number not in MAINLAND_ONLY
            assert not set(re.findall(r"(?<![\d-])\d{5}(?!\d)", step.do)) & MAINLAND_ONLY, step.do
            if EMERGENCY.get(region) != "110" and re.search(r"(?<!\d)110(?!\d)", step.do):
                assert "国内家人" in step.do


def test_159_is_never_an_advice_line(response: dict[str, Any]) -> None:
    """In the UK 159 connects to one's own bank: nobody there says whether a message is a scam, and nobody calls."""
    for found in every(response, "en", "UK"):
        for step in found.steps:
            assert step.number != "159" or "bank" in step.do.lower()


def test_what_is_not_known_is_said(response: dict[str, Any]) -> None:
    """A line that was not found is a gap, a way to stop money that was not found is named, and nothing is guessed."""
    assert set(made(response, "blackmailed", region="overseas").gaps) == {"police", "psych"}
    assert made(response, "only_received", region="US").gaps == ("antifraud",)
    assert made(response, "clicked_link", region="HK").gaps == ()
    for region in ("MO", "overseas"):
        assert made(response, "transferred", region=region).not_found
        assert not made(response, "only_received", region=region).not_found
    assert not made(response, "transferred", region="CN").not_found


# What is never said


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("region", REGIONS)
def test_harmful_advice_never_appears(response: dict[str, Any], region: str, lang: str) -> None:
    """No step and no card says to pay again, to delete first, to call back from the log, or that anything is safe."""
    texts = {text for found in every(response, lang, region) for step in found.steps for text in said(step).split("\n")}
    for category in response["category_checklists"]:
        found = card(response, category, region=region, lang=lang)
        texts |= {*found.stall, *(said(step) for step in found.calls)}
    assert [(text, rule) for text in texts for rule in NEVER if re.search(rule, text)] == []


@pytest.mark.parametrize("region", REGIONS)
def test_every_number_shown_is_a_verified_line(response: dict[str, Any], region: str) -> None:
    """Whatever looks like a phone number is, digit by digit, a verified line: no number is made up."""
    known = set()
    for line in response["hotlines"].values():
        if line["status"] == "verified":
            known |= {re.sub(r"\D", "", form) for form in (line["number"], line["dial_from_abroad"]) if form}
    for found in every(response, "en", region):
        for step in found.steps:
            assert step.number is None or re.sub(r"\D", "", step.number) in known
            for typed in re.findall(r"(?<![\w-])[+#]?\d[\d -]*\d(?!\w)", step.do):
                digits = re.sub(r"\D", "", typed)
                assert digits in known or len(digits) <= 2 or f"{typed} days" in said(step), step.do


@pytest.mark.parametrize("region", REGIONS)
def test_a_number_says_whose_it_is(response: dict[str, Any], region: str) -> None:
    """Beside each number stands who answers there, and what to say; a support line needs no script."""
    for found in every(response, "zh-Hant", region):
        for step in found.steps:
            assert not step.number or step.who, step.do
            assert not step.number or step.say or step.number == SUPPORT.get(region), step.do


# Merging


@pytest.mark.parametrize("region", REGIONS)
def test_one_call_is_one_step(response: dict[str, Any], region: str) -> None:
    """However much has happened, the police of the region are called once; only a friend's own call may be a second."""
    for found in every(response, "zh-Hans", region):
        calls = [step.id for step in found.steps if step.number and step.number == EMERGENCY.get(region)]
        assert len([name for name in calls if name != "friend_lost_money"]) <= 1, calls
        sentences = [step.do for step in found.steps] + [dont.text for dont in found.donts]
        assert len(sentences) == len(set(sentences))


def test_the_one_call_says_everything(response: dict[str, Any]) -> None:
    """A stolen transfer on a phone under control, with blackmail: one call to the police that has all three in it."""
    found = made(response, "transferred", "installed_app_or_shared_screen", "blackmailed")
    call = next(step for step in found.steps if step.number == "110")
    assert call.id == "call_police_stop_payment"
    for part in ("止付", "远程控制", "保密"):
        assert part in (call.say or "")


def test_abroad_and_on_the_line_calls_the_police_once(response: dict[str, Any]) -> None:
    """A student kept on the line abroad reads 911 once, with the words to say."""
    found = made(response, "overseas", "kept_on_the_line", region="US")
    assert shown(found).count("911") == 1
    assert next(step for step in found.steps if step.number == "911").say


# Time


def test_time_changes_what_the_police_are_asked(response: dict[str, Any]) -> None:
    """First the stop; while it holds, the freeze before its end; days later the trace. A report is right at any time."""
    ids = {
        elapsed: [step.id for step in made(response, "transferred", elapsed=elapsed).steps]
        for elapsed in (0, 10 * HOUR, 2 * DAY, 10 * DAY)
    }
    assert "stop_ends" not in ids[0]
    assert "stop_ends" in ids[10 * HOUR]
    assert {"stop_ends", "trace_later"} <= set(ids[2 * DAY])
    assert "trace_later" in ids[10 * DAY]
    assert "stop_ends" not in ids[10 * DAY]
    assert all(
        made(response, "transferred", elapsed=elapsed).steps[0].number == "110" for elapsed in (0, 10 * HOUR, 10 * DAY)
    )


@pytest.mark.parametrize("region", [region for region in REGIONS if region not in ("CN", "overseas")])
def test_days_later_nobody_calls_an_emergency(response: dict[str, Any], region: str) -> None:
    """More than a day after a payment the report is made at a station or online, and the bank is still called."""
    ids = [step.id for step in made(response, "transferred", region=region, elapsed=3 * DAY).steps]
    assert "police_money_abroad_later" in ids
    assert {"bank_first_abroad", "bank_first_uk"} & set(ids)


# Ways of payment

# What each way needs: words in the steps on the mainland (who can stop it, what proof to keep); steps that make no sense.
CHANNELS = {
    "bank": ("付款银行", "流水号", "止付"),
    "alipay": ("支付宝", "投诉", "交易号"),
    "wechat": ("微信", "投诉", "转账单号"),
    "usdt": ("交易所", "收款地址", "交易哈希"),
    "cash": ("车牌", "地点", "取款凭证"),
    "gold": ("车牌", "地点", "发票", "克数"),
    "giftcard": ("发卡公司", "卡片本身", "购卡小票"),
    "card": ("发卡银行", "争议", "停卡"),
}
POINTLESS = {
    "usdt": "cancel_pending",
    "giftcard": "call_bank_stop",
    "card": "cancel_pending",
    "alipay": "cancel_pending",
}


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_way_of_payment_changes_the_steps(response: dict[str, Any], channel: str) -> None:
    """Who can stop it and which proof to keep follow from how the money went; what cannot help is left out."""
    found = made(response, paid_by=[channel])
    steps = "\n".join(map(said, found.steps))
    assert [word for word in CHANNELS[channel] if word not in steps] == []
    assert "complain_in_app" not in {step.id for step in found.steps}
    assert POINTLESS.get(channel) not in {step.id for step in found.steps}
    assert found.situations == (("handed_cash_or_gold",) if channel in ("cash", "gold") else ("transferred",))
    # A card goes on being charged until its issuer blocks it, and the dispute is with the issuer: it comes first.
    assert found.steps[0].who == "发卡银行" if channel == "card" else found.steps[0].number == "110"
    assert len(found.donts) > 2


@pytest.mark.parametrize(
    ("typed", "channel"),
    [
        ("支付宝", "alipay"), ("支付寶", "alipay"), ("Alipay", "alipay"), ("微信", "wechat"), ("微信转账", "wechat"),
        ("虚拟币", "usdt"), ("虛擬貨幣", "usdt"), ("USDT", "usdt"), ("泰达币", "usdt"), ("现金", "cash"), ("現金", "cash"),
        ("黄金", "gold"), ("金条", "gold"), ("礼品卡", "giftcard"), ("點數卡", "giftcard"), ("gift card", "giftcard"),
        ("信用卡", "card"), ("credit card", "card"), ("银行", "bank"), ("轉帳", "bank"), ("bank transfer", "bank"),
    ],
)  # fmt: skip
def test_people_name_the_way_of_payment_as_they_speak(typed: str, channel: str) -> None:
    """Each way has the names that people type, in both scripts and in English."""
    assert api.checklist(paid_by=[typed]).paid_by == (channel,)


def test_two_ways_keep_what_either_needs(response: dict[str, Any]) -> None:
    """Bank and coins: the bank is still asked to stop the transfer, the exchange to flag the address."""
    ids = {step.id for step in made(response, paid_by=["bank", "usdt"]).steps}
    assert {"call_bank_stop", "usdt_exchange"} <= ids
    assert "complain_in_app" not in ids


def test_the_way_of_payment_is_kept_apart_from_what_was_named(response: dict[str, Any]) -> None:
    """A way adds the situation that it implies and drops none; an unknown way is a usage error with the known ones."""
    assert made(response, "blackmailed", paid_by=["gold"]).situations == ("blackmailed", "handed_cash_or_gold")
    with pytest.raises(UsageError) as caught:
        api.checklist(paid_by=["carrier pigeon"])
    assert "giftcard" in caught.value.hint


# The bystander's card


@pytest.mark.parametrize("region", REGIONS)
def test_the_card_of_a_bystander(response: dict[str, Any], region: str) -> None:
    """Win time, three questions and one of the script, the lines of the place, no quarrel, no force, no shame."""
    rebuttals = store.load("categories")["categories"]
    for category in response["category_checklists"]:
        found = card(response, category, rebuttal=rebuttals[category]["rebuttal"]["zh-Hans"], region=region)
        assert found.rebuttal
        assert len(found.stall) >= 2
        assert len(found.questions) == 4
        numbers = {step.number for step in found.calls}
        assert {EMERGENCY.get(region), ADVICE.get(region)} <= numbers | {None}
        for word in ("不要吵", "抢手机", "老糊涂"):
            assert word in "\n".join(found.donts)
    assert len({card(response, category).questions[-1] for category in response["category_checklists"]}) == 28
    assert len(card(response).questions) == 3


def test_the_card_is_half_a_page(antifraud: Any) -> None:
    """In Chinese the card of any script takes at most half of the 66 lines of a page."""
    for category in store.load("categories")["categories"]:
        assert len(antifraud("checklist", category, "--bystander").out.splitlines()) <= 33


def test_the_card_on_the_command_line(antifraud: Any) -> None:
    """JSON carries its schema, --plain its kinds of lines; together with what has happened it makes no sense."""
    answer = antifraud("checklist", "公检法", "--bystander", "--region", "TW", "--lang", "zh-Hant", "--json").json
    assert answer["schema"] == "antifraud.bystander/1"
    assert answer["calls"][0]["number"] == "110"
    kinds = {line.split("\t")[0] for line in antifraud("checklist", "--bystander", "--plain").out.splitlines()}
    assert kinds == {"stall", "ask", "call", "dont"}
    refused = antifraud("checklist", "--bystander", "--situation", "transferred")
    assert refused.status == 2
    assert "--bystander" in refused.err


def test_paid_by_on_the_command_line(antifraud: Any) -> None:
    """Ways may be repeated; the answer names them; an unknown one is an error of usage."""
    answer = antifraud("checklist", "--paid-by", "支付宝", "--paid-by", "U", "--json").json
    assert answer["paid_by"] == ["alipay", "usdt"]
    assert "虚拟币" in antifraud("checklist", "--paid-by", "usdt").out
    assert antifraud("checklist", "--paid-by", "xyz").status == 2


# Words


@pytest.mark.parametrize(
    ("region", "foreign"),
    [
        ("HK", ("轉帳", "簡訊", "網路", "視訊", "檢舉", "帳戶", "派出所", "警察局", "駭客", "外送員", "圈存", "行員")),
        ("MO", ("轉帳", "簡訊", "網路", "視訊", "檢舉", "帳戶", "派出所", "警察局", "駭客", "圈存")),
        ("TW", ("轉賬", "短訊", "網絡", "視像", "舉報", "戶口", "警署", "黑客", "櫃員", "公檢法", "民警", "軟件")),
        ("CN", ("簡訊", "短訊", "網路", "視訊", "駭客", "軟體", "圈存", "警署", "行員", "檢舉", "三聯單")),
        ("US", ("派出所", "警署", "圈存", "民警")),
    ],
)
def test_traditional_chinese_uses_the_words_of_the_place(
    response: dict[str, Any], region: str, foreign: tuple[str, ...]
) -> None:
    """A reader in Hong Kong meets no Taiwan word and the other way round, on lists, cards and phone lines."""
    rebuttals = store.load("categories")["categories"]
    texts = {shown(found) for found in every(response, "zh-Hant", region) if found.region == region}
    for category in response["category_checklists"]:
        found = card(
            response, category, rebuttal=rebuttals[category]["rebuttal"]["zh-Hant"], region=region, lang="zh-Hant"
        )
        texts.add(
            "\n".join([found.rebuttal or "", *found.stall, *found.questions, *found.donts, *map(said, found.calls)])
        )
    texts |= {f"{line.does}\n{line.does_not}" for line in hotlines(response, region, "zh-Hant")}
    everything = "\n".join(texts)
    assert [word for word in foreign if word in everything] == []


@pytest.mark.parametrize("region", [region for region in REGIONS if region != "CN"])
def test_simplified_chinese_names_the_police_of_the_place(response: dict[str, Any], region: str) -> None:
    """派出所 is where one goes on the mainland and in Taiwan; 警署 in Hong Kong and Macao; 警察局 elsewhere."""
    everything = "\n".join(shown(found) for found in every(response, "zh-Hans", region))
    wrong = {"HK": "派出所|警察局", "MO": "派出所|警察局", "TW": "警署|警察局"}.get(region, "派出所|警署")
    assert not re.search(wrong, everything)


def test_regional_words_do_not_chain(response: dict[str, Any]) -> None:
    """No replacement brings in a word that the same region replaces: the second pass would change nothing."""
    for regions in response["words"].values():
        for words in regions.values():
            assert [new for new in words.values() if any(old in new for old in words if words[old] != new)] == []


ACTIONS = (
    "马上|现在|先|挂断|报警|报案|报给|报告|打|拨|用|截图|看|关|改|查|盯|要求|要一份|停|拔|借|带|去|到|向|请|问|找|联系|告诉|填报|发|走|"
    "写|留|收|把|等|分清|拒绝|拍|打开|申请|申诉|投诉|书面|让|陪|拖|悄悄|拿|换|想|开口|买卖|转发|加|做|放|调低"
)
VERBS = [
    "Apply",
    "Ask",
    "Borrow",
    "Bring",
    "Call",
    "Change",
    "Check",
    "Claim",
    "Close",
    "Complain",
    "Contact",
    "Delay",
    "Demand",
    "Dial",
    "Explain",
    "File",
    "Forward",
    "Give",
    "Go",
    "Hand",
    "Hang",
    "Have",
    "Help",
    "Keep",
    "List",
    "Look",
    "Lower",
    "Make",
    "Meet",
    "Object",
    "Open",
    "Phone",
    "Post",
    "Put",
    "Read",
    "Refuse",
    "Report",
    "Save",
    "See",
    "Show",
    "Stay",
    "Stop",
    "Take",
    "Tell",
    "Think",
    "Trade",
    "Use",
    "Wait",
    "Watch",
    "Write",
]


@pytest.mark.parametrize("region", REGIONS)
def test_a_step_begins_with_what_to_do(response: dict[str, Any], region: str) -> None:
    """The first word of a step is the action; for whom it holds comes after."""
    for found in every(response, "zh-Hans", region):
        assert [step.do for step in found.steps if not re.match(ACTIONS, step.do)] == []
    for found in every(response, "en", region):
        assert [step.do for step in found.steps if re.split(r"[ ,:;]", step.do)[0] not in VERBS] == []


def test_a_child_can_read_it(response: dict[str, Any]) -> None:
    """99 % common characters, at most a thousand different ones, and nine sentences in ten within 40 characters."""
    found = {"\n".join(map(said, one.steps)) for region in REGIONS for one in every(response, "zh-Hans", region)}
    found |= {
        "\n".join(dont.text for dont in one.donts) for region in REGIONS for one in every(response, "zh-Hans", region)
    }
    texts = {line for text in found for line in text.split("\n")}
    letters = [letter for text in texts for letter in text if "一" <= letter <= "鿿"]
    common = [letter for letter in letters if in_level_1(letter)]
    assert len(common) / len(letters) >= 0.99
    assert len(set(letters)) <= 1000
    lengths = sorted(len(part) for text in texts for part in re.split("[。！？；：]", text) if part)
    assert lengths[len(lengths) * 9 // 10] <= 40


def in_level_1(letter: str) -> bool:
    """Whether a character is among the 3,755 of level 1 of GB 2312, those of everyday use."""
    try:
        return 0xB0 <= letter.encode("gb2312")[0] < 0xD8
    except UnicodeEncodeError:
        return False


# Sources and dates


def items(response: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every step and warning in the data."""
    for kind in ("situations", "category_checklists", "channels"):
        for part in response[kind].values():
            yield from (*part["steps"], *part["donts"])
    card_data = response["bystander"]
    yield from (*card_data["stall"], *card_data["questions"], *card_data["calls"], *card_data["donts"])


LEGAL = r"法律|规定|应当|复议|检察院|立案|受案|止付一般|冻结一般|止付到|Section|罪|[一二三四五六七八九十百]+(日|小时)(内|解除)"


def test_legal_statements_rest_on_verified_facts(response: dict[str, Any]) -> None:
    """What says what the law or a rule gives names a fact or an article that is verified, with source and dates."""
    for item in items(response):
        text = " ".join((item.get(key) or {}).get("zh-Hans", "") for key in ("do", "text", "deadline"))
        facts = [response["facts"].get(name) or response["laws"][name] for name in item["facts"]]
        if re.search(LEGAL, text):
            assert any(fact["status"] == "verified" for fact in facts), text
        for fact in facts:
            assert fact["source"]
            assert fact["reviewed"]
            assert fact["valid_until"]


def test_nothing_shown_has_lapsed() -> None:
    """By the calendar of the day on which this runs, every fact, article and line is within its dates.

    This fails on purpose when a review is due: look the fact up again, then set `reviewed` and `valid_until`.
    """
    collector = Collector(datetime.date.today())
    reader.read(store.data_dir(), collector)
    assert [str(fault) for fault in collector.problems if "lapsed" in fault.message] == []


@pytest.mark.parametrize("kind", ["facts", "laws", "hotlines"])
def test_a_lapsed_fact_is_found(response: dict[str, Any], kind: str) -> None:
    """The day after its last day each fact, article and verified line is a problem."""
    days = {
        datetime.date.fromisoformat(entry["valid_until"]) for entry in response[kind].values() if entry["valid_until"]
    }
    assert all(entry["valid_until"] for entry in response[kind].values() if entry["status"] == "verified")
    collector = Collector(max(days) + datetime.timedelta(days=1))
    reader.read(store.data_dir(), collector)
    lapsed = [fault for fault in collector.problems if "lapsed" in fault.message and kind in fault.file]
    assert len(lapsed) >= len(response[kind])


@pytest.mark.parametrize("region", REGIONS)
def test_sources_speak_for_the_region(response: dict[str, Any], region: str) -> None:
    """Sources of the region come first, in the language of the reader; mainland law grounds nothing elsewhere."""
    for lang in LANGUAGES:
        for situation in response["situations"]:
            found = made(response, situation, region=region, lang=lang)
            places = [response["sources"][source.id]["region"] == found.region for source in found.sources]
            assert places == sorted(places, reverse=True)
            for source in found.sources:
                entry = response["sources"][source.id]
                assert source.title == entry["titles"][lang]
                assert found.region == "CN" or not entry["home_law"], (situation, source.id)
                if lang == "en":
                    assert not re.search(r"[一-鿿]", source.title)


@pytest.mark.parametrize("region", REGIONS)
def test_traditional_texts_are_traditional(response: dict[str, Any], region: str) -> None:
    """No text or title that a reader of Traditional Chinese sees holds a simplified character: Big5 has them all."""
    texts = set()
    for found in every(response, "zh-Hant", region):
        texts |= {shown(found), *(source.title for source in found.sources)}
    strange = {letter for text in texts for letter in text if "一" <= letter <= "鿿" and not in_big5(letter)}
    assert strange == set()


def in_big5(letter: str) -> bool:
    """Whether the character set of Taiwan and Hong Kong holds a character."""
    try:
        return bool(letter.encode("big5"))
    except UnicodeEncodeError:
        return False
