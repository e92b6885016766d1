"""What a creator says to take a withdrawal back, and what only sounds like it."""

from datetime import date

import pytest

from bot.agent.local.decide import decide
from tools.catalog import all_tools

ON = date(2022, 8, 15)
TOOLS = all_tools()


def _called(text: str) -> dict[str, str | None]:
    """Return the action of each tool that is called."""
    calls = decide(text, (), tools=TOOLS, on=ON).calls
    return {call.tool: call.args.get("action") for call in calls}


class TestCancelling:
    @pytest.mark.parametrize(
        "text",
        [
            "提现取消一下",
            "刚才那笔提现我不要了",
            "撤销提现",
            "帮我把刚提的钱撤回来",
            "提现点错了能给我取消吗",
            "我那笔提现先别打款了，撤掉",
            "提现撤回",
            "cancel my withdrawal",
            "昨天申请的提现我想取消",
            "刚才提现金额填错了，帮我撤了",
            "提现不要了",
            "把提现申请撤销掉",
            "提现作废",
            "withdraw点错了，撤回",
        ],
    )
    def test_is_understood(self, text: str) -> None:
        assert _called(text) == {"earnings_and_payouts": "cancel"}

    @pytest.mark.parametrize(
        ("text", "called"),
        [
            ("提现500块", {"earnings_and_payouts": "withdraw"}),
            ("我要提现", {"earnings_and_payouts": "withdraw"}),
            ("提现没到账", {"earnings_and_payouts": "balance"}),
            ("提现500到账了吗", {"earnings_and_payouts": "balance"}),
            ("我提的钱多久到账", {"earnings_and_payouts": "balance"}),
            ("提现之后还能取消吗", {"policy_question": None}),
            ("提现可以撤销几次", {"policy_question": None}),
        ],
    )
    def test_is_not_heard_where_nobody_asks_for_it(self, text: str, called: dict[str, str | None]) -> None:
        assert _called(text) == called

    def test_leaves_another_person_s_money_alone(self) -> None:
        assert _called("撤销李四的提现") == {}
