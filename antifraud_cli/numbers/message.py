"""Find phone numbers in a message: only what surely is one.

A message is full of digits that are no phone numbers: amounts, dates, order numbers, codes, card and identity numbers.
So a run of digits counts only in the shape of a phone number, standing free, and short numbers only where nothing
around them says that they are something else.
"""

from __future__ import annotations

import re

from antifraud_cli.numbers.characters import LATIN, LATIN_LOOKALIKES, LOOKALIKE_DIGITS, plain
from antifraud_cli.numbers.model import RawNumber

_SHAPES = re.compile(
    r"(?<![0-9A-Za-z@/=&?#%_.+\-])(?:"
    r"(?P<intl>\+{1,3} ?[0-9]{1,4}(?:[- ()]{0,2}[0-9]{2,}){1,5}|00[1-9][0-9]{8,13})"
    r"|(?P<mobile>(?:86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2})"
    r"|(?P<toll>[48]00[- ]?[0-9]{3,4}[- ]?[0-9]{3,4})"
    r"|(?P<landline>\(?0(?:10|2[0-9]|[3-9][0-9]{2})\)?[- ]?(?:[0-9]{7,8}|[0-9]{4}[- ][0-9]{4}|9[56][0-9]{3,4}|1[12][0-9]{1,3})(?:(?:转|轉|-)[0-9]{1,6})?)"
    r"|(?P<port>106[0-9]{5,17})"
    r"|(?P<eight>9[56][0-9]{5,6}|10[12]0[0-9]{4})"
    r"|(?P<short>9[56][0-9]{3,4}|100[0-9]{2}|111[0-9]{2}|12[135][0-9]{2})"
    r"|(?P<three>1(?:10|19|20|22))"
    rf"|(?P<alike>[0-9{LATIN_LOOKALIKES}]{{5,11}})"
    r")(?![0-9A-Za-z@_])(?!\.[0-9])(?!-[0-9])"
)
# Before or behind a run of digits these say that it is no phone number. Plain words, since patterns of so many Chinese
# characters cost milliseconds to compile at every start.
_NOT_BEFORE = (
    "验证码",
    "驗證碼",
    "校验码",
    "动态码",
    "動態碼",
    "授权码",
    "口令",
    "取件码",
    "取件碼",
    "提货码",
    "单号",
    "單號",
    "编号",
    "編號",
    "订单",
    "訂單",
    "卡号",
    "卡號",
    "帐号",
    "账号",
    "帳號",
    "尾号",
    "尾號",
    "尾数",
    "末四位",
    "房间",
    "工号",
    "学号",
    "邮编",
    "密码",
    "密碼",
    "身份证",
    "身分證",
    "金额",
    "金額",
    "余额",
    "餘額",
    "code",
    "¥",
    "￥",
    "$",
    "€",
    "£",
    "第",
    "共",
    "约",
    "約",
    "计",
    "計",
    "近",
    "超",
)
_LINKS = ("为", "為", "是", ":", "：", "号", "號")
_OPENING = " \t\n[【(（"
_CLOSING = " \t\n】])）"
_UNITS = (
    "元",
    "块",
    "塊",
    "万",
    "萬",
    "亿",
    "億",
    "美",
    "港币",
    "港幣",
    "人",
    "个",
    "個",
    "件",
    "条",
    "條",
    "次",
    "天",
    "年",
    "月",
    "日",
    "分",
    "秒",
    "小时",
    "小時",
    "斤",
    "公里",
    "米",
    "平",
    "吨",
    "%",
    "％",
    "kg",
    "km",
    "kw",
    "usdt",
    "是您的",
    "为您的",
    "為您的",
    "号楼",
    "號樓",
    "室",
)
_NO_UNITS = ("分机", "分機")
# A short number of three or six to eight digits counts only where somebody calls or writes.
_CALL = (
    "电话",
    "電話",
    "致电",
    "致電",
    "拨",
    "撥",
    "打",
    "客服",
    "热线",
    "熱線",
    "来电",
    "來電",
    "短信",
    "简讯",
    "簡訊",
    "短訊",
    "发送",
    "發送",
    "咨询",
    "諮詢",
    "回拨",
    "回撥",
    "联系",
    "聯絡",
    "号码",
    "號碼",
    "专线",
    "專線",
    "报警",
    "報警",
    "报案",
    "報案",
    "按",
    "call",
    "dial",
    "hotline",
    "tel",
    "phone",
)
_CALL_AFTER = (
    "报警",
    "報警",
    "来电",
    "來電",
    "打来",
    "打來",
    "发来",
    "發來",
    "客服",
    "热线",
    "熱線",
    "电话",
    "電話",
    "专线",
    "專線",
    "开头",
    "開頭",
    "劝阻",
    "预警",
    "打电话",
    "打電話",
)
_CALL_REACH = 8
_CONTEXT = 16


