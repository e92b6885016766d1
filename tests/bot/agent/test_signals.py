import pytest

from bot.agent.signals import heard
from tools.support.escalation import Signal

ANGER, COMPLAINT, DANGER, HURRY, MONEY = (
    Signal.ANGER,
    Signal.COMPLAINT,
    Signal.DANGER,
    Signal.HURRY,
    Signal.MONEY,
)


class TestHeard:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("气死我了，你们就是骗人的！", {ANGER}),
            ("我要投诉你们", {ANGER}),
            ("什么破平台", {ANGER}),
            ("忍不了了，律师函等着", {ANGER}),
            ("this is ridiculous, you scammers", {ANGER}),
            ("你听不懂人话吗", {COMPLAINT}),
            ("说了三遍了还是不对", {COMPLAINT}),
            ("答非所问", {COMPLAINT}),
            ("我不想活了", {DANGER}),
            ("信不信我砍死你们", {DANGER}),
            ("有个黑粉一直威胁我", {DANGER}),
            ("少给我结了 200 块钱", {MONEY}),
            ("凭什么扣我收益", {MONEY}),
            ("品牌方赖账不给我结算", {MONEY}),
            ("气死我了，又黑我钱", {ANGER, MONEY}),
            ("你们平台骗人，马上给我处理", {ANGER, HURRY}),
            ("急用钱，怎么还没到账", {HURRY}),
        ],
    )
    def test_names_what_is_in_the_words(self, text: str, expected: set[Signal]) -> None:
        assert heard(text) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "这个月挣了多少",
            "我的收益为什么少了",
            "提现什么时候到账",
            "帮我诊断一下账号",
            "不着急，慢慢查",
            "怎么投诉搬运",
            "粉丝骂我怎么办",
            "我没有生气，就是问问",
            "扣税怎么算",
            "作品标题叫《气球》",
            "转人工",
            "垃圾分类的视频能发吗",
            "播放少了一半",
            "刚发出去一会儿就被搬运了，气死我了",
            "",
            "\udcff",
        ],
    )
    def test_hears_nothing_in_ordinary_questions(self, text: str) -> None:
        assert heard(text) == frozenset()
