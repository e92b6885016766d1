"""Every SELECT of trends: set-based over all works when a day is built, index lookups when it is read."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, assert_never

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    String,
    Subquery,
    Table,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable, DropTable

from tools.creators.detectors.models import IncomeDay
from tools.creators.models import AccountDay, Creator, Work, WorkDay
from tools.creators.queries import midnight
from tools.creators.trends.factors import DAYS, Habits
from tools.creators.trends.formats import BANDS, Kind, format_name
from tools.creators.trends.models import Trend, TrendDay, TrendEarning, TrendFactor, WorkMusic, WorkTopic
from tools.kernel.period import PLATFORM_ZONE

_WEEK = 7
# How handles of generated accounts begin.
_GENERATED = "g"
EARNING_DAYS = 30
_TITLES_AT_ONCE = 5_000
_EVERY = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing's two weeks: creators who published with it in each, its new works this week, and its plays."""

    category: str
    name: str
    creators: int
    creators_before: int
    works: int
    plays: int
    plays_before: int


@dataclass(frozen=True, slots=True)
class Earned:
    """A category's month: accounts with plays, those of them with income, their income and all plays."""

    category: str
    creators: int
    earning: int
    income_fen: int
    plays: int


_played_works = Table(
    "trend_played_works",
    # A metadata of its own: a temporary table is no part of the schema that migrations keep.
    MetaData(),
    Column("work_id", BigInteger, primary_key=True),
    Column("creator_id", BigInteger),
    Column("category", String),
    Column("form", String),
    Column("fresh", Integer),
    Column("older", Integer),
    Column("plays", BigInteger),
    Column("plays_before", BigInteger),
    prefixes=["TEMPORARY"],
)


@contextmanager
def played_works(session: Session, *, on: date) -> Generator[None]:
    """Give the transaction a table of the works played in the two weeks, read once for every kind of trend."""
    session.execute(DropTable(_played_works, if_exists=True))
    session.execute(CreateTable(_played_works))
    middle, first = on - timedelta(days=_WEEK), on - timedelta(days=2 * _WEEK)
    fresh = case((Work.published_at >= midnight(middle), 1), else_=0)
    older = case(
        (and_(Work.published_at >= midnight(first), Work.published_at < midnight(middle)), 1), else_=0
    )
    figures = (
        select(
            WorkDay.work_id,
            _whole(func.sum(case((WorkDay.day >= middle, WorkDay.plays), else_=0))).label("plays"),
            _whole(func.sum(case((WorkDay.day < middle, WorkDay.plays), else_=0))).label("plays_before"),
        )
        .where(WorkDay.day >= first, WorkDay.day < on)
        .group_by(WorkDay.work_id)
        .subquery()
    )
    source = (
        select(
            Work.id,
            Work.creator_id,
            Work.category,
            _form(),
            fresh,
            older,
            figures.c.plays,
            figures.c.plays_before,
        )
        .join(figures, figures.c.work_id == Work.id)
        .where(Work.kind != "live", Work.published_at < midnight(on))
    )
    session.execute(insert(_played_works).from_select([each.name for each in _played_works.columns], source))
    yield
    # After an error the transaction is rolled back, and the table with it.
    session.execute(DropTable(_played_works))


def counted(session: Session, *, kind: Kind, by_category: bool) -> list[Counted]:
    """Return what was published and played in both weeks, live sessions aside; inside `played_works`."""
    owners = _owners(_name(kind), by_category=by_category, kind=kind)
    rows = session.execute(
        select(owners.c.category, owners.c.name, *_sums(owners)).group_by(owners.c.category, owners.c.name)
    )
    return [Counted(*row) for row in rows]


def publishers(session: Session) -> dict[str, tuple[int, int]]:
    """Return how many creators published in each week, by category; "" is every one. Inside `played_works`."""
    found: dict[str, tuple[int, int]] = {}
    for by_category in (True, False):
        owners = _owners(literal(_EVERY), by_category=by_category, kind=Kind.CATEGORY)
        now, before, *_ = _sums(owners)
        for row in session.execute(select(owners.c.category, now, before).group_by(owners.c.category)):
            found[row[0]] = row[1], row[2]
    return found


def _sums(owners: Subquery) -> tuple[ColumnElement[int], ...]:
    return (
        _whole(func.sum(case((owners.c.works > 0, 1), else_=0))),
        _whole(func.sum(case((owners.c.works_before > 0, 1), else_=0))),
        _whole(func.sum(owners.c.works)),
        _whole(func.sum(owners.c.plays)),
        _whole(func.sum(owners.c.plays_before)),
    )


