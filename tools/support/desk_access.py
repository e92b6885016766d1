"""What every step of the desk begins and ends with: the case locked, the person's rights, the creator told, the trail."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from tools.kernel.db import Json
from tools.support import agents, case_queries, case_words, service, steps, trail, views
from tools.support.agents import Agent, Right
from tools.support.case_models import Case
from tools.support.desk_refusals import HeldByOther, NotYours
from tools.support.numbers import number_of
from tools.support.states import CaseStep
from tools.support.trail import DeskAction
from tools.support.views import CaseView


def locked(session: Session, agent: Agent, number: str) -> tuple[Case, Agent]:
    """Return a locked case, and the person as the store knows them. Raises RoleMissing and CaseUnknown."""
    doer = agents.require(session, agent=agent, right=Right.CASES)
    return steps.locked(session, number), doer


def mine(session: Session, agent: Agent, number: str) -> tuple[Case, Agent]:
    """Return a locked case that this person may decide about: its holder, or a lead."""
    row, doer = locked(session, agent, number)
    if row.holder_id != doer.id and not agents.may(doer, Right.LEAD):
        raise NotYours(number=number_of(row.id))
    return row, doer


def taken_by(session: Session, row: Case, taker: Agent, *, now: datetime) -> None:
    """Give a locked case to who is there first. Raises HeldByOther and steps.WrongStep."""
    if row.holder_id is not None:
        holder = views.people_of(session, {row.holder_id})[row.holder_id]
        raise HeldByOther(number=number_of(row.id), holder=holder.name)
    steps.take_step(session, row, CaseStep.TAKE, agent=taker.id, now=now)
    record(session, row, taker, DeskAction.TAKE, now=now)


def tell(
    session: Session, row: Case, text: str, *, key: str, now: datetime, buttons: Sequence[Json] = ()
) -> None:
    """Tell the creator what became of the case, once a step."""
    step = case_queries.last_event(session, case_id=row.id)
    service.append_notice(
        session,
        conversation_id=row.conversation_id,
        key=f"case:{row.id}:{step}:{key}",
        text=text,
        body={"text": text, "case": number_of(row.id), "buttons": list(buttons)},
        now=now,
    )


def tell_requeued(session: Session, row: Case, *, now: datetime) -> None:
    """Tell the creator that the case waits again, and where."""
    view = views.view_of(session, row)
    in_front = views.place_in_queue(session, number=view.number)
    tell(session, row, case_words.requeued(view, in_front=in_front, now=now), key="requeued", now=now)


def done(
    session: Session, row: Case, doer: Agent, action: DeskAction, *, now: datetime, subject: str = ""
) -> CaseView:
    """Leave the step in the trail, and return the case after it."""
    record(session, row, doer, action, now=now, subject=subject)
    return views.view_of(session, row)


def record(
    session: Session, row: Case, doer: Agent, action: DeskAction, *, now: datetime, subject: str = ""
) -> None:
    """Leave a step in the trail."""
    trail.record(session, agent=doer.id, action=action, case=number_of(row.id), subject=subject, now=now)
