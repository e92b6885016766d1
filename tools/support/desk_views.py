"""What the desk reads: its lists, the words of a case, and the card that tells a person all they need to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.creators.accounts import Account
from tools.kernel.agent_tool import Citation, Line, Speaker
from tools.kernel.db import Json
from tools.kernel.money import count_text, yuan
from tools.payout import service as payout
from tools.support import (
    agents,
    case_queries,
    desk_queries,
    service,
    summary,
    trail,
    views,
)
from tools.support.agents import Agent, Right
from tools.support.boxes import Box
from tools.support.case_models import Case
from tools.support.desk import NoteView
from tools.support.numbers import CaseUnknown, case_id_of
from tools.support.states import CaseStep
from tools.support.summary import ToolRun
from tools.support.trail import DeskAction
from tools.support.views import CaseView, ClockView

MOST_ROWS = 200
_STEPS = 50
_CARD_MESSAGES = 200
_LONGEST_SEARCH = 80
_REACHED_BY = ("telegram", "web", "api")


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case in a list: whose it is, what was said last, and which promise is due first."""

    case: CaseView
    creator_name: str
    creator_handle: str
    last_text: str
    last_at: datetime | None
    due: ClockView | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of a list."""

    rows: list[QueueRow]
    more: bool


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A message of the conversation, or a private note, which has no place in it."""

    sequence: int | None
    message_id: int | None
    speaker: Speaker
    agent_name: str
    text: str
    body: Json
    at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    private: bool
    delivered: bool


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of a case as agents read it."""

    step: CaseStep
    agent_name: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of the account, in words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class HandOffCard:
    """Everything that a person needs to go on where the assistant stopped."""

    case: CaseView
    summary: tuple[str, ...]
    account: Account
    facts: tuple[Fact, ...]
    tools_run: tuple[ToolRun, ...]
    citations: tuple[Citation, ...]
    transcript: tuple[Line, ...]
    notes: list[NoteView]
    clocks: list[ClockView]
    earlier: list[CaseView]
    steps: list[StepView]
    channel: str

    @property
    def reachable(self) -> bool:
        """Whether what is said reaches a messenger; a terminal's creator reads it when they look."""
        return self.channel in _REACHED_BY


def queue(
    session: Session, *, agent: Agent, box: Box, now: datetime, page: int = 0, limit: int = 50
) -> QueuePage:
    """Return a page of a box, at most MOST_ROWS cases."""
    reader = agents.require(session, agent=agent, right=Right.CASES)
    size = min(limit, MOST_ROWS)
    found = desk_queries.box(
        session, box=box, agent_id=reader.id, team=reader.team, skip=page * size, limit=size + 1
    )
    return QueuePage(_rows(session, found[:size], now=now), more=len(found) > size)


def counts(session: Session, *, agent: Agent) -> dict[Box, int]:
    """Return how many cases each box has."""
    reader = agents.require(session, agent=agent, right=Right.CASES)
    return {
        box: desk_queries.count_in_box(session, box=box, agent_id=reader.id, team=reader.team) for box in Box
    }


def search(
    session: Session, *, agent: Agent, text: str, now: datetime, before: str | None = None, limit: int = 20
) -> list[QueueRow]:
    """Return cases by number, handle, name or words, the newest first; `before` is the last one of the page above.

    It is a writing use: who searched for what stands in the trail.
    """
    reader = agents.require(session, agent=agent, right=Right.CASES)
    words = " ".join(text.replace("\0", "").split())[:_LONGEST_SEARCH]
    if not words:
        return []
    trail.record(session, agent=reader.id, action=DeskAction.SEARCH, subject=words, now=now)
    try:
        case_id = case_id_of(words)
    except CaseUnknown:
        case_id = None
    found = desk_queries.search(
        session,
        text=words,
        case_id=case_id,
        creator_ids=[one.id for one in creators.find_by_name(session, name=words.removeprefix("@"))],
        before=None if before is None else case_id_of(before),
        limit=min(limit, MOST_ROWS),
    )
    return _rows(session, found, now=now)


def thread(
    session: Session, *, agent: Agent, number: str, before: int | None = None, limit: int = 50
) -> list[ThreadLine]:
    """Return the last messages before a place with the notes among them, the oldest first."""
    agents.require(session, agent=agent, right=Right.CASES)
    row = _row(session, number)
    messages = case_queries.messages_before(
        session, conversation_id=row.conversation_id, before=before, limit=min(limit, MOST_ROWS)
    )
    notes = case_queries.notes(session, case_id=row.id, limit=MOST_ROWS)
    earliest = messages[0].at if messages else row.opened_at
    latest = messages[-1].at if messages and before is not None else None
    people = views.people_of(
        session,
        {one.agent_id for one in messages if one.agent_id} | {one.agent_id for one in notes},
    )
    lines = [
        ThreadLine(
            sequence=one.sequence,
            message_id=one.id,
            speaker=Speaker(one.speaker),
            agent_name=people[one.agent_id].name if one.agent_id else "",
            text=one.text,
            body=one.body,
            at=one.at,
            edited_at=one.edited_at,
            deleted_at=one.deleted_at,
            private=False,
            delivered=one.delivered_at is not None,
        )
        for one in messages
    ]
    private = [
        ThreadLine(
            sequence=None,
            message_id=None,
            speaker=Speaker.AGENT,
            agent_name=people[one.agent_id].name,
            text=one.text,
            body={},
            at=one.at,
            edited_at=None,
            deleted_at=None,
            private=True,
            delivered=True,
        )
        for one in notes
        if one.at >= earliest and (latest is None or one.at <= latest)
    ]
    return sorted([*lines, *private], key=lambda line: line.at)


