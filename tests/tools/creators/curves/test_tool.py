import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from statistics import median_low
from typing import Any

import pytest
from sqlalchemy import select

from bot.agent.grounding import is_grounded
from tests.calls import PackagedPolicies, a_call
from tools.creators import service as creators
from tools.creators.curves import service
from tools.creators.curves.models import CurveTotal, WorkCurve
from tools.creators.curves.tool import work_analysis
from tools.creators.models import Work
from tools.creators.work_refs import WorkUnknown
from tools.kernel.agent_tool import Call, Reply
from tools.kernel.db import Database

HANDLES = ("laotie", "xinren", "duanju", "zhubo", "dianshang", "mingxing", "yuanchuang", "fangmao")
WITHOUT = "3xlaotie014"


@dataclass(frozen=True)
class Asking:
    """Asks for a work as a creator of the demo platform."""

    database: Database
    on: date
    now: datetime

    @contextmanager
    def call(self, handle: str) -> Generator[Call]:
        with self.database.reading() as session:
            account = creators.find_account(session, handle=handle)
            assert account
            call = a_call(creator=account.id, conversation=1, now=self.now, on=self.on)
            yield replace(call, session=session, policies=PackagedPolicies())

    def __call__(self, handle: str, work_ref: str = "latest", period: str | None = None) -> Reply:
        with self.call(handle) as call:
            return work_analysis(call, work_ref=work_ref, period=period)


@pytest.fixture
def ask(story: Database, on: date, now: datetime) -> Asking:
    """Return what asks in the demo."""
    return Asking(story, on, now)


def seconds_of(database: Database, public_id: str) -> dict[str, list[int]]:
    """Return what the stored blobs of a work come to, added up by hand."""
    names = ("viewers", "likes", "exits", "replays")
    with database.reading() as session:
        stored = session.scalars(
            select(WorkCurve).join(Work, Work.id == WorkCurve.work_id).where(Work.public_id == public_id)
        ).all()
        found = {name: [0] * stored[0].positions for name in names}
        for row in stored:
            width = len(row.by_second) // row.positions // len(names)
            numbers = [
                int.from_bytes(row.by_second[at : at + width], "little")
                for at in range(0, len(row.by_second), width)
            ]
            for place, name in enumerate(names):
                mine = numbers[place * row.positions : (place + 1) * row.positions]
                found[name] = [one + other for one, other in zip(found[name], mine, strict=True)]
    return found


def shown(part: int, whole: int) -> str:
    return f"{(part * 2_000 + whole) // (2 * whole) / 10:.1f}%"


