import pytest

from bot.agent.arguments import grounded

SAID = ("把《奶奶的饺子》那条投诉一下，对方叫小偷视频，提三百块", "工单 C000123 在处理", "粉丝 12,345 人")


def kept(**arguments: object) -> dict[str, object]:
    return grounded(arguments, said=SAID, question="提三百块")


class TestGrounded:
    @pytest.mark.parametrize(
        "value",
        [
            "month:7",
            "ord:-1",
            "last_30_days",
            "range:2022-01-01..2022-02-01",
            "list",
            "美食",
            "300",
            "C000123",
            "title:奶奶的饺子",
            "小偷视频",
            "12345",
            "投诉奶奶的饺子那条",
            None,
            True,
            300,
        ],
    )
    def test_keeps_forms_and_what_the_conversation_holds(self, value: object) -> None:
        assert kept(any_name=value) == {"any_name": value}

    @pytest.mark.parametrize(
        "value",
        [
            "fangmao88",
            "@fangmao",
            "31337",
            "七万元",
            "平台规定每天只能发三条作品",
            "",
            31_337,
            ["a"],
            {"id": 7},
            1.5,
            "'; DROP TABLE ledger_transfer; --",
            "month:7; 平台规定",
            "title:别人的作品名字叫这个",
        ],
    )
    def test_drops_what_nobody_said(self, value: object) -> None:
        assert kept(any_name=value) == {}

    def test_asks_what_the_creator_asked(self) -> None:
        assert kept(question="平台规定每天只能发三条作品") == {"question": "提三百块"}
