"""1V1 cases from the desk's side: who takes them, speaks, hands on and ends. The store's roles count, not the page's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from tools.kernel.agent_tool import Attachment
from tools.kernel.db import Json
from tools.support import (
    agents,
    assigning,
    case_queries,
    case_words,
    cases,
    changes,
    clock_keeping,
    desk_access,
    service,
    steps,
    views,
)
from tools.support.agents import Agent
from tools.support.case_models import Case, CaseNote
from tools.support.desk_refusals import AnswerFirst, BadWords, NobodyThere, NotChangeable
from tools.support.models import Message
from tools.support.numbers import number_of
from tools.support.states import CaseState, CaseStep
from tools.support.trail import DeskAction
from tools.support.views import CaseView

LONGEST_WORDS: Final = 2_000
_LONGEST_KEY = 40
# Telegram lets a bot change what it sent for two days; the other channels follow it.
_CHANGEABLE: Final = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class SaidLine:
    """What was said: its message, and the case after it."""

    message_id: int
    text: str
    case: CaseView


@dataclass(frozen=True, slots=True)
class NoteView:
    """Words among agents."""

    id: int
    agent_name: str
    text: str
    at: datetime


def take(session: Session, *, agent: Agent, number: str, now: datetime) -> CaseView:
    """Take a queued case; of many who try, one gets it. Taking one's own again changes nothing.

    Raises HeldByOther, steps.WrongStep, CaseUnknown, RoleMissing.
    """
    row, taker = desk_access.locked(session, agent, number)
    if row.holder_id == taker.id:
        return views.view_of(session, row)
    desk_access.taken_by(session, row, taker, now=now)
    desk_access.tell(session, row, case_words.taken(taker.name), key="taken", now=now)
    return views.view_of(session, row)


def release(session: Session, *, agent: Agent, number: str, now: datetime, why: str = "") -> CaseView:
    """Put a case back into its queue, offered to somebody else; the assistant answers meanwhile."""
    row, doer = desk_access.mine(session, agent, number)
    steps.take_step(session, row, CaseStep.RELEASE, agent=doer.id, now=now, note=why)
    assigning.offer(session, row, now=now, barred={doer.id})
    desk_access.tell_requeued(session, row, now=now)
    return desk_access.done(session, row, doer, DeskAction.RELEASE, now=now, subject=why)


def transfer(
    session: Session, *, agent: Agent, number: str, to: str, now: datetime, why: str = ""
) -> CaseView:
    """Hand a case to another person at once, told to the creator; a lead also gives a queued one to somebody.

    Raises NobodyThere for a login that may have no cases.
    """
    row, doer = desk_access.mine(session, agent, number)
    heir = agents.find_agent(session, login=to)
    if heir is None or heir.id not in {one.agent for one in assigning.candidates(session, now=now)}:
        raise NobodyThere(login=to[:40])
    step = CaseStep.TRANSFER if CaseState(row.state).is_held else CaseStep.TAKE
    steps.take_step(session, row, step, agent=doer.id, to=heir.id, now=now, note=why)
    desk_access.tell(session, row, case_words.transferred(heir.name), key="transferred", now=now)
    return desk_access.done(session, row, doer, DeskAction.TRANSFER, now=now, subject=f"{to} {why}".strip())


def transfer_team(
    session: Session, *, agent: Agent, number: str, team: str, now: datetime, why: str = ""
) -> CaseView:
    """Put a case into another team's queue. Raises NobodyThere for a team without people."""
    row, doer = desk_access.mine(session, agent, number)
    if team not in {one.team for one in assigning.candidates(session, now=now)}:
        raise NobodyThere(login=team[:40])
    row.team = team
    if CaseState(row.state).is_held:
        steps.take_step(session, row, CaseStep.RELEASE, agent=doer.id, now=now, note=f"转到{team} {why}")
    assigning.offer(session, row, now=now, barred={doer.id})
    desk_access.tell_requeued(session, row, now=now)
    return desk_access.done(session, row, doer, DeskAction.TRANSFER, now=now, subject=f"{team} {why}".strip())


def say(
    session: Session,
    *,
    agent: Agent,
    number: str,
    text: str,
    key: str,
    now: datetime,
    files: Sequence[Attachment] = (),
) -> SaidLine:
    """Say something to the creator; `key` is the page's own name for it, and the same key says it once.

    The first words in a queued case take it. Raises HeldByOther, BadWords, steps.WrongStep, CaseUnknown, RoleMissing.
    """
    row, speaker = desk_access.locked(session, agent, number)
    words = clean_words(text)
    whole_key = f"agent:{row.id}:{speaker.id}:{key[:_LONGEST_KEY]}"
    known = service.find_message(session, conversation_id=row.conversation_id, key=whole_key)
    if known is None:
        if row.holder_id != speaker.id:
            desk_access.taken_by(session, row, speaker, now=now)
        known = service.append_agent_message(
            session,
            conversation_id=row.conversation_id,
            case_id=row.id,
            agent_id=speaker.id,
            key=whole_key,
            text=words,
            body=_body(speaker, row, words, files),
            now=now,
        )
        steps.take_step(session, row, CaseStep.AGENT_SPOKE, agent=speaker.id, now=now)
        desk_access.record(session, row, speaker, DeskAction.SAY, now=now, subject=f"message {known.id}")
    return SaidLine(known.id, known.text, views.view_of(session, row))