def _owners(name: ColumnElement[str], *, by_category: bool, kind: Kind) -> Subquery:
    """Return each creator's works and plays of each thing in both weeks."""
    works = _played_works.c
    category = works.category if by_category else literal(_EVERY)
    query = select(
        category.label("category"),
        name.label("name"),
        works.creator_id.label("creator_id"),
        _whole(func.sum(works.fresh)).label("works"),
        _whole(func.sum(works.older)).label("works_before"),
        _whole(func.sum(works.plays)).label("plays"),
        _whole(func.sum(works.plays_before)).label("plays_before"),
    )
    if kind is Kind.TOPIC:
        query = query.join(WorkTopic, WorkTopic.work_id == works.work_id)
    elif kind is Kind.MUSIC:
        query = query.join(WorkMusic, WorkMusic.work_id == works.work_id)
    # By place: PostgreSQL takes the same expression with other parameters for another one.
    return query.group_by(text("1"), text("2"), text("3")).subquery()


def _name(kind: Kind) -> ColumnElement[str]:
    match kind:
        case Kind.TOPIC:
            return WorkTopic.topic.expression
        case Kind.MUSIC:
            return WorkMusic.music.expression
        case Kind.CATEGORY:
            return _played_works.c.category
        case Kind.FORMAT:
            return _played_works.c.form
        case _:
            assert_never(kind)


def _form() -> ColumnElement[str]:
    branches = [
        (
            Work.kind == kind if below is None else and_(Work.kind == kind, Work.duration_seconds < below),
            literal(format_name(kind, band)),
        )
        for kind in ("video", "drama")
        for band, (below, _) in enumerate(BANDS)
    ]
    return case(*branches)


def titles(session: Session, *, first: date, on: date) -> Iterator[Sequence[tuple[int, str]]]:
    """Yield the works with figures from `first` until before `on` in batches of id and title, by id."""
    after = 0
    recent = select(WorkDay.work_id).where(WorkDay.day >= first, WorkDay.day < on)
    while True:
        rows = session.execute(
            select(Work.id, Work.title)
            .where(Work.id > after, Work.id.in_(recent))
            .order_by(Work.id)
            .limit(_TITLES_AT_ONCE)
        ).all()
        if not rows:
            return
        yield [(row.id, row.title) for row in rows]
        after = rows[-1].id


def topics_of(session: Session, *, work_ids: Sequence[int]) -> set[tuple[int, str]]:
    """Return what topics these works have already, ids in order."""
    # By range: the works are neighbours, and a list of thousands of ids is slower to read than the index.
    wanted = set(work_ids)
    rows = session.execute(
        select(WorkTopic.work_id, WorkTopic.topic).where(WorkTopic.work_id.between(work_ids[0], work_ids[-1]))
    )
    return {(row.work_id, row.topic) for row in rows if row.work_id in wanted}


def works_of_town(session: Session, *, first: date, on: date) -> list[tuple[int, str, str, str, date]]:
    """Return the published videos and episodes as (id, public id, title, category, the platform's day), by id."""
    rows = session.execute(
        select(Work.id, Work.public_id, Work.title, Work.category, Work.published_at)
        .join(Creator, Creator.id == Work.creator_id)
        .where(
            Work.kind != "live",
            Work.published_at >= midnight(first),
            Work.published_at < midnight(on),
            Creator.handle.startswith(_GENERATED),
        )
        .order_by(Work.id)
    )
    return [(row[0], row[1], row[2], row[3], row[4].astimezone(PLATFORM_ZONE).date()) for row in rows]


def habits(session: Session, *, on: date, creator_id: int | None = None) -> list[Habits]:
    """Return what accounts did in the 28 days before the day, of those that published in them, by id."""
    first = on - timedelta(days=DAYS)
    published = _published(first, on, creator_id)
    played = _played(first, on, creator_id)
    live = _live(first, on, creator_id)
    rows = session.execute(
        select(
            Creator.id,
            Creator.category,
            Creator.followers,
            published.c.works,
            published.c.seconds,
            func.coalesce(played.c.plays, 0),
            func.coalesce(played.c.completed, 0),
            func.coalesce(played.c.interactions, 0),
            func.coalesce(played.c.shares, 0),
            func.coalesce(played.c.new_followers, 0),
            func.coalesce(live.c.seconds, 0),
        )
        .join(published, published.c.creator_id == Creator.id)
        .outerjoin(played, played.c.creator_id == Creator.id)
        .outerjoin(live, live.c.creator_id == Creator.id)
        .order_by(Creator.id)
    )
    return [Habits(*row) for row in rows]