class TestWorkAnalysis:
    def test_reads_a_work_second_by_second(self, ask: Asking) -> None:
        reply = ask("laotie", "title:正宗锅包肉")

        assert "《正宗锅包肉，醋要这么烹》（42 秒）逐秒解读" in reply.text
        assert "走的人多：第 18 秒走了" in reply.text
        assert "点赞集中：" in reply.text
        assert "下一步：" in reply.text
        assert len(reply.text.splitlines()) <= 15
        assert [citation.clause for citation in reply.citations] == ["1.2"]
        [chart] = reply.charts
        assert len(chart.labels) == 43
        assert {mark.at for mark in chart.marks} >= {18}

    @pytest.mark.parametrize("handle", HANDLES)
    @pytest.mark.parametrize("work_ref", ["latest", "ord:2", "top_views", "worst_views", "ord:-1"])
    def test_says_no_number_that_its_facts_do_not_hold(self, ask: Asking, handle: str, work_ref: str) -> None:
        reply = ask(handle, work_ref)

        # The seconds of retention and the advice's three seconds are names, not figures.
        text = re.sub(r"[35] 秒(?:后|留存|留人|里)|前 3 秒|开头 3 秒", "", reply.text)
        assert is_grounded(text, sources=[json.dumps(reply.facts, ensure_ascii=False, default=str)])

    @pytest.mark.parametrize("handle", HANDLES)
    def test_claims_what_the_stored_seconds_say(self, ask: Asking, story: Database, handle: str) -> None:
        reply = ask(handle, "ord:3")

        assert reply.facts["second_by_second"]
        found = seconds_of(story, reply.facts["work"]["id"])

        viewers, duration = found["viewers"], reply.facts["work"]["seconds"]
        finish = next(second for second in range(duration + 1) if 100 * second >= 95 * duration)
        shares = reply.facts["shares"]
        assert reply.facts["curve"]["started"] == viewers[0]
        assert shares["retention_3"] == cut(viewers[3], viewers[0])
        assert shares["retention_5"] == cut(viewers[5], viewers[0])
        assert shares["completion"] == cut(viewers[finish], viewers[0])
        for name in ("exits", "likes", "replays"):
            for moment in reply.facts[name]:
                at: int = moment["second"]
                chances = viewers[at] + (found["replays"][at] if name != "replays" else 0)
                assert (moment["count"], moment["of"]) == (found[name][at], chances)
                assert shown(moment["count"], moment["of"]) in moment["words"]

    def test_compares_with_what_is_stored_of_others(self, ask: Asking, story: Database) -> None:
        reply = ask("laotie", "title:正宗锅包肉")

        with story.reading() as session:
            own = session.scalars(
                select(CurveTotal)
                .join(Work, Work.id == CurveTotal.work_id)
                .where(Work.public_id == reply.facts["work"]["id"])
            ).one()
            everybody = session.scalars(select(CurveTotal)).all()
        peers = [
            each
            for each in everybody
            if (each.category, each.length_band) == (own.category, own.length_band)
            and each.creator_id != own.creator_id
            and each.started >= 100
        ]
        mine = [
            each
            for each in everybody
            if each.creator_id == own.creator_id
            and each.published_at < own.published_at
            and 2 * own.positions - 2 <= 3 * (each.positions - 1) <= 4.5 * (own.positions - 1)
        ]
        [_, completion] = reply.facts["peers"]
        assert completion["works"] == len(peers) >= service.FEWEST_PEERS
        assert completion["median_bp"] == median_low(bp(each) for each in peers)
        assert completion["below_percent"] == 100 * sum(bp(each) < bp(own) for each in peers) // len(peers)
        assert reply.facts["own"][1]["works"] == len(mine)
        assert reply.facts["own"][1]["median_bp"] == median_low(bp(each) for each in mine)

    def test_answers_from_the_days_where_there_are_no_seconds(self, ask: Asking) -> None:
        reply = ask("laotie", f"id:{WITHOUT}")

        assert "还没有逐秒数据" in reply.text
        assert "完播率 21.9%" in reply.text
        assert "之前 10 条作品一起的完播率" in reply.text
        assert reply.charts == ()

    def test_draws_no_conclusion_from_few_viewers(self, ask: Asking) -> None:
        reply = ask("yuanchuang", "latest", "range:2022-08-14..2022-08-14")

        assert "不到 100 人" in reply.text or "逐秒解读" in reply.text

    def test_finds_a_work_among_those_of_a_period(self, ask: Asking) -> None:
        reply = ask("laotie", "worst_views", "this_month")

        assert reply.facts["work"]["title"] == "探店：新开的东北菜自助，我吃了三盘"
        assert ask("laotie", "previous", "last_month").facts["work"]["title"].startswith("盒饭十二块")
        assert ask("laotie", "ord:-1", "last_month").facts["work"]["title"].startswith("溜肉段")

    def test_counts_a_named_works_plays_of_a_period(self, ask: Asking) -> None:
        whole, day = (
            ask("laotie", "title:正宗锅包肉"),
            ask("laotie", "title:正宗锅包肉", "range:2022-07-08..2022-07-08"),
        )

        assert day.facts["curve"]["to"] == "2022-07-08"
        assert day.facts["curve"]["started"] < whole.facts["curve"]["started"]

    def test_refuses_works_of_others(self, ask: Asking) -> None:
        with pytest.raises(WorkUnknown):
            ask("laotie", "id:3xxinren003")
        with pytest.raises(WorkUnknown):
            ask("laotie", "ord:99", "this_month")

    def test_answers_the_same_on_both_databases(self, platform: Database, ask: Asking) -> None:
        here = Asking(platform, ask.on, ask.now)

        assert here("laotie", "title:正宗锅包肉") == ask("laotie", "title:正宗锅包肉")
        assert here("mingxing") == ask("mingxing")


def bp(total: Any) -> int:  # noqa: ANN401 - a row of any table with these columns
    return total.finished * 10_000 // total.started


def cut(part: int, whole: int) -> str:
    """Return a share in basis points cut, shown with one decimal."""
    return shown(part * 10_000 // whole, 10_000)
