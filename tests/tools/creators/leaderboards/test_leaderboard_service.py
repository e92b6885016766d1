from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from tests.plans import faults_of, statements
from tests.tools.creators.leaderboards.towns import ON, a_resident, a_town
from tools.creators import invariants
from tools.creators.leaderboards import queries, service, value_queries
from tools.creators.leaderboards.boards import SMALLEST_BOARD, Measure, Scope, Span, complete
from tools.creators.leaderboards.demo import load
from tools.creators.leaderboards.models import Board, BoardPlace, BoardSnapshot
from tools.creators.models import AccountDay, Violation, Work, WorkDay
from tools.creators.queries import midnight
from tools.kernel.db import Database
from tools.kernel.period import Period

WEEK = complete(Span.WEEK, on=ON)


class Killed(Exception):  # noqa: N818 - it stands for a killed process
    pass


def the_board(
    session: Session, measure: Measure = Measure.PLAYS, scope: Scope | None = None
) -> list[tuple[str, int, int]]:
    found = queries.board(
        session, measure=measure, span=Span.WEEK, starts_on=WEEK.starts_on, scope=scope or Scope()
    )
    if found is None:
        return []
    return [
        (each.nickname, each.rank, each.value) for each in queries.top(session, board_id=found.id, count=100)
    ]


