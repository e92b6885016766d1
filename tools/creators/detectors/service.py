"""A diagnosis: everything that the detectors look at, read in about a dozen bounded statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tools.creators import queries as room
from tools.creators.accounts import Account
from tools.creators.detectors import queries
from tools.creators.detectors.facts import (
    EARLY_DAYS,
    HABIT_DAYS,
    INCOME_DAYS,
    PEER_HABIT_DAYS,
    PEER_SETTLED_DAYS,
    PEER_WORK_DAYS,
    AccountFacts,
    DayFigures,
    Figures,
    OwnWork,
    Peer,
)
from tools.creators.detectors.models import IncomeDay
from tools.creators.detectors.penalties import POINTS_DAYS
from tools.creators.detectors.queries import OwnDay, PublishedWork
from tools.kernel.period import Period, last_days

# Peers: up to thirty accounts of the category, none more than five times larger or smaller.
_PEERS_EACH_SIDE = 15
_PEER_RATIO = 5
_NOTHING = Figures()
_ROWS_A_STATEMENT = 1_000


def account_facts(session: Session, account: Account, *, window: Period) -> AccountFacts:
    """Return all that a diagnosis of the window looks at, the period of the same length before it included."""
    before, ends_on = window.before(), window.ends_on
    both = Period(before.starts_on, ends_on, "")
    habits = last_days(max(HABIT_DAYS, both.days), on=ends_on)
    days = queries.own_days(session, creator_id=account.id, period=habits)
    by_day = queries.work_days(session, creator_id=account.id, period=habits)
    works = queries.published(session, creator_id=account.id, period=habits)
    posted_on = [work.published_at.date() for work in works]
    peers, own_income_fen = _peers(session, account, window=window)
    return AccountFacts(
        window=window,
        category=account.category,
        followers=account.followers,
        current=_figures(window, days, by_day, posted_on),
        before=_figures(before, days, by_day, posted_on),
        works=tuple(queries.works_by_plays(session, creator_id=account.id, period=window)),
        recent=_recent(session, account, works, on=ends_on),
        posted_on=tuple(posted_on),
        live_on=tuple(
            each.day
            for each in days
            if each.live_seconds and each.day >= ends_on - timedelta(days=HABIT_DAYS)
        ),
        penalties=tuple(
            room.penalties(session, creator_id=account.id, period=last_days(POINTS_DAYS, on=ends_on))
        ),
        peers=peers,
        income_fen=own_income_fen,
        days=_days(both, days, by_day),
        earlier_plays=_earlier_plays(window, days, by_day),
    )


def record_income(session: Session, incomes: Iterable[tuple[int, date, int]]) -> int:
    """Store what accounts earned, (creator, day, fen) each, in place of what was known; return how many rows."""
    rows = [{"creator_id": creator, "day": day, "income_fen": fen} for creator, day, fen in incomes]
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        upsert = insert(IncomeDay).values(rows[start : start + _ROWS_A_STATEMENT])
        session.execute(
            upsert.on_conflict_do_update(
                index_elements=["creator_id", "day"], set_={"income_fen": upsert.excluded.income_fen}
            )
        )
    return len(rows)


def _figures(
    period: Period, days: Sequence[OwnDay], by_day: dict[date, Figures], posted_on: Sequence[date]
) -> Figures:
    own = [each for each in days if period.starts_on <= each.day < period.ends_on]
    works = [figures for day, figures in by_day.items() if period.starts_on <= day < period.ends_on]
    return Figures(
        days=len(own),
        works_published=sum(period.starts_on <= day < period.ends_on for day in posted_on),
        plays=sum(each.plays for each in works),
        completed_plays=sum(each.completed_plays for each in works),
        follower_plays=sum(each.follower_plays for each in works),
        watch_seconds=sum(each.watch_seconds for each in works),
        played_seconds=sum(each.played_seconds for each in works),
        completed_seconds=sum(each.completed_seconds for each in works),
        interactions=sum(each.interactions for each in works),
        comments=sum(each.comments for each in works),
        shares=sum(each.shares for each in works),
        work_followers=sum(each.work_followers for each in works),
        new_followers=sum(each.new_followers for each in own),
        lost_followers=sum(each.lost_followers for each in own),
        profile_views=sum(each.profile_views for each in own),
        live_seconds=sum(each.live_seconds for each in own),
    )


def _earlier_plays(window: Period, days: Sequence[OwnDay], by_day: dict[date, Figures]) -> tuple[int, ...]:
    """Return the plays of the periods before the window, while all their days have figures."""
    known, period = {each.day for each in days}, window.before()
    found: list[int] = []
    while period.starts_on in known and len(found) < HABIT_DAYS:
        span = [period.starts_on + timedelta(days=number) for number in range(period.days)]
        found.append(sum(by_day.get(day, _NOTHING).plays for day in span))
        period = period.before()
    return tuple(found)


def _recent(
    session: Session, account: Account, works: Sequence[PublishedWork], *, on: date
) -> tuple[OwnWork, ...]:
    period = last_days(HABIT_DAYS, on=on)
    plays: dict[int, dict[date, int]] = defaultdict(dict)
    for work_id, day, count in queries.plays_of_works(session, creator_id=account.id, period=period):
        plays[work_id][day] = count
    return tuple(
        OwnWork(
            title=work.title,
            kind=work.kind,
            category=work.category,
            published_at=work.published_at,
            seconds=work.seconds,
            original=work.original,
            series=work.series,
            plays=sum(plays[work.id].values()),
            early_plays=_early(plays[work.id], published_on=work.published_at.date(), on=on),
        )
        for work in works
        if work.published_at.date() >= period.starts_on
    )


def _early(plays: dict[date, int], *, published_on: date, on: date) -> int | None:
    """Return the plays of the first days; without figures of the first of them nobody knows what they were."""
    until = published_on + timedelta(days=EARLY_DAYS)
    if until > on or published_on not in plays:
        return None
    return sum(count for day, count in plays.items() if day < until)


def _peers(session: Session, account: Account, *, window: Period) -> tuple[tuple[Peer, ...], int | None]:
    """Return the comparable accounts with plays in the window, and what this one earned: one statement for all incomes."""
    found = queries.peers(session, account, ratio=_PEER_RATIO, each_side=_PEERS_EACH_SIDE)
    since = window.starts_on - timedelta(days=PEER_WORK_DAYS)
    figures = queries.peer_figures(session, creator_ids=list(found), window=window, since=since)
    played = list(figures)
    days = queries.peer_account_days(session, creator_ids=played, period=window)
    works = queries.peer_works(
        session,
        creator_ids=played,
        period=last_days(PEER_HABIT_DAYS, on=window.ends_on),
        settled_on=window.ends_on - timedelta(days=PEER_SETTLED_DAYS),
    )
    incomes = queries.incomes(
        session, creator_ids=[account.id, *played], period=last_days(INCOME_DAYS, on=window.ends_on)
    )
    peers = tuple(
        Peer(
            followers=followers,
            figures=_with_account(figures[peer][0], days.get(peer)),
            plays_before=figures[peer][1],
            works=tuple(works.get(peer, ())),
            income_fen=incomes.get(peer),
        )
        for peer, followers in found.items()
        if peer in figures
    )
    return peers, incomes.get(account.id)


def _with_account(figures: Figures, days: tuple[int, int, int, int] | None) -> Figures:
    if days is None:
        return figures
    known, gained, lost, views = days
    return replace(figures, days=known, new_followers=gained, lost_followers=lost, profile_views=views)


def _days(period: Period, days: Sequence[OwnDay], by_day: dict[date, Figures]) -> tuple[DayFigures, ...]:
    """Return every day of the period from the first with figures."""
    followers = {each.day: each.followers for each in days}
    known = sorted(day for day in {*followers, *by_day} if day >= period.starts_on)
    first = known[0] if known else period.ends_on
    return tuple(
        DayFigures(day, by_day.get(day, _NOTHING).plays, followers.get(day))
        for number in range((period.ends_on - first).days)
        for day in [first + timedelta(days=number)]
    )
