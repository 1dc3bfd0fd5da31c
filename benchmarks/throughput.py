"""How many numbers and messages a second one process judges, and how time grows with the length of a hostile text.

python benchmarks/throughput.py
"""

from __future__ import annotations

import time
from collections.abc import Callable

from antifraud_cli import api
from antifraud_cli.messages.classify import MAX_LENGTH

NUMBERS = ["13800138000", "4008123123", "95588", "021-62345678", "106980095588", "96110", "17012345678"]
NOTICE = "【中国移动】尊敬的客户，您的话费余额不足10元，请及时充值以免影响使用，如已缴费请忽略本条短信。"
SCAM = "我是市公安局民警，你名下银行卡涉嫌洗钱，请配合调查，把资金转入安全账户，不要告诉家人，并下载会议软件共享屏幕"
HOSTILE = {
    "trigger words": "安全账户转账",
    "one character": "转",
    "punctuation": "。，！",
    "separated": "安.全.账.户.",
    "digits": "1 ",
}


def rate(judge: Callable[[str], object], texts: list[str], seconds: float = 2.0) -> float:
    """Texts judged a second."""
    judge(texts[0])
    done = 0
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        for text in texts:
            judge(text)
        done += len(texts)
    return done / (time.perf_counter() - begin)


def main() -> None:
    """Print the figures."""
    print(f"check_number          {rate(api.check_number, NUMBERS):9.0f} a second")
    print(f"classify, notice      {rate(api.classify, [NOTICE]):9.0f} a second")
    print(f"classify, scam        {rate(api.classify, [SCAM]):9.0f} a second")
    print(f"classify, 1 scam in 10{rate(api.classify, [NOTICE] * 9 + [SCAM]):9.0f} a second")
    for name, piece in HOSTILE.items():
        times = []
        for length in (MAX_LENGTH // 8, MAX_LENGTH // 4, MAX_LENGTH // 2):
            text = (piece * (length // len(piece) + 1))[:length]
            begin = time.perf_counter()
            api.classify(text)
            times.append(time.perf_counter() - begin)
        growth = " ".join(f"{seconds:6.2f} s" for seconds in times)
        print(f"{name:16} of {MAX_LENGTH // 8}, {MAX_LENGTH // 4}, {MAX_LENGTH // 2} characters: {growth}")


if __name__ == "__main__":
    main()
