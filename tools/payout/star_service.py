"""What may be done with Star contracts: applied for, screened, signed, guaranteed month by month, ended."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel.errors import OperatorError, Refusal
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import money_moves, service, star, star_queries
from tools.payout.eligibility import gap_words
from tools.payout.program_files import packaged_programs
from tools.payout.programs import find_program
from tools.payout.star import StarState, StarTerms, StarUseKind, WrongStepError
from tools.payout.star_models import StarContract, StarMonth, StarStep, StarUse

PROGRAM: Final = "star"
_NUMBER = re.compile(r"KS-?(?P<day>\d{8})-?(?P<id>\d{4,})", re.ASCII)
_FEWEST_DIGITS = 4
# agency-star-nomination 1.2.
AGENCY_QUARTER_LIMIT: Final = 20
_QUARTER_MONTHS = 3


class StarUnknown(Refusal):
    """No such application of this creator; another creator's looks exactly the same."""

    template = "没有找到编号是“{number}”的快手之星申请，核对一下编号，或者直接问“快手之星审到哪一步了”。"


class NotEligible(Refusal):
    """The creator may not apply yet."""

    template = "现在还不能报名快手之星：{gaps}。"


class StarNotOpen(Refusal):
    """The programme has no rules on that day."""

    template = "快手之星现在没有开放报名。"


class AppliedAlready(Refusal):
    """One application at a time: the first one counts (agency-star-nomination 1.3)."""

    template = "你已经有一份快手之星申请 {number}（{state}），不用重复报名。"


class AppliesTooSoon(Refusal):
    """A rejected creator waits (star-application-rules 2.4)."""

    template = "上一份申请 {number} 没有通过筛选，{again}起可以重新报名，次数不限。"


class NoAgency(Refusal):
    """An agency's application needs an agency."""

    template = "你的账号没有备案签约机构，不能由机构代报。可以本人直接报名。"


class AgencyFull(Refusal):
    """The agency has put forward as many as it may this quarter."""

    template = "{agency}这个季度推荐的创作者已满 {limit} 位，可以由你本人报名，条件和时间一样。"


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was taken, and what was said at it."""

    state: StarState
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Benefits:
    """What a contract gives and what of it was used; cash is what the guarantee has added so far."""

    topped_up_fen: int
    impressions_used: int
    outside_used: int
    planning_used: int


@dataclass(frozen=True, slots=True)
class Contract:
    """An application or a contract as its creator sees it."""

    id: int
    creator_id: int
    number: str
    state: StarState
    agency: str | None
    applied_on: date
    steps: tuple[Step, ...]
    terms: StarTerms | None
    ends_on: date | None
    benefits: Benefits
    months: tuple[StarMonth, ...]

    def reached_on(self, state: StarState) -> date | None:
        """Return the day of a step, None when it was not taken."""
        return next((platform_day(step.at) for step in self.steps if step.state is state), None)


def standing(session: Session, *, creator_id: int, on: date) -> service.Standing:
    """Return how the creator stands before the programme's conditions."""
    found = service.standing(session, creator_id=creator_id, on=on)
    return next(item for item in found if item.program.id == PROGRAM)


def contracts(session: Session, *, creator_id: int) -> list[Contract]:
    """Return the creator's applications and contracts, the newest first."""
    return [_contract(session, row) for row in star_queries.contracts_of(session, creator_id=creator_id)]


def all_contracts(session: Session) -> list[Contract]:
    """Return every application and contract, the oldest first."""
    return [_contract(session, row) for row in star_queries.contracts(session)]


def find_contracts(session: Session, *, creator_id: int, number: str) -> list[Contract]:
    """Return the creator's own application with this number, or those whose number has these digits in it.

    Raises StarUnknown when there is none.
    """
    plain = "".join(unicodedata.normalize("NFKC", number).split()).upper()
    digits = "".join(char for char in plain if char in "0123456789")
    own = contracts(session, creator_id=creator_id)
    if exact := [item for item in own if item.number.replace("-", "") == plain.replace("-", "")]:
        return exact
    found = [item for item in own if digits in item.number.replace("-", "")]
    if len(digits) < _FEWEST_DIGITS or not found:
        raise StarUnknown(number=number.strip()[:30])
    return found


