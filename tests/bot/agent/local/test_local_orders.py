"""What is heard about brand orders and courses."""

import pytest

from bot.agent.local.decide import decide
from bot.agent.local.decision import Role, ToolChoice, Turn
from tests.bot.agent.local.samples import ON
from tools.catalog import all_tools

TOOLS = all_tools()


def heard(text: str, *history: Turn) -> tuple[str, dict[str, object]]:
    [call] = decide(text, list(history), tools=TOOLS, on=ON).calls
    return call.tool, dict(call.args)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("五千以上的单子给我看看", {"action": "list", "min_price": "5000"}),
        ("磁力剧星美妆的商旦", {"action": "list", "category": "美妆"}),
        ("有没有我能接的商单", {"action": "list"}),
        ("给 BF-2208001 报价 800 元", {"action": "quote", "order_id": "BF-2208001", "amount": "800"}),
        ("聚星报价 1200", {"action": "quote", "amount": "1200"}),
        ("我不接这单", {"action": "decline"}),
        ("SD-20220812-0001 交稿", {"action": "submit", "order_id": "SD-20220812-0001"}),
        ("商单有纠纷，品牌不给验收", {"action": "dispute"}),
        ("那个商单我不想做了", {"action": "cancel"}),
        ("我接了哪些商单", {"action": "status"}),
        ("我能接磁力聚星的商单吗", {"action": "eligibility"}),
    ],
)
def test_brand_orders_are_heard(text: str, arguments: dict[str, str]) -> None:
    assert heard(text) == ("brand_orders", arguments)


def test_a_place_in_the_list_is_an_order() -> None:
    tool, arguments = heard("帮我接了第二个商单")

    assert tool == "brand_orders"
    assert (arguments["action"], arguments["order_id"]) == ("accept", "ord:2")


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("我想开个付费课教人修手机", {"action": "create", "title": "修手机"}),
        ("把《修手机入门》改成 199 元", {"action": "reprice", "title": "修手机入门", "amount": "199"}),
        ("课程审核过了吗", {"action": "status"}),
        ("my paid course的enrollment多少了", {"action": "sales"}),
        ("课程有几个人退款", {"action": "refunds"}),
        ("我的课有差评吗", {"action": "reviews"}),
    ],
)
def test_courses_are_heard(text: str, arguments: dict[str, str]) -> None:
    assert heard(text) == ("paid_course", arguments)


def test_a_sum_named_for_one_deed_is_not_taken_for_the_next() -> None:
    before = (
        Turn(Role.USER, "课程改价 79 元"),
        Turn(Role.ASSISTANT, "改好了。", (ToolChoice("paid_course", {"action": "reprice", "amount": "79"}),)),
    )

    _, arguments = heard("我想开个付费课教人修果树", *before)

    assert arguments == {"action": "create", "title": "修果树"}
