"""What tests of the desk begin with: people, shifts, a case in a conversation."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from tests.calls import a_creator
from tools.kernel.db import Database
from tools.support import agents, cases, service
from tools.support.agent_models import SupportAgent
from tools.support.agents import COMMON_TEAM, Agent, Role, WeeklyShift, agent_from
from tools.support.escalation import Reason
from tools.support.skills import Skill
from tools.support.views import CaseView

# Nobody signs in with it: hashing a password takes a tenth of a second, which these tests have no use for.
_NO_PASSWORD = "$argon2id$none"


def an_agent(
    session: Session,
    login: str,
    *,
    now: datetime,
    roles: Collection[Role] = (Role.AGENT,),
    skills: Collection[Skill] = (),
    team: str = COMMON_TEAM,
    works: bool = True,
) -> Agent:
    """Store a person of the desk who works all day, every day."""
    row = SupportAgent(
        login=login,
        name=f"小{login}",
        password_hash=_NO_PASSWORD,
        roles=[role.value for role in roles],
        skills=[skill.value for skill in skills],
        team=team,
        added_at=now,
    )
    session.add(row)
    session.flush()
    if works:
        agents.set_shifts(session, login=login, shifts=[WeeklyShift(day, 0, 1_440) for day in range(7)])
    return agent_from(row)


def a_talk(
    session: Session, handle: str, *, now: datetime, channel: str = "terminal", address: str = ""
) -> tuple[int, int]:
    """Store a creator with a conversation; return both ids."""
    creator = a_creator(session, handle)
    talk = service.conversation(
        session, channel=channel, address=address or handle, thread="", creator=creator, now=now
    )
    return creator, talk.id


def a_case(
    database: Database,
    handle: str,
    *,
    now: datetime,
    on: date,
    kind: Reason = Reason.ASKED,
    reason: str = "收益不对",
    channel: str = "terminal",
) -> CaseView:
    """Store a creator whose conversation waits for a person."""
    with database.writing() as session:
        creator, talk = a_talk(session, handle, now=now, channel=channel)
        return cases.open_case(
            session, creator_id=creator, conversation_id=talk, reason=reason, kind=kind, on=on, now=now
        )
