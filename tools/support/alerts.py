"""What people of the desk must hear: promises near their end or broken, cases that nobody takes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from tools.support import agents, case_queries, trail
from tools.support.agents import Agent, Right
from tools.support.case_models import Case, DeskAlert
from tools.support.numbers import number_of
from tools.support.trail import DeskAction

_LONGEST_TEXT = 200


class AlertKind(StrEnum):
    """Why somebody is called."""

    WARNING = "warning"  # a promise is near its end
    BREACH = "breach"
    UNCLAIMED = "unclaimed"  # who was offered a case did not take it
    URGENT = "urgent"
    REQUEUED = "requeued"  # the holder went away
    REQUEST = "request"  # another part of the platform added something to an open case


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert as its reader gets it; `for_leads` where it is nobody's own."""

    id: int
    kind: AlertKind
    number: str
    text: str
    at: datetime
    for_leads: bool


def raise_alert(
    session: Session,
    row: Case,
    *,
    kind: AlertKind,
    agent_id: int | None,
    text: str,
    key: str,
    now: datetime,
) -> None:
    """Call a person, or the leads; the same key again changes nothing. The caller has locked the case."""
    whole = f"{number_of(row.id)}:{kind}:{key}"
    if case_queries.alert_by_key(session, key=whole) is None:
        session.add(
            DeskAlert(
                key=whole,
                kind=kind.value,
                case_id=row.id,
                agent_id=agent_id,
                text=text[:_LONGEST_TEXT],
                at=now,
            )
        )
        session.flush()


def alerts(session: Session, *, agent: Agent, limit: int = 50) -> list[AlertView]:
    """Return what a person has not seen yet, the newest first; leads also what is for any of them."""
    reader = agents.require(session, agent=agent, right=Right.CASES)
    rows = case_queries.alerts(session, agent_id=reader.id, lead=agents.may(reader, Right.LEAD), limit=limit)
    return [
        AlertView(row.id, AlertKind(row.kind), number_of(row.case_id), row.text, row.at, row.agent_id is None)
        for row in rows
    ]


def see_alert(session: Session, *, agent: Agent, alert: int, now: datetime) -> None:
    """Note that a person has seen an alert; another's changes nothing."""
    reader = agents.require(session, agent=agent, right=Right.CASES)
    row = session.get(DeskAlert, alert)
    if row is None or row.seen_at is not None:
        return
    if row.agent_id != reader.id and not (row.agent_id is None and agents.may(reader, Right.LEAD)):
        return
    row.seen_at, row.seen_by_id = now, reader.id
    trail.record(session, agent=reader.id, action=DeskAction.ALERT_SEEN, case=number_of(row.case_id), now=now)
