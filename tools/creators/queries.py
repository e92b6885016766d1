"""Every SELECT of the creators room, but those over staged rows (staging.py) and for contradictions.py."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    cast,
    delete,
    func,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from tools.creators.accounts import Account, CreatorFacts, growth_bp, tier_of
from tools.creators.figures import Penalty
from tools.creators.models import (
    AccountDay,
    Creator,
    LinkAttempt,
    LinkCode,
    MessengerLink,
    Violation,
    Work,
    WorkDay,
)
from tools.creators.work_refs import WorkLabel, WorkSummary
from tools.kernel.period import PLATFORM_ZONE, Period

_DRAMA_EPISODES = 5


def midnight(day: date) -> datetime:
    """Return the instant at which the platform's day begins."""
    return datetime.combine(day, time(), PLATFORM_ZONE)


def _total(column: InstrumentedAttribute[int] | ColumnElement[int]) -> ColumnElement[int]:
    # PostgreSQL sums bigint into numeric: the cast keeps counts whole numbers on both databases.
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def creator_by_handle(session: Session, handle: str) -> Creator | None:
    """Return the creator with this handle."""
    return session.scalar(select(Creator).where(Creator.handle == handle))


def ids_of_handles(session: Session, handles: Collection[str]) -> dict[str, int]:
    """Return the ids of the creators with these handles."""
    rows = session.execute(select(Creator.handle, Creator.id).where(Creator.handle.in_(handles)))
    return {row.handle: row.id for row in rows}


def followers_of(session: Session, *, creator_ids: Collection[int]) -> dict[int, int]:
    """Return the followers of these accounts by id."""
    rows = session.execute(select(Creator.id, Creator.followers).where(Creator.id.in_(creator_ids)))
    return {row.id: row.followers for row in rows}


def creators_by_name(session: Session, name: str) -> Sequence[Creator]:
    """Return the creators whose handle or nickname is exactly this, most followers first."""
    matches = (Creator.handle == name) | (Creator.nickname == name)
    return session.scalars(
        select(Creator).where(matches).order_by(Creator.followers.desc(), Creator.id)
    ).all()


def has_account_day(session: Session, *, creator_id: int, day: date) -> bool:
    """Return whether the account has figures of the day."""
    return session.get(AccountDay, (creator_id, day)) is not None


def link_of(session: Session, *, channel: str, address: str, lock: bool = False) -> MessengerLink | None:
    """Return the link of a messenger address."""
    query = select(MessengerLink).where(MessengerLink.channel == channel, MessengerLink.address == address)
    return session.scalar(query.with_for_update() if lock else query)


def linked_creators(session: Session, *, after: int, limit: int) -> list[int]:
    """Return creators with a linked messenger, beyond an id."""
    ids = select(MessengerLink.creator_id).where(MessengerLink.creator_id > after).distinct()
    return list(session.scalars(ids.order_by(MessengerLink.creator_id).limit(limit)))


def link_code_for_update(session: Session, code_hash: str) -> LinkCode | None:
    """Return the code, locked until the transaction ends: two people may send it at the same time."""
    return session.scalar(select(LinkCode).where(LinkCode.code_hash == code_hash).with_for_update())


def open_link_codes(session: Session, *, creator_id: int) -> Sequence[LinkCode]:
    """Return the creator's codes that nobody has used."""
    return session.scalars(
        select(LinkCode).where(LinkCode.creator_id == creator_id, LinkCode.used_at.is_(None))
    ).all()


def wrong_attempts(session: Session, *, channel: str, address: str, since: datetime) -> int:
    """Return how many wrong codes this address has tried after `since`."""
    return (
        session.scalar(
            select(func.count())
            .select_from(LinkAttempt)
            .where(
                LinkAttempt.channel == channel, LinkAttempt.address == address, LinkAttempt.tried_at > since
            )
        )
        or 0
    )


def delete_old_links(session: Session, *, before: datetime) -> None:
    """Delete codes that expired, and wrong attempts that were made, before an instant."""
    session.execute(delete(LinkCode).where(LinkCode.expires_at < before))
    session.execute(delete(LinkAttempt).where(LinkAttempt.tried_at < before))


def work_labels(session: Session, *, creator_id: int, on: date) -> list[WorkLabel]:
    """Return the labels of all works published until the end of the day, newest first."""
    rows = session.execute(
        select(Work.id, Work.public_id, Work.title, Work.published_at)
        .where(Work.creator_id == creator_id, Work.published_at < midnight(on + timedelta(days=1)))
        .order_by(Work.published_at.desc(), Work.id.desc())
    )
    return [
        WorkLabel(work_id, public_id, title, published_at.astimezone(PLATFORM_ZONE).date())
        for work_id, public_id, title, published_at in rows
    ]


