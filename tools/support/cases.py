"""1V1 cases from the creator's side: opened, given up, rated, opened again."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tools.kernel.errors import Refusal
from tools.support import (
    alerts,
    assigning,
    case_queries,
    case_words,
    queries,
    service,
    steps,
    summary,
    views,
)
from tools.support.alerts import AlertKind
from tools.support.case_models import Case
from tools.support.escalation import QUIET, Reason
from tools.support.numbers import CaseUnknown, number_of
from tools.support.service_rules import platform_day, service_rules
from tools.support.skills import skill_of
from tools.support.states import CaseState, CaseStep, Ending
from tools.support.views import CaseView

_LONGEST_REASON = 200
_STARS = range(1, 6)


class RatedAlready(Refusal):
    """A case is rated once."""

    template = "工单 {number} 已经评过分了（{stars} 分），谢谢。"


class NotRatable(Refusal):
    """Only a case that a person has ended is rated, with 1 to 5."""

    template = "工单 {number} 现在不能评分：客服处理完以后，可以打 1 到 5 分。"


class ReopenedAlready(Refusal):
    """A case is opened again once (human-service 3.1)."""

    template = (
        "工单 {number} 已经重新打开过 {times} 次了。还有争议可以提交服务投诉，或者说“转人工”开新的工单。"
    )


class ReopenTooLate(Refusal):
    """A case is opened again within days of its end (human-service 3.1)."""

    template = "工单 {number} 结束超过 {days} 天了，不能重新打开。可以说“转人工”开新的工单。"


def is_held(session: Session, *, conversation_id: int) -> bool:
    """Whether a person of the desk speaks in the conversation, so that the assistant must not."""
    return views.state_of(session, conversation_id=conversation_id).is_held


def open_case(
    session: Session,
    *,
    creator_id: int,
    conversation_id: int,
    reason: str,
    on: date,
    now: datetime,
    kind: Reason = Reason.ASKED,
) -> CaseView:
    """Queue the conversation for a person; a conversation has at most one open case, which is returned."""
    service.lock(session, conversation_id=conversation_id)
    if existing := views.open_case_of(session, conversation_id=conversation_id):
        return existing
    tools_run = summary.tools_run(service.messages(session, conversation_id=conversation_id))
    tier = assigning.tier(session, creator_id=creator_id, on=on)
    skill = skill_of(words=reason, tools=[run.tool for run in tools_run])
    need = assigning.need_of(session, creator_id=creator_id, tier=tier, skill=skill, on=on)
    row = Case(
        creator_id=creator_id,
        conversation_id=conversation_id,
        kind=kind.value,
        reason=" ".join(reason.split())[:_LONGEST_REASON] or kind.words,
        tier=tier.value,
        skill=skill.value,
        team=assigning.team_of(session, need=need, now=now),
        opened_at=now,
        opened_sequence=queries.last_sequence(session, conversation_id=conversation_id),
    )
    steps.begin(session, row, now=now)
    if kind.is_urgent:
        alerts.raise_alert(
            session,
            row,
            kind=AlertKind.URGENT,
            agent_id=None,
            text=f"{kind.words}：{row.reason}",
            key="opened",
            now=now,
        )
    return views.view_of(session, row)


def escalate(
    session: Session,
    *,
    creator_id: int,
    conversation_id: int,
    kind: Reason,
    reason: str,
    on: date,
    now: datetime,
) -> CaseView | None:
    """Queue the conversation for a person who was not asked for; None when that would be once too often.

    While a case is open, and for a while after one of the same reason has ended, nothing is handed over again.
    """
    service.lock(session, conversation_id=conversation_id)
    if views.open_case_of(session, conversation_id=conversation_id) is not None:
        return None
    quiet = QUIET.get(kind, timedelta(0))
    if case_queries.ended_of_reason(session, creator_id=creator_id, kind=kind.value, since=now - quiet):
        return None
    return open_case(
        session,
        creator_id=creator_id,
        conversation_id=conversation_id,
        reason=reason,
        on=on,
        now=now,
        kind=kind,
    )


def creator_spoke(session: Session, *, conversation_id: int, now: datetime) -> None:
    """Note that the creator has said something: who waits for it goes on, and owes an answer from now."""
    found = case_queries.open_case_of(session, conversation_id=conversation_id)
    if found is not None:
        row = steps.locked(session, number_of(found.id))
        if CaseState(row.state).is_open:
            steps.take_step(session, row, CaseStep.CREATOR_SPOKE, now=now)


def cancel(session: Session, *, creator_id: int, number: str, now: datetime) -> CaseView:
    """Give the creator's own case up: the assistant answers again, afresh. Raises CaseUnknown and WrongStep."""
    row = _own(session, creator_id, number)
    steps.take_step(session, row, CaseStep.CANCEL, now=now)
    service.start_over(session, conversation_id=row.conversation_id)
    return views.view_of(session, row)


def rate(session: Session, *, creator_id: int, number: str, stars: int, now: datetime) -> CaseView:
    """Rate a case that was ended by a person, once. Raises CaseUnknown, RatedAlready and NotRatable."""
    row = _own(session, creator_id, number)
    if row.rating is not None:
        raise RatedAlready(number=number_of(row.id), stars=row.rating)
    if row.ending != Ending.SOLVED or stars not in _STARS:
        raise NotRatable(number=number_of(row.id))
    row.rating, row.rated_at = stars, now
    session.flush()
    return views.view_of(session, row)


def reopen_by_creator(session: Session, *, creator_id: int, number: str, now: datetime) -> CaseView:
    """Open the creator's own case again, for another person to look at.

    Raises CaseUnknown, ReopenedAlready, ReopenTooLate and WrongStep.
    """
    row = _own(session, creator_id, number)
    rules = service_rules(platform_day(row.opened_at))
    if row.reopened >= rules.reopenings:
        raise ReopenedAlready(number=number_of(row.id), times=row.reopened)
    if row.resolved_at is not None and now - row.resolved_at > timedelta(days=rules.reopen_days):
        raise ReopenTooLate(number=number_of(row.id), days=rules.reopen_days)
    return reopen(session, row, agent=None, now=now)


def reopen(session: Session, row: Case, *, agent: int | None, now: datetime) -> CaseView:
    """Queue a locked case again. Raises WrongStep, also while another case of the conversation is open."""
    other = case_queries.open_case_of(session, conversation_id=row.conversation_id)
    if other is not None and other.id != row.id:
        raise steps.WrongStep(state=f"已有新工单 {number_of(other.id)}", step=CaseStep.REOPEN.words)
    steps.take_step(session, row, CaseStep.REOPEN, agent=agent, now=now)
    assigning.offer(session, row, now=now)
    return views.view_of(session, row)


def status_words(session: Session, *, number: str, now: datetime) -> str:
    """Return where a case stands in words for its creator: place and hours, or who handles it."""
    found = views.case(session, number=number)
    in_front = views.place_in_queue(session, number=number)
    return case_words.standing(found, in_front=in_front, now=now)


def _own(session: Session, creator_id: int, number: str) -> Case:
    row = steps.locked(session, number)
    if row.creator_id != creator_id:
        raise CaseUnknown(number=number)
    return row