def _published(first: date, on: date, creator_id: int | None) -> Subquery:
    query = select(
        Work.creator_id,
        func.count().label("works"),
        _whole(func.sum(Work.duration_seconds)).label("seconds"),
    ).where(Work.kind != "live", Work.published_at >= midnight(first), Work.published_at < midnight(on))
    if creator_id is not None:
        query = query.where(Work.creator_id == creator_id)
    return query.group_by(Work.creator_id).subquery()


def _played(first: date, on: date, creator_id: int | None) -> Subquery:
    interactions = WorkDay.likes + WorkDay.comments + WorkDay.shares + WorkDay.favourites
    query = (
        select(
            Work.creator_id,
            _whole(func.sum(WorkDay.plays)).label("plays"),
            _whole(func.sum(WorkDay.completed_plays)).label("completed"),
            _whole(func.sum(interactions)).label("interactions"),
            _whole(func.sum(WorkDay.shares)).label("shares"),
            _whole(func.sum(WorkDay.new_followers)).label("new_followers"),
        )
        .join(WorkDay, WorkDay.work_id == Work.id)
        .where(Work.kind != "live", WorkDay.day >= first, WorkDay.day < on)
    )
    if creator_id is not None:
        query = query.where(Work.creator_id == creator_id)
    return query.group_by(Work.creator_id).subquery()


def _live(first: date, on: date, creator_id: int | None) -> Subquery:
    query = select(AccountDay.creator_id, _whole(func.sum(AccountDay.live_seconds)).label("seconds")).where(
        AccountDay.day >= first, AccountDay.day < on
    )
    if creator_id is not None:
        query = query.where(AccountDay.creator_id == creator_id)
    return query.group_by(AccountDay.creator_id).subquery()


def earnings(session: Session, *, on: date) -> list[Earned]:
    """Return what each category earned in the 30 days before the day: sums only, nobody's own."""
    first = on - timedelta(days=EARNING_DAYS)
    income = (
        select(IncomeDay.creator_id, _whole(func.sum(IncomeDay.income_fen)).label("fen"))
        .where(IncomeDay.day >= first, IncomeDay.day < on)
        .group_by(IncomeDay.creator_id)
        .subquery()
    )
    played = _played(first, on, None)
    rows = session.execute(
        select(
            Creator.category,
            func.count(),
            func.sum(case((income.c.fen > 0, 1), else_=0)),
            _whole(func.sum(income.c.fen)),
            _whole(func.sum(played.c.plays)),
        )
        .join(played, played.c.creator_id == Creator.id)
        .outerjoin(income, income.c.creator_id == Creator.id)
        .group_by(Creator.category)
    )
    return [Earned(row[0], row[1], int(row[2] or 0), row[3], row[4]) for row in rows]


def latest_day(session: Session, *, on: date) -> date | None:
    """Return the newest day until `on` whose trends are built."""
    return session.scalar(select(func.max(TrendDay.day)).where(TrendDay.day <= on))


def earning(session: Session, *, day: date) -> list[TrendEarning]:
    """Return what the categories earned, the most for a thousand plays first."""
    return list(
        session.scalars(
            select(TrendEarning)
            .where(TrendEarning.day == day)
            .order_by(TrendEarning.fen_per_thousand_plays.desc(), TrendEarning.category)
        )
    )


def rising(session: Session, *, day: date, kind: Kind, category: str, count: int) -> list[Trend]:
    """Return the surest rises of a kind."""
    return list(
        session.scalars(
            select(Trend)
            .where(
                Trend.day == day,
                Trend.kind == kind.value,
                Trend.category == category,
            )
            .order_by(Trend.low.desc(), Trend.name)
            .limit(count)
        )
    )


def factors(session: Session, *, day: date, category: str, tier: str) -> list[TrendFactor]:
    """Return the contrasts of one cohort."""
    return list(
        session.scalars(
            select(TrendFactor).where(
                TrendFactor.day == day, TrendFactor.category == category, TrendFactor.tier == tier
            )
        )
    )


def work_ids(session: Session, *, public_ids: Sequence[str]) -> dict[str, int]:
    """Return the ids of works by their public ids."""
    rows = session.execute(select(Work.public_id, Work.id).where(Work.public_id.in_(public_ids)))
    return {row.public_id: row.id for row in rows}


def _whole(column: ColumnElement[Any]) -> ColumnElement[int]:  # Any: a sum of numbers
    # PostgreSQL sums bigint into numeric: the cast keeps counts whole numbers on both databases.
    return cast(func.coalesce(column, 0), BigInteger)