class TestBuild:
    def test_ranks_by_value_then_by_who_joined_first_then_by_id(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            a_resident(session, "late", plays=50, joined_on=date(2022, 1, 1))
            a_resident(session, "early", plays=50, joined_on=date(2020, 1, 1))
            a_resident(session, "twin", plays=50, joined_on=date(2020, 1, 1))
            a_town(session, *range(60, 60 + SMALLEST_BOARD))

        service.build(database.writing, on=ON, now=now, spans=[Span.WEEK])

        with database.reading() as session:
            assert the_board(session)[-3:] == [("early", 11, 50), ("twin", 11, 50), ("late", 11, 50)]

    def test_leaves_out_who_did_not_publish_or_was_punished(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            a_town(session, *range(10, 10 + SMALLEST_BOARD))
            a_resident(session, "idle", plays=90, day=WEEK.starts_on - timedelta(days=1))
            a_resident(session, "punished", plays=90, serious_on=ON - timedelta(days=30))
            a_resident(session, "forgiven", plays=90, serious_on=ON - timedelta(days=31))

        service.build(database.writing, on=ON, now=now, spans=[Span.WEEK])

        with database.reading() as session:
            names = {name for name, _, _ in the_board(session)}
        assert {"idle", "punished"}.isdisjoint(names)
        assert "forgiven" in names

    def test_makes_no_board_of_too_few(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            a_town(session, *range(1, SMALLEST_BOARD + 1))
            a_resident(session, "far", plays=5, city="三亚", category="美妆")

        service.build(database.writing, on=ON, now=now, spans=[Span.WEEK])

        with database.reading() as session:
            assert len(the_board(session)) == SMALLEST_BOARD + 1
            assert len(the_board(session, scope=Scope("美食", "沈阳"))) == SMALLEST_BOARD
            assert the_board(session, scope=Scope(city="三亚")) == []

    def test_changes_nothing_the_second_time(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            a_town(session, *range(1, 13))

        first = service.build(database.writing, on=ON, now=now)
        again = service.build(database.writing, on=ON, now=now)

        assert first.places > 0
        assert again == service.Built()

    def test_replaces_the_latest_board_whole_when_it_is_built_again(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            creators = a_town(session, *range(1, 13))
        service.build(database.writing, on=ON, now=now, spans=[Span.WEEK])
        with database.writing() as session:
            session.execute(update(WorkDay).values(plays=1_000).where(WorkDay.work_id == 1))

        service.build(database.writing, on=ON, now=now, spans=[Span.WEEK], rebuild=True)

        with database.reading() as session:
            assert the_board(session)[0] == ("r0", 1, 1_000)
            snapshots = (
                select(func.count()).select_from(BoardSnapshot).where(BoardSnapshot.measure == "plays")
            )
            assert session.scalar(snapshots) == 1
            assert session.scalar(select(func.count(func.distinct(BoardPlace.creator_id)))) == len(creators)

    def test_shows_the_old_board_until_the_new_one_is_whole(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            a_town(session, *range(1, 13))
        service.build(database.writing, on=ON, now=now, spans=[Span.WEEK])
        with database.writing() as session:
            session.execute(update(WorkDay).values(plays=5))
        transactions = 0

        @contextmanager
        def dying() -> Generator[Session]:
            nonlocal transactions
            transactions += 1
            if transactions == 4:
                raise Killed
            with database.writing() as session:
                yield session

        with pytest.raises(Killed):
            service.build(dying, on=ON, now=now, spans=[Span.WEEK], rebuild=True)

        with database.reading() as session:
            assert the_board(session, Measure.PLAYS)[0] == ("r11", 1, 12)
        service.build(database.writing, on=ON, now=now, spans=[Span.WEEK], rebuild=True)
        with database.reading() as session:
            assert the_board(session)[0] == ("r0", 1, 5)
            unfinished = (
                select(func.count()).select_from(BoardSnapshot).where(BoardSnapshot.published_at.is_(None))
            )
            assert session.scalar(unfinished) == 0

    def test_deletes_what_is_older_than_kept(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            a_town(session, *range(1, 13))
        service.build(database.writing, on=ON, now=now, spans=[Span.WEEK])
        weeks_later = ON + timedelta(weeks=Span.WEEK.kept)

        service.build(database.writing, on=weeks_later, now=now, spans=[Span.WEEK])

        with database.reading() as session:
            for model in (BoardSnapshot, Board, BoardPlace):
                assert session.scalar(select(func.count()).select_from(model)) == 0


class TestContenders:
    """Against a plain count in Python over the demo platform."""

    @pytest.mark.parametrize("measure", list(Measure))
    @pytest.mark.parametrize("span", list(Span))
    def test_have_the_values_that_a_plain_count_gives(
        self, story: Database, measure: Measure, span: Span
    ) -> None:
        period = complete(span, on=ON)
        with story.reading() as session:
            found = {
                row[0]: row[3] for row in value_queries.contenders(session, measure=measure, period=period)
            }

            assert found == plain_values(session, measure, period)

    def test_are_the_creators_own_state(self, story: Database) -> None:
        with story.reading() as session:
            for creator, _, _, value in value_queries.contenders(
                session, measure=Measure.GROWTH, period=WEEK
            ):
                own = value_queries.own_state(
                    session, creator_id=creator, measure=Measure.GROWTH, period=WEEK
                )

                assert own == (value, True, False)


def plain_values(  # noqa: C901, PLR0912 - one plain loop, to be read beside the SQL
    session: Session, measure: Measure, period: Period
) -> dict[int, int]:
    values: dict[int, int] = defaultdict(int)
    plays: dict[int, int] = defaultdict(int)
    active: set[int] = set()
    owners: dict[int, int] = {}
    for work in session.scalars(select(Work)):
        if work.kind != "live":
            owners[work.id] = work.creator_id
        if midnight(period.starts_on) <= work.published_at < midnight(period.ends_on):
            active.add(work.creator_id)
    for day in session.scalars(select(AccountDay)):
        if not period.starts_on <= day.day < period.ends_on:
            continue
        if day.live_seconds:
            active.add(day.creator_id)
        if measure is Measure.GROWTH:
            values[day.creator_id] += day.new_followers - day.lost_followers
        elif measure is Measure.LIVE:
            values[day.creator_id] += day.live_seconds
        elif measure is Measure.FOLLOWERS and day.day == period.last_day:
            values[day.creator_id] = day.followers
    for day in session.scalars(select(WorkDay)):
        if day.work_id not in owners or not period.starts_on <= day.day < period.ends_on:
            continue
        creator = owners[day.work_id]
        plays[creator] += day.plays
        match measure:
            case Measure.PLAYS:
                values[creator] += day.plays
            case Measure.LIKES:
                values[creator] += day.likes
            case Measure.INTERACTION:
                values[creator] += day.likes + day.comments + day.shares + day.favourites
            case Measure.COMPLETION:
                values[creator] += day.completed_plays
            case _:
                pass
    if measure is Measure.COMPLETION:
        values = {each: done * 10_000 // plays[each] for each, done in values.items() if plays[each] >= 1_000}
    punished = {
        each.creator_id
        for each in session.scalars(select(Violation).where(Violation.severity == "serious"))
        if period.ends_on - timedelta(days=30) <= each.day < period.ends_on
    }
    return {
        each: value for each, value in values.items() if value > 0 and each in active and each not in punished
    }


class TestView:
    def test_gives_the_own_rank_the_gap_and_the_change(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creators = a_town(session, *range(10, 130, 10))
            for number, creator in enumerate(creators):
                earlier = Work(
                    public_id=f"3xold{number}", creator_id=creator, title="旧", kind="video", category="美食",
                    published_at=midnight(WEEK.starts_on - timedelta(days=3)), duration_seconds=30,
                )  # fmt: skip
                session.add(earlier)
                session.flush()
                session.add(
                    WorkDay(
                        work_id=earlier.id, day=WEEK.starts_on - timedelta(days=3), plays=100 - number,
                        completed_plays=0, follower_plays=0, watch_seconds=0, likes=0, comments=0, shares=0,
                        favourites=0, new_followers=0,
                    )
                )  # fmt: skip
        service.build(database.writing, on=ON, now=now, spans=[Span.WEEK])

        with database.reading() as session:
            seen = service.view(
                session,
                measure=Measure.PLAYS,
                span=Span.WEEK,
                period=WEEK,
                scope=Scope(),
                creator_id=creators[4],
            )

        assert seen is not None
        assert seen.own is not None
        assert (seen.size, seen.own.standing.rank, seen.own.standing.value) == (12, 8, 50)
        assert (seen.own.gap, seen.own.rank_before) == (10, 5)
        assert [each.rank for each in seen.own.around] == list(range(3, 13))
        assert seen.top[0].creator_id == creators[11]

    def test_counts_the_gap_to_the_next_better_rank_past_equals(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            creators = a_town(session, 30, 30, 30, 90, 1, 1, 1, 1, 1, 1)
        service.build(database.writing, on=ON, now=now, spans=[Span.WEEK])

        with database.reading() as session:
            seen = service.view(
                session,
                measure=Measure.PLAYS,
                span=Span.WEEK,
                period=WEEK,
                scope=Scope(),
                creator_id=creators[2],
            )

        assert seen is not None
        assert seen.own is not None
        assert (seen.own.standing.place, seen.own.standing.rank, seen.own.gap) == (4, 2, 60)


class TestPlans:
    @pytest.fixture
    def large(self, database: Database, now: datetime) -> Database:
        with database.writing() as session:
            a_town(session, *range(1, 13))
            contenders = [(number, f"c{number % 3}", "沈阳", number // 3) for number in range(1, 20_001)]
        service.store_snapshot(
            database.writing,
            measure=Measure.PLAYS,
            span=Span.WEEK,
            period=WEEK,
            contenders=contenders,
            now=now,
        )
        if database.engine.dialect.name == "postgresql":
            with database.writing() as session:
                session.execute(text("ANALYZE board_place"))
        return database

    def test_of_a_view_are_index_lookups(self, large: Database) -> None:
        with statements(large) as seen, large.reading() as session:
            view = service.view(
                session,
                measure=Measure.PLAYS,
                span=Span.WEEK,
                period=WEEK,
                scope=Scope(),
                creator_id=7,
                count=100,
            )

        assert view is not None
        assert len(seen) >= 4
        # The town has twelve accounts: only the board is large here.
        assert faults_of(large, seen, tables=("board_place",)) == {}


class TestInvariant:
    def test_finds_a_board_that_breaks_the_rule_of_ties(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            a_town(session, *range(1, 13))
        service.build(database.writing, on=ON, now=now, spans=[Span.WEEK])
        with database.reading() as session:
            assert list(invariants.broken_boards(session)) == []
        with database.writing() as session:
            session.execute(update(BoardPlace).values(rank=9).where(BoardPlace.place == 3))

        with database.reading() as session:
            assert any("rule of ties at place 3" in line for line in invariants.broken_boards(session))


class TestDemo:
    def test_builds_boards_that_hold(self, platform: Database, on: date) -> None:
        with platform.writing() as session:
            load(session, on=on)

        with platform.reading() as session:
            assert len(queries.published(session, measure=Measure.PLAYS, span=Span.WEEK)) == 3
            assert list(invariants.broken_boards(session)) == []
