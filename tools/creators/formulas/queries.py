"""Every SELECT of custom metrics; figures come in one statement a table, however many creators and days."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tools.creators.formulas.evaluate import Figures
from tools.creators.formulas.measures import BY_MEASURE, Measure, Source
from tools.creators.formulas.models import CustomMetric, FiredAlert, MetricAlert
from tools.creators.models import AccountDay, Work, WorkDay
from tools.creators.queries import midnight
from tools.kernel.period import PLATFORM_ZONE, Period

# Creator, day, then a count for each measure that was asked for: how many is known only when asked.
_Rows = Select[*tuple[Any, ...]]
_WORK_COLUMNS = {
    Measure.PLAYS: WorkDay.plays,
    Measure.COMPLETED_PLAYS: WorkDay.completed_plays,
    Measure.FOLLOWER_PLAYS: WorkDay.follower_plays,
    Measure.WATCH_SECONDS: WorkDay.watch_seconds,
    Measure.LIKES: WorkDay.likes,
    Measure.COMMENTS: WorkDay.comments,
    Measure.SHARES: WorkDay.shares,
    Measure.FAVOURITES: WorkDay.favourites,
    Measure.WORK_FOLLOWERS: WorkDay.new_followers,
}
_ACCOUNT_COLUMNS = {
    Measure.NEW_FOLLOWERS: AccountDay.new_followers,
    Measure.LOST_FOLLOWERS: AccountDay.lost_followers,
    Measure.FOLLOWERS: AccountDay.followers,
    Measure.PROFILE_VIEWS: AccountDay.profile_views,
    Measure.LIVE_SECONDS: AccountDay.live_seconds,
}


def metrics(session: Session, *, creator_id: int) -> list[tuple[CustomMetric, MetricAlert | None]]:
    """Return the creator's metrics, oldest first, each with its alert."""
    rows = session.execute(
        select(CustomMetric, MetricAlert)
        .outerjoin(MetricAlert, MetricAlert.metric_id == CustomMetric.id)
        .where(CustomMetric.creator_id == creator_id)
        .order_by(CustomMetric.id)
    )
    return [(metric, alert) for metric, alert in rows]


def metric_named(session: Session, *, creator_id: int, key: str) -> CustomMetric | None:
    """Return the creator's metric of that name, in lower case."""
    return session.scalar(
        select(CustomMetric).where(CustomMetric.creator_id == creator_id, CustomMetric.name_key == key)
    )


def metric_names(session: Session, *, creator_id: int) -> list[str]:
    """Return the names of the creator's metrics, for update: two saved at once are counted one after another."""
    return list(
        session.scalars(
            select(CustomMetric.name)
            .where(CustomMetric.creator_id == creator_id)
            .order_by(CustomMetric.id)
            .with_for_update()
        )
    )


def alerts_due(
    session: Session, *, before: date, after: int, limit: int
) -> list[tuple[CustomMetric, MetricAlert]]:
    """Return the alerts that were not looked at for the day yet, by metric, from after one metric on."""
    rows = session.execute(
        select(CustomMetric, MetricAlert)
        .join(MetricAlert, MetricAlert.metric_id == CustomMetric.id)
        .where(MetricAlert.metric_id > after, MetricAlert.evaluated_until < before)
        .order_by(MetricAlert.metric_id)
        .limit(limit)
        .with_for_update(of=MetricAlert)
    )
    return [(metric, alert) for metric, alert in rows]


def fired_days(session: Session, *, metric_ids: Collection[int], period: Period) -> set[tuple[int, date]]:
    """Return the metrics and days of the alerts that fired in the period."""
    rows = session.execute(
        select(FiredAlert.metric_id, FiredAlert.day).where(
            FiredAlert.metric_id.in_(list(metric_ids)),
            FiredAlert.day >= period.starts_on,
            FiredAlert.day < period.ends_on,
        )
    )
    return {(metric_id, day) for metric_id, day in rows}


def fired(session: Session, *, creator_id: int, period: Period) -> list[tuple[FiredAlert, str]]:
    """Return the creator's alerts that fired in the period, newest first, with the metrics' names of now."""
    rows = session.execute(
        select(FiredAlert, CustomMetric.name)
        .join(CustomMetric, CustomMetric.id == FiredAlert.metric_id)
        .where(
            FiredAlert.creator_id == creator_id,
            FiredAlert.day >= period.starts_on,
            FiredAlert.day < period.ends_on,
        )
        .order_by(FiredAlert.day.desc(), FiredAlert.id)
    )
    return [(alert, name) for alert, name in rows]


