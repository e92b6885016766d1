"""What may be done with infringement reports."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import assert_never

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.creators.service import WorkSummary, WorkUnknown
from tools.detection import queries
from tools.detection.models import InfringementReport
from tools.detection.suspects import Suspect, last_segment
from tools.kernel.errors import Refusal
from tools.kernel.period import PLATFORM_ZONE

LONGEST_REASON = 200
_NEWEST = 200

_NUMBER = re.compile(r"QQ\d{8}-?(?P<id>\d{1,12})", re.ASCII)
# Support says numbers by their end or their day ("QQ0721"); fewer digits than this fit too much.
_FEWEST_DIGITS = 3


class State(StrEnum):
    """Where a report stands."""

    SUBMITTED = "submitted"
    REVIEWING = "reviewing"
    UPHELD = "upheld"
    REJECTED = "rejected"

    @property
    def words(self) -> str:
        """The state as the creator is told it."""
        match self:
            case State.SUBMITTED:
                return "已提交，等待首次答复"
            case State.REVIEWING:
                return "已受理，审核中"
            case State.UPHELD:
                return "举报成立"
            case State.REJECTED:
                return "举报未成立"
            case _:
                assert_never(self)


class WorkNotOriginal(Refusal):
    """Only the author of an original can say that it was copied."""

    template = "《{title}》没有标为原创，不能用来举报搬运。如果是标错了，可以转人工核实。"


class SuspectIsYou(Refusal):
    """The link or the name is the creator's own."""

    template = "{suspect}是你自己的，不能举报自己。请发对方的视频链接或账号名。"


class AlreadyReported(Refusal):
    """The same work and suspect have a report that is not decided yet."""

    template = "《{title}》对{suspect}的举报已经在处理了，编号 {number}，不用重复提交。"


class ReportUnknown(Refusal):
    """Nothing of this number is the creator's; another creator's looks exactly the same."""

    template = "在你的举报里没有找到编号“{number}”。发“我的侵权举报”可以看全部举报。"


@dataclass(frozen=True, slots=True)
class Filing:
    """A report that may be submitted: everything about it has been checked."""

    work: WorkSummary
    suspect: Suspect
    suspect_key: str
    suspect_creator: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report as its author sees it."""

    number: str
    work_public_id: str
    work_title: str
    suspect: Suspect
    reason: str
    state: State
    submitted_at: datetime
    accepted_at: datetime | None
    decided_at: datetime | None
    note: str


def prepare(
    session: Session, *, creator_id: int, work: WorkSummary, suspect: Suspect, reason: str, on: date
) -> Filing:
    """Return the report that may be submitted for one of the creator's works; nothing is stored.

    Raises WorkNotOriginal, SuspectIsYou, AlreadyReported.
    """
    if not work.original:
        raise WorkNotOriginal(title=work.title)
    if suspect.url is not None and _is_own_work(session, creator_id=creator_id, url=suspect.url, on=on):
        raise SuspectIsYou(suspect="这个链接")
    suspect_creator = _suspect_creator(session, creator_id=creator_id, suspect=suspect)
    key = suspect.key
    if suspect.url is None and suspect_creator is not None:
        key = f"account:{suspect_creator}"
    _refuse_second(session, work=work, suspect=suspect, key=key)
    return Filing(work, suspect, key, suspect_creator, " ".join(reason.split())[:LONGEST_REASON])


def submit(session: Session, *, creator_id: int, filing: Filing, now: datetime) -> Report:
    """Store the report. Raises AlreadyReported when another transaction was quicker with the same one."""
    row = InfringementReport(
        creator_id=creator_id,
        work_id=filing.work.id,
        work_public_id=filing.work.public_id,
        work_title=filing.work.title,
        suspect_key=filing.suspect_key,
        suspect_url=filing.suspect.url,
        suspect_author=filing.suspect.author,
        suspect_creator_id=filing.suspect_creator,
        reason=filing.reason,
        state=State.SUBMITTED,
        submitted_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        _refuse_second(session, work=filing.work, suspect=filing.suspect, key=filing.suspect_key)
        raise
    return _report(row)


def reports(session: Session, *, creator_id: int) -> list[Report]:
    """Return the creator's own newest reports, newest first."""
    return [_report(row) for row in queries.reports(session, creator_id=creator_id, limit=_NEWEST)]


def find_reports(session: Session, *, creator_id: int, number: str) -> list[Report]:
    """Return the creator's own report with this number, or those whose number has these digits in it.

    Raises ReportUnknown when there is none.
    """
    plain = "".join(unicodedata.normalize("NFKC", number).split()).upper()
    if full := _NUMBER.fullmatch(plain):
        row = queries.report(session, creator_id=creator_id, report_id=int(full["id"]))
        if row is not None and row.number.replace("-", "") == plain.replace("-", ""):
            return [_report(row)]
    digits = "".join(char for char in plain if char in "0123456789")
    found = [
        item for item in reports(session, creator_id=creator_id) if digits in item.number.replace("-", "")
    ]
    if len(digits) < _FEWEST_DIGITS or not found:
        raise ReportUnknown(number=number.strip()[:30])
    return found


def _refuse_second(session: Session, *, work: WorkSummary, suspect: Suspect, key: str) -> None:
    if earlier := queries.open_report(session, work_id=work.id, suspect_key=key):
        raise AlreadyReported(title=work.title, suspect=suspect.words, number=earlier.number)


def _is_own_work(session: Session, *, creator_id: int, url: str, on: date) -> bool:
    """Whether the link ends in the id of one of the creator's own works."""
    if not (last := last_segment(url)):
        return False
    try:
        creators.resolve_work(session, creator_id=creator_id, work_ref=f"id:{last}", on=on)
    except WorkUnknown:
        return False
    return True


def _suspect_creator(session: Session, *, creator_id: int, suspect: Suspect) -> int | None:
    """Return the account that the name means, None when there is none or more than one."""
    if suspect.author is None:
        return None
    found = creators.find_by_name(session, name=suspect.author.removeprefix("@"))
    # An impostor often bears the reporter's own name: then the other account is meant.
    others = [account.id for account in found if account.id != creator_id]
    if found and not others and suspect.url is None:
        raise SuspectIsYou(suspect=f"账号“{suspect.author}”")
    return others[0] if len(others) == 1 else None


def _report(row: InfringementReport) -> Report:
    return Report(
        number=row.number,
        work_public_id=row.work_public_id,
        work_title=row.work_title,
        suspect=Suspect(row.suspect_url, row.suspect_author),
        reason=row.reason,
        state=State(row.state),
        submitted_at=row.submitted_at.astimezone(PLATFORM_ZONE),
        accepted_at=row.accepted_at and row.accepted_at.astimezone(PLATFORM_ZONE),
        decided_at=row.decided_at and row.decided_at.astimezone(PLATFORM_ZONE),
        note=row.note,
    )
