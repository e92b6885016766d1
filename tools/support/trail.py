"""The trail: which person of the desk saw or did what, and when. Rows are only ever added."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from tools.support import agent_queries
from tools.support.agent_models import DeskEvent
from tools.support.numbers import case_id_of, number_of

_LONGEST_SUBJECT = 200
_LONGEST_ADDRESS = 64


class DeskAction(StrEnum):
    """What a person saw or did."""

    SIGN_IN = "sign_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGN_OUT = "sign_out"
    VIEW_CASE = "view_case"
    VIEW_FILE = "view_file"
    VIEW_REPORT = "view_report"
    VIEW_FIGURES = "view_figures"
    SEARCH = "search"
    TAKE = "take"
    RELEASE = "release"
    TRANSFER = "transfer"
    SAY = "say"
    EDIT = "edit"
    DELETE = "delete"
    NOTE = "note"
    WAIT = "wait"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CANNED = "canned"
    DRAFT_ACCEPTED = "draft_accepted"
    DRAFT_EDITED = "draft_edited"
    DRAFT_DISCARDED = "draft_discarded"
    REVIEW = "review"
    ALERT_SEEN = "alert_seen"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_CHANGED = "account_changed"


@dataclass(frozen=True, slots=True)
class DeskEventView:
    """A row of the trail as people read it."""

    id: int
    at: datetime
    agent: int | None
    agent_name: str
    action: DeskAction
    case: str | None
    subject: str
    address: str


def record(
    session: Session,
    *,
    agent: int | None,
    action: DeskAction,
    now: datetime,
    case: str | None = None,
    subject: str = "",
    address: str = "",
) -> None:
    """Add a row to the trail, in the transaction of what it tells."""
    session.add(
        DeskEvent(
            at=now,
            agent_id=agent,
            action=action.value,
            case_id=None if case is None else case_id_of(case),
            subject=subject[:_LONGEST_SUBJECT],
            address=address[:_LONGEST_ADDRESS],
        )
    )
    session.flush()


def events(
    session: Session,
    *,
    case: str | None = None,
    agent: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[DeskEventView]:
    """Return rows of the trail, the newest first; `before` is the last row's id of the page above."""
    rows = agent_queries.trail(
        session,
        case_id=None if case is None else case_id_of(case),
        agent_id=agent,
        before=before,
        limit=limit,
    )
    people = agent_queries.agents_by_id(session, ids={row.agent_id for row in rows if row.agent_id})
    return [
        DeskEventView(
            id=row.id,
            at=row.at,
            agent=row.agent_id,
            agent_name=people[row.agent_id].name if row.agent_id else "",
            action=DeskAction(row.action),
            case=number_of(row.case_id) if row.case_id else None,
            subject=row.subject,
            address=row.address,
        )
        for row in rows
    ]
