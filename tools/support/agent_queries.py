"""Every SELECT about the people of the desk."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tools.support.agent_models import DeskEvent, DeskSession, Shift, SignInTry, SupportAgent
from tools.support.case_models import Case, Specialist


def agent(session: Session, *, agent_id: int) -> SupportAgent | None:
    """Return the account as it is now."""
    return session.scalar(
        select(SupportAgent).where(SupportAgent.id == agent_id).execution_options(populate_existing=True)
    )


def agent_by_login(session: Session, *, login: str, lock: bool = False) -> SupportAgent | None:
    """Return the account of a login, locked until the transaction ends if asked."""
    found = select(SupportAgent).where(SupportAgent.login == login)
    return session.scalar(found.with_for_update() if lock else found)


def agents(session: Session) -> Sequence[SupportAgent]:
    """Return all accounts, by login."""
    return session.scalars(select(SupportAgent).order_by(SupportAgent.login)).all()


def agents_by_id(session: Session, *, ids: set[int]) -> dict[int, SupportAgent]:
    """Return these accounts."""
    if not ids:
        return {}
    found = session.scalars(select(SupportAgent).where(SupportAgent.id.in_(ids)))
    return {row.id: row for row in found}


def shifts(session: Session, *, agent_id: int) -> Sequence[Shift]:
    """Return a person's hours, in the week's order."""
    return session.scalars(
        select(Shift).where(Shift.agent_id == agent_id).order_by(Shift.weekday, Shift.starts_minute)
    ).all()


def on_shift(session: Session, *, weekday: int, minute: int) -> set[int]:
    """Return who works at a minute of a weekday."""
    return set(
        session.scalars(
            select(Shift.agent_id).where(
                Shift.weekday == weekday, Shift.starts_minute <= minute, minute < Shift.ends_minute
            )
        )
    )


def delete_shifts(session: Session, *, agent_id: int) -> None:
    """Delete a person's hours."""
    session.execute(delete(Shift).where(Shift.agent_id == agent_id))


def loads(session: Session) -> dict[int, int]:
    """Return how many open cases each person holds or is offered."""
    held = select(Case.holder_id.label("agent_id")).where(Case.holder_id.is_not(None))
    offered = select(Case.routed_to_id.label("agent_id")).where(Case.routed_to_id.is_not(None))
    both = held.union_all(offered).subquery()
    rows = session.execute(select(both.c.agent_id, func.count()).group_by(both.c.agent_id))
    return {int(agent_id): int(count) for agent_id, count in rows}


def specialist_of(session: Session, *, creator_id: int) -> Specialist | None:
    """Return who serves the creator."""
    return session.get(Specialist, creator_id)


def session_by_hash(session: Session, *, token_hash: str) -> DeskSession | None:
    """Return the signed-in browser whose token has this hash."""
    return session.scalar(select(DeskSession).where(DeskSession.token_hash == token_hash))


def open_sessions(session: Session, *, agent_id: int) -> Sequence[DeskSession]:
    """Return a person's sessions that were not ended."""
    return session.scalars(
        select(DeskSession).where(DeskSession.agent_id == agent_id, DeskSession.ended_at.is_(None))
    ).all()


def wrong_tries_of_login(session: Session, *, login: str, since: datetime) -> int:
    """Return how often a login was tried wrongly since a moment, or since it was last right."""
    right = (
        select(func.max(SignInTry.id))
        .where(SignInTry.login == login, SignInTry.succeeded.is_(True))
        .scalar_subquery()
    )
    return session.scalars(
        select(func.count())
        .select_from(SignInTry)
        .where(
            SignInTry.login == login,
            SignInTry.succeeded.is_(False),
            SignInTry.at > since,
            SignInTry.id > func.coalesce(right, 0),
        )
    ).one()


def wrong_tries_from(session: Session, *, address: str, since: datetime) -> int:
    """Return how often an address tried wrongly since a moment."""
    return session.scalars(
        select(func.count())
        .select_from(SignInTry)
        .where(SignInTry.address == address, SignInTry.succeeded.is_(False), SignInTry.at > since)
    ).one()


def delete_tries(session: Session, *, before: datetime, limit: int) -> int:
    """Delete the oldest tries before a moment; return how many there were."""
    oldest = select(SignInTry.id).where(SignInTry.at < before).order_by(SignInTry.id).limit(limit)
    ids = list(session.scalars(oldest))
    session.execute(delete(SignInTry).where(SignInTry.id.in_(ids)))
    return len(ids)


def trail(
    session: Session, *, case_id: int | None, agent_id: int | None, before: int | None, limit: int
) -> Sequence[DeskEvent]:
    """Return rows of the trail, the newest first."""
    rows = select(DeskEvent).order_by(DeskEvent.id.desc()).limit(limit)
    if case_id is not None:
        rows = rows.where(DeskEvent.case_id == case_id)
    if agent_id is not None:
        rows = rows.where(DeskEvent.agent_id == agent_id)
    if before is not None:
        rows = rows.where(DeskEvent.id < before)
    return session.scalars(rows).all()
