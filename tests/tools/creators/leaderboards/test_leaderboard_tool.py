import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.agent.grounding import is_grounded
from tests.calls import PackagedPolicies, a_call
from tests.tools.creators.leaderboards.towns import ON, a_resident, a_town
from tools.creators.leaderboards import service
from tools.creators.leaderboards.tool import BoardType, BoardView, leaderboard
from tools.creators.models import Creator
from tools.kernel.agent_tool import Call, Reply
from tools.kernel.db import Database

POLICIES = PackagedPolicies()


@pytest.fixture
def session(database: Database, now: datetime) -> Iterator[Session]:
    with database.writing() as writing:
        a_town(writing, *range(10, 1_210, 10))
        a_resident(writing, "idle", plays=5, day=date(2022, 8, 1))
    service.build(database.writing, on=ON, now=now)
    with database.reading() as reading:
        yield reading


def call_of(session: Session, nickname: str, *, now: datetime) -> Call:
    creator = session.scalars(select(Creator.id).where(Creator.nickname == nickname)).one()
    return replace(
        a_call(creator=creator, conversation=1, now=now, on=ON), session=session, policies=POLICIES
    )


def is_grounded_reply(reply: Reply) -> bool:
    sources = [json.dumps(reply.facts, ensure_ascii=False), *(each.quote for each in reply.citations)]
    return is_grounded(reply.text, sources=sources)


class TestLeaderboard:
    def test_shows_the_top_ten_the_own_rank_and_the_gap(self, session: Session, now: datetime) -> None:
        reply = leaderboard(call_of(session, "r3", now=now))

        lines = reply.text.splitlines()
        assert lines[0] == "全站播放榜（周榜，8月8日—8月14日），共 120 个账号，按作品播放量排："
        assert lines[1] == "1. r119：1,200 次播放（上期没在榜）" or lines[1] == "1. r119：1,200 次播放"
        assert "你排第 117 名：40 次播放" in lines[11]
        assert "离前一名还差 10 次播放" in lines[12]
        assert [each.clause for each in reply.citations] == ["2.2"]
        assert is_grounded_reply(reply)

    def test_names_nobody_beyond_the_first_hundred(self, session: Session, now: datetime) -> None:
        reply = leaderboard(call_of(session, "r3", now=now), scope=BoardView.MINE)

        assert "第 116 名：50 次播放" in reply.text
        assert "第 117 名 你：40 次播放" in reply.text
        assert "r4" not in reply.text
        assert len(reply.facts["top"]) == 100
        assert all("nickname" not in each for each in reply.facts["own"]["around"])

    def test_says_why_one_is_not_on_the_board(self, session: Session, now: datetime) -> None:
        assert "没有发布作品，也没有开播" in leaderboard(call_of(session, "idle", now=now)).text

    def test_says_that_a_category_is_another(self, session: Session, now: datetime) -> None:
        reply = leaderboard(call_of(session, "r3", now=now), category="美妆")

        assert "不到 10 个" in reply.text
        assert is_grounded_reply(reply)

    @pytest.mark.parametrize("kind", [BoardType.INCOME, BoardType.COMMERCE])
    def test_publishes_no_income(self, session: Session, now: datetime, kind: BoardType) -> None:
        reply = leaderboard(call_of(session, "r3", now=now), type=kind)

        assert "不做公开榜单" in reply.text
        assert [each.clause for each in reply.citations] == ["2.5"]

    def test_says_when_another_period_is_shown(self, session: Session, now: datetime) -> None:
        reply = leaderboard(call_of(session, "r3", now=now), period="last_30_days")

        assert reply.text.startswith("榜单只出完整的一天、一周和一个月") or "没有数据" in reply.text

    def test_says_when_a_period_is_not_there(self, session: Session, now: datetime) -> None:
        reply = leaderboard(call_of(session, "r3", now=now), period="month:2")

        assert "没有数据" in reply.text
        assert is_grounded_reply(reply)

    def test_takes_the_live_board_for_a_measure(self, session: Session, now: datetime) -> None:
        assert "直播榜" in leaderboard(call_of(session, "r3", now=now), category="直播").text

    def test_knows_the_own_city(self, session: Session, now: datetime) -> None:
        assert leaderboard(call_of(session, "r3", now=now), city="同城").text.startswith("沈阳播放榜")
