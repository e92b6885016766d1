"""What reviewers and machines do with reports: answered, decided once, restored; both sides are told."""

from datetime import datetime

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.detection import deadlines
from tools.detection.models import InfringementReport
from tools.detection.report_models import ReportAuthorisation, ReportStep, WorkMeasure
from tools.detection.reports import case_log, numbers, queries
from tools.detection.reports.case_log import CLOCK, MACHINE, Actor, ActorKind
from tools.detection.reports.kinds import PATHS, Choice, Kind, Measure, measure_for
from tools.detection.reports.states import IN_FORCE, Event, State, WrongStepError
from tools.detection.reports.verdicts import MachineVerdict, body_of
from tools.kernel.errors import OperatorError
from tools.kernel.period import PLATFORM_ZONE, Period

_DECIDED = {Event.UPHOLD, Event.REJECT, Event.RESTORE}
_CLOSED_AT_ONCE = 500


def examined(session: Session, row: InfringementReport, verdict: MachineVerdict, *, now: datetime) -> None:
    """Note what a machine says; when it is sure of a copy on this platform, the report is upheld at once.

    Everything else waits for a reviewer: a machine's "clear" rejects nobody (infringement-kinds-rules 3.2).
    """
    case_log.take(session, row, Event.EXAMINE, by=MACHINE, now=now, body=body_of(verdict))
    row.verdict = body_of(verdict)
    if verdict.decides and row.kind == Kind.COPY and row.suspect_work_id is not None:
        _uphold(session, row, by=MACHINE, now=now, reason="机器比对确认是同一条画面。")
    session.flush()


def note_verdict(session: Session, *, number: str, verdict: MachineVerdict, now: datetime) -> None:
    """Note what a machine says to a report that waits; one that is decided meanwhile, or has a verdict, stays as it is."""
    row = _row(session, number)
    if row.verdict is None and row.state in (State.SUBMITTED, State.REVIEWING):
        examined(session, row, verdict, now=now)


def accept(session: Session, *, number: str, by: str, now: datetime) -> State:
    """Take the case on. Raises OperatorError when it is not new."""
    row = _row(session, number)
    step = _take(session, row, Event.ACCEPT, by=_reviewer(by), now=now)
    row.accepted_at = now
    days = deadlines.promise_on(row.submitted_at.date()).decision_working_days
    _tell_reporter(session, row, step, f"举报 {row.number} 已受理，{days} 个工作日内出结果。")
    return State(row.state)


def ask(session: Session, *, number: str, by: str, what: str, now: datetime) -> State:
    """Ask the reporter for evidence; the case closes itself when none comes in time."""
    if not what.strip():
        raise OperatorError("say what is missing")
    row = _row(session, number)
    step = _take(session, row, Event.ASK, by=_reviewer(by), now=now, note=what)
    row.accepted_at, row.note = row.accepted_at or now, case_log.brief(what)
    until = deadlines.evidence_by(now)
    _tell_reporter(
        session,
        row,
        step,
        f"举报 {row.number} 需要补充材料：{row.note}。请在 {until.month}月{until.day}日前补交。",
    )
    return State(row.state)


def uphold(
    session: Session,
    *,
    number: str,
    by: str,
    reason: str,
    now: datetime,
    copy: str = "",
    account: str = "",
    measure: Choice | None = None,
) -> State:
    """Decide that the report holds, also on appeal; `copy` is the work and `account` the handle where they are not known.

    Raises OperatorError when the case is not to be decided, or what the measure hits is not known: nothing changes.
    """
    row = _row(session, number)
    _require(reason)
    if State(row.state) not in IN_FORCE:
        _name_suspect(session, row, copy=copy, account=account)
    _uphold(session, row, by=_reviewer(by), now=now, reason=reason, chosen=measure)
    return State(row.state)


def reject(
    session: Session, *, number: str, by: str, reason: str, now: datetime, malicious: bool = False
) -> State:
    """Decide that the report does not hold, also on the reporter's appeal."""
    row = _row(session, number)
    _require(reason)
    first = row.state != State.CONTESTED
    if malicious and not first:
        raise OperatorError(f"{row.number}: an appeal makes nothing worse; decide it without --malicious")
    _other_reviewer(session, row, by)
    step = _take(
        session, row, Event.REJECT, by=_reviewer(by), now=now, note=reason, body={"malicious": malicious}
    )
    row.accepted_at, row.decided_at = row.accepted_at or now, now
    if first:
        row.malicious, row.note = malicious, case_log.brief(reason)
    else:
        _decide_appeal(session, row, side="reporter", granted=False, note=reason, now=now)
    words = "举报未成立" if first else "申诉复核后维持原判"
    _tell_reporter(session, row, step, f"举报 {row.number}：{words}。{case_log.brief(reason)}")
    return State(row.state)


