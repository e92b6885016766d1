"""What the other rooms may do with creators: accounts, messenger links, works, rule facts, imports."""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy.orm import Session

from tools.creators import day_queries, queries
from tools.creators.accounts import Account, CreatorFacts, Tier, tier_bounds
from tools.creators.days import CreatorDays
from tools.creators.detectors.service import record_income
from tools.creators.episode_queries import episodes_of_creators, episodes_of_works, plays_of_days
from tools.creators.episodes import Episode
from tools.creators.figures import Penalty
from tools.creators.imports import RowCounts, import_exports
from tools.creators.links import (
    CODE_LIFETIME,
    LinkProblem,
    issue_link_code,
    link_directly,
    linked_creator,
    linked_creators,
    redeem_link_code,
    unlink,
)
from tools.creators.models import Creator
from tools.creators.work_refs import WorkAmbiguous, WorkLabel, WorkSummary, WorkUnknown, choose_work
from tools.kernel.period import Period

_CREATORS_A_READ = 2_000

__all__ = [
    "CODE_LIFETIME",
    "Account",
    "CreatorFacts",
    "Episode",
    "LinkProblem",
    "Penalty",
    "RowCounts",
    "Tier",
    "WorkAmbiguous",
    "WorkLabel",
    "WorkSummary",
    "WorkUnknown",
    "episodes_of_creators",
    "episodes_of_works",
    "import_exports",
    "issue_link_code",
    "link_directly",
    "linked_creator",
    "linked_creators",
    "plays_of_days",
    "record_income",
    "redeem_link_code",
    "unlink",
]


def account(session: Session, *, creator_id: int) -> Account:
    """Return the account of a creator that exists."""
    creator = session.get_one(Creator, creator_id)
    return queries.account_of(creator)


def find_account(session: Session, *, handle: str) -> Account | None:
    """Return the account with this handle; a leading @ is how people write handles."""
    creator = queries.creator_by_handle(session, handle.strip().removeprefix("@"))
    return queries.account_of(creator) if creator else None


def ids_of(session: Session, *, handles: Collection[str]) -> dict[str, int]:
    """Return the ids of the accounts that have these handles, by handle; a few thousand handles at most."""
    return queries.ids_of_handles(session, handles)


def count(session: Session) -> int:
    """Return how many accounts there are."""
    return queries.count_creators(session)


def find_by_name(session: Session, *, name: str) -> list[Account]:
    """Return the accounts whose handle or nickname is exactly the name, most followers first."""
    return [queries.account_of(creator) for creator in queries.creators_by_name(session, name.strip())]


def facts(session: Session, *, creator_id: int, on: date) -> CreatorFacts:
    """Return the figures that programme rules may name, as they stood at the end of the day before `on`."""
    [(_, found)] = queries.facts(session, on=on, creator_ids=[creator_id])
    return found


def facts_of_all(
    session: Session, *, on: date, at_once: int = _CREATORS_A_READ, active_on: date | None = None
) -> Iterator[tuple[Account, CreatorFacts]]:
    """Yield the accounts with their figures, by id; `active_on` leaves out who neither published nor was live that day."""
    after = 0
    while rows := queries.facts(session, on=on, after=after, limit=at_once, active_on=active_on):
        for creator, found in rows:
            yield queries.account_of(creator), found
        after = rows[-1][0].id


def works(
    session: Session, *, creator_id: int, on: date, period: Period | None = None, limit: int = 50
) -> list[WorkSummary]:
    """Return the creator's works, newest first, with totals up to `on`; `period` is when they were published."""
    return queries.newest_works(session, creator_id=creator_id, on=on, period=period, limit=limit)


def resolve_work(session: Session, *, creator_id: int, work_ref: str, on: date) -> WorkSummary:
    """Return the one work of this creator that a reference means (forms: DESIGN §4).

    `ord:N` counts the creator's works newest first. Raises WorkUnknown and WorkAmbiguous.
    """
    if work_ref.strip() in {"top_views", "worst_views"}:
        most = work_ref.strip() == "top_views"
        found = queries.work_by_plays(session, creator_id=creator_id, on=on, most=most)
        if not found:
            raise WorkUnknown(words="已有播放数据的作品")
        return found
    labels = queries.work_labels(session, creator_id=creator_id, on=on)
    return queries.work_summary(session, work_id=choose_work(work_ref, labels, on=on).id, on=on)


def last_day_with_figures(session: Session, *, creator_id: int, on: date) -> date | None:
    """Return the last day before `on` that the account has figures of."""
    return queries.last_account_day(session, creator_id=creator_id, on=on)


def days(session: Session, *, creator_ids: Collection[int], period: Period) -> dict[int, CreatorDays]:
    """Return what each of these creators did on each day of the period, in one statement a table."""
    return day_queries.creator_days(session, creator_ids=creator_ids, period=period)


def work_plays(session: Session, *, work_id: int, period: Period) -> dict[date, int]:
    """Return the work's plays on each day with figures."""
    return day_queries.work_plays(session, work_id=work_id, period=period)


def penalties(
    session: Session, *, creator_id: int, period: Period, work_id: int | None = None
) -> list[Penalty]:
    """Return the account's penalties in the period, oldest first; with `work_id` those about that work."""
    return queries.penalties(session, creator_id=creator_id, period=period, work_id=work_id)


def live_place(
    session: Session, *, creator_id: int, period: Period, shortest_seconds: int
) -> tuple[int, int]:
    """Return the place by time on air among the live accounts of the same tier, and how many those are."""
    lowest, below = tier_bounds(account(session, creator_id=creator_id).tier)
    return day_queries.live_place(
        session,
        creator_id=creator_id,
        period=period,
        shortest_seconds=shortest_seconds,
        lowest=lowest,
        below=below,
    )
