"""Reports that the platform makes itself, in the name of an original's owner, when it finds a copy."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tools.detection.models import InfringementReport
from tools.detection.reports import case_log, review
from tools.detection.reports.case_log import MACHINE
from tools.detection.reports.kinds import Kind
from tools.detection.reports.states import OPEN, Event, State
from tools.detection.reports.verdicts import MachineVerdict

_REASON = "平台巡查：新视频和原创画面相同"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A work as a claim names it."""

    id: int
    creator: int
    public_id: str
    title: str


def claim(
    session: Session,
    *,
    original: Claimed,
    suspect: Claimed,
    suspect_name: str,
    verdict: MachineVerdict,
    earlier: InfringementReport | None,
    now: datetime,
) -> InfringementReport:
    """Return the report of this copy, made now unless there was one: it is upheld at once where the machine decides.

    A pair that was ever decided is not claimed again: what a reviewer restored stays restored.
    """
    if earlier is not None:
        if earlier.state in OPEN:
            review.note_verdict(session, number=earlier.number, verdict=verdict, now=now)
        return earlier
    row = InfringementReport(
        creator_id=original.creator,
        owner_id=original.creator,
        kind=Kind.COPY.value,
        work_id=original.id,
        work_public_id=original.public_id,
        work_title=original.title,
        suspect_key=f"work:{suspect.public_id}",
        suspect_author=suspect_name[:40],
        suspect_creator_id=suspect.creator,
        suspect_work_id=suspect.id,
        reason=_REASON,
        state=State.SUBMITTED.value,
        submitted_at=now,
    )
    session.add(row)
    session.flush()
    step = case_log.take(session, row, Event.SUBMIT, by=MACHINE, now=now, note=_REASON)
    session.flush()
    review.examined(session, row, verdict, now=now)
    if row.state in OPEN:
        text = (
            f"平台巡查发现账号“{suspect_name}”的作品《{suspect.title}》和你的《{original.title}》有相似画面，"
            f"已替你提交举报 {row.number}，等审核员判定。"
        )
        case_log.tell(session, step, creator_id=original.creator, text=text, picture=verdict.picture)
    return row
