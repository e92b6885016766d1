from collections import defaultdict
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import func, select, update

from tests.tools.creators.leaderboards.towns import ON, a_resident, a_town
from tools.creators.accounts import tier_of
from tools.creators.detectors.models import IncomeDay
from tools.creators.models import Creator, Work, WorkDay
from tools.creators.queries import midnight
from tools.creators.trends import queries, service
from tools.creators.trends.contrast import SMALLEST_COHORT, cliffs_delta, top_tenth
from tools.creators.trends.demo import load
from tools.creators.trends.formats import Kind
from tools.creators.trends.keywords import topics
from tools.creators.trends.models import Trend, TrendDay, TrendEarning, TrendFactor, WorkMusic, WorkTopic
from tools.creators.trends.rising import FEWEST_CREATORS, rise
from tools.kernel.db import Database

LAST_WEEK, WEEK_BEFORE = ON - timedelta(days=3), ON - timedelta(days=10)


@pytest.fixture
def trending(platform: Database, on: date) -> Database:
    """Return the demo platform with its trends."""
    with platform.writing() as session:
        load(session, on=on)
    return platform


class TestBuild:
    def test_counts_as_a_plain_count_does(self, trending: Database) -> None:
        now_of, before_of, works = (defaultdict[tuple[str, str], set[int]](set) for _ in range(3))
        total: dict[str, set[int]] = defaultdict(set)
        total_before: dict[str, set[int]] = defaultdict(set)
        with trending.reading() as session:
            played = set(
                session.scalars(
                    select(WorkDay.work_id).where(WorkDay.day >= ON - timedelta(days=14), WorkDay.day < ON)
                )
            )
            for work in session.scalars(select(Work).where(Work.kind != "live", Work.id.in_(played))):
                age = (midnight(ON) - work.published_at).total_seconds() / 86_400
                for category in ("", work.category):
                    for topic in topics(work.title):
                        key = category, topic
                        if 0 < age <= 7:
                            now_of[key].add(work.creator_id)
                            works[key].add(work.id)
                        elif 7 < age <= 14:
                            before_of[key].add(work.creator_id)
                    if 0 < age <= 7:
                        total[category].add(work.creator_id)
                    elif 7 < age <= 14:
                        total_before[category].add(work.creator_id)
            rows = session.scalars(select(Trend).where(Trend.kind == "topic")).all()

            assert {(row.category, row.name) for row in rows} == {
                key for key, some in now_of.items() if len(some) >= FEWEST_CREATORS and total_before[key[0]]
            }
            for row in rows:
                key = row.category, row.name
                assert (row.creators, row.creators_before) == (len(now_of[key]), len(before_of[key]))
                assert row.works == len(works[key])
                expected = rise(
                    len(now_of[key]),
                    len(before_of[key]),
                    total=len(total[row.category]),
                    total_before=len(total_before[row.category]),
                )
                assert (row.ratio, row.low, row.high) == pytest.approx(
                    (expected.ratio, expected.low, expected.high)
                )

    def test_counts_the_plays_of_both_weeks(self, trend_story: Database) -> None:
        with trend_story.reading() as session:
            row = session.get_one(Trend, (ON, "category", "", "美食"))
            days = (
                select(func.sum(WorkDay.plays))
                .join(Work, Work.id == WorkDay.work_id)
                .where(Work.category == "美食", Work.kind != "live")
            )
            week = ON - timedelta(days=7)

            assert row.plays == session.scalar(days.where(WorkDay.day >= week, WorkDay.day < ON))
            assert row.plays_before == session.scalar(
                days.where(WorkDay.day >= week - timedelta(days=7), WorkDay.day < week)
            )

    def test_changes_nothing_the_second_time(self, trending: Database, now: datetime) -> None:
        models = (Trend, TrendFactor, TrendEarning, WorkTopic, WorkMusic)

        def stored() -> list[object]:
            with trending.reading() as session:
                return [
                    [
                        tuple(row)
                        for row in session.execute(
                            select(*model.__table__.columns).order_by(*model.__table__.primary_key)
                        )
                    ]
                    for model in models
                ]

        first = stored()
        with trending.writing() as session:
            service.build(session, on=ON, now=now)

        assert stored() == first

    def test_forgets_days_that_are_not_kept(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            a_town(session, *range(1, 13))
            service.build(session, on=ON, now=now)
            service.build(session, on=ON + timedelta(days=service.KEPT_DAYS), now=now)

        with database.reading() as session:
            assert list(session.scalars(select(TrendDay.day))) == [ON + timedelta(days=service.KEPT_DAYS)]

    def test_follows_a_title_that_was_changed(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            a_resident(session, "cook", plays=10, title="锅包肉 #开学季")
            service.build(session, on=ON, now=now)
            session.execute(update(Work).values(title="地三鲜"))
            service.build(session, on=ON, now=now)

        with database.reading() as session:
            assert list(session.scalars(select(WorkTopic.topic))) == ["地三鲜"]

    def test_tells_the_surest_rise_first(self, trend_story: Database) -> None:
        with trend_story.reading() as session:
            rows = queries.rising(session, day=ON, kind=Kind.TOPIC, category="", count=50)

        assert rows[0].name == "开学季"
        assert rows[0].low > 1
        assert [row.low for row in rows] == sorted((row.low for row in rows), reverse=True)


class TestFactors:
    def test_are_the_contrasts_of_the_stored_figures(self, trend_story: Database) -> None:
        with trend_story.reading() as session:
            rows = queries.factors(session, day=ON, category="", tier="10k")
            completion = next(row for row in rows if row.factor == "completion")
            first = ON - timedelta(days=28)
            published = set(
                session.scalars(
                    select(Work.creator_id).where(
                        Work.kind != "live",
                        Work.published_at >= midnight(first),
                        Work.published_at < midnight(ON),
                    )
                )
            )
            figures = session.execute(
                select(Creator.id, func.sum(WorkDay.plays), func.sum(WorkDay.completed_plays))
                .join(Work, Work.creator_id == Creator.id)
                .join(WorkDay, WorkDay.work_id == Work.id)
                .where(Work.kind != "live", WorkDay.day >= first, WorkDay.day < ON)
                .where(Creator.followers >= 10_000, Creator.followers < 100_000, Creator.id.in_(published))
                .group_by(Creator.id)
                .order_by(Creator.id)
            ).all()

        plays = np.array([int(row[1]) for row in figures])
        rates = np.array([row[2] / row[1] if row[1] >= 300 else np.nan for row in figures], float)
        top = top_tenth(plays)
        ones, others = rates[top], rates[~top]
        delta, low, high = cliffs_delta(ones, others[~np.isnan(others)], questions=7)
        assert (completion.cohort, completion.top) == (len(figures), int(top.sum()))
        assert (completion.delta, completion.low, completion.high) == pytest.approx((delta, low, high))
        assert completion.top_median == pytest.approx(float(np.median(ones)))

    def test_are_said_of_no_cohort_that_is_too_small(self, trend_story: Database) -> None:
        with trend_story.reading() as session:
            assert all(row.cohort >= SMALLEST_COHORT for row in session.scalars(select(TrendFactor)))


class TestEarnings:
    def test_are_a_categorys_sums(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creators = a_town(session, *([1_000] * service.FEWEST_EARNING))
            session.add_all(IncomeDay(creator_id=each, day=LAST_WEEK, income_fen=250) for each in creators)
            session.add(IncomeDay(creator_id=creators[0], day=ON - timedelta(days=31), income_fen=9_999))
            session.flush()
            service.build(session, on=ON, now=now)

        with database.reading() as session:
            [row] = queries.earning(session, day=ON)
        assert (row.category, row.creators, row.earning, row.fen_per_thousand_plays) == ("美食", 10, 10, 250)

    def test_say_nothing_of_few_accounts(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creators = a_town(session, *([1_000] * (service.FEWEST_EARNING - 1)))
            session.add_all(IncomeDay(creator_id=each, day=LAST_WEEK, income_fen=250) for each in creators)
            session.flush()
            service.build(session, on=ON, now=now)

        with database.reading() as session:
            assert queries.earning(session, day=ON) == []


class TestGap:
    def test_takes_the_nearest_cohort_that_is_large_enough(self, trend_story: Database) -> None:
        from tools.creators import service as creators  # noqa: PLC0415

        with trend_story.reading() as session:
            account = creators.find_account(session, handle="laotie")
            assert account
            found = service.gap(session, account=account, day=ON)

        assert found is not None
        assert (found.cohort.category, found.cohort.tier) == ("", tier_of(account.followers).value)
        assert found.size >= SMALLEST_COHORT
        assert found.top == found.size // 10


class TestRecordMusic:
    def test_sets_music_and_tells_unknown_works(self, database: Database) -> None:
        with database.writing() as session:
            a_resident(session, "cook", plays=10)
            assert service.record_music(session, music=[("3xcook0810", "麦浪"), ("3xnone", "麦浪")]) == (
                1,
                ["3xnone"],
            )
            assert service.record_music(session, music=[("3xcook0810", "晚风")]) == (1, [])

            assert list(session.scalars(select(WorkMusic.music))) == ["晚风"]
