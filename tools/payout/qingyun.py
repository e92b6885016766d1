"""青云: the day's public-domain impressions, shared equally by what eligible shops did the day before (FACTS S7)."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.creators.days import CreatorDays
from tools.creators.fact_words import values_of
from tools.kernel.period import PLATFORM_ZONE, Period
from tools.payout import coupons, live, reward_queries
from tools.payout.eligibility import qualifies
from tools.payout.program_files import packaged_programs
from tools.payout.programs import find_program
from tools.payout.rewards import BudgetExhausted, CapReached, grant_reward

# qingyun-rules 2.4: one share for a published original work, one for having been live, each at most this many.
LARGEST_SHARE = 20_000
_CREATORS_AT_ONCE = 2_000


def shares(found: CreatorDays, day: date) -> int:
    """Return how many shares the day earned: publishing an original work is one, being live is one."""
    published = any(
        work.original and work.kind != "live" and work.at.astimezone(PLATFORM_ZONE).date() == day
        for work in found.published
    )
    on_air = live.live_time(found, Period(day, day + timedelta(days=1), "")).seconds > 0
    return int(published) + int(on_air)


def share_size(pool: int, count: int) -> int:
    """Return the impressions of one share: equal for all, whole, at most the largest; the rest stays in the pool."""
    return min(LARGEST_SHARE, pool // count) if count else 0


def share_day(session: Session, *, day: date, now: datetime) -> int:
    """Grant the shares that shops earned on the day; return how many creators got one now.

    A day's share is fixed by its first run: who is found later gets as much while the pool lasts.
    """
    program = find_program(packaged_programs(), coupons.QINGYUN)
    if program.term(day) is None or program.budget is None:
        return 0
    # qingyun-rules 3.3: what is not given before the end is void.
    if now >= datetime.combine(coupons.QINGYUN_ENDS_ON, time(), PLATFORM_ZONE):
        return 0
    earned = _earned(session, day=day)
    prefix = f"qingyun:{day}:"
    given = reward_queries.shared_on(session, prefix=prefix)
    size = share_size(program.budget.impressions, sum(earned.values()))
    if given:
        counts = {key.split(":")[2]: amount for key, amount in given.items()}
        known = [(counts[str(each)], count) for each, count in earned.items() if str(each) in counts]
        size = min((amount // count for amount, count in known), default=size)
    new = 0
    for creator_id, count in sorted(earned.items()):
        if f"{prefix}{creator_id}:traffic" in given or size <= 0:
            continue
        try:
            new += grant_reward(
                session,
                creator_id=creator_id,
                program=program,
                task=f"青云流量 {count} 份",
                cash_fen=0,
                impressions=size * count,
                key=f"{prefix}{creator_id}",
                now=now,
                earned_on=day,
            )
        except CapReached:
            continue
        except BudgetExhausted:
            break
    return new


def _earned(session: Session, *, day: date) -> Mapping[int, int]:
    """Return the shares of every creator who qualified on the day and did something for them.

    Who did nothing earns nothing: of millions only those are read and judged who published or were live.
    """
    term = find_program(packaged_programs(), coupons.QINGYUN).term(day)
    assert term is not None
    eligible = [
        account.id
        for account, facts in creators.facts_of_all(session, on=day, active_on=day)
        if qualifies(term, values_of(facts))
    ]
    earned: dict[int, int] = {}
    for start in range(0, len(eligible), _CREATORS_AT_ONCE):
        batch = eligible[start : start + _CREATORS_AT_ONCE]
        found = creators.days(session, creator_ids=batch, period=Period(day, day + timedelta(days=1), ""))
        earned |= {each: count for each in batch if (count := shares(found[each], day))}
    return earned
