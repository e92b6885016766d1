"""Every SELECT of the desk's lists: the boxes, the search, the figures."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import assert_never

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from tools.support.boxes import Box
from tools.support.case_models import Case, CaseClock, CaseEvent
from tools.support.models import Message
from tools.support.states import CaseState, CaseStep

_OPEN = Case.state != CaseState.RESOLVED.value
_QUEUED = Case.state == CaseState.QUEUED.value


def box(session: Session, *, box: Box, agent_id: int, team: str, skip: int, limit: int) -> Sequence[Case]:
    """Return a box's cases: what is due first comes first, ended ones the latest first."""
    rows = select(Case).where(_inside(box, agent_id, team)).offset(skip).limit(limit)
    if box is Box.RESOLVED:
        return session.scalars(rows.order_by(Case.resolved_at.desc(), Case.id.desc())).all()
    due = (
        select(CaseClock.case_id, func.min(CaseClock.due_at).label("due_at"))
        .where(CaseClock.due_at.is_not(None))
        .group_by(CaseClock.case_id)
        .subquery()
    )
    by_due = rows.outerjoin(due, due.c.case_id == Case.id).order_by(
        due.c.due_at.is_(None), due.c.due_at, Case.id
    )
    return session.scalars(by_due).all()


def count_in_box(session: Session, *, box: Box, agent_id: int, team: str) -> int:
    """Return how many cases a box has."""
    return session.scalars(select(func.count()).select_from(Case).where(_inside(box, agent_id, team))).one()


def last_messages(session: Session, *, conversation_ids: Collection[int]) -> dict[int, Message]:
    """Return the last message of each conversation that has one."""
    last = (
        select(func.max(Message.id))
        .where(Message.conversation_id.in_(conversation_ids))
        .group_by(Message.conversation_id)
    )
    found = session.scalars(select(Message).where(Message.id.in_(last)))
    return {message.conversation_id: message for message in found}


def search(
    session: Session,
    *,
    text: str,
    case_id: int | None,
    creator_ids: Collection[int],
    before: int | None,
    limit: int,
) -> Sequence[Case]:
    """Return cases with the number, of these creators, or with these words, the newest first."""
    said = (
        select(Message.id)
        .where(Message.conversation_id == Case.conversation_id, Message.text.contains(text, autoescape=True))
        .exists()
    )
    found = or_(
        Case.id == case_id,
        Case.creator_id.in_(creator_ids),
        Case.reason.contains(text, autoescape=True),
        said,
    )
    rows = select(Case).where(found).order_by(Case.id.desc()).limit(limit)
    return session.scalars(rows if before is None else rows.where(Case.id < before)).all()


def count_by_state(session: Session) -> dict[str, int]:
    """Return how many cases are open, by state."""
    return _counted(session, select(Case.state, func.count()).where(_OPEN).group_by(Case.state))


def count_opened(
    session: Session, *, column: ColumnElement[str], since: datetime, until: datetime
) -> dict[str, int]:
    """Return how many cases were opened in a time, by one of their columns."""
    rows = (
        select(column, func.count()).where(Case.opened_at >= since, Case.opened_at < until).group_by(column)
    )
    return _counted(session, rows)


def count_steps(
    session: Session, *, steps: Collection[CaseStep], since: datetime, until: datetime
) -> dict[str, int]:
    """Return how often steps were taken in a time."""
    rows = (
        select(CaseEvent.step, func.count())
        .where(
            CaseEvent.step.in_([step.value for step in steps]),
            CaseEvent.at >= since,
            CaseEvent.at < until,
        )
        .group_by(CaseEvent.step)
    )
    return _counted(session, rows)


def ratings(session: Session, *, since: datetime, until: datetime) -> Row[int, int | None]:
    """Return how many ratings were given in a time, and their sum."""
    return session.execute(
        select(func.count(), func.sum(Case.rating)).where(Case.rated_at >= since, Case.rated_at < until)
    ).one()


def promises(
    session: Session, *, since: datetime, until: datetime
) -> Sequence[Row[str, int | None, str, int, int]]:
    """Return promises that ended in a time, by team, agent and kind: how many, and how many were kept."""
    kept = func.sum(sql_case((CaseClock.spent_seconds <= CaseClock.target_seconds, 1), else_=0))
    return session.execute(
        select(Case.team, CaseClock.agent_id, CaseClock.promise, func.count(), kept)
        .join(Case, Case.id == CaseClock.case_id)
        .where(
            CaseClock.stopped_at >= since,
            CaseClock.stopped_at < until,
            CaseClock.dropped.is_(False),
        )
        .group_by(Case.team, CaseClock.agent_id, CaseClock.promise)
    ).all()


def _counted(session: Session, rows: Select[str, int]) -> dict[str, int]:
    return {str(name): count for name, count in session.execute(rows)}


def _inside(box: Box, agent_id: int, team: str) -> ColumnElement[bool]:
    match box:
        case Box.MINE:
            return and_(_OPEN, Case.holder_id == agent_id)
        case Box.OFFERED:
            unrouted = and_(Case.routed_to_id.is_(None), Case.team == team)
            return and_(_QUEUED, or_(Case.routed_to_id == agent_id, unrouted))
        case Box.QUEUED:
            return _QUEUED
        case Box.PENDING:
            return and_(Case.state == CaseState.PENDING_CREATOR.value, Case.holder_id == agent_id)
        case Box.ALL_OPEN:
            return _OPEN
        case Box.RESOLVED:
            return Case.state == CaseState.RESOLVED.value
        case _:
            assert_never(box)
