from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tests.calls import a_creator
from tests.tools.creators.formulas.accounts import days_of
from tools.creators import jobs
from tools.creators.formulas import queries, service
from tools.creators.formulas.alerts import Comparison, Threshold
from tools.creators.formulas.evaluate import Absent
from tools.creators.formulas.measures import Measure
from tools.creators.formulas.models import CustomMetric, FiredAlert, MetricAlert
from tools.creators.formulas.parse import parse
from tools.creators.formulas.presets import preset_nodes
from tools.creators.formulas.tree import written
from tools.creators.models import AccountDay, Work, WorkDay
from tools.kernel.db import Database
from tools.kernel.period import PLATFORM_ZONE, Period, last_days

ON = date(2022, 8, 15)


@pytest.fixture
def laotie(database: Database) -> Iterator[tuple[Session, int]]:
    """Yield a session on an account with twenty days of figures."""
    with database.writing() as session:
        creator = a_creator(session, "laotie")
        days_of(session, creator)
        yield session, creator


class TestCurve:
    def test_is_what_adding_up_the_rows_gives(self, laotie: tuple[Session, int]) -> None:
        session, creator = laotie
        node = parse("近3天(涨粉)/近3天(播放)*1000", named={})

        curve = service.curve(session, creator_id=creator, node=node, asked=last_days(5, on=ON), on=ON)

        assert curve is not None
        for day, value in curve.values:
            run = [day - timedelta(days=back) for back in range(3)]
            gained = session.scalars(select(AccountDay.new_followers).where(AccountDay.day.in_(run))).all()
            plays = session.scalars(
                select(WorkDay.plays).join(Work).where(WorkDay.day.in_(run), Work.kind != "live")
            ).all()
            assert value == Fraction(sum(gained) * 1000, sum(plays))
        assert [day for day, _ in curve.values] == [ON - timedelta(days=back) for back in range(5, 0, -1)]

    def test_sums_bare_figures_over_the_whole_period(self, laotie: tuple[Session, int]) -> None:
        session, creator = laotie

        curve = service.curve(
            session, creator_id=creator, node=preset_nodes()["完播率"], asked=last_days(7, on=ON), on=ON
        )

        assert curve is not None
        assert curve.whole == Fraction(1, 5)

    def test_begins_with_the_first_figures_and_goes_back_ninety_days_at_most(
        self, laotie: tuple[Session, int]
    ) -> None:
        session, creator = laotie
        plays = parse("播放", named={})

        year = Period(date(2022, 1, 1), date(2023, 1, 1), "2022年")
        curve = service.curve(session, creator_id=creator, node=plays, asked=year, on=ON)
        early = Period(date(2022, 1, 1), date(2022, 2, 1), "1月")

        assert curve is not None
        assert len(curve.values) == 20
        assert service.curve(session, creator_id=creator, node=plays, asked=early, on=ON) is None

    def test_counts_published_works_by_the_platforms_day(self, laotie: tuple[Session, int]) -> None:
        session, creator = laotie
        asked = Period(date(2022, 7, 26), date(2022, 7, 28), "")

        session.get_one(Work, creator * 10).published_at = datetime(2022, 7, 27, 0, 30, tzinfo=PLATFORM_ZONE)
        session.flush()
        curve = service.curve(session, creator_id=creator, node=parse("发布", named={}), asked=asked, on=ON)

        assert curve is not None
        assert [value for _, value in curve.values] == [0, 1]


class TestCurveOfWork:
    def test_is_the_works_own(self, laotie: tuple[Session, int], on: date) -> None:
        session, creator = laotie
        work = service.creators.resolve_work(session, creator_id=creator, work_ref=f"id:w{creator}-0", on=on)

        curve = service.curve_of_work(session, work=work, node=parse("点赞/播放", named={}), on=on)

        assert curve is not None
        assert curve.whole == Fraction(1, 50)

    def test_refuses_what_only_the_account_has(self, laotie: tuple[Session, int], on: date) -> None:
        session, creator = laotie
        work = service.creators.resolve_work(session, creator_id=creator, work_ref="latest", on=on)

        with pytest.raises(service.NotByWork, match="掉粉"):
            service.curve_of_work(session, work=work, node=parse("掉粉/播放", named={}), on=on)


