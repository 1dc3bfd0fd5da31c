"""The openers that a volunteer hears in a first week, as short as they come."""

import pytest

from antifraud_cli import api

OPENERS = """
【人社局】扫码领取2026年劳动补贴
【社保局】您的社保卡已停用，请点击链接认证 http://sb.cn-a.top
【ETC】您的ETC已失效，请尽快点击 http://etc.xx.cc 重新认证
【中国银行】您的积分即将到期，请登录 www.boc-jf.cc 兑换现金
【税务局】2025年度个税退税还有一笔未领取，请点击链接办理
【民政局】扫描二维码填写银行卡信息领取养老金补助
我是你领导，明天早上到我办公室来一趟
妈，我手机摔坏了，这是我新号码，你加我微信
爸，我是你儿子，我嫖娼被抓了要交罚款
我在机场被扣了，要交保释金，快打钱
我是顺丰的，你的快递丢了，我们双倍赔你，加这个QQ
您好，您开通的百万保障今天到期，不取消每月扣800
您的京东白条需要注销，否则影响征信
兼职刷单，日赚300，先做一单试试
老师带你炒股，进群免费领牛股
把验证码发给我
恭喜您中奖了，先交手续费领取
公安局的，你的身份证被人用来洗钱了
您的包裹里查出违禁品，帮您转接警察
医保卡异常，请联系医保局李科长
裸聊视频我都录下来了，不给钱就发给你通讯录
低息贷款，无抵押，先交保证金
游戏账号高价收，先交押金
领养老补贴请扫码
你的邮包被海关扣了，要交税
""".strip().splitlines()


@pytest.mark.parametrize("text", OPENERS)
def test_the_usual_openers_alarm(text: str) -> None:
    """Whatever the model thinks of so few words, the opener of a scam that everybody knows is not passed over."""
    assert api.classify(text).level in ("caution", "danger")
