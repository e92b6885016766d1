import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from bot.agent.grounding import is_grounded
from tests.calls import PackagedPolicies, a_call
from tests.plans import faults_of, statements
from tests.tools.creators.leaderboards.towns import ON, a_resident
from tools.creators import service as creators
from tools.creators.trends import queries, service
from tools.creators.trends.formats import Kind
from tools.creators.trends.tool import TrendType, hot_trends
from tools.kernel.agent_tool import Call
from tools.kernel.db import Database

POLICIES = PackagedPolicies()
BIG = (
    "creator",
    "work",
    "work_day",
    "account_day",
    "work_topic",
    "work_music",
    "trend",
    "trend_factor",
    "trend_earning",
    "creator_income_day",
)


@pytest.fixture
def session(trend_story: Database) -> Iterator[Session]:
    with trend_story.reading() as reading:
        yield reading


def call_of(session: Session, handle: str, *, now: datetime) -> Call:
    account = creators.find_account(session, handle=handle)
    assert account
    return replace(
        a_call(creator=account.id, conversation=1, now=now, on=ON), session=session, policies=POLICIES
    )


class TestHotTrends:
    @pytest.mark.parametrize("kind", [None, *TrendType])
    @pytest.mark.parametrize("handle", ["laotie", "xinren"])
    def test_says_only_numbers_that_it_can_show(
        self, session: Session, now: datetime, kind: TrendType | None, handle: str
    ) -> None:
        reply = hot_trends(call_of(session, handle, now=now), type=kind)

        sources = [json.dumps(reply.facts, ensure_ascii=False), *(each.quote for each in reply.citations)]
        assert is_grounded(reply.text, sources=sources)
        assert len(reply.text.splitlines()) <= 15

    def test_tells_a_sure_rise_with_its_interval(self, session: Session, now: datetime) -> None:
        reply = hot_trends(call_of(session, "laotie", now=now), category="美食")

        row = queries.rising(session, day=ON, kind=Kind.TOPIC, category="美食", count=1)[0]
        assert row.name == "立秋第一顿"
        assert f"· 立秋第一顿：{row.creators} 位作者在发（前一周 {row.creators_before} 位）" in reply.text
        assert f"{row.ratio:.2f} 倍（区间 {row.low:.2f}–{row.high:.2f}）" in reply.text
        assert [each.clause for each in reply.citations] == ["2.1", "2.3"]
        assert reply.charts[0].labels[0] == "立秋第一顿"

    def test_knows_what_creators_call_a_category(self, session: Session, now: datetime) -> None:
        assert hot_trends(call_of(session, "laotie", now=now), category="教育").text.startswith("知识话题")

    def test_takes_music_for_what_is_asked(self, session: Session, now: datetime) -> None:
        reply = hot_trends(call_of(session, "laotie", now=now), type=TrendType.MUSIC, category="音乐")

        assert reply.text.startswith("全站音乐")

    def test_calls_a_difference_no_cause(self, session: Session, now: datetime) -> None:
        reply = hot_trends(call_of(session, "laotie", now=now), type=TrendType.GAP)

        assert "不等于照做就会涨" in reply.text

    def test_says_when_there_is_too_little(self, session: Session, now: datetime) -> None:
        assert "数据太少" in hot_trends(call_of(session, "laotie", now=now), category="珠宝").text

    def test_says_when_nothing_is_built(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            a_resident(session, "laotie", plays=10)

            assert "还没有生成" in hot_trends(call_of(session, "laotie", now=now)).text

    def test_says_when_the_cohort_is_too_small(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            a_resident(session, "laotie", plays=10)
            service.build(session, on=ON, now=now)

            reply = hot_trends(call_of(session, "laotie", now=now), type=TrendType.GAP)

        assert "不到 50 个" in reply.text


class TestPlans:
    @pytest.mark.parametrize("kind", [None, *TrendType])
    def test_of_an_answer_read_every_big_table_along_an_index(
        self, trend_story: Database, now: datetime, kind: TrendType | None
    ) -> None:
        with statements(trend_story) as seen, trend_story.reading() as reading:
            hot_trends(call_of(reading, "laotie", now=now), type=kind)

        assert seen
        assert faults_of(trend_story, seen, tables=BIG) == {}
