"""What the tests of reports begin with: a report of the impostor's copy, brought as far as a test needs."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tests.tools.detection.conftest import People
from tools.creators import service as creators
from tools.detection import service
from tools.detection.invariants import INVARIANTS
from tools.detection.reports import appeals, review
from tools.detection.reports.appeals import Evidence
from tools.detection.reports.kinds import Kind
from tools.detection.reports.verdicts import Comparison, Examiner, MachineVerdict, unexamined
from tools.detection.suspects import Suspect
from tools.kernel.db import Database

COPY_URL = "https://www.kuaishou.com/short-video/3xbbb1"
TODAY = date(2022, 8, 15)


@dataclass(frozen=True)
class Copied:
    """What is reported: which of the author's works, by which link."""

    work: str = "3xaaa1"
    url: str = COPY_URL
    kind: Kind = Kind.COPY


def reported(
    session: Session,
    people: People,
    *,
    at: datetime,
    copied: Copied = Copied(),
    examiner: Examiner = unexamined,
) -> str:
    """Submit a report of the author and return its number."""
    work = creators.resolve_work(session, creator_id=people.author, work_ref=f"id:{copied.work}", on=TODAY)
    filing = service.prepare(
        session, creator_id=people.author, work=work, suspect=Suspect(copied.url, None),
        reason="秘密的理由", on=TODAY, kind=copied.kind,
    )  # fmt: skip
    return service.submit(session, creator_id=people.author, filing=filing, now=at, examiner=examiner).number


def upheld(session: Session, people: People, *, at: datetime) -> str:
    """Submit a report and uphold it at once."""
    number = reported(session, people, at=at)
    review.uphold(session, number=number, by="林澜", reason="画面一致。", now=at)
    return number


def appealed(session: Session, people: People, *, at: datetime) -> str:
    """Submit a report, uphold it and let the impostor appeal."""
    number = upheld(session, people, at=at)
    appeals.submit(
        session,
        creator_id=people.impostor,
        number=number,
        reason="私密的申诉理由",
        evidence=Evidence.LICENCE,
        now=at,
    )
    return number


def saying(verdict: MachineVerdict) -> Examiner:
    """Return an examiner that says the same to everything."""

    def examine(_session: Session, _comparison: Comparison) -> MachineVerdict:
        return verdict

    return examine


def audit(database: Database) -> list[str]:
    """Return what the audit finds."""
    with database.reading() as session:
        return [line for item in INVARIANTS for line in item.violations(session)]