def newest_works(
    session: Session, *, creator_id: int, on: date, period: Period | None, limit: int
) -> list[WorkSummary]:
    """Return the works published in the period (or ever) until the end of the day `on`, newest first."""
    wanted = select(Work.id).where(
        Work.creator_id == creator_id, Work.published_at < midnight(on + timedelta(days=1))
    )
    if period:
        wanted = wanted.where(
            Work.published_at >= midnight(period.starts_on), Work.published_at < midnight(period.ends_on)
        )
    wanted = wanted.order_by(Work.published_at.desc(), Work.id.desc()).limit(limit)
    query = _summaries(wanted, on=on).order_by(Work.published_at.desc(), Work.id.desc())
    return [WorkSummary(*row) for row in session.execute(query)]


def work_summary(session: Session, *, work_id: int, on: date) -> WorkSummary:
    """Return one work that exists."""
    return WorkSummary(*session.execute(_summaries([work_id], on=on)).one())


def work_by_plays(session: Session, *, creator_id: int, on: date, most: bool) -> WorkSummary | None:
    """Return the work with the most or the fewest plays up to the day; of equals the newest.

    Works of the day itself have no complete day yet and would always be the fewest: they are left out.
    """
    wanted = select(Work.id).where(Work.creator_id == creator_id, Work.published_at < midnight(on))
    plays = _total(WorkDay.plays)
    query = _summaries(wanted, on=on).order_by(
        plays.desc() if most else plays.asc(), Work.published_at.desc(), Work.id.desc()
    )
    row = session.execute(query.limit(1)).one_or_none()
    return WorkSummary(*row) if row else None


def _summaries(
    wanted: Select[int] | list[int], *, on: date
) -> Select[*tuple[Any, ...]]:  # Any: more columns than the overloads know; WorkSummary names them
    return (
        select(
            Work.id,
            Work.public_id,
            Work.title,
            Work.kind,
            Work.category,
            Work.published_at,
            Work.duration_seconds,
            Work.original,
            Work.series,
            Work.drama_level,
            _total(WorkDay.plays),
            _total(WorkDay.likes),
            _total(WorkDay.comments),
            _total(WorkDay.shares),
            _total(WorkDay.favourites),
            _total(WorkDay.new_followers),
            _total(WorkDay.completed_plays),
            _total(WorkDay.watch_seconds),
        )
        .outerjoin(WorkDay, (WorkDay.work_id == Work.id) & (WorkDay.day <= on))
        .where(Work.id.in_(wanted))
        .group_by(Work.id)
    )


def facts(
    session: Session,
    *,
    on: date,
    creator_ids: Iterable[int] | None = None,
    after: int = 0,
    limit: int = 1,
    active_on: date | None = None,
) -> list[tuple[Creator, CreatorFacts]]:
    """Return creators with their rule facts, by id: those named, or the next `limit` after an id.

    `active_on` leaves out those who neither published nor were live on that day, before their facts are read. One statement, however many creators: each figure is read along the primary key of its table.
    """
    query = select(Creator, *_fact_columns(on)).order_by(Creator.id)
    if creator_ids is None:
        query = query.where(Creator.id > after).limit(limit)
    else:
        query = query.where(Creator.id.in_(list(creator_ids)))
    if active_on is not None:
        query = query.where(_active(active_on))
    return [(row[0], _creator_facts(row[0], list(row[1:]), on=on)) for row in session.execute(query)]


def _active(day: date) -> ColumnElement[bool]:
    published = select(Work.id).where(
        Work.creator_id == Creator.id,
        Work.published_at >= midnight(day),
        Work.published_at < midnight(day + timedelta(days=1)),
    )
    live = select(AccountDay.day).where(
        AccountDay.creator_id == Creator.id, AccountDay.day == day, AccountDay.live_seconds > 0
    )
    return published.exists() | live.exists()


