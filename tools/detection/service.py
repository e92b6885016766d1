"""What a creator may do with infringement reports: submit, complete, withdraw, look at, and ask for figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.creators.service import WorkSummary, WorkUnknown
from tools.detection import queries
from tools.detection.models import InfringementReport
from tools.detection.report_models import CopyChoice
from tools.detection.reports import case_log, kinds, numbers, review, standing
from tools.detection.reports import queries as case_queries
from tools.detection.reports.case_log import Actor, ActorKind
from tools.detection.reports.kinds import Choice, Kind, Measure
from tools.detection.reports.queries import PublishedWork
from tools.detection.reports.states import IN_FORCE, OPEN, Event, State, WrongStepError
from tools.detection.reports.verdicts import Comparison, Examiner, MachineVerdict, unexamined, verdict_from
from tools.detection.suspects import Suspect, last_segment
from tools.detection.videos import examining
from tools.kernel.errors import Refusal
from tools.kernel.period import PLATFORM_ZONE, Period

LONGEST_REASON = 200
_NEWEST = 200


class WorkNotOriginal(Refusal):
    """Only the author of an original can say that it was copied."""

    template = "《{title}》没有标为原创，不能用来举报搬运。如果是标错了，可以转人工核实。"


class SuspectIsYou(Refusal):
    """The link or the name is the creator's own."""

    template = "{suspect}是你自己的，不能举报自己。请发对方的视频链接或账号名。"


class AlreadyReported(Refusal):
    """The same work and suspect have a report that is not decided yet."""

    template = "{about}对{suspect}的举报已经在处理了，编号 {number}，不用重复提交。"


class LinkNeeded(Refusal):
    """A report of one sound or picture names the work that it is in."""

    template = "举报{kind}要有对方作品的链接，只有账号名不够。请在 App 里点“分享—复制链接”再发给我。"


class RealNameNeeded(Refusal):
    """Some kinds of report are made in the reporter's own name."""

    template = "举报{kind}要先实名认证。请在 App 的“设置—账号与安全—实名认证”里完成，再来提交。"


class ReportingPaused(Refusal):
    """Too many of the reports were malicious."""

    template = "因为多次恶意举报，你的侵权举报权限暂停到{until}前（《侵权举报规则》3.3）。认为判错了，可以对被驳回的举报申诉。"


class ReportUnknown(Refusal):
    """Nothing of this number is the creator's; another creator's looks exactly the same."""

    template = "在你的举报里没有找到编号“{number}”。发“我的侵权举报”可以看全部举报。"


class ReportNotWaiting(Refusal):
    """The step does not follow the report's state."""

    template = "举报 {number} 现在是“{state}”，不能{deed}。发编号可以查看进度。"


@dataclass(frozen=True, slots=True)
class Filing:
    """A report that may be submitted: everything about it has been checked."""

    kind: Kind
    owner: int
    work: WorkSummary | None
    suspect: Suspect
    suspect_key: str
    suspect_creator: int | None
    suspect_work: PublishedWork | None
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report as its author sees it."""

    number: str
    kind: Kind
    work_public_id: str
    work_title: str
    suspect: Suspect
    reason: str
    state: State
    submitted_at: datetime
    accepted_at: datetime | None
    decided_at: datetime | None
    note: str
    verdict: MachineVerdict | None
    measure: Measure | None

    @property
    def about(self) -> str:
        """What was copied, as the reporter calls it."""
        return f"《{self.work_title}》" if self.work_title else "你的账号"


@dataclass(frozen=True, slots=True)
class Statistics:
    """What came of a creator's reports; `success_bp` is the share of decided ones that hold, None before the first."""

    originals: int
    reports: int
    waiting: int
    decided: int
    holding: int
    restored: int
    handled: Mapping[Measure, int]

    @property
    def success_bp(self) -> int | None:
        """The share in basis points, rounded down."""
        return self.holding * 10_000 // self.decided if self.decided else None


def resolve_original(
    session: Session, *, creator_id: int, work_ref: str, on: date
) -> tuple[WorkSummary, int]:
    """Return the work that a reference means and whose it is: the creator's own, or by id one that he may speak for.

    Raises WorkUnknown and WorkAmbiguous; a work of somebody who did not authorise him looks like an unknown one.
    """
    try:
        work = creators.resolve_work(session, creator_id=creator_id, work_ref=work_ref, on=on)
    except WorkUnknown:
        for owner in case_queries.owners_of_agent(session, agent_id=creator_id, on=on):
            try:
                return creators.resolve_work(session, creator_id=owner, work_ref=work_ref, on=on), owner
            except WorkUnknown:
                continue
        raise
    return work, creator_id


def paused_until(session: Session, *, creator_id: int, on: date) -> date | None:
    """Return the first day on which the creator may report again, None when he may now."""
    decided = case_queries.malicious_decisions(session, creator_id=creator_id)
    return standing.paused_until([at.astimezone(PLATFORM_ZONE).date() for at in decided], on=on)


