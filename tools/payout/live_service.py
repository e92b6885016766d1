"""A month of live incentive: where a host stands, and the reward once the month is over."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel.period import PLATFORM_ZONE, Period
from tools.payout import live, reward_queries
from tools.payout.live import LiveTime
from tools.payout.models import TaskClaim
from tools.payout.program_files import packaged_programs
from tools.payout.programs import Task, find_program, tasks
from tools.payout.rewards import BudgetExhausted, CapReached, grant_reward
from tools.payout.tasks_service import live_closed_by

# earnings-settlement 2.3: a day's figures are there by 10:00 of the next; clause 2.4 of the tasks' rules gives a day.
_FIGURES_AFTER = timedelta(hours=10)
_CLAIMS_A_BATCH = 500


@dataclass(frozen=True, slots=True)
class LiveStanding:
    """A host's period: time on air, place among the live accounts of the same tier, and the month's tiers.

    `tiers` is empty for a period that is no month of the programme; `closed_by` is the ban that closes the month.
    """

    time: LiveTime
    place: int
    among: int
    tiers: tuple[Task, ...]
    reached: Task | None
    next: Task | None
    claim: TaskClaim | None
    closed_by: date | None


def standing(session: Session, *, creator_id: int, period: Period, is_month: bool) -> LiveStanding:
    """Return where the host stands in the period."""
    found = creators.days(session, creator_ids=[creator_id], period=period)[creator_id]
    time_on_air = live.live_time(found, period)
    shortest = live.rule_on(period.last_day).shortest_seconds
    place, among = creators.live_place(
        session, creator_id=creator_id, period=period, shortest_seconds=shortest
    )
    program = find_program(packaged_programs(), live.PROGRAM)
    tiers = tasks(program, period.starts_on) if is_month else ()
    reached, following = live.reached(tiers, time_on_air.seconds)
    return LiveStanding(
        time=time_on_air,
        place=place,
        among=among,
        tiers=tiers,
        reached=reached,
        next=following,
        claim=reward_queries.live_claim(
            session,
            creator_id=creator_id,
            task=live.MONTH_TASK,
            first=period.starts_on,
            before=period.ends_on,
        )
        if is_month
        else None,
        closed_by=live_closed_by(session, creator_id=creator_id, period=period) if is_month else None,
    )


def settle_months(session: Session, *, now: datetime, after: int = 0) -> int | None:
    """Grant the reward of each claimed month that is over, once; return the last claim's id, None after the last.

    A month without a tier, or closed by a ban, expires. A month that the pool can't pay now stays for later.
    """
    batch = reward_queries.active_claims(session, after=after, limit=_CLAIMS_A_BATCH, program=live.PROGRAM)
    if not batch:
        return None
    over = [
        row for row in batch if now >= datetime.combine(row.ends_on, time(), PLATFORM_ZONE) + _FIGURES_AFTER
    ]
    if over:
        period = Period(min(row.starts_on for row in over), max(row.ends_on for row in over), "")
        days = creators.days(session, creator_ids={row.creator_id for row in over}, period=period)
        for row in over:
            own = Period(row.starts_on, row.ends_on, "")
            _settle(session, row, seconds=live.live_time(days[row.creator_id], own).seconds, now=now)
    return batch[-1].id


def _settle(session: Session, row: TaskClaim, *, seconds: int, now: datetime) -> None:
    program = find_program(packaged_programs(), live.PROGRAM)
    # The table of the claim's first day: a tier that was claimed does not change (2.1).
    reached, _ = live.reached(tasks(program, row.starts_on), seconds)
    period = Period(row.starts_on, row.ends_on, "")
    if reached is None or live_closed_by(session, creator_id=row.creator_id, period=period):
        row.state, row.decided_at = "expired", now
        session.flush()
        return
    try:
        with session.begin_nested():
            grant_reward(
                session,
                creator_id=row.creator_id,
                program=program,
                task=f"{row.starts_on.year}年{row.starts_on.month}月 {reached.name}",
                cash_fen=reached.cash_fen,
                impressions=reached.impressions,
                key=row.key,
                now=now,
                earned_on=period.last_day,
            )
            row.cash_fen, row.impressions = reached.cash_fen, reached.impressions
            row.state, row.decided_at = "granted", now
    except (BudgetExhausted, CapReached):
        return
