"""What must hold for every registered tool, now and later."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.agent.local.decide import decide
from bot.agent.local.decision import Kind
from bot.agent.toolbox import arguments_model
from tools.catalog import all_tools
from tools.kernel.agent_tool import AgentTool

TOOLS = all_tools()
README = Path(__file__).parent.parent.parent / "README.md"
# DESIGN fixes these names; a tool outside the list is a mistake.
NAMES = frozenset(
    [
        "account_diagnosis",
        "work_analysis",
        "growth_advice",
        "leaderboard",
        "hot_trends",
        "custom_metrics",
        "inspiration_materials",
        "incentive_programs",
        "incentive_tasks",
        "earnings_and_payouts",
        "star_application",
        "short_drama_revenue",
        "live_incentive",
        "traffic_boost",
        "infringement_report",
        "infringement_status",
        "infringement_appeal",
        "follower_migration",
        "pre_publish_check",
        "brand_orders",
        "product_match",
        "paid_course",
        "activity_notices",
        "human_escalation",
        "policy_question",
    ]
)
FORBIDDEN = ("creator", "handle", "account", "user_id", "owner", "session", "today", "now")


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
class TestEveryTool:
    def test_has_a_fixed_name_and_says_what_it_does(self, tool: AgentTool) -> None:
        assert tool.name in NAMES
        assert tool.description.endswith(".")

    def test_shows_no_model_whose_it_is_or_which_day(self, tool: AgentTool) -> None:
        properties = arguments_model(tool.run, name=tool.name).model_json_schema()["properties"]

        assert not [name for name in properties if any(word in name for word in FORBIDDEN)]

    def test_is_reached_by_each_of_its_example_questions(self, tool: AgentTool) -> None:
        on = date(2022, 8, 15)

        missed = [
            asked
            for asked in tool.asks
            if (decision := decide(asked, [], tools=TOOLS, on=on)).kind is not Kind.CALL
            or tool.name not in {choice.tool for choice in decision.calls}
        ]

        assert missed == []

    def test_has_enough_examples(self, tool: AgentTool) -> None:
        assert len(set(tool.asks)) >= 20


class TestReadme:
    def test_names_each_tool_in_the_row_of_its_room(self) -> None:
        rows = re.findall(r"^\| `tools/(\w+)` \|.*\|(.*)\|$", README.read_text("utf-8"), re.MULTILINE)

        named = {(room, name) for room, names in rows for name in re.findall(r"`(\w+)`", names)}

        assert named == {(tool.run.__module__.split(".")[1], tool.name) for tool in TOOLS}


class TestCatalog:
    def test_has_each_tool_once(self) -> None:
        assert len({tool.name for tool in TOOLS}) == len(TOOLS)
