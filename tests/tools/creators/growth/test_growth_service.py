from collections import defaultdict
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select, text

from tools.creators import service as creators
from tools.creators.growth import queries, service
from tools.creators.growth.cohorts import EVERYWHERE, Factor, has_left
from tools.creators.growth.models import GrowthFactor
from tools.creators.growth.stages import Stage, pace_of, stage_of
from tools.creators.models import AccountDay, Creator, Work
from tools.kernel.db import Database
from tools.kernel.period import PLATFORM_ZONE


def stage_before(history: dict[date, AccountDay], day: date) -> tuple[Stage, int] | None:
    """Return stage and followers at the end of the day before, counted day by day."""
    if day - timedelta(days=1) not in history:
        return None
    nets: list[int] = []
    for week in range(4):
        span = [day - timedelta(days=7 * week + back + 1) for back in range(7)]
        if any(each not in history for each in span):
            break
        nets.append(sum(history[each].new_followers - history[each].lost_followers for each in span))
    followers = history[day - timedelta(days=1)].followers
    pace = pace_of(nets[::-1], followers_before=followers - sum(nets))
    return stage_of(followers, pace), followers


class TestCount:
    def test_counts_what_a_loop_over_the_rows_counts(self, platform: Database, on: date) -> None:
        then = on - timedelta(days=28)
        with platform.reading() as session:
            stored = {
                (row.category, row.stage): row
                for row in session.scalars(select(GrowthFactor))
                if row.factor == Factor.POSTS_A_WEEK
            }
            days: defaultdict[int, dict[date, AccountDay]] = defaultdict(dict)
            for row in session.scalars(select(AccountDay)):
                days[row.creator_id][row.day] = row
            posts: defaultdict[int, int] = defaultdict(int)
            for work in session.scalars(select(Work)):
                if work.kind != "live" and then <= work.published_at.astimezone(PLATFORM_ZONE).date() < on:
                    posts[work.creator_id] += 1
            owners = list(session.scalars(select(Creator)))

        counted: defaultdict[tuple[str, str], list[tuple[bool, float]]] = defaultdict(list)
        for owner in owners:
            first, now = stage_before(days[owner.id], then), stage_before(days[owner.id], on)
            if first and now:
                left = has_left(stage=first[0], followers=first[1], now=now[0], followers_now=now[1])
                for category in (owner.category, EVERYWHERE):
                    counted[category, first[0]].append((left, posts[owner.id] / 4))
        assert set(stored) == set(counted)
        for key, found in counted.items():
            left = [value for went, value in found if went]
            stayed = [value for went, value in found if not went]
            row = stored[key]
            assert (row.leavers, row.stayers) == (len(left), len(stayed))
            assert (row.leaver_total, row.stayer_total) == pytest.approx((sum(left), sum(stayed)))
            assert row.stayer_squares == pytest.approx(sum(value**2 for value in stayed))

    def test_is_the_same_in_ranges_of_any_size(self, platform: Database, on: date) -> None:
        def rows(at_once: int) -> list[tuple[object, ...]]:
            found = service.count(session, on=on, at_once=at_once)
            return sorted(
                (row.category, row.stage, row.factor, row.leavers, row.stayers, round(row.leaver_total, 6))
                for row in found
            )

        with platform.reading() as session:
            assert rows(7) == rows(20_000)

    def test_replaces_the_snapshot_before(self, platform: Database, on: date) -> None:
        with platform.writing() as session:
            before = session.scalars(select(GrowthFactor)).all()
            service.replace(session, service.count(session, on=on))
            after = session.scalars(select(GrowthFactor)).all()

        assert len(before) == len(after) > 0


class TestCohort:
    def test_is_all_categories_where_the_category_has_too_few(self, platform: Database) -> None:
        with platform.reading() as session:
            found = service.cohort(session, category="美妆", stage=stage_of(5_000, None))

        assert found.category == EVERYWHERE
        assert found.leavers >= 8
        assert found.differences

    def test_is_empty_for_a_stage_that_nobody_left(self, database: Database) -> None:
        with database.reading() as session:
            found = service.cohort(session, category="美妆", stage=stage_of(5_000, None))

        assert (found.leavers, found.stayers, found.differences) == (0, 0, ())


class TestPath:
    def test_has_no_pace_without_yesterday(self, platform: Database, on: date) -> None:
        with platform.reading() as session:
            account = creators.find_account(session, handle="laotie")
            assert account
            found = service.path(
                session, creator_id=account.id, followers=account.followers, on=on + timedelta(days=1)
            )

        assert found.pace is None
        assert found.followers == 12_348

    def test_has_no_days_for_a_new_account(self, database: Database, on: date) -> None:
        with database.reading() as session:
            found = service.path(session, creator_id=1, followers=7, on=on)

        assert (found.days, found.followers, found.pace, found.stage.value) == ((), 7, None, "sign_up")


class TestAnswers:
    def test_read_along_indexes_alone(self, platform: Database, on: date) -> None:
        statements: list[tuple[str, object]] = []
        with platform.reading() as session:
            connection = session.connection()
            is_sqlite = connection.dialect.name == "sqlite"
            account = creators.find_account(session, handle="laotie")
            assert account
            if not is_sqlite:
                connection.execute(text("ANALYZE"))
                connection.execute(text("SET LOCAL enable_seqscan = off"))

            def remember(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
                statements.append((statement, parameters))

            event.listen(connection.engine, "before_cursor_execute", remember)
            path = service.path(session, creator_id=account.id, followers=1, on=on)
            service.cohort(session, category="美食", stage=path.stage)
            queries.accounts(session, on=on, after=account.id - 1, until=account.id)
            event.remove(connection.engine, "before_cursor_execute", remember)
            explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
            for statement, parameters in statements:
                plan = connection.exec_driver_sql(explain + statement, parameters).all()  # pyright: ignore[reportArgumentType] - as the driver got them
                lines = [str(row) for row in plan]

                assert not any("Seq Scan" in line or "SCAN " in line for line in lines), lines
        assert len(statements) == 5
