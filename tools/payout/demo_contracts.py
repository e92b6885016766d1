"""The demo's Star contract: mingxing's, running since the first of the month, with some of its benefits used."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel.money import FEN_PER_YUAN
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import star_guarantees, star_queries, star_service
from tools.payout.program_files import packaged_programs
from tools.payout.programs import find_program
from tools.payout.star import StarState, StarTerms, StarUseKind
from tools.payout.star_models import StarContract, StarStep

HANDLE = "mingxing"
_APPLIED_DAYS_BEFORE = 3


def load(session: Session, *, on: date) -> None:
    """Make the contract exist where the programme's rules allow it, and its months settled until the day."""
    account = creators.find_account(session, handle=HANDLE)
    if account is None:
        return
    starts_on = on.replace(day=1)
    applied_on = starts_on - timedelta(days=_APPLIED_DAYS_BEFORE)
    in_force = find_program(packaged_programs(), star_service.PROGRAM).term(applied_on)
    if in_force and not star_queries.contracts_of(session, creator_id=account.id):
        _sign(session, creator_id=account.id, agency=account.agency, starts_on=starts_on)
    star_guarantees.grant_guarantees(session, now=_at(on, 10))


def _sign(session: Session, *, creator_id: int, agency: str | None, starts_on: date) -> None:
    """Store an application that was screened and signed in the days before the contract began."""
    first = starts_on - timedelta(days=_APPLIED_DAYS_BEFORE)
    row = StarContract(
        creator_id=creator_id, agency=agency, state=StarState.APPLIED.value, applied_at=_at(first, 9)
    )
    session.add(row)
    session.flush()
    session.add(StarStep(contract_id=row.id, state=row.state, at=row.applied_at, note="机构代报"))
    star_service.begin_screening(session, number=row.number, now=_at(first, 14))
    star_service.pass_screening(session, number=row.number, now=_at(first + timedelta(days=1), 16))
    terms = StarTerms(
        starts_on=starts_on,
        floor_fen=100_000 * FEN_PER_YUAN,
        works_a_month=6,
        impressions=300_000_000,
        outside_impressions=20_000_000,
        planning_sessions=12,
        specialist="周敏",
    )
    star_service.sign(session, number=row.number, terms=terms, now=_at(starts_on, 9))
    uses = (
        (StarUseKind.PLANNING, 1, "新歌宣发策划会"),
        (StarUseKind.IMPRESSIONS, 12_000_000, "新歌作品加推"),
        (StarUseKind.OUTSIDE, 1_800_000, "站外开屏"),
    )
    for kind, amount, note in uses:
        star_service.use(
            session, number=row.number, kind=kind, amount=amount, note=note, now=_at(starts_on, 11)
        )


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), PLATFORM_ZONE)