class TestSave:
    def test_keeps_the_formula_written_out(self, laotie: tuple[Session, int], now: datetime) -> None:
        session, creator = laotie

        service.save(session, creator_id=creator, name="我的互动", formula="互动/播放", now=now)
        service.save(session, creator_id=creator, name="两倍", formula="我的互动*2", now=now)

        assert [
            (one.name, written(one.node)) for one in service.own_metrics(session, creator_id=creator)
        ] == [
            ("我的互动", "(点赞 + 评论 + 转发 + 收藏) ÷ 播放"),
            ("两倍", "(点赞 + 评论 + 转发 + 收藏) ÷ 播放 × 2"),
        ]

    def test_replaces_under_the_same_name_and_drops_the_old_bound(
        self, laotie: tuple[Session, int], now: datetime
    ) -> None:
        session, creator = laotie
        service.save(session, creator_id=creator, name="ER", formula="点赞/播放", now=now)
        bound = Threshold(Comparison.LESS, Fraction(1, 100))
        service.set_alert(session, creator_id=creator, name="er", threshold=bound, on=ON)

        service.save(session, creator_id=creator, name="er", formula="评论/播放", now=now)

        [metric] = service.own_metrics(session, creator_id=creator)
        assert (metric.name, written(metric.node), metric.threshold) == ("ER", "评论 ÷ 播放", None)

    def test_stops_at_twenty(self, laotie: tuple[Session, int], now: datetime) -> None:
        session, creator = laotie
        for number in range(20):
            service.save(session, creator_id=creator, name=f"指标{number}", formula="播放", now=now)

        service.save(session, creator_id=creator, name="指标3", formula="点赞", now=now)
        with pytest.raises(service.TooManyMetrics, match="20"):
            service.save(session, creator_id=creator, name="多一个", formula="播放", now=now)

    @pytest.mark.parametrize(
        "name", ["", "播放", "PLAYS", "平均", "123", "a" * 11, "a b", "x;y", "涨\u202e粉"]
    )
    def test_refuses_names_that_would_confuse(
        self, laotie: tuple[Session, int], now: datetime, name: str
    ) -> None:
        session, creator = laotie

        with pytest.raises(service.NameUnfit):
            service.save(session, creator_id=creator, name=name, formula="播放", now=now)

    def test_keeps_creators_apart(self, laotie: tuple[Session, int], now: datetime) -> None:
        session, creator = laotie
        stranger = a_creator(session, "stranger")
        service.save(session, creator_id=creator, name="两倍", formula="播放*2", now=now)

        service.save(session, creator_id=stranger, name="两倍", formula="点赞*2", now=now)

        with pytest.raises(service.MetricUnknown):
            service.delete(session, creator_id=a_creator(session, "third"), name="两倍")
        assert len(service.own_metrics(session, creator_id=creator)) == 1


class TestRename:
    def test_keeps_formula_and_alert(self, laotie: tuple[Session, int], now: datetime) -> None:
        session, creator = laotie
        service.save(session, creator_id=creator, name="旧名", formula="点赞/播放", now=now)
        bound = Threshold(Comparison.LESS, Fraction(1, 100))
        service.set_alert(session, creator_id=creator, name="旧名", threshold=bound, on=ON)

        service.rename(session, creator_id=creator, name="旧名", new_name="新名")

        [metric] = service.own_metrics(session, creator_id=creator)
        assert (metric.name, metric.threshold) == ("新名", bound)

    def test_refuses_a_name_that_is_taken(self, laotie: tuple[Session, int], now: datetime) -> None:
        session, creator = laotie
        for name in ("甲乙", "丙丁"):
            service.save(session, creator_id=creator, name=name, formula="播放", now=now)

        with pytest.raises(service.NameTaken):
            service.rename(session, creator_id=creator, name="甲乙", new_name="丙丁")