def restore(session: Session, *, number: str, by: str, reason: str, now: datetime) -> State:
    """Take an upheld report back, on the accused's appeal or without one; what was done is undone from now on."""
    row = _row(session, number)
    _require(reason)
    appealed = row.state == State.APPEALED
    if appealed:
        _other_reviewer(session, row, by)
    step = _take(session, row, Event.RESTORE, by=_reviewer(by), now=now, note=reason)
    row.decided_at = now
    measure = queries.measure_of(session, report_id=row.id)
    assert measure is not None, "an upheld report has a measure"
    measure.ends_at = now
    if appealed:
        _decide_appeal(session, row, side="accused", granted=True, note=reason, now=now)
    _tell_reporter(
        session,
        row,
        step,
        f"举报 {row.number}：对方申诉成立，已改判，{Measure(measure.measure).words}已解除。",
    )
    if measure.creator_id is not None:
        text = f"侵权案件 {row.number} 已改判：{Measure(measure.measure).words}已解除。"
        case_log.tell(session, step, creator_id=measure.creator_id, text=text)
    session.flush()
    return State(row.state)


def close_unsupplied(session: Session, *, now: datetime) -> int:
    """Close the reports whose evidence did not come in time and return how many; a few hundred at once."""
    late = now - (deadlines.evidence_by(now) - now)
    ids = queries.unsupplied(session, asked_before=late, limit=_CLOSED_AT_ONCE)
    closed = 0
    for report_id in ids:
        row = queries.report_for_update(session, report_id=report_id)
        if row is None or row.state != State.NEEDS_EVIDENCE:
            continue
        step = case_log.take(session, row, Event.LAPSE, by=CLOCK, now=now, note="逾期没有补充材料")
        row.decided_at, row.note = now, step.note
        _tell_reporter(session, row, step, f"举报 {row.number} 逾期没有补充材料，已关闭，可以重新提交。")
        closed += 1
    return closed


def authorise(session: Session, *, owner: int, agent: int, period: Period, document: str) -> None:
    """Register that the agent may report copies of the owner's works in the period."""
    if owner == agent:
        raise OperatorError("nobody authorises themselves")
    session.add(
        ReportAuthorisation(
            owner_id=owner,
            agent_id=agent,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            document=case_log.brief(document)[:120],
        )
    )
    session.flush()


def _uphold(
    session: Session,
    row: InfringementReport,
    *,
    by: Actor,
    now: datetime,
    reason: str,
    chosen: Choice | None = None,
) -> None:
    before = State(row.state)
    if before in (State.APPEALED, State.CONTESTED):
        _other_reviewer(session, row, by.name)
    step = _take(session, row, Event.UPHOLD, by=by, now=now, note=reason)
    row.accepted_at, row.decided_at, row.malicious = row.accepted_at or now, now, False
    if before is State.APPEALED:
        _decide_appeal(session, row, side="accused", granted=False, note=reason, now=now)
        measure = queries.measure_of(session, report_id=row.id)
        assert measure is not None, "an appealed report has a measure"
        _tell_both(
            session, row, step, measure,
            reporter=f"举报 {row.number}：对方申诉未成立，维持{Measure(measure.measure).words}。",
            accused=f"侵权案件 {row.number}：申诉未成立，维持原处理。{case_log.brief(reason)}",
        )  # fmt: skip
        return
    if before is State.CONTESTED:
        _decide_appeal(session, row, side="reporter", granted=True, note=reason, now=now)
    row.note = case_log.brief(reason)
    measure = _impose(session, row, chosen=chosen, now=now)
    words, until = Measure(measure.measure).words, deadlines.appeal_by(now)
    _tell_both(
        session, row, step, measure,
        reporter=f"举报 {row.number}：举报成立，处理方式：{words}。",
        accused=(
            f"你的{_target(session, row)}被判侵权（案件 {row.number}），处理：{words}。{row.note}"
            f"不认可可以在 {until.month}月{until.day}日前申诉。"
        ),
    )  # fmt: skip


def _impose(
    session: Session, row: InfringementReport, *, chosen: Choice | None, now: datetime
) -> WorkMeasure:
    """Do what the owner of the original chose, or the reviewer, as far as this kind of report allows it."""
    kind = Kind(row.kind)
    if chosen is None and (stored := queries.newest_choice(session, creator_id=row.owner_id)):
        chosen = Choice(stored.choice)
    measure = measure_for(kind, chosen)
    outside = measure is Measure.LETTER
    made = WorkMeasure(
        report_id=row.id,
        work_id=row.suspect_work_id if PATHS[kind].needs_work and not outside else None,
        creator_id=None if outside else row.suspect_creator_id,
        measure=measure.value,
        starts_at=now,
    )
    session.add(made)
    session.flush()
    return made