def _fact_columns(on: date) -> list[ColumnElement[Any]]:  # Any: counts, some of them NULL
    days = AccountDay.creator_id == Creator.id
    month_ago = on - timedelta(days=30)
    in_month = (AccountDay.day >= month_ago) & (AccountDay.day < on)
    latest = AccountDay.day.desc()
    now = select(AccountDay.followers).where(days, AccountDay.day < on).order_by(latest).limit(1)
    then = select(AccountDay.followers).where(days, AccountDay.day < month_ago).order_by(latest).limit(1)
    # The count before the first day of the window, for accounts that have no day before it.
    first = (
        select(AccountDay.followers - AccountDay.new_followers + AccountDay.lost_followers)
        .where(days, in_month)
        .order_by(AccountDay.day)
        .limit(1)
    )
    originals = select(func.count(Work.id)).where(
        Work.creator_id == Creator.id,
        Work.original.is_(True),
        Work.kind != "live",
        Work.published_at >= midnight(month_ago),
        Work.published_at < midnight(on),
    )
    series = (
        select(Work.series)
        .where(Work.creator_id == Creator.id, Work.kind == "drama", Work.published_at < midnight(on))
        .group_by(Work.series)
        .having(func.count(Work.id) >= _DRAMA_EPISODES)
        .correlate(Creator)
        .subquery()
    )
    return [
        now.scalar_subquery(),
        func.coalesce(then.scalar_subquery(), first.scalar_subquery()),
        originals.scalar_subquery(),
        _violations(on, days=90),
        _violations(on, days=180),
        _violations(on, days=90, serious=True),
        select(_total(AccountDay.live_seconds)).where(days, in_month).scalar_subquery(),
        select(func.count()).select_from(series).scalar_subquery(),
    ]


def _violations(on: date, *, days: int, serious: bool = False) -> ColumnElement[int]:
    severities = ("serious",) if serious else ("general", "serious")
    return (
        select(func.count(Violation.id))
        .where(
            Violation.creator_id == Creator.id,
            Violation.day >= on - timedelta(days=days),
            Violation.day < on,
            Violation.severity.in_(severities),
        )
        .scalar_subquery()
    )


def _creator_facts(creator: Creator, figures: list[int | None], *, on: date) -> CreatorFacts:
    now, then, originals, in_90, in_180, serious, live_seconds, series = figures
    followers = creator.followers if now is None else now
    opened_on = creator.shop_opened_on
    shop_opened = opened_on is not None and opened_on <= on
    return CreatorFacts(
        followers=followers,
        follower_growth_30d_bp=growth_bp(now=followers, before=followers if then is None else then),
        original_works_30d=originals or 0,
        violations_90d=in_90 or 0,
        violations_180d=in_180 or 0,
        serious_violations_90d=serious or 0,
        real_name_verified=creator.real_name_verified,
        live_seconds_30d=live_seconds or 0,
        drama_series_5_episodes=series or 0,
        shop_opened=shop_opened,
        shop_score_hundredths=(creator.shop_score_hundredths or 0) if shop_opened else 0,
        shop_days=(on - opened_on).days if shop_opened and opened_on else 0,
    )


def last_account_day(session: Session, *, creator_id: int, on: date) -> date | None:
    """Return the last day before `on` that the account has figures of."""
    return session.scalar(
        select(func.max(AccountDay.day)).where(AccountDay.creator_id == creator_id, AccountDay.day < on)
    )


def penalties(
    session: Session, *, creator_id: int, period: Period, work_id: int | None = None
) -> list[Penalty]:
    """Return the account's penalties in the period, oldest first; with `work_id` those about that work."""
    query = (
        select(Violation.day, Violation.severity, Violation.policy, Violation.clause, Violation.note)
        .where(Violation.creator_id == creator_id, _within(Violation.day, period))
        .order_by(Violation.day, Violation.id)
    )
    if work_id is not None:
        query = query.where(Violation.work_id == work_id)
    return [Penalty(*row) for row in session.execute(query)]


def _within(column: InstrumentedAttribute[date], period: Period) -> ColumnElement[bool]:
    return (column >= period.starts_on) & (column < period.ends_on)


def count_creators(session: Session) -> int:
    """Return how many accounts there are."""
    return session.scalars(select(func.count()).select_from(Creator)).one()


def account_of(creator: Creator) -> Account:
    """Return the account of a stored creator as the other rooms see it."""
    return Account(
        id=creator.id,
        handle=creator.handle,
        nickname=creator.nickname,
        category=creator.category,
        city=creator.city,
        joined_on=creator.joined_on,
        followers=creator.followers,
        tier=tier_of(creator.followers),
        real_name_verified=creator.real_name_verified,
        shop_opened_on=creator.shop_opened_on,
        shop_score_hundredths=creator.shop_score_hundredths,
        agency=creator.agency,
    )
