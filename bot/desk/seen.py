"""What a desk page reads of a case: its lines every few seconds, its card when something changed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.channels.web_log import SHOWN_TYPES, ShownFile
from bot.messages import Outbound, outbound_from
from tools.kernel import uploads
from tools.kernel.agent_tool import Speaker
from tools.support import desk_aids, desk_views, views
from tools.support import service as support
from tools.support.agents import Agent
from tools.support.desk_aids import Watcher
from tools.support.desk_views import HandOffCard, ThreadLine
from tools.support.service import SentFile
from tools.support.views import CaseView

PAGE_LINES = 50
# An agent's own words can be changed so long (tools.support.desk).
_CHANGEABLE = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line of a thread as the page shows it; `outbound` is what somebody answered, None for the creator's words."""

    sequence: int | None
    message_id: int | None
    speaker: Speaker
    agent_name: str
    text: str
    outbound: Outbound | None
    files: tuple[ShownFile, ...]
    at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    private: bool
    delivered: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as a page shows it, and who else has it open."""

    case: CaseView
    lines: tuple[SeenLine, ...]
    more: bool
    watchers: tuple[Watcher, ...]


def see(session: Session, agent: Agent, *, number: str, pages: int, now: datetime) -> Seen:
    """Return the case's last lines, so many pages of them. Raises CaseUnknown and RoleMissing."""
    limit = PAGE_LINES * pages
    lines = _last_lines(session, agent, number=number, limit=limit + 1)
    case = views.case(session, number=number)
    holds = case.holder is not None and case.holder.id == agent.id
    return Seen(
        case,
        tuple(_line(session, line, case, agent, holds=holds, now=now) for line in _from(lines, limit)),
        more=sum(not line.private for line in lines) > limit,
        watchers=tuple(desk_aids.watchers(session, agent=agent, number=number, now=now)),
    )


def _last_lines(session: Session, agent: Agent, *, number: str, limit: int) -> list[ThreadLine]:
    """Return so many of the last messages with the notes among them, a readable portion at a time."""
    lines: list[ThreadLine] = []
    before: int | None = None
    while limit > 0:
        portion = min(limit, desk_views.MOST_ROWS)
        found = desk_views.thread(session, agent=agent, number=number, before=before, limit=portion)
        messages = [line for line in found if line.sequence is not None]
        # Two portions may both have a note of the moment at which they meet.
        lines = [*(line for line in found if line not in lines), *lines]
        if len(messages) < portion:
            break
        limit, before = limit - len(messages), messages[0].sequence
    return lines


def _from(lines: list[ThreadLine], limit: int) -> list[ThreadLine]:
    """Return the last so many messages, and the notes after the first of them."""
    places = [place for place, line in enumerate(lines) if not line.private]
    return lines[places[-limit] :] if len(places) > limit else lines


def card(session: Session, agent: Agent, now: datetime, *, number: str, on: date) -> HandOffCard:
    """Return the hand-off card; the trail keeps who looked at it."""
    return desk_views.card(session, agent=agent, number=number, now=now, on=on)


def _line(
    session: Session, line: ThreadLine, case: CaseView, agent: Agent, *, holds: bool, now: datetime
) -> SeenLine:
    is_answer = line.speaker is not Speaker.CREATOR and not line.private and line.deleted_at is None
    own = holds and line.speaker is Speaker.AGENT and not line.private and line.agent_name == agent.name
    return SeenLine(
        sequence=line.sequence,
        message_id=line.message_id,
        speaker=line.speaker,
        agent_name=line.agent_name,
        text=line.text,
        outbound=outbound_from(line.body) if is_answer else None,
        files=tuple(_file(session, file, case) for file in _files_of(line)),
        at=line.at,
        edited_at=line.edited_at,
        deleted_at=line.deleted_at,
        private=line.private,
        delivered=line.delivered,
        is_own=own and line.deleted_at is None and now - line.at <= _CHANGEABLE,
    )


def _files_of(line: ThreadLine) -> list[SentFile]:
    is_theirs = line.speaker is Speaker.CREATOR and line.deleted_at is None
    return support.files_in(line.body) if is_theirs else []


def _file(session: Session, file: SentFile, case: CaseView) -> ShownFile:
    found = uploads.find(session, upload_id=file.id, creator_id=case.creator_id)
    if found is None:
        return ShownFile(file.kind, file.name, file.size_bytes, is_gone=True)
    return ShownFile(found.kind, found.name, found.size_bytes, found.id, found.media_type in SHOWN_TYPES)