def _name_suspect(session: Session, row: InfringementReport, *, copy: str, account: str) -> None:
    """Complete what the report did not say about the suspect. Raises OperatorError when that is not enough."""
    kind = Kind(row.kind)
    if kind is Kind.OFF_PLATFORM:
        return
    if copy and kind is not Kind.IMPERSONATION:
        if (found := queries.published_work(session, public_id=copy)) is None:
            raise OperatorError(f"there is no work {copy!r}")
        row.suspect_work_id, row.suspect_creator_id = found.id, found.creator_id
    elif account and kind is Kind.IMPERSONATION:
        if (named := creators.find_account(session, handle=account)) is None:
            raise OperatorError(f"there is no account {account!r}")
        row.suspect_creator_id = named.id
    if row.suspect_creator_id in (row.creator_id, row.owner_id):
        raise OperatorError(f"{row.number}: the suspect would be the reporter")
    if kind is Kind.IMPERSONATION and row.suspect_creator_id is None:
        raise OperatorError(f"{row.number} names no account of this platform: give --account HANDLE")
    if kind is not Kind.IMPERSONATION and row.suspect_work_id is None:
        raise OperatorError(f"{row.number} names no work of this platform: give --copy WORK_ID")


def _decide_appeal(
    session: Session, row: InfringementReport, *, side: str, granted: bool, note: str, now: datetime
) -> None:
    appeal = queries.appeal(session, report_id=row.id, side=side)
    assert appeal is not None, "an appealed case has the appeal"
    appeal.granted, appeal.decided_at, appeal.note = granted, now, case_log.brief(note)
    session.flush()


def _other_reviewer(session: Session, row: InfringementReport, by: str) -> None:
    """Refuse whoever made the decision that is appealed (infringement-appeal-rules 3.1)."""
    if row.state not in (State.APPEALED, State.CONTESTED):
        return
    deciders = {
        step.actor
        for step in queries.steps(session, report_id=row.id)
        if step.actor_kind == ActorKind.REVIEWER and Event(step.event) in _DECIDED
    }
    if by in deciders:
        raise OperatorError(f"{row.number} was decided by {by}: somebody else decides the appeal")


def _take(
    session: Session,
    row: InfringementReport,
    event: Event,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
    body: dict[str, bool] | None = None,
) -> ReportStep:
    before = row.state
    try:
        step = case_log.take(session, row, event, by=by, now=now, note=note, body=body)
    except WrongStepError as error:
        last = queries.steps(session, report_id=row.id)[-1]
        who = last.actor if last.actor_kind == ActorKind.REVIEWER else f"the {last.actor_kind}"
        raise OperatorError(
            f"{row.number} is {before} since {last.at.astimezone(PLATFORM_ZONE):%Y-%m-%d %H:%M} by {who}: {error}"
        ) from None
    # Not flushed here: the caller sets the times that belong to the state first.
    return step


def _row(session: Session, number: str) -> InfringementReport:
    row_id = numbers.row_id(number)
    row = queries.report_for_update(session, report_id=row_id) if row_id is not None else None
    if row is None or not numbers.is_number(number, row.number):
        raise OperatorError(f"there is no report {number!r}")
    return row


def _reviewer(name: str) -> Actor:
    if not name.strip():
        raise OperatorError("--by names the reviewer")
    return case_log.reviewer(name.strip()[:60])


def _require(reason: str) -> None:
    if not reason.strip():
        raise OperatorError("a decision needs a reason that both sides can read")


def _target(session: Session, row: InfringementReport) -> str:
    if row.suspect_work_id is None or row.kind == Kind.IMPERSONATION:
        return "账号"
    return f"作品《{queries.titles(session, work_ids=[row.suspect_work_id])[row.suspect_work_id].title}》"


def _tell_reporter(session: Session, row: InfringementReport, step: ReportStep, text: str) -> None:
    case_log.tell(session, step, creator_id=row.creator_id, text=text)
    session.flush()


def _tell_both(
    session: Session,
    row: InfringementReport,
    step: ReportStep,
    measure: WorkMeasure,
    *,
    reporter: str,
    accused: str,
) -> None:
    # The picture is the reporter's evidence; the accused sees it when he asks a reviewer.
    picture = row.verdict["picture"] if row.verdict and step.actor_kind == ActorKind.MACHINE else None
    case_log.tell(session, step, creator_id=row.creator_id, text=reporter, picture=picture)
    if measure.creator_id is not None:
        case_log.tell(session, step, creator_id=measure.creator_id, text=accused)
    session.flush()
