"""Labelled speech on three boundaries: other people, business without a tool, mixed and dictated speech."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from bot.agent.local.decide import decide
from bot.agent.local.decision import Decision, Kind, Role, Turn
from tests.bot.agent.local.samples import ON
from tools.catalog import all_tools
from tools.kernel.agent_tool import AgentTool

_Row = dict[str, Any]
# The labels of topics.jsonl hold while these are the only tools; the others take their topics over.
_FIRST = (
    "account_diagnosis",
    "incentive_programs",
    "earnings_and_payouts",
    "infringement_report",
    "infringement_status",
    "human_escalation",
    "policy_question",
)
ALL = all_tools()
TOOLS = tuple(tool for tool in all_tools() if tool.name in _FIRST)


@lru_cache(maxsize=4)
def _rows(name: str) -> list[_Row]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _decided(row: Mapping[str, Any]) -> Decision:
    history = [Turn(Role(turn["role"]), turn["content"]) for turn in row["history"]]
    return decide(row["text"], history, tools=TOOLS, on=ON)


def _called(decision: Decision) -> set[str]:
    return {call.tool for call in decision.calls}


class TestPeopleNamedWithoutAMark:
    def test_have_their_data_refused(self) -> None:
        rows = [row for row in _rows("people.jsonl") if row["expect"] == "refuse"]

        passed = [row["text"] for row in rows if _decided(row).kind is not Kind.REFUSE]

        assert len(rows) > 60
        assert not passed

    def test_are_not_seen_in_ones_own_works_programmes_and_income(self) -> None:
        rows = [row for row in _rows("people.jsonl") if row["expect"] == "proper"]

        refused = [row["text"] for row in rows if _decided(row).kind is Kind.REFUSE]

        assert len(rows) > 80
        assert len(refused) <= 1, refused


class TestTopicsWithoutATool:
    def test_are_declined_with_a_person_and_the_rules_to_turn_to(self) -> None:
        rows = [row for row in _rows("topics.jsonl") if row["expect"] == "decline"]

        wrong = [
            row["text"] for row in rows if "暂时还办不了" not in _decided(row).text or _decided(row).calls
        ]

        assert len(wrong) <= 0.02 * len(rows), wrong

    @pytest.mark.parametrize("before", TOOLS, ids=lambda tool: tool.name)
    def test_are_declined_after_every_tool_as_well(self, before: AgentTool) -> None:
        alone = [row for row in _rows("topics.jsonl") if row["expect"] == "decline" and not row["history"]]

        wrong = [
            row["text"]
            for place, row in enumerate(alone)
            if decide(row["text"], _talk(before, place), tools=TOOLS, on=ON).calls
        ]

        assert len(wrong) <= 0.02 * len(alone), wrong

    def test_leave_rules_to_the_rules_and_other_requests_to_their_tools(self) -> None:
        rows = [row for row in _rows("topics.jsonl") if row["expect"] == "call"]

        wrong = [row["text"] for row in rows if _called(_decided(row)) != set(row["tools"])]

        assert len(wrong) <= 0.04 * len(rows), wrong


class TestMixedAndDictatedSpeech:
    def test_is_understood(self) -> None:
        rows = _rows("spoken.jsonl")

        wrong = [row["text"] for row in rows if _called(_decided(row)) != set(row["tools"])]

        assert len(wrong) <= 0.04 * len(rows), wrong


class TestEveryToolAfterEveryTool:
    @pytest.mark.parametrize("before", ALL[::3], ids=lambda tool: tool.name)
    def test_is_reached_by_its_own_examples(self, before: AgentTool) -> None:
        after = [(tool, ask) for tool in ALL if tool is not before for ask in tool.asks[::6]]

        missed = [
            ask
            for place, (tool, ask) in enumerate(after)
            if _called(decide(ask, _talk(before, place), tools=ALL, on=ON)) != {tool.name}
        ]

        assert len(missed) <= 0.01 * len(after), missed


def _talk(tool: AgentTool, place: int) -> Sequence[Turn]:
    """Return a conversation in which the tool has just answered one of its examples, another one for each place."""
    ask = tool.asks[place % len(tool.asks)]
    calls = decide(ask, tools=ALL, on=ON).calls
    return (Turn(Role.USER, ask), Turn(Role.ASSISTANT, "好，查到了。", calls))
