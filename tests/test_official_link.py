"""What an address of the institution itself takes off, when it does not, and what counts as an imitation."""

import pytest

from antifraud_cli import api

RULE = "lookalike.official_link"
NOTICE = "您的套餐将于月底到期，可登录 {} 续订。"


def found(text: str) -> set[str]:
    """Ids of the rules that `text` holds."""
    return {str(signal["rule"]) for signal in api.classify(text).as_json()["signals"]}


@pytest.mark.parametrize("address", ["www.10086.cn", "https://service.bj.10086.cn/m/list.html", "10010.com"])
def test_an_address_of_the_body_itself_counts(address: str) -> None:
    """A notice whose only address is the institution's own is recognised as such."""
    assert RULE in found(NOTICE.format(address))


@pytest.mark.parametrize(
    "address",
    [
        "10086.cn.example.top",
        "docs.qq.com/form/1",
        "www.10086.cn@example.top",
        "10086.cn 或 example.top/a",
        "url.cn/abc",
    ],
)
def test_other_peoples_pages_do_not(address: str) -> None:
    """A borrowed name, a page that anybody may publish, or one strange address beside it spoils it."""
    assert RULE not in found(NOTICE.format(address))


def test_a_quoted_official_address_saves_no_scam() -> None:
    """Money to a safe account is a danger, whatever genuine address stands beside it."""
    text = "这里是市公安局，号码可以在 www.gov.cn 查到，您名下的卡涉嫌洗钱，请把钱转到安全账户核查"
    assert api.classify(text).as_json()["level"] == "danger"


@pytest.mark.parametrize(
    ("address", "imitates"),
    [
        ("booking-confirm.example.com", True),
        ("esun-cert.example.net", True),
        ("esunbank.example.com", True),
        ("hsbc.example.net", True),
        ("www.booking.com", False),
        ("booking.hotel.example", False),
        ("bookingdotcom.example", False),
        ("thsbca.example.com", False),
    ],
)
def test_a_common_name_tells_only_beside_a_hyphen(address: str, imitates: bool) -> None:
    """A distinctive name tells anywhere, a short one as a label of its own, a common one where a hyphen joins it to something."""
    assert ("entity.url_imitates" in found(f"请在 {address}/a 更新资料")) == imitates
