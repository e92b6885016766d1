"""What happened in cases since somebody last looked: for mirrors that follow the desk from outside."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tools.kernel.agent_tool import Speaker
from tools.kernel.db import Json
from tools.support import case_queries, views
from tools.support.numbers import number_of
from tools.support.states import CaseState, CaseStep


@dataclass(frozen=True, slots=True)
class CaseHappening:
    """A step of a case; `state` is where the case stands now, which may be after later steps."""

    id: int
    number: str
    creator_id: int
    conversation_id: int
    step: CaseStep
    agent_name: str
    note: str
    state: CaseState
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """A message in a conversation whose case is open."""

    id: int
    number: str
    creator_id: int
    conversation_id: int
    speaker: Speaker
    agent_name: str
    text: str
    body: Json
    at: datetime


def since(session: Session, *, after: int, limit: int = 200) -> list[CaseHappening]:
    """Return the steps of all cases beyond an id, in their order."""
    found = case_queries.events_after(session, after=after, limit=limit)
    people = views.people_of(session, {event.agent_id for event, _ in found if event.agent_id})
    return [
        CaseHappening(
            id=event.id,
            number=number_of(case.id),
            creator_id=case.creator_id,
            conversation_id=case.conversation_id,
            step=CaseStep(event.step),
            agent_name=people[event.agent_id].name if event.agent_id else "",
            note=event.note,
            state=CaseState(case.state),
            at=event.at,
        )
        for event, case in found
    ]


def messages_since(session: Session, *, after: int, limit: int = 200) -> list[CaseMessage]:
    """Return messages beyond an id, in their order, of conversations whose case is open now."""
    found = case_queries.case_messages_after(session, after=after, limit=limit)
    people = views.people_of(session, {message.agent_id for message, _ in found if message.agent_id})
    return [
        CaseMessage(
            id=message.id,
            number=number_of(case.id),
            creator_id=case.creator_id,
            conversation_id=message.conversation_id,
            speaker=Speaker(message.speaker),
            agent_name=people[message.agent_id].name if message.agent_id else "",
            text=message.text,
            body=message.body,
            at=message.at,
        )
        for message, case in found
    ]
