from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from tests.calls import PackagedPolicies, a_call
from tests.desk import a_talk, an_agent
from tools.kernel.agent_tool import Call, Line, Reply, Speaker
from tools.kernel.db import Database
from tools.kernel.period import PLATFORM_ZONE
from tools.support import desk
from tools.support.agent_tools import TOOLS, human_escalation

NIGHT = datetime(2022, 8, 15, 23, tzinfo=PLATFORM_ZONE)
OLD_EVENING = datetime(
    2022, 7, 15, 20, tzinfo=PLATFORM_ZONE
)  # a Friday, under the first version of the policy


def called(session: Session, talk: tuple[int, int], at: datetime, **changes: object) -> Reply:
    said = (Line(Speaker.CREATOR, "钱没到账，转人工"), Line(Speaker.ASSISTANT, "好的"))
    call: Call = a_call(creator=talk[0], conversation=talk[1], now=at, on=at.date(), transcript=said)
    return human_escalation(replace(call, session=session, policies=PackagedPolicies()), **changes)  # pyright: ignore[reportArgumentType] - the keywords of the tool


class TestHumanEscalation:
    def test_opens_a_case_for_the_creators_own_reason(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            talk = a_talk(session, "laotie", now=now)

            reply = called(session, talk, now)

        assert reply.case == "C000001"
        assert reply.facts == {"case": "C000001", "state": "queued", "in_front": 0, "open_now": True}
        assert reply.text.startswith("已为你转接 1V1 人工，工单号 C000001，你排在第 1 位。")
        assert [citation.clause for citation in reply.citations] == ["1.1"]
        assert [button.send for button in reply.buttons] == ["取消工单 C000001"]

    def test_tells_where_the_open_case_stands(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            talk = a_talk(session, "laotie", now=now)
            first = called(session, talk, now)
            again = called(session, talk, now, reason="快点")
            lin = an_agent(session, "lin", now=now)
            desk.take(session, agent=lin, number="C000001", now=now)
            held = called(session, talk, now)

        assert again.text == first.text.replace(
            "已为你转接 1V1 人工，工单号", "你的 1V1 工单还在排队，工单号"
        )
        assert held.text == "工单 C000001 由 1V1 客服小lin处理中，直接在这里说就行。"
        assert held.buttons == ()

    @pytest.mark.parametrize(
        ("at", "hours"), [(NIGHT, "每天 09:00–22:00"), (OLD_EVENING, "工作日 10:00–19:00")]
    )
    def test_says_the_hours_of_the_day_when_nobody_is_there(
        self, database: Database, at: datetime, hours: str
    ) -> None:
        with database.writing() as session:
            reply = called(session, a_talk(session, "laotie", now=at), at)

        assert f"现在不在服务时间（{hours}）" in reply.text
        assert reply.facts["open_now"] is False

    def test_has_many_examples(self, on: date) -> None:
        assert len(set(TOOLS[0].asks)) >= 40