def all_formulas(session: Session) -> Iterable[tuple[int, str, str]]:
    """Yield the id, name and formula of every stored metric."""
    rows = session.execute(select(CustomMetric.id, CustomMetric.name, CustomMetric.formula))
    for row in rows:
        yield row.id, row.name, row.formula


def figures(
    session: Session, *, creator_ids: Collection[int], measures: Collection[Measure], period: Period
) -> dict[int, Figures]:
    """Return the figures by day that formulas over these measures need, for each of the creators.

    A day has figures when the account has a row for it; what its works got on such a day is 0 without rows.
    """
    wanted = sorted(set(creator_ids))
    counts: dict[int, dict[Measure, dict[date, int]]] = {
        creator: {measure: {} for measure in measures} for creator in wanted
    }
    days: dict[int, set[date]] = {creator: set() for creator in wanted}
    of_account = [measure for measure in Measure if measure in measures and measure in _ACCOUNT_COLUMNS]
    for creator, day, *values in session.execute(account_rows(wanted, of_account, period)):
        days[creator].add(day)
        for measure, value in zip(of_account, values, strict=True):
            counts[creator][measure][day] = value
    of_works = [measure for measure in Measure if measure in measures and measure in _WORK_COLUMNS]
    if of_works:
        for creator, day, *values in session.execute(work_rows(wanted, of_works, period)):
            for measure, value in zip(of_works, values, strict=True):
                counts[creator][measure][day] = value
    if any(BY_MEASURE[measure].source is Source.PUBLISHED for measure in measures):
        _count_published(session, wanted, counts, period)
    return {creator: Figures(frozenset(days[creator]), counts[creator]) for creator in wanted}


def account_rows(creator_ids: Sequence[int], measures: Sequence[Measure], period: Period) -> _Rows:
    """Return the statement of the accounts' days with these measures."""
    return select(
        AccountDay.creator_id, AccountDay.day, *(_ACCOUNT_COLUMNS[measure] for measure in measures)
    ).where(AccountDay.creator_id.in_(creator_ids), _within(AccountDay.day, period))


def work_rows(creator_ids: Sequence[int], measures: Sequence[Measure], period: Period) -> _Rows:
    """Return the statement of what the creators' works got on each day, live sessions aside."""
    totals = (cast(func.sum(_WORK_COLUMNS[measure]), BigInteger) for measure in measures)
    return (
        select(Work.creator_id, WorkDay.day, *totals)
        .join(WorkDay, WorkDay.work_id == Work.id)
        .where(Work.creator_id.in_(creator_ids), Work.kind != "live", _within(WorkDay.day, period))
        .group_by(Work.creator_id, WorkDay.day)
    )


def figures_of_work(
    session: Session, *, work_id: int, measures: Collection[Measure], period: Period
) -> Figures:
    """Return the figures by day of one work; measures of the account have none."""
    of_works = [measure for measure in Measure if measure in measures and measure in _WORK_COLUMNS]
    counts: dict[Measure, dict[date, int]] = {measure: {} for measure in of_works}
    days: set[date] = set()
    columns = (_WORK_COLUMNS[measure] for measure in of_works)
    rows = session.execute(
        select(WorkDay.day, *columns).where(WorkDay.work_id == work_id, _within(WorkDay.day, period))
    )
    for day, *values in rows:
        days.add(day)
        for measure, value in zip(of_works, values, strict=True):
            counts[measure][day] = value
    return Figures(frozenset(days), counts)


def _count_published(
    session: Session,
    creator_ids: Sequence[int],
    counts: dict[int, dict[Measure, dict[date, int]]],
    period: Period,
) -> None:
    rows = session.execute(
        select(Work.creator_id, Work.published_at).where(
            Work.creator_id.in_(creator_ids),
            Work.kind != "live",
            Work.published_at >= midnight(period.starts_on),
            Work.published_at < midnight(period.ends_on),
        )
    )
    for creator, published_at in rows:
        day = published_at.astimezone(PLATFORM_ZONE).date()
        by_day = counts[creator][Measure.WORKS_PUBLISHED]
        by_day[day] = by_day.get(day, 0) + 1


def _within(column: InstrumentedAttribute[date], period: Period) -> ColumnElement[bool]:
    return (column >= period.starts_on) & (column < period.ends_on)
