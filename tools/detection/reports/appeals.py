"""Appeals: by whoever a report was upheld against, and by a reporter whose report was rejected; once each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from tools.detection import deadlines
from tools.detection.models import InfringementReport
from tools.detection.report_models import InfringementAppeal
from tools.detection.reports import case_log, numbers, queries
from tools.detection.reports.case_log import Actor, ActorKind
from tools.detection.reports.kinds import Kind, Measure
from tools.detection.reports.states import Event, State
from tools.kernel.errors import Refusal
from tools.kernel.period import PLATFORM_ZONE

LONGEST_REASON = 200
_NEWEST = 100


class Side(StrEnum):
    """Who appeals."""

    ACCUSED = "accused"
    REPORTER = "reporter"


class Evidence(StrEnum):
    """What an appeal may rest on, at least one of them (infringement-appeal-rules 2.1)."""

    ORIGINAL_FILE = "original_file"
    PROJECT_FILE = "project_file"
    BEHIND_SCENES = "behind_scenes"
    LICENCE = "licence"
    CERTIFICATE = "certificate"

    @property
    def words(self) -> str:
        """The evidence as creators call it."""
        return _EVIDENCE_WORDS[self]


_EVIDENCE_WORDS: Mapping[Evidence, str] = {
    Evidence.ORIGINAL_FILE: "原始视频文件",
    Evidence.PROJECT_FILE: "剪辑工程文件",
    Evidence.BEHIND_SCENES: "拍摄花絮",
    Evidence.LICENCE: "授权合同",
    Evidence.CERTIFICATE: "著作权登记证书",
}
_ACCUSED_WORDS: Mapping[State, str] = {
    State.UPHELD: "判定侵权",
    State.APPEALED: "申诉复核中",
    State.CONFIRMED: "申诉未成立，维持原处理",
    State.RESTORED: "已改判，恢复正常",
}
_REPORTER_WORDS: Mapping[State, str] = {
    State.REJECTED: "举报未成立",
    State.CONTESTED: "申诉复核中",
    State.DISMISSED: "申诉未成立，维持原判",
}


class CaseUnknown(Refusal):
    """No decision of this number concerns the creator; another creator's looks exactly the same."""

    template = "在和你有关的侵权判定里没有找到编号“{number}”。发“我的申诉”可以看能申诉的案件。"


class AppealTooLate(Refusal):
    """The days in which the decision could be appealed are over."""

    template = (
        "{number} 是{decided}判定的，申诉要在收到结果后 {days} 天内提出，已经过了期限（《侵权申诉规则》1.1）。"
        "有法院判决或著作权行政裁定的，可以转人工凭文书重新处理。"
    )


class AlreadyAppealed(Refusal):
    """Each side appeals once, and the result is final."""

    template = "{number} 现在是“{state}”，每个案件每一方只能申诉 1 次（《侵权申诉规则》1.2）。"


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal as whoever made it sees it; `granted` None while it waits."""

    reason: str
    evidence: Evidence
    submitted_at: datetime
    granted: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision against the creator, without a word about who is on the other side.

    `title` is the own work that it is about, empty for a whole account; `work_id` its row.
    """

    report_id: int
    number: str
    side: Side
    kind: Kind
    state: State
    title: str
    work_id: int | None
    measure: Measure | None
    decided_at: datetime
    note: str
    appeal: Appeal | None

    @property
    def words(self) -> str:
        """The state as this side is told it."""
        return (_ACCUSED_WORDS if self.side is Side.ACCUSED else _REPORTER_WORDS)[self.state]

    @property
    def is_open(self) -> bool:
        """Whether an appeal could follow, if it is not too late."""
        return self.state in (State.UPHELD, State.REJECTED)

    @property
    def about(self) -> str:
        """What was decided about, as the creator calls it."""
        return f"《{self.title}》" if self.title else "你的账号"

    def may_be_appealed(self, now: datetime) -> bool:
        """Whether an appeal may be made at this moment."""
        return self.is_open and now <= deadlines.appeal_by(self.decided_at)


