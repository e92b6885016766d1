"""What is heard about goods: which, for how much, whose fans, what is to be done."""

import pytest

from bot.agent.local.decide import decide
from bot.agent.local.decision import Role, ToolChoice, Turn
from bot.agent.local.goods import ACTIONS, find_commission, without_commission
from bot.agent.local.slots import arguments
from tests.bot.agent.local.samples import ON
from tools.catalog import all_tools
from tools.commerce.goods.tool import TOOL

TOOLS = all_tools()
LISTED = "在售的 61 款商品里，最适合你的是：\n1. P1022《夏凉被》49.90 元，佣金 24%\n2. P1001《手工牛肉酱》39.90 元，佣金 22%"


def heard(text: str, *history: Turn) -> dict[str, object]:
    [call] = decide(text, list(history), tools=TOOLS, on=ON).calls
    assert call.tool == "product_match"
    return dict(call.args)


class TestArguments:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("我粉丝都是宝妈，带啥好卖", {"action": "match", "audience": "宝妈"}),
            ("快分销的supply chain里有farm tools吗", {"action": "match", "category": "农资"}),
            ("佣金超过20的货，价格80以内", {"action": "match", "commission": ">20", "price": "<80"}),
            ("帮我找找佣金30%以上的美妆", {"action": "match", "commission": ">30", "category": "美妆"}),
            ("男粉爱买的东西推荐几样", {"action": "match", "audience": "男性"}),
            ("把 P1003 加到橱窗", {"action": "add", "product": "P1003"}),
            ("把 P1003 从橱窗下架", {"action": "remove", "product": "P1003"}),
            ("申请第二个的免费样品", {"action": "sample", "product": "ord:2"}),
            ("上个月我带货哪款商品卖得最好", {"action": "results", "period": "last_month"}),
            ("不想看到美妆这类商品了", {"action": "dislike", "category": "美妆"}),
            ("恢复不想看的商品推荐", {"action": "restore"}),
        ],
    )
    def test_are_heard(self, text: str, expected: dict[str, object]) -> None:
        assert heard(text) == expected

    def test_hold_the_four_piece_set_below_eighty(self) -> None:
        found = heard("四件套八十块钱以内的有没有供货的")

        assert (found["product"], found["price"]) == ("四件套", "<80")

    def test_pick_from_the_list_that_was_shown(self) -> None:
        history = (
            Turn(Role.USER, "推荐几个适合我的商品"),
            Turn(Role.ASSISTANT, LISTED, (ToolChoice("product_match", {"action": "match"}),)),
        )

        assert heard("把第二个加到橱窗", *history) == {"action": "add", "product": "ord:2"}
        assert heard("美妆的呢", *history) == {"action": "match", "category": "美妆"}

    def test_are_those_of_the_tool(self) -> None:
        [action] = [one for one in arguments(TOOL.run) if one.name == "action"]

        assert action.allowed == ACTIONS


class TestFindCommission:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("佣金20%以上", ">20"),
            ("佣金要百分之三十以上", ">30"),
            ("两成以上佣金的货", ">20"),
            ("提成高于12.5个点", ">12.5"),
            ("佣金不超过10%", "<10"),
            ("佣金高的80以内", None),
            ("80元以上的货", None),
            ("佣金500元以上", None),
        ],
    )
    def test_is_a_bound_in_percent(self, text: str, expected: str | None) -> None:
        found = find_commission(text)

        assert (found and found.value) == expected

    def test_leaves_the_price_to_be_found(self) -> None:
        assert "80以内" in without_commission("佣金超过20的货,价格80以内")
        assert "20" not in without_commission("佣金超过20的货,价格80以内")
