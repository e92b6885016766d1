from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.tools.creators.leaderboards.towns import ON, a_resident, a_town
from tools.creators.accounts import tier_of
from tools.creators.detectors.models import IncomeDay
from tools.creators.models import AccountDay, Creator, Work, WorkDay
from tools.creators.queries import midnight
from tools.creators.trends import queries, service
from tools.creators.trends.contrast import SMALLEST_COHORT, cliffs_delta, top_tenth
from tools.creators.trends.demo import load
from tools.creators.trends.factors import Factor
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


@dataclass
class Week:
    """What one thing has in one week."""

    creators: set[int] = field(default_factory=set)
    works: set[int] = field(default_factory=set)
    plays: int = 0


Weeks = dict[tuple[str, str], tuple[Week, Week]]


def plainly_counted(session: Session, kind: Kind) -> tuple[Weeks, dict[str, tuple[set[int], set[int]]]]:
    """Count both weeks of everything of a kind one row at a time; also who published at all, by category."""
    weeks: Weeks = defaultdict(lambda: (Week(), Week()))
    everyone: dict[str, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    music = {row.work_id: row.music for row in session.scalars(select(WorkMusic))}
    plays: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    first = ON - timedelta(days=14)
    for figures in session.scalars(select(WorkDay).where(WorkDay.day >= first, WorkDay.day < ON)):
        plays[figures.work_id][(ON - figures.day).days > 7] += figures.plays
    for work in session.scalars(select(Work).where(Work.kind != "live", Work.id.in_(plays))):
        age = (midnight(ON) - work.published_at).total_seconds() / 86_400
        for category in ("", work.category):
            if 0 < age <= 14:
                everyone[category][age > 7].add(work.creator_id)
            for name in plain_names(work, kind, music):
                for place, week in enumerate(weeks[category, name]):
                    week.plays += plays[work.id][place]
                    if 0 < age <= 14 and (age > 7) == bool(place):
                        week.creators.add(work.creator_id)
                        week.works.add(work.id)
    return weeks, everyone


def plain_names(work: Work, kind: Kind, music: dict[int, str]) -> set[str]:
    match kind:
        case Kind.TOPIC:
            return set(topics(work.title))
        case Kind.CATEGORY:
            return {work.category}
        case Kind.MUSIC:
            return {music[work.id]} if work.id in music else set()
        case Kind.FORMAT:
            lengths = ((15, "15 秒内"), (30, "15–30 秒"), (60, "30–60 秒"), (180, "1–3 分钟"))
            length = next((name for below, name in lengths if work.duration_seconds < below), "3 分钟以上")
            return {length + {"video": "短视频", "drama": "短剧"}[work.kind]}


@dataclass
class PlainHabits:
    """An account's 28 days, added up row by row."""

    category: str
    followers: int
    works: int = 0
    seconds: int = 0
    plays: int = 0
    completed: int = 0
    interactions: int = 0
    shares: int = 0
    new_followers: int = 0
    live_seconds: int = 0


def plain_habits(session: Session) -> list[PlainHabits]:
    """Return what each account that published did in the 28 days, by id."""
    first = ON - timedelta(days=28)
    found = {
        each.id: PlainHabits(each.category, each.followers)
        for each in session.scalars(select(Creator).order_by(Creator.id))
    }
    owners = {work.id: work for work in session.scalars(select(Work).where(Work.kind != "live"))}
    for work in owners.values():
        if midnight(first) <= work.published_at < midnight(ON):
            found[work.creator_id].works += 1
            found[work.creator_id].seconds += work.duration_seconds
    for day in session.scalars(select(WorkDay).where(WorkDay.day >= first, WorkDay.day < ON)):
        if day.work_id in owners:
            account = found[owners[day.work_id].creator_id]
            account.plays += day.plays
            account.completed += day.completed_plays
            account.interactions += day.likes + day.comments + day.shares + day.favourites
            account.shares += day.shares
            account.new_followers += day.new_followers
    for day in session.scalars(select(AccountDay).where(AccountDay.day >= first, AccountDay.day < ON)):
        found[day.creator_id].live_seconds += day.live_seconds
    return [each for each in found.values() if each.works]


def plain_value(account: PlainHabits, factor: Factor) -> float:
    rates = {
        Factor.COMPLETION: account.completed,
        Factor.INTERACTION: account.interactions,
        Factor.SHARING: account.shares,
        Factor.FOLLOWING: account.new_followers,
    }
    if factor in rates:
        return rates[factor] / account.plays if account.plays >= 300 else np.nan
    counts = {Factor.WORKS: account.works, Factor.LIVE: account.live_seconds}
    return counts[factor] if factor in counts else account.seconds / account.works


class TestBuild:
    @pytest.mark.parametrize("kind", Kind)
    def test_counts_as_a_plain_count_does(self, trending: Database, kind: Kind) -> None:
        with trending.reading() as session:
            weeks, everyone = plainly_counted(session, kind)
            rows = session.scalars(select(Trend).where(Trend.kind == kind.value)).all()

        assert rows
        categories = {""} if kind is Kind.CATEGORY else everyone.keys()
        assert {(row.category, row.name) for row in rows} == {
            key
            for key, (now, _) in weeks.items()
            if key[0] in categories and len(now.creators) >= FEWEST_CREATORS and everyone[key[0]][1]
        }
        for row in rows:
            now, before = weeks[row.category, row.name]
            total, total_before = everyone[row.category]
            expected = rise(
                len(now.creators), len(before.creators), total=len(total), total_before=len(total_before)
            )
            assert (row.creators, row.creators_before) == (len(now.creators), len(before.creators))
            assert (row.works, row.plays, row.plays_before) == (len(now.works), now.plays, before.plays)
            assert (row.ratio, row.low, row.high) == pytest.approx(
                (expected.ratio, expected.low, expected.high)
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
    @pytest.mark.parametrize("factor", Factor)
    def test_are_the_contrasts_of_the_stored_figures(self, trend_story: Database, factor: Factor) -> None:
        with trend_story.reading() as session:
            accounts = plain_habits(session)
            rows = session.scalars(select(TrendFactor).where(TrendFactor.factor == factor.value)).all()

        assert rows
        for row in rows:
            cohort = [
                each
                for each in accounts
                if row.category in {"", each.category} and row.tier in {"", tier_of(each.followers).value}
            ]
            top = top_tenth(np.array([each.plays for each in cohort]))
            values = np.array([plain_value(each, factor) for each in cohort], float)
            ones, others = (part[~np.isnan(part)] for part in (values[top], values[~top]))
            assert (row.cohort, row.top) == (len(cohort), int(top.sum()))
            assert (row.delta, row.low, row.high) == pytest.approx(
                cliffs_delta(ones, others, questions=len(Factor))
            )
            assert (row.top_median, row.rest_median) == pytest.approx((np.median(ones), np.median(others)))

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
