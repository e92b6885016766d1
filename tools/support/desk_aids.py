"""What makes the desk's work easier: who else looks at a case, and words that are sent often."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from tools.support import agents, case_queries, desk, trail, views
from tools.support.agents import Agent, Right
from tools.support.case_models import CannedReply, CaseWatch
from tools.support.numbers import case_id_of
from tools.support.skills import Skill
from tools.support.trail import DeskAction

# A page says every few seconds that it is still open.
_PRESENT: Final = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who looks at a case just now."""

    agent: Agent
    typing: bool


@dataclass(frozen=True, slots=True)
class Canned:
    """Words that are sent often; `skill` None fits every case."""

    key: str
    title: str
    text: str
    skill: Skill | None


def watch(session: Session, *, agent: Agent, number: str, typing: bool, now: datetime) -> None:
    """Note that a person looks at a case, and whether they type. Raises CaseUnknown and RoleMissing."""
    watcher = agents.require(session, agent=agent, right=Right.CASES)
    views.case(session, number=number)
    case_id = case_id_of(number)
    row = case_queries.watch(session, case_id=case_id, agent_id=watcher.id)
    if row is None:
        row = CaseWatch(case_id=case_id, agent_id=watcher.id, seen_at=now)
        session.add(row)
    row.typing, row.seen_at = typing, now
    session.flush()


def watchers(session: Session, *, agent: Agent, number: str, now: datetime) -> list[Watcher]:
    """Return who else looks at a case just now."""
    reader = agents.require(session, agent=agent, right=Right.CASES)
    rows = case_queries.watchers(session, case_id=case_id_of(number), since=now - _PRESENT)
    people = views.people_of(session, {row.agent_id for row in rows})
    return [Watcher(people[row.agent_id], row.typing) for row in rows if row.agent_id != reader.id]


def canned(session: Session) -> list[Canned]:
    """Return the words that are sent often, by title."""
    return [
        Canned(row.key, row.title, row.text, Skill(row.skill) if row.skill else None)
        for row in case_queries.canned(session)
    ]


def save_canned(
    session: Session,
    *,
    agent: Agent,
    key: str,
    title: str,
    text: str,
    now: datetime,
    skill: Skill | None = None,
) -> None:
    """Add or replace words that are sent often. Raises RoleMissing for anybody but a lead, and BadWords."""
    lead = agents.require(session, agent=agent, right=Right.LEAD)
    row = session.get(CannedReply, key)
    if row is None:
        row = CannedReply(key=key)
        session.add(row)
    row.title, row.text = desk.clean_words(title)[:80], desk.clean_words(text)
    row.skill = skill.value if skill else None
    session.flush()
    trail.record(session, agent=lead.id, action=DeskAction.CANNED, subject=f"saved {key}", now=now)


def drop_canned(session: Session, *, agent: Agent, key: str, now: datetime) -> None:
    """Delete words that were sent often. Raises RoleMissing for anybody but a lead."""
    lead = agents.require(session, agent=agent, right=Right.LEAD)
    row = session.get(CannedReply, key)
    if row is not None:
        session.delete(row)
        trail.record(session, agent=lead.id, action=DeskAction.CANNED, subject=f"dropped {key}", now=now)