def prepare(
    session: Session,
    *,
    creator_id: int,
    work: WorkSummary | None,
    suspect: Suspect,
    reason: str,
    on: date,
    kind: Kind = Kind.COPY,
    owner: int | None = None,
) -> Filing:
    """Return the report that may be submitted; nothing is stored. `owner` is whose work it is, the creator's when None.

    Raises ReportingPaused, WorkNotOriginal, LinkNeeded, RealNameNeeded, SuspectIsYou, AlreadyReported.
    """
    path, owner = kinds.PATHS[kind], owner or creator_id
    if until := paused_until(session, creator_id=creator_id, on=on):
        raise ReportingPaused(until=f"{until.month}月{until.day}日")
    if work is not None and not work.original:
        raise WorkNotOriginal(title=work.title)
    assert (work is not None) == path.needs_work, "the tool asks for the work where the kind needs one"
    if path.needs_link and suspect.url is None:
        raise LinkNeeded(kind=path.words)
    if path.needs_real_name and not creators.account(session, creator_id=creator_id).real_name_verified:
        raise RealNameNeeded(kind=path.words)
    copy = _copy(session, suspect)
    if copy is not None and copy.creator_id in (creator_id, owner):
        raise SuspectIsYou(suspect="这个链接")
    named = _suspect_creator(session, mine={creator_id, owner}, suspect=suspect)
    suspect_creator = copy.creator_id if copy else named
    key = suspect.key
    if suspect.url is None and suspect_creator is not None:
        key = f"account:{suspect_creator}"
    filing = Filing(
        kind, owner, work, suspect, key, suspect_creator, copy, " ".join(reason.split())[:LONGEST_REASON]
    )
    _refuse_second(session, filing)
    return filing