def judgements(session: Session, *, creator_id: int) -> list[Judgement]:
    """Return the decisions against the creator, newest first."""
    against = queries.known_against(session, creator_id=creator_id, limit=_NEWEST)
    rejected = queries.turned_down(session, creator_id=creator_id, limit=_NEWEST)
    found = [_judgement(session, row, Side.ACCUSED) for row in against]
    found += [_judgement(session, row, Side.REPORTER) for row in rejected]
    return sorted(found, key=lambda item: (item.decided_at, item.report_id), reverse=True)


def find(session: Session, *, creator_id: int, number: str) -> list[Judgement]:
    """Return the decisions against the creator whose number this is, whole or in part. Raises CaseUnknown."""
    if not (found := numbers.matching(number, judgements(session, creator_id=creator_id))):
        raise CaseUnknown(number=number.strip()[:30])
    return found


def check(judgement: Judgement, *, now: datetime) -> None:
    """Raise AlreadyAppealed or AppealTooLate unless the decision may be appealed now."""
    if not judgement.is_open:
        raise AlreadyAppealed(number=judgement.number, state=judgement.words)
    if not judgement.may_be_appealed(now):
        day = judgement.decided_at
        raise AppealTooLate(
            number=judgement.number, decided=f"{day.month}月{day.day}日", days=deadlines.APPEAL_DAYS
        )


def submit(
    session: Session, *, creator_id: int, number: str, reason: str, evidence: Evidence, now: datetime
) -> Judgement:
    """Store the appeal and let another reviewer look; what was done stays in force until he has.

    Raises CaseUnknown, AlreadyAppealed, AppealTooLate; everything is checked under the case's lock.
    """
    row_id = numbers.row_id(number)
    row = queries.report_for_update(session, report_id=row_id) if row_id is not None else None
    known = [item for item in judgements(session, creator_id=creator_id) if item.report_id == row_id]
    if row is None or not known or not numbers.is_number(number, row.number):
        raise CaseUnknown(number=number.strip()[:30])
    [judgement] = known
    check(judgement, now=now)
    kind = ActorKind.ACCUSED if judgement.side is Side.ACCUSED else ActorKind.REPORTER
    event = Event.APPEAL if judgement.side is Side.ACCUSED else Event.CONTEST
    # The words of an appeal stay with the appeal: the log is what both sides' cases are told from.
    step = case_log.take(session, row, event, by=Actor(kind, str(creator_id)), now=now)
    session.add(
        InfringementAppeal(
            report_id=row.id,
            side=judgement.side.value,
            creator_id=creator_id,
            reason=" ".join(reason.split())[:LONGEST_REASON],
            evidence=evidence.value,
            submitted_at=now,
        )
    )
    if judgement.side is Side.ACCUSED:
        text = f"举报 {row.number}：对方提出申诉，{deadlines.APPEAL_WORKING_DAYS} 个工作日内复核，期间维持原处理。"
        case_log.tell(session, step, creator_id=row.creator_id, text=text)
    session.flush()
    return _judgement(session, row, judgement.side)


def _judgement(session: Session, row: InfringementReport, side: Side) -> Judgement:
    assert row.decided_at is not None, "only decided reports are judgements"
    work_id = row.suspect_work_id if side is Side.ACCUSED else row.work_id
    if row.kind == Kind.IMPERSONATION:
        work_id = None
    title = row.work_title
    if side is Side.ACCUSED:
        title = queries.titles(session, work_ids=[work_id])[work_id].title if work_id else ""
    measure = queries.measure_of(session, report_id=row.id)
    return Judgement(
        report_id=row.id,
        number=row.number,
        side=side,
        kind=Kind(row.kind),
        state=State(row.state),
        title=title,
        work_id=work_id,
        measure=Measure(measure.measure) if measure else None,
        decided_at=row.decided_at.astimezone(PLATFORM_ZONE),
        note=row.note,
        appeal=_appeal(queries.appeal(session, report_id=row.id, side=side.value)),
    )


def _appeal(row: InfringementAppeal | None) -> Appeal | None:
    if row is None:
        return None
    return Appeal(
        row.reason, Evidence(row.evidence), row.submitted_at.astimezone(PLATFORM_ZONE), row.granted, row.note
    )