class TestDelete:
    def test_takes_alert_and_what_fired_along(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            days_of(session, creator)
            watched(session, creator, now)
        jobs.look_at_metric_alerts(database, now)

        with database.writing() as session:
            service.delete(session, creator_id=creator, name="千播涨粉")

        with database.reading() as session:
            for table in (CustomMetric, MetricAlert, FiredAlert):
                assert session.scalar(select(func.count()).select_from(table)) == 0


def watched(session: Session, creator: int, now: datetime, *, on: date = ON - timedelta(days=3)) -> None:
    """Save a metric that is 10 every day, and watch it for being above 5 from three days ago on."""
    service.save(session, creator_id=creator, name="千播涨粉", formula="涨粉/播放*1000", now=now)
    bound = Threshold(Comparison.MORE, Fraction(5))
    service.set_alert(session, creator_id=creator, name="千播涨粉", threshold=bound, on=on)


class TestLookAtMetricAlerts:
    def test_stores_what_crossed_once_a_day_however_often_it_runs(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            days_of(session, creator)
            watched(session, creator, now)

        for _ in range(3):
            jobs.look_at_metric_alerts(database, now)

        with database.reading() as session:
            fired = service.fired_lately(session, creator_id=creator, on=ON)
        assert [(one.day.day, one.value, one.bound) for one in fired] == [
            (14, "10 人/千次", "高于 5 人/千次"),
            (13, "10 人/千次", "高于 5 人/千次"),
            (12, "10 人/千次", "高于 5 人/千次"),
        ]

    def test_fires_nothing_on_the_other_side_of_the_bound(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            days_of(session, creator)
            watched(session, creator, now)
            bound = Threshold(Comparison.LESS, Fraction(5))
            service.set_alert(
                session, creator_id=creator, name="千播涨粉", threshold=bound, on=ON - timedelta(days=3)
            )

        jobs.look_at_metric_alerts(database, now)

        with database.reading() as session:
            assert service.fired_lately(session, creator_id=creator, on=ON) == []

    def test_waits_for_figures_that_come_late(self, database: Database, now: datetime) -> None:
        yesterday = ON - timedelta(days=1)
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            days_of(session, creator)
            watched(session, creator, now, on=yesterday)
            session.execute(delete(AccountDay).where(AccountDay.day == yesterday))
        jobs.look_at_metric_alerts(database, now)

        with database.writing() as session:
            row = AccountDay(
                creator_id=creator,
                day=yesterday,
                followers=999,
                new_followers=1,
                lost_followers=0,
                profile_views=0,
                live_seconds=0,
            )
            session.add(row)
        jobs.look_at_metric_alerts(database, now + timedelta(hours=5))

        with database.reading() as session:
            assert [one.day for one in service.fired_lately(session, creator_id=creator, on=ON)] == [
                yesterday
            ]

    def test_looks_at_every_creators_in_batches(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creators = [a_creator(session, f"c{number}") for number in range(5)]
            for creator in creators:
                days_of(session, creator, days=5)
                watched(session, creator, now)

        after: int | None = 0
        while after is not None:
            with database.writing() as session:
                after = service.look_at_alerts(session, on=ON, now=now, after=after, limit=2)

        with database.reading() as session:
            for creator in creators:
                assert len(service.fired_lately(session, creator_id=creator, on=ON)) == 3


class TestUnreadable:
    def test_names_a_formula_that_was_tampered_with(self, laotie: tuple[Session, int], now: datetime) -> None:
        session, creator = laotie
        saved = service.save(session, creator_id=creator, name="甲乙", formula="播放", now=now)
        assert list(service.unreadable(session)) == []

        session.get_one(CustomMetric, saved.id).formula = "播放 + 观看时长"
        session.flush()

        assert [name for _, name, _ in service.unreadable(session)] == ["甲乙"]


class TestFigures:
    def test_are_read_along_indexes(self, laotie: tuple[Session, int]) -> None:
        session, creator = laotie
        period = last_days(30, on=ON)
        statements = (
            queries.account_rows([creator], [Measure.NEW_FOLLOWERS], period),
            queries.work_rows([creator], [Measure.PLAYS, Measure.LIKES], period),
        )

        for statement in statements:
            plan = planned(
                session,
                str(statement.compile(dialect=dialect(session), compile_kwargs={"literal_binds": True})),
            )
            assert not any(line in plan for line in ("SCAN", "Seq Scan")), plan
            assert "INDEX" in plan.upper() or "USING PRIMARY KEY" in plan

    def test_of_two_creators_come_apart(self, laotie: tuple[Session, int]) -> None:
        session, creator = laotie
        other = a_creator(session, "other")
        days_of(session, other, days=3)

        found = queries.figures(
            session, creator_ids=[creator, other], measures=[Measure.PLAYS], period=last_days(30, on=ON)
        )

        assert (len(found[creator].days), len(found[other].days)) == (20, 3)
        assert found[other].counts[Measure.PLAYS][ON - timedelta(days=1)] == 100


def dialect(session: Session) -> "sqlite.dialect | postgresql.dialect":
    return sqlite.dialect() if session.get_bind().dialect.name == "sqlite" else postgresql.dialect()


def planned(session: Session, statement: str) -> str:
    """Return how the database would read the rows; PostgreSQL as if the tables were large."""
    if session.get_bind().dialect.name == "sqlite":
        return "\n".join(str(row) for row in session.execute(text(f"EXPLAIN QUERY PLAN {statement}")))
    session.execute(text("SET LOCAL enable_seqscan = off"))
    return "\n".join(str(row) for row in session.execute(text(f"EXPLAIN {statement}")))


class TestDemo:
    def test_has_metrics_and_an_alert_that_fired(self, story: Database) -> None:
        with story.reading() as session:
            account = service.creators.find_account(session, handle="laotie")
            assert account is not None
            own = service.own_metrics(session, creator_id=account.id)
            fired = service.fired_lately(session, creator_id=account.id, on=ON)

        assert [one.name for one in own] == ["周均播放量", "掉粉占比"]
        assert fired
        assert Absent.NO_FIGURES not in {one.value for one in fired}