def submit(
    session: Session,
    *,
    creator_id: int,
    filing: Filing,
    now: datetime,
    examiner: Examiner = unexamined,
    upload: int | None = None,
) -> Report:
    """Store the report and what a machine says to it, which may decide it at once, or after the workers compared.

    `upload` is a video that the reporter sent as evidence. Raises AlreadyReported when another transaction was quicker with the same one.
    """
    work, copy = filing.work, filing.suspect_work
    row = InfringementReport(
        creator_id=creator_id,
        owner_id=filing.owner,
        kind=filing.kind.value,
        work_id=work.id if work else None,
        work_public_id=work.public_id if work else "",
        work_title=work.title if work else "",
        suspect_key=filing.suspect_key,
        suspect_url=filing.suspect.url,
        suspect_author=filing.suspect.author,
        suspect_creator_id=filing.suspect_creator,
        suspect_work_id=copy.id if copy else None,
        reason=filing.reason,
        state=State.SUBMITTED.value,
        submitted_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        _refuse_second(session, filing)
        raise
    case_log.take(session, row, Event.SUBMIT, by=_reporter(creator_id), now=now, note=filing.reason)
    session.flush()
    if work is not None and filing.kind is Kind.COPY:
        comparison = Comparison(work.public_id, copy.public_id if copy else None, filing.suspect.url)
        if (verdict := examiner(session, comparison)) is not None:
            review.examined(session, row, verdict, now=now)
        elif copy is not None or upload is not None:
            examining.request_examination(session, report_id=row.id, upload=upload, now=now)
    return _report(session, row)


def supply(session: Session, *, creator_id: int, number: str, text: str, now: datetime) -> Report:
    """Add the evidence that was asked for; the case is under review again and its days are counted anew.

    Raises ReportUnknown, ReportNotWaiting.
    """
    row = _own_row(session, creator_id=creator_id, number=number)
    return _take_own(session, row, Event.SUPPLY, deed="补充材料", note=text, now=now)


def withdraw(session: Session, *, creator_id: int, number: str, now: datetime) -> Report:
    """Close the creator's own report before it is decided. Raises ReportUnknown, ReportNotWaiting."""
    row = _own_row(session, creator_id=creator_id, number=number)
    return _take_own(session, row, Event.WITHDRAW, deed="撤回", note="举报人撤回", now=now)


def reports(session: Session, *, creator_id: int) -> list[Report]:
    """Return the creator's own newest reports, newest first."""
    return [_report(session, row) for row in queries.reports(session, creator_id=creator_id, limit=_NEWEST)]


def find_reports(session: Session, *, creator_id: int, number: str) -> list[Report]:
    """Return the creator's own report with this number, or those whose number has these digits in it.

    Raises ReportUnknown when there is none.
    """
    if (row_id := numbers.row_id(number)) is not None:
        row = queries.report(session, creator_id=creator_id, report_id=row_id)
        if row is not None and numbers.is_number(number, row.number):
            return [_report(session, row)]
    rows = queries.reports(session, creator_id=creator_id, limit=_NEWEST)
    if not (found := numbers.matching(number, rows)):
        raise ReportUnknown(number=number.strip()[:30])
    return [_report(session, row) for row in found]


def statistics(session: Session, *, creator_id: int, on: date, period: Period | None) -> Statistics:
    """Return what came of the reports that the creator submitted in the period, or ever until the end of the day `on`."""
    starts_at = _midnight(period.starts_on) if period else None
    ends_at = _midnight(period.ends_on if period else on + timedelta(days=1))
    states = case_queries.counts_by_state(
        session, creator_id=creator_id, starts_at=starts_at, ends_at=ends_at
    )
    measures = case_queries.counts_by_measure(
        session, creator_id=creator_id, starts_at=starts_at, ends_at=ends_at
    )
    total, waiting = sum(states.values()), sum(states.get(state, 0) for state in OPEN)
    return Statistics(
        originals=case_queries.count_originals(session, creator_id=creator_id, before=ends_at),
        reports=total,
        waiting=waiting,
        decided=total - waiting - states.get(State.CLOSED, 0),
        holding=sum(states.get(state, 0) for state in IN_FORCE),
        restored=states.get(State.RESTORED, 0),
        handled={Measure(measure): count for measure, count in sorted(measures.items())},
    )


def choice(session: Session, *, creator_id: int) -> Choice:
    """Return what the creator wants done with copies of his originals."""
    row = case_queries.newest_choice(session, creator_id=creator_id)
    return Choice(row.choice) if row else Choice.BLOCK


def choose(session: Session, *, creator_id: int, choice: Choice, now: datetime) -> None:
    """Remember what the creator wants done from now on; what was decided before stays as it is."""
    session.add(CopyChoice(creator_id=creator_id, choice=choice.value, chosen_at=now))
    session.flush()


def _own_row(session: Session, *, creator_id: int, number: str) -> InfringementReport:
    row_id = numbers.row_id(number)
    row = case_queries.report_for_update(session, report_id=row_id) if row_id is not None else None
    if (
        row is None
        or creator_id not in (row.creator_id, row.owner_id)
        or not numbers.is_number(number, row.number)
    ):
        raise ReportUnknown(number=number.strip()[:30])
    return row


def _take_own(
    session: Session, row: InfringementReport, event: Event, *, deed: str, note: str, now: datetime
) -> Report:
    before = State(row.state)
    try:
        case_log.take(session, row, event, by=_reporter(row.creator_id), now=now, note=note)
    except WrongStepError:
        raise ReportNotWaiting(number=row.number, state=before.words, deed=deed) from None
    if event is Event.WITHDRAW:
        row.accepted_at, row.decided_at, row.note = row.accepted_at or now, now, note
    else:
        row.accepted_at = now
    session.flush()
    return _report(session, row)


def _refuse_second(session: Session, filing: Filing) -> None:
    earlier = queries.open_report(
        session,
        owner_id=filing.owner,
        work_id=filing.work.id if filing.work else None,
        suspect_key=filing.suspect_key,
    )
    if earlier:
        about = f"《{filing.work.title}》" if filing.work else "你"
        raise AlreadyReported(about=about, suspect=filing.suspect.words, number=earlier.number)


def _copy(session: Session, suspect: Suspect) -> PublishedWork | None:
    """Return the work of this platform that the link ends in."""
    if suspect.url is None or kinds.is_elsewhere(suspect.url) or not (last := last_segment(suspect.url)):
        return None
    return case_queries.published_work(session, public_id=last)


def _suspect_creator(session: Session, *, mine: set[int], suspect: Suspect) -> int | None:
    """Return the account that the name means, None when there is none or more than one."""
    if suspect.author is None:
        return None
    found = creators.find_by_name(session, name=suspect.author.removeprefix("@"))
    # An impostor often bears the reporter's own name: then the other account is meant.
    others = [account.id for account in found if account.id not in mine]
    if found and not others and suspect.url is None:
        raise SuspectIsYou(suspect=f"账号“{suspect.author}”")
    return others[0] if len(others) == 1 else None


def _reporter(creator_id: int) -> Actor:
    return Actor(ActorKind.REPORTER, str(creator_id))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PLATFORM_ZONE)


def _report(session: Session, row: InfringementReport) -> Report:
    measure = case_queries.measure_of(session, report_id=row.id) if State(row.state) in IN_FORCE else None
    return Report(
        number=row.number,
        kind=Kind(row.kind),
        work_public_id=row.work_public_id,
        work_title=row.work_title,
        suspect=Suspect(row.suspect_url, row.suspect_author),
        reason=row.reason,
        state=State(row.state),
        submitted_at=row.submitted_at.astimezone(PLATFORM_ZONE),
        accepted_at=row.accepted_at and row.accepted_at.astimezone(PLATFORM_ZONE),
        decided_at=row.decided_at and row.decided_at.astimezone(PLATFORM_ZONE),
        note=row.note,
        verdict=verdict_from(row.verdict) if row.verdict else None,
        measure=Measure(measure.measure) if measure else None,
    )
