"""What time does to Star contracts: they begin and end, and every month gets what its guarantee adds."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel.holidays import working_calendar
from tools.kernel.period import Period
from tools.payout import money_moves, service, star, star_queries, star_service
from tools.payout.star import StarState
from tools.payout.star_models import StarContract, StarMonth

_WAITING_FOR_TIME = (StarState.SIGNED, StarState.RUNNING, StarState.PASSED)


def move_on(session: Session, *, now: datetime) -> int:
    """Let time act: signed contracts begin, running ones end, those not signed in time are given up; return how many."""
    on = star_service.platform_day(now)
    moved = 0
    for contract_id in star_queries.contract_ids(session, states=_WAITING_FOR_TIME):
        row = star_queries.contract_for_update(session, contract_id=contract_id)
        assert row is not None
        moved += _moved_by_time(session, row, on=on, now=now)
    return moved


def _moved_by_time(session: Session, row: StarContract, *, on: date, now: datetime) -> bool:
    if row.state == StarState.PASSED:
        passed = next(s for s in star_queries.steps(session, contract_id=row.id) if s.state == row.state)
        deadline = star.sign_by(star_service.platform_day(passed.at), calendar=working_calendar())
        if on <= deadline.day:
            return False
        star_service.advance(session, row, StarState.ENDED, now=now, note="逾期未签，视为放弃本次签约资格")
        return True
    assert row.starts_on is not None
    assert row.ends_on is not None
    if row.state == StarState.SIGNED and row.starts_on <= on:
        star_service.advance(session, row, StarState.RUNNING, now=now)
        return True
    if row.state == StarState.RUNNING and row.ends_on <= on:
        star_service.advance(session, row, StarState.ENDED, now=now, note="合同到期")
        return True
    return False


def grant_guarantees(session: Session, *, now: datetime) -> int:
    """Settle every contract month that is over and was not settled; return how many. Repeating settles nothing twice.

    A month waits one whole day, so that the shares of its last day are in the ledger.
    """
    settled = 0
    for contract_id in star_queries.contract_ids(session, states=(StarState.RUNNING, StarState.ENDED)):
        row = star_queries.contract_for_update(session, contract_id=contract_id)
        assert row is not None
        if row.starts_on is None or row.ends_on is None:
            continue
        known = {month.starts_on for month in star_queries.months(session, contract_id=row.id)}
        over = star.contract_months(
            row.starts_on, row.ends_on, before=star_service.platform_day(now) - timedelta(days=1)
        )
        for first in over:
            if first not in known:
                _settle_month(session, row, first=first, now=now)
                settled += 1
    return settled


def _settle_month(session: Session, row: StarContract, *, first: date, now: datetime) -> None:
    period = Period(first, star.month_end(first), "")
    earned = _earned_fen(session, creator_id=row.creator_id, period=period)
    done = _done(session, row, period=period)
    before = sum(month.top_up_fen for month in star_queries.months(session, contract_id=row.id))
    top_up = star.top_up_fen(floor_fen=row.floor_fen, earned_fen=earned, done=done, topped_up_fen=before)
    session.add(
        StarMonth(
            contract_id=row.id,
            starts_on=first,
            floor_fen=row.floor_fen,
            earned_fen=earned,
            done=done.done,
            required=done.required,
            top_up_fen=top_up,
        )
    )
    session.flush()
    if top_up:
        posting = money_moves.program_income(
            key=f"{star_queries.KEY_PREFIX}{row.id}:{first:%Y-%m}",
            creator_id=row.creator_id,
            program=star_service.PROGRAM,
            fen=top_up,
            day=period.last_day,
            rules_from=star_service.rules_from(period.last_day),
            source=row.number,
            note="保底补足",
        )
        money_moves.post(session, [posting], now=now)


def earned_so_far(session: Session, *, creator_id: int, on: date) -> int:
    """Return what the guarantee of the running month is compared with, as of the day."""
    first = on.replace(day=1)
    return _earned_fen(session, creator_id=creator_id, period=Period(first, star.month_end(first), ""))


def _earned_fen(session: Session, *, creator_id: int, period: Period) -> int:
    lines = service.income(session, creator_id=creator_id, period=period)
    return sum(line.amount_fen for line in lines if line.item.program != star_service.PROGRAM)


def _done(session: Session, row: StarContract, *, period: Period) -> star.Done:
    found = creators.days(session, creator_ids=[row.creator_id], period=period)[row.creator_id]
    works = sum(item.kind != "live" for item in found.published)
    live_seconds = sum(day.live_seconds for day in found.days.values())
    return star.completion(star_service.terms_of(row), works=works, live_seconds=live_seconds)
