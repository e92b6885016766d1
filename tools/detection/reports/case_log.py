"""A case's log: every change of a report's state is a step, written once, with whoever took it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from tools.detection.models import InfringementReport
from tools.detection.report_models import ReportStep
from tools.detection.reports import queries
from tools.detection.reports.states import Event, State, advance
from tools.kernel.agent_tool import Attachment
from tools.kernel.db import Json
from tools.notices import service as notices
from tools.notices.service import LeftNotice
from tools.notices.topics import Topic

LONGEST_NOTE = 200
_KEYS = "detection.report"


class ActorKind(StrEnum):
    """Who may take a step."""

    REPORTER = "reporter"
    ACCUSED = "accused"
    REVIEWER = "reviewer"
    MACHINE = "machine"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever takes a step: a creator by id, a reviewer by name."""

    kind: ActorKind
    name: str = ""


MACHINE = Actor(ActorKind.MACHINE)
CLOCK = Actor(ActorKind.CLOCK)


def reviewer(name: str) -> Actor:
    """Return the reviewer of that name."""
    return Actor(ActorKind.REVIEWER, name)


def take(
    session: Session,
    row: InfringementReport,
    event: Event,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
    body: Json | None = None,
) -> ReportStep:
    """Bring the report into the state after the step and write the step down; the caller holds the report's lock.

    Raises WrongStepError when the step does not follow; nothing has changed then.
    """
    sequence = queries.last_sequence(session, report_id=row.id)
    state = advance(State(row.state) if sequence else None, event)
    row.state = state.value
    written = ReportStep(
        report_id=row.id,
        sequence=sequence + 1,
        event=event.value,
        state=state.value,
        actor_kind=by.kind.value,
        actor=by.name,
        at=now,
        note=brief(note),
        body=body or {},
    )
    session.add(written)
    return written


def tell(
    session: Session, step: ReportStep, *, creator_id: int, text: str, picture: str | None = None
) -> None:
    """Leave words about the step for one side, with the evidence picture where there is one."""
    notices.leave(
        session,
        creator_id=creator_id,
        topic=Topic.REPORT,
        text=text,
        dedupe_key=f"{_key(step.report_id)}{step.sequence}:{creator_id}",
        now=step.at,
        attachments=(Attachment("image", picture),) if picture else (),
    )


def told(session: Session, *, report_id: int) -> list[LeftNotice]:
    """Return what was said to both sides of a case, in order."""
    return notices.under(session, prefix=_key(report_id))


def _key(report_id: int) -> str:
    return f"{_KEYS}:{report_id}:"


def brief(text: str) -> str:
    """Return the text on one line, as long as the store takes."""
    return " ".join(text.split())[:LONGEST_NOTE]