def card(session: Session, *, agent: Agent, number: str, now: datetime, on: date) -> HandOffCard:
    """Return a case's hand-off card; who looked at it stands in the trail."""
    reader = agents.require(session, agent=agent, right=Right.CASES)
    row = _row(session, number)
    view = views.view_of(session, row)
    trail.record(session, agent=reader.id, action=DeskAction.VIEW_CASE, case=view.number, now=now)
    said = service.messages(session, conversation_id=row.conversation_id, limit=_CARD_MESSAGES)
    before = [one for one in said if one.sequence <= row.opened_sequence]
    earlier = [
        one for one in views.cases_of_creator(session, creator_id=row.creator_id) if one.number != view.number
    ]
    return HandOffCard(
        case=view,
        summary=summary.summary(
            said, reason=f"{view.reason.words}（{row.reason}）", tier=view.tier.words, earlier=len(earlier)
        ),
        account=creators.account(session, creator_id=row.creator_id),
        facts=_facts(session, creator_id=row.creator_id, on=on),
        tools_run=tuple(summary.tools_run(said)),
        citations=summary.citations(said),
        transcript=service.lines_of(before),
        notes=_notes(session, row),
        clocks=views.clock_views(session, number=view.number, now=now),
        earlier=earlier,
        steps=_steps(session, row),
        channel=case_queries.conversation(session, conversation_id=row.conversation_id).channel,
    )


def _row(session: Session, number: str) -> Case:
    row = case_queries.case(session, case_id=case_id_of(number))
    if row is None:
        raise CaseUnknown(number=number)
    return row


def _rows(session: Session, found: Sequence[Case], *, now: datetime) -> list[QueueRow]:
    last = desk_queries.last_messages(session, conversation_ids=[row.conversation_id for row in found])
    clocks = case_queries.clocks(session, case_ids=[row.id for row in found])
    rows: list[QueueRow] = []
    for row, view in zip(found, views.views_of(session, found), strict=True):
        account = creators.account(session, creator_id=row.creator_id)
        said = last.get(row.conversation_id)
        due = views.due_of([one for one in clocks if one.case_id == row.id], now=now)
        rows.append(
            QueueRow(
                case=view,
                creator_name=account.nickname,
                creator_handle=account.handle,
                last_text=said.text if said else "",
                last_at=said.at if said else None,
                due=due,
            )
        )
    return rows


def _notes(session: Session, row: Case) -> list[NoteView]:
    notes = case_queries.notes(session, case_id=row.id, limit=MOST_ROWS)
    people = views.people_of(session, {one.agent_id for one in notes})
    return [NoteView(one.id, people[one.agent_id].name, one.text, one.at) for one in notes]


def _steps(session: Session, row: Case) -> list[StepView]:
    events = case_queries.events(session, case_id=row.id, limit=_STEPS)
    people = views.people_of(session, {one.agent_id for one in events if one.agent_id})
    return [
        StepView(CaseStep(one.step), people[one.agent_id].name if one.agent_id else "", one.note, one.at)
        for one in events
    ]


def _facts(session: Session, *, creator_id: int, on: date) -> tuple[Fact, ...]:
    found = creators.facts(session, creator_id=creator_id, on=on)
    money = payout.balance(session, creator_id=creator_id)
    last = money.last_withdrawal
    facts = [
        Fact("粉丝", count_text(found.followers)),
        Fact("近 30 天涨粉", f"{found.follower_growth_30d_bp / 100:+.2f}%"),
        Fact("近 30 天原创作品", f"{found.original_works_30d} 条"),
        Fact("近 90 天违规", f"{found.violations_90d} 次（严重 {found.serious_violations_90d} 次）"),
        Fact("实名认证", "已认证" if found.real_name_verified else "未认证"),
        Fact("可提现", f"{yuan(money.available_fen)} 元"),
        Fact("待结算", f"{yuan(money.unsettled_fen)} 元"),
    ]
    if last is not None:
        facts.append(Fact("最近一次提现", f"{last.number}，{yuan(last.amount_fen)} 元，{last.state.words}"))
    programs = [one for one in payout.standing(session, creator_id=creator_id, on=on) if one.eligible]
    names = "、".join(one.program.name for one in programs) or "暂无"
    facts.append(Fact("符合条件的激励", names))
    return tuple(facts)
