"""Claims of tasks: what is open to a creator, how far each claim is, and the reward when its goal is reached."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.creators.days import CreatorDays
from tools.creators.fact_words import FACTS, values_of
from tools.creators.service import CreatorFacts
from tools.kernel.errors import Refusal
from tools.kernel.period import PLATFORM_ZONE, Period, month
from tools.kernel.rules.rule import Rule, read_rule
from tools.kernel.rules.walk import holds
from tools.payout import live, reward_queries
from tools.payout.models import TaskClaim
from tools.payout.program_files import packaged_programs
from tools.payout.programs import Metric, Stage, Task, find_program, tasks
from tools.payout.rewards import BudgetExhausted, CapReached, grant_reward
from tools.payout.tasks import LIFECYCLE, Offer, counted, most_lacking, next_monday, stage_of

PROGRAM = LIFECYCLE
# lifecycle-tasks-rules 2.4: what was reached is verified within a day, so nothing expires before.
_VERIFIED_WITHIN = timedelta(days=1)
# No task runs longer: older claims are either running or of no interest.
_LONGEST_TASK = timedelta(days=40)
_CLAIMS_A_BATCH = 500


class AlreadyClaimed(Refusal):
    """Nothing of what was confirmed can be claimed any more."""

    template = "这些任务你已经领过了，不用重复领。问我“任务做到哪了”可以看进度。"


@dataclass(frozen=True, slots=True)
class Progress:
    """A claim and how much of its goal is there; `waits_for_budget` when it is reached but could not be paid yet.

    `refused` when it is reached, but the programme's cap leaves no room for it.
    """

    claim: TaskClaim
    have: int
    granted_now: bool = False
    waits_for_budget: bool = False
    refused: CapReached | None = None

    @property
    def left(self) -> int:
        """What is missing to the goal."""
        return max(0, self.claim.goal - self.have)

    @property
    def last_day(self) -> date:
        """The last day that counts."""
        return self.claim.ends_on - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Board:
    """A creator's stage, what they may claim (most lacking first), and their claims of the last weeks."""

    stage: Stage
    offers: tuple[Offer, ...]
    claims: tuple[Progress, ...]

    @property
    def running(self) -> tuple[Progress, ...]:
        """The claims that still count."""
        return tuple(each for each in self.claims if each.claim.state == "active")


def board(session: Session, *, creator_id: int, on: date, now: datetime) -> Board:
    """Return what is open to the creator and where the claims stand; finished ones are granted on the way."""
    found_claims = reward_queries.claims(session, creator_id=creator_id, since=on - _LONGEST_TASK, lock=True)
    first = min([on - _LONGEST_TASK, *(claim.starts_on for claim in found_claims)])
    days = creators.days(session, creator_ids=[creator_id], period=Period(first, on + timedelta(days=1), ""))[
        creator_id
    ]
    progress = tuple(_advance(session, claim, days, now=now) for claim in found_claims)
    facts = creators.facts(session, creator_id=creator_id, on=on)
    offers = [
        *_lifecycle_offers(session, creator_id=creator_id, facts=facts, days=days, on=on),
        *_live_offers(session, creator_id=creator_id, facts=facts, days=days, on=on),
    ]
    open_offers = [offer for offer in offers if not _taken(offer, found_claims, on=on)]
    return Board(stage_of(facts.followers), tuple(most_lacking(open_offers)), progress)


def claim(
    session: Session,
    *,
    creator_id: int,
    wanted: Collection[tuple[str, str]],
    on: date,
    now: datetime,
) -> list[TaskClaim]:
    """Make the creator hold a claim of each wanted (programme, task) that is open to them; return the new ones.

    Raises AlreadyClaimed when none of them is.
    """
    offers = [
        offer
        for offer in board(session, creator_id=creator_id, on=on, now=now).offers
        if (offer.program.id, offer.task.id) in wanted
    ]
    stored = [row for offer in offers if (row := _store(session, offer, creator_id=creator_id, now=now))]
    if not stored:
        raise AlreadyClaimed
    return stored


def grant_finished(
    session: Session, *, now: datetime, after: int = 0, limit: int = _CLAIMS_A_BATCH
) -> int | None:
    """Grant or expire what is due among the next running claims; return the last claim's id, None after the last.

    Repeating it grants nothing twice.
    """
    batch = reward_queries.active_claims(session, after=after, limit=limit, program=PROGRAM)
    if not batch:
        return None
    today = now.astimezone(PLATFORM_ZONE).date()
    period = Period(min(row.starts_on for row in batch), today + timedelta(days=1), "")
    days = creators.days(session, creator_ids={row.creator_id for row in batch}, period=period)
    for row in batch:
        _advance(session, row, days[row.creator_id], now=now)
    session.flush()
    return batch[-1].id


def may_take(task: Task, facts: CreatorFacts) -> bool:
    """Whether the rule text of the task lets the creator in."""
    return holds(_rule(task.who), values_of(facts))


@cache
def _rule(text: str) -> Rule:
    return read_rule(text, FACTS)