def edit(
    session: Session, *, agent: Agent, number: str, message_id: int, text: str, key: str, now: datetime
) -> None:
    """Change one's own words, in every channel that has sent them. Raises NotChangeable and BadWords."""
    words = clean_words(text)
    row, speaker, message = _own_words(session, agent, number, message_id, now=now)
    files = [Attachment(one["kind"], one["path"]) for one in message.body.get("attachments", ())]
    body = _body(speaker, row, words, files)
    changes.change(session, message, key=key, text=words, body=body, agent_id=speaker.id, now=now)
    desk_access.record(session, row, speaker, DeskAction.EDIT, now=now, subject=f"message {message_id}")


def delete(session: Session, *, agent: Agent, number: str, message_id: int, key: str, now: datetime) -> None:
    """Take one's own words back, in every channel that has sent them. Raises NotChangeable."""
    row, speaker, message = _own_words(session, agent, number, message_id, now=now)
    changes.change(session, message, key=key, text="", body={}, agent_id=speaker.id, now=now)
    desk_access.record(session, row, speaker, DeskAction.DELETE, now=now, subject=f"message {message_id}")


def note(session: Session, *, agent: Agent, number: str, text: str, key: str, now: datetime) -> NoteView:
    """Leave words that only people of the desk see, in any state; the same key leaves them once."""
    row, writer = desk_access.locked(session, agent, number)
    words = clean_words(text)
    found = case_queries.note_by_key(session, case_id=row.id, key=key[:_LONGEST_KEY])
    if found is None:
        found = CaseNote(case_id=row.id, agent_id=writer.id, key=key[:_LONGEST_KEY], text=words, at=now)
        session.add(found)
        session.flush()
        desk_access.record(session, row, writer, DeskAction.NOTE, now=now)
    return NoteView(found.id, writer.name, found.text, found.at)


def wait_for_creator(session: Session, *, agent: Agent, number: str, now: datetime) -> CaseView:
    """Let the clocks rest until the creator says something. Raises AnswerFirst where an answer is owed."""
    row, doer = desk_access.mine(session, agent, number)
    if clock_keeping.owes_a_reply(session, row=row):
        raise AnswerFirst
    steps.take_step(session, row, CaseStep.WAIT, agent=doer.id, now=now)
    return desk_access.done(session, row, doer, DeskAction.WAIT, now=now)


def resolve(session: Session, *, agent: Agent, number: str, now: datetime) -> CaseView:
    """End a case: the creator is asked for a rating, the assistant answers again, with a context that begins here."""
    row, doer = desk_access.mine(session, agent, number)
    steps.take_step(session, row, CaseStep.RESOLVE, agent=doer.id, now=now)
    view = desk_access.done(session, row, doer, DeskAction.RESOLVE, now=now)
    desk_access.tell(
        session,
        row,
        case_words.resolved(view),
        key="resolved",
        now=now,
        buttons=[{"label": button.label, "send": button.send} for button in case_words.rating_buttons(view)],
    )
    service.start_over(session, conversation_id=row.conversation_id)
    return view


def reopen(session: Session, *, agent: Agent, number: str, now: datetime) -> CaseView:
    """Queue an ended case again; people of the desk may at any time."""
    row, doer = desk_access.locked(session, agent, number)
    cases.reopen(session, row, agent=doer.id, now=now)
    return desk_access.done(session, row, doer, DeskAction.REOPEN, now=now)


def clean_words(text: str) -> str:
    """Return words without what nobody types. Raises BadWords for none, or too many."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    words = "".join(one for one in whole if one.isprintable() or one == "\n").strip()
    if not 0 < len(words) <= LONGEST_WORDS:
        raise BadWords(limit=f"{LONGEST_WORDS:,}", length=f"{len(words):,}")
    return words


def _own_words(
    session: Session, agent: Agent, number: str, message_id: int, *, now: datetime
) -> tuple[Case, Agent, Message]:
    row, speaker = desk_access.locked(session, agent, number)
    message = case_queries.message_of_case(session, message_id=message_id, case_id=row.id)
    if (
        message is None
        or message.agent_id != speaker.id
        or row.holder_id != speaker.id
        or message.deleted_at is not None
        or now - message.at > _CHANGEABLE
    ):
        raise NotChangeable(hours=_CHANGEABLE // timedelta(hours=1))
    return row, speaker, message


def _body(speaker: Agent, row: Case, words: str, files: Sequence[Attachment]) -> Json:
    """Return the message as channels show it: who speaks stands before the words."""
    return {
        "text": f"【1V1 客服 {speaker.name}】{words}",
        "case": number_of(row.id),
        "agent": speaker.name,
        "attachments": [{"kind": file.kind, "path": file.path} for file in files],
    }