def check_application(session: Session, *, creator_id: int, by_agency: bool, now: datetime) -> str | None:
    """Return the agency of an application that may be made now, None for the creator's own; raises the refusals above."""
    on = platform_day(now)
    own = star_queries.contracts_of(session, creator_id=creator_id)
    for row in own:
        if (state := StarState(row.state)).is_open:
            raise AppliedAlready(number=row.number, state=state.words)
    if own and own[0].state == StarState.REJECTED:
        rejected = next(
            step for step in star_queries.steps(session, contract_id=own[0].id) if step.state == own[0].state
        )
        again = platform_day(rejected.at) + timedelta(days=star.APPLY_AGAIN_DAYS)
        if on < again:
            raise AppliesTooSoon(number=own[0].number, again=f"{again.month}月{again.day}日")
    found = standing(session, creator_id=creator_id, on=on)
    if found.verdict is None:
        raise StarNotOpen
    if not found.eligible:
        raise NotEligible(gaps="；".join(map(gap_words, found.verdict.nearest.failed)))
    if not by_agency:
        return None
    agency = creators.account(session, creator_id=creator_id).agency
    if agency is None:
        raise NoAgency
    quarter = date(on.year, (on.month - 1) // _QUARTER_MONTHS * _QUARTER_MONTHS + 1, 1)
    since = datetime(quarter.year, quarter.month, 1, tzinfo=PLATFORM_ZONE)
    if star_queries.nominated(session, agency=agency, since=since) >= AGENCY_QUARTER_LIMIT:
        raise AgencyFull(agency=agency, limit=AGENCY_QUARTER_LIMIT)
    return agency


def apply(session: Session, *, creator_id: int, by_agency: bool, now: datetime) -> Contract:
    """Store the application; raises what check_application raises."""
    money_moves.lock_wallet(session, creator_id=creator_id)
    agency = check_application(session, creator_id=creator_id, by_agency=by_agency, now=now)
    row = StarContract(creator_id=creator_id, agency=agency, state=StarState.APPLIED.value, applied_at=now)
    session.add(row)
    session.flush()
    _note(session, row, now=now, note="机构代报" if agency else "")
    return _contract(session, row)


def begin_screening(session: Session, *, number: str, now: datetime) -> Contract:
    """Begin to look at the application."""
    return _step(session, number, StarState.SCREENING, now=now)


def pass_screening(session: Session, *, number: str, now: datetime) -> Contract:
    """Find the application good: the contract goes out."""
    return _step(session, number, StarState.PASSED, now=now)


def reject(session: Session, *, number: str, reason: str, now: datetime) -> Contract:
    """End the application; the creator reads the reason (star-application-rules 2.4)."""
    if not reason.strip():
        raise OperatorError("a rejection needs a reason, which the creator reads")
    return _step(session, number, StarState.REJECTED, now=now, note=reason)


def sign(session: Session, *, number: str, terms: StarTerms, now: datetime) -> Contract:
    """Sign the contract with these terms; it runs from their first day, which may be today."""
    if terms.starts_on.day != 1:
        raise OperatorError(f"a contract starts on the first of a month, not on {terms.starts_on}")
    if not 0 < terms.floor_fen <= star.YEARLY_CAP_FEN:
        raise OperatorError("the monthly floor is above 0 and at most the yearly 1,200,000 yuan")
    row = _row(session, number)
    if platform_day(row.applied_at) > terms.starts_on:
        raise OperatorError(f"{row.number} was applied for after {terms.starts_on}")
    signed = _following(row, StarState.SIGNED)
    row.starts_on, row.ends_on = terms.starts_on, terms.ends_on
    row.floor_fen, row.works_a_month = terms.floor_fen, terms.works_a_month
    row.live_seconds_a_month, row.impressions = terms.live_seconds_a_month, terms.impressions
    row.outside_impressions, row.planning_sessions = terms.outside_impressions, terms.planning_sessions
    row.specialist = terms.specialist.strip()[:40]
    advance(session, row, signed, now=now)
    if terms.starts_on <= platform_day(now):
        advance(session, row, StarState.RUNNING, now=now)
    return _contract(session, row)


def end(session: Session, *, number: str, reason: str, now: datetime) -> Contract:
    """End the contract before its time; months that it reached the end of keep their guarantee."""
    if not reason.strip():
        raise OperatorError("an end needs a reason, which the creator reads")
    row = _row(session, number)
    advance(session, row, StarState.ENDED, now=now, note=reason)
    on = platform_day(now)
    if row.starts_on is not None and row.ends_on is not None and on < row.ends_on:
        row.ends_on = max(on, row.starts_on + timedelta(days=1))
    session.flush()
    return _contract(session, row)


def use(
    session: Session, *, number: str, kind: StarUseKind, amount: int, note: str, now: datetime
) -> Contract:
    """Note a used benefit, never more than was agreed; impressions on the platform go to the creator's account."""
    row = _row(session, number)
    if row.state != StarState.RUNNING:
        raise OperatorError(f"{row.number} is {row.state}, not running")
    if amount <= 0:
        raise OperatorError("what is used is above 0")
    agreed = {
        StarUseKind.PLANNING: row.planning_sessions,
        StarUseKind.IMPRESSIONS: row.impressions,
        StarUseKind.OUTSIDE: row.outside_impressions,
    }[kind]
    before = star_queries.used(session, contract_id=row.id).get(kind.value, 0)
    if before + amount > agreed:
        raise OperatorError(f"{row.number}: {before} of {agreed} {kind} are used, {amount} more are too many")
    made = StarUse(contract_id=row.id, kind=kind.value, amount=amount, day=platform_day(now), note=note[:200])
    session.add(made)
    session.flush()
    if kind is StarUseKind.IMPRESSIONS:
        posting = money_moves.program_traffic(
            key=f"{star_queries.KEY_PREFIX}{row.id}:use:{made.id}",
            creator_id=row.creator_id,
            program=PROGRAM,
            impressions=amount,
            day=made.day,
            rules_from=rules_from(made.day),
            source=row.number,
            note="合同流量",
        )
        money_moves.post(session, [posting], now=now)
    return _contract(session, row)


def _step(session: Session, number: str, to: StarState, *, now: datetime, note: str = "") -> Contract:
    row = _row(session, number)
    advance(session, row, to, now=now, note=note)
    return _contract(session, row)


def advance(session: Session, row: StarContract, to: StarState, *, now: datetime, note: str = "") -> None:
    """Take a step and remember it; raises OperatorError when it does not follow."""
    row.state = _following(row, to).value
    _note(session, row, now=now, note=note)


def _following(row: StarContract, to: StarState) -> StarState:
    try:
        return star.advance(StarState(row.state), to)
    except WrongStepError as error:
        raise OperatorError(f"{row.number}: {error}") from error


def _note(session: Session, row: StarContract, *, now: datetime, note: str) -> None:
    session.add(StarStep(contract_id=row.id, state=row.state, at=now, note=note.strip()[:200]))
    session.flush()


def _row(session: Session, number: str) -> StarContract:
    found = _NUMBER.fullmatch(number.strip().upper())
    row = star_queries.contract_for_update(session, contract_id=int(found["id"])) if found else None
    if row is None or row.number.replace("-", "") != number.strip().upper().replace("-", ""):
        raise OperatorError(f"there is no Star application {number!r}")
    return row


def _contract(session: Session, row: StarContract) -> Contract:
    steps = star_queries.steps(session, contract_id=row.id)
    months: Sequence[StarMonth] = star_queries.months(session, contract_id=row.id)
    used = star_queries.used(session, contract_id=row.id)
    return Contract(
        id=row.id,
        creator_id=row.creator_id,
        number=row.number,
        state=StarState(row.state),
        agency=row.agency,
        applied_on=platform_day(row.applied_at),
        steps=tuple(Step(StarState(step.state), step.at, step.note) for step in steps),
        terms=terms_of(row) if row.starts_on else None,
        ends_on=row.ends_on,
        benefits=Benefits(
            topped_up_fen=sum(month.top_up_fen for month in months),
            impressions_used=used.get(StarUseKind.IMPRESSIONS.value, 0),
            outside_used=used.get(StarUseKind.OUTSIDE.value, 0),
            planning_used=used.get(StarUseKind.PLANNING.value, 0),
        ),
        months=tuple(months),
    )


def terms_of(row: StarContract) -> StarTerms:
    """Return what a signed contract says."""
    assert row.starts_on is not None
    return StarTerms(
        row.starts_on, row.floor_fen, row.works_a_month, row.live_seconds_a_month, row.impressions,
        row.outside_impressions, row.planning_sessions, row.specialist,
    )  # fmt: skip


def rules_from(day: date) -> date:
    """Return the first day of the programme's rules that hold on a day."""
    term = find_program(packaged_programs(), PROGRAM).term(day)
    assert term is not None, f"no rules of the Star programme on {day}"
    return term.starts_on


def platform_day(at: datetime) -> date:
    """Return the platform's day of an instant."""
    return at.astimezone(PLATFORM_ZONE).date()