def find_in_message(text: str) -> list[RawNumber]:
    """The phone numbers in a message, in order.

    >>> [raw.text for raw in find_in_message("您尾号1234的卡消费95588元,疑问请拨打95588,验证码951234")]
    ['95588']
    """
    read, places = plain(text)
    found = []
    for match in _SHAPES.finditer(read.translate(LATIN)):
        if _is_number(match, read):
            start, end = match.span()
            if places is not None:
                start, end = places[start], places[end - 1] + 1
            found.append(RawNumber(text[start:end], start, end))
    return found


def _is_number(match: re.Match[str], text: str) -> bool:
    shape = match.lastgroup
    start, end = match.span()
    before, after = text[max(0, start - _CONTEXT) : start], text[end : end + 8]
    if shape == "alike" and not _is_alike(match[0]):
        return False
    if shape in ("intl", "mobile", "toll", "landline"):
        return shape == "intl" or not _is_named_otherwise(before)
    if _is_named_otherwise(before) or _is_counted(after):
        return False
    # 10000 and 95000 are amounts more often than lines.
    doubtful = shape == "short" and (len(match[0]) > 5 or match[0].endswith("00"))
    if shape in ("three", "eight") or doubtful:
        return _is_about_a_call(before, after)
    return True


def _is_named_otherwise(before: str) -> bool:
    """Whether the words before say that the digits are a code, an order, an amount …"""
    head = before.lower().rstrip(_OPENING)
    for link in _LINKS:
        if head.endswith(link):
            return head.endswith(_NOT_BEFORE) or head.removesuffix(link).endswith(_NOT_BEFORE)
    return head.endswith(_NOT_BEFORE)


def _is_counted(after: str) -> bool:
    """Whether the words behind say that the digits are an amount, a date, a measure …"""
    tail = after.lower().lstrip(_CLOSING)
    # w and u stand for ten thousand and for a coin, unless a word begins with them.
    if tail[:1] in ("w", "u") and not (len(tail) > 1 and "a" <= tail[1] <= "z"):
        return True
    return tail.startswith(_UNITS) and not tail.startswith(_NO_UNITS)


def _is_about_a_call(before: str, after: str) -> bool:
    """Whether somebody calls or writes there."""
    near = before.lower().rstrip()[-_CALL_REACH:].rpartition(" ")[2]
    return any(word in near for word in _CALL) or after.lstrip(_CLOSING).startswith(_CALL_AFTER)


def _is_alike(token: str) -> bool:
    """Letters among digits that would make a mainland short number, mobile or 400 number."""
    digits = token.translate(LOOKALIKE_DIGITS)
    letters = sum(not char.isdigit() for char in token)
    if not letters or letters > len(token) - 2:
        return False
    return re.fullmatch(r"9[56][0-9]{3,4}|100[0-9]{2}|1[12][0-9]{3}|1[3-9][0-9]{9}|[48]00[0-9]{7}", digits) is not None