def _lifecycle_offers(
    session: Session, *, creator_id: int, facts: CreatorFacts, days: CreatorDays, on: date
) -> list[Offer]:
    program = find_program(packaged_programs(), PROGRAM)
    stage = stage_of(facts.followers)
    of_stage = [task for task in tasks(program, on) if task.stage in (stage, Stage.ANY)]
    # lifecycle-tasks-rules 2.6: the tasks of the first step are done once in an account's life.
    once = [task.id for task in of_stage if task.stage is Stage.NEWCOMER]
    done = reward_queries.finished_once(session, creator_id=creator_id, tasks=once) if once else set[str]()
    return [
        Offer(
            program,
            task,
            starts_on=on,
            ends_on=on + timedelta(days=task.days),
            recent=counted(task.metric, days, starts_on=on - timedelta(days=task.days), ends_on=on),
        )
        for task in of_stage
        if task.id not in done and may_take(task, facts)
    ]


def _live_offers(
    session: Session, *, creator_id: int, facts: CreatorFacts, days: CreatorDays, on: date
) -> list[Offer]:
    """Return the month's live incentive as one offer: its goal is the lowest tier, its reward that of the tier reached."""
    program = find_program(packaged_programs(), live.PROGRAM)
    term = program.term(on)
    tiers = sorted(tasks(program, on), key=lambda tier: tier.goal)
    if term is None or not tiers or not may_take(tiers[0], facts):
        return []
    whole = month(on.year, on.month)
    period = Period(max(whole.starts_on, term.starts_on), whole.ends_on, whole.words)
    if live_closed_by(session, creator_id=creator_id, period=period):
        return []
    hours = "/".join(str(tier.goal // 3_600) for tier in tiers)
    entry = replace(tiers[0], id=live.MONTH_TASK, name=f"{on.month}月直播激励（{hours}小时分档）")
    seconds = live.live_time(days, period).seconds
    return [Offer(program, entry, starts_on=period.starts_on, ends_on=period.ends_on, recent=seconds)]


def live_closed_by(session: Session, *, creator_id: int, period: Period) -> date | None:
    """Return the ban that closes the month of live incentive to the creator, None while it is open."""
    # Two closed months after the month of the second ban, which lies at most 90 days after the first.
    looked_at = Period(period.starts_on - timedelta(days=200), period.ends_on, "")
    found = creators.penalties(session, creator_id=creator_id, period=looked_at)
    return live.closed_by(live.bans(found), period)


def _taken(offer: Offer, claims: Sequence[TaskClaim], *, on: date) -> bool:
    """Whether the offer is running, was rewarded this week (2.6), or is this month's live incentive, settled or not."""
    for row in claims:
        if (row.program, row.task) != (offer.program.id, offer.task.id):
            continue
        if row.state == "active" or row.starts_on == offer.starts_on:
            return True
        if row.state == "granted" and row.decided_at is not None:
            decided_on = row.decided_at.astimezone(PLATFORM_ZONE).date()
            if on < next_monday(decided_on):
                return True
    return False


def _store(session: Session, offer: Offer, *, creator_id: int, now: datetime) -> TaskClaim | None:
    """Store a claim; None when another transaction has just stored it."""
    row = TaskClaim(
        creator_id=creator_id,
        program=offer.program.id,
        task=offer.task.id,
        name=offer.task.name,
        metric=offer.task.metric.value,
        goal=offer.task.goal,
        cash_fen=offer.task.cash_fen,
        impressions=offer.task.impressions,
        claimed_at=now,
        starts_on=offer.starts_on,
        ends_on=offer.ends_on,
        state="active",
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None
    return row


def _advance(session: Session, row: TaskClaim, days: CreatorDays, *, now: datetime) -> Progress:
    """Return where the claim stands, granted when its goal is reached, expired when its time has passed without a reward.

    A month of live incentive is settled when it is over (live_service), never here.
    """
    have = claim_value(row, days)
    if row.state != "active" or row.program == live.PROGRAM:
        return Progress(row, have)
    if have >= row.goal:
        found = _grant(session, row, have, now=now)
        if found.refused is None:
            return found
    else:
        found = Progress(row, have)
    if now >= datetime.combine(row.ends_on, time(), PLATFORM_ZONE) + _VERIFIED_WITHIN:
        row.state, row.decided_at = "expired", now
        session.flush()
    return found


def _grant(session: Session, row: TaskClaim, have: int, *, now: datetime) -> Progress:
    today = now.astimezone(PLATFORM_ZONE).date()
    try:
        with session.begin_nested():
            grant_reward(
                session,
                creator_id=row.creator_id,
                program=find_program(packaged_programs(), row.program),
                task=row.name,
                cash_fen=row.cash_fen,
                impressions=row.impressions,
                key=row.key,
                now=now,
                # Verified after the last day, it still belongs to the month in which it was done.
                earned_on=min(today, row.ends_on - timedelta(days=1)),
            )
            row.state, row.decided_at = "granted", now
    except BudgetExhausted:
        return Progress(row, have, waits_for_budget=True)
    except CapReached as refusal:
        return Progress(row, have, refused=refusal)
    return Progress(row, have, granted_now=True)


def claim_value(row: TaskClaim, days: CreatorDays) -> int:
    """Return how much of the claim's goal is there."""
    if row.program == live.PROGRAM:
        return live.live_time(days, Period(row.starts_on, row.ends_on, "")).seconds
    return counted(
        Metric(row.metric), days, starts_on=row.starts_on, ends_on=row.ends_on, claimed_at=row.claimed_at
    )
