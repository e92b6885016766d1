"""The people of the desk: who they are, what they may, when they work."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from tools.kernel.errors import OperatorError, Refusal
from tools.kernel.period import PLATFORM_ZONE
from tools.support import agent_queries, trail
from tools.support.agent_models import Shift, SupportAgent
from tools.support.case_models import Specialist
from tools.support.skills import Skill
from tools.support.trail import DeskAction

# Cases that no team of their own waits for.
COMMON_TEAM: Final = "客服组"
SHORTEST_PASSWORD = 10
_LONGEST_PASSWORD = 200
_LOGIN = re.compile(r"[a-z][a-z0-9_.-]{1,39}", re.ASCII)
_NAME = re.compile(r"\S(?:.{0,38}\S)?")
_MINUTES_A_DAY = 1_440
_WEEKDAYS = 7


class Role(StrEnum):
    """What a person of the desk is."""

    AGENT = "agent"
    LEAD = "lead"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    @property
    def words(self) -> str:
        """The role as people read it."""
        return _ROLE_WORDS[self]


class Right(StrEnum):
    """What a role lets a person do."""

    CASES = "cases"  # read and handle 1V1 cases
    LEAD = "lead"  # what belongs to another's cases, the team's alerts, canned replies
    REVIEW = "review"  # decide infringement reports
    FIGURES = "figures"
    ACCOUNTS = "accounts"


_ROLE_WORDS: Final[Mapping[Role, str]] = {
    Role.AGENT: "客服",
    Role.LEAD: "组长",
    Role.REVIEWER: "审核员",
    Role.ADMIN: "管理员",
}
_MAY: Final[Mapping[Right, frozenset[Role]]] = {
    Right.CASES: frozenset({Role.AGENT, Role.LEAD}),
    Right.LEAD: frozenset({Role.LEAD}),
    Right.REVIEW: frozenset({Role.REVIEWER, Role.LEAD}),
    Right.FIGURES: frozenset({Role.LEAD, Role.ADMIN}),
    Right.ACCOUNTS: frozenset({Role.ADMIN}),
}


class RoleMissing(Refusal):
    """The person's roles do not let them, or their account is disabled."""

    template = "你的账号没有这个权限。"


@dataclass(frozen=True, slots=True)
class Agent:
    """A person of the desk."""

    id: int
    login: str
    name: str
    roles: frozenset[Role]
    skills: frozenset[Skill]
    team: str


@dataclass(frozen=True, slots=True)
class AgentAccount:
    """A person's account as an administrator reads it."""

    agent: Agent
    disabled_at: datetime | None
    away: bool


@dataclass(frozen=True, slots=True)
class WeeklyShift:
    """Hours of a weekday, 0 for Monday, in minutes of the platform's day; half-open."""

    weekday: int
    starts_minute: int
    ends_minute: int


@cache
def hasher() -> PasswordHasher:
    """Return Argon2id with the least memory and passes that OWASP's password storage cheat sheet recommends.

    Several desks may sign in at once on a small server, and the limit of tries does the rest.
    """
    return PasswordHasher(time_cost=2, memory_cost=19 * 1_024, parallelism=1)


def may(agent: Agent, right: Right) -> bool:
    """Whether the roles of a person give a right."""
    return bool(agent.roles & _MAY[right])


def require(session: Session, *, agent: Agent, right: Right) -> Agent:
    """Return the person as the store knows them now. Raises RoleMissing when that gives them no such right."""
    row = agent_queries.agent(session, agent_id=agent.id)
    if row is None or row.disabled_at is not None or not may(found := agent_from(row), right):
        raise RoleMissing
    return found


def add_agent(
    session: Session,
    *,
    login: str,
    name: str,
    password: str,
    roles: Collection[Role],
    now: datetime,
    skills: Collection[Skill] = (),
    team: str = COMMON_TEAM,
) -> Agent:
    """Add an account. Raises OperatorError for a login that exists, or words that are no login, name or password."""
    if not _LOGIN.fullmatch(login):
        raise OperatorError(f"{login!r} is no login: 2 to 40 of a-z, 0-9, _ . -, a letter first")
    if not _NAME.fullmatch(name) or not _NAME.fullmatch(team):
        raise OperatorError("a name and a team have 1 to 40 characters")
    if not roles:
        raise OperatorError("an account needs a role: agent, lead, reviewer or admin")
    if agent_queries.agent_by_login(session, login=login) is not None:
        raise OperatorError(f"the login {login!r} exists already")
    row = SupportAgent(
        login=login,
        name=name,
        password_hash=hashed(password),
        roles=sorted(role.value for role in roles),
        skills=sorted(skill.value for skill in skills),
        team=team,
        added_at=now,
    )
    session.add(row)
    session.flush()
    trail.record(session, agent=None, action=DeskAction.ACCOUNT_ADDED, subject=login, now=now)
    return agent_from(row)


def set_password(session: Session, *, login: str, password: str, now: datetime) -> None:
    """Replace a password: every browser that was signed in with the old one is out."""
    row = _known(session, login)
    row.password_hash = hashed(password)
    _end_sessions(session, row, now)
    _changed(session, row, "password", now)


def disable(session: Session, *, login: str, now: datetime) -> None:
    """Take everything from an account at once; its cases go back to the queue with the next look of the watch."""
    row = _known(session, login)
    row.disabled_at = row.disabled_at or now
    _end_sessions(session, row, now)
    _changed(session, row, "disabled", now)


def enable(session: Session, *, login: str, now: datetime) -> None:
    """Give a disabled account back."""
    row = _known(session, login)
    row.disabled_at = None
    _changed(session, row, "enabled", now)


def all_agents(session: Session) -> list[AgentAccount]:
    """Return every account, by login."""
    return [
        AgentAccount(agent_from(row), row.disabled_at, row.away_since is not None)
        for row in agent_queries.agents(session)
    ]


def find_agent(session: Session, *, login: str) -> Agent | None:
    """Return the person of a login."""
    row = agent_queries.agent_by_login(session, login=login)
    return agent_from(row) if row else None


def set_away(session: Session, *, agent: Agent, away: bool, now: datetime) -> None:
    """Note that a person left their desk, or came back: who is away is offered nothing."""
    row = agent_queries.agent(session, agent_id=agent.id)
    assert row is not None, "who is signed in has an account"
    row.away_since = (row.away_since or now) if away else None
    session.flush()


def is_away(session: Session, *, agent: Agent) -> bool:
    """Whether a person left their desk."""
    row = agent_queries.agent(session, agent_id=agent.id)
    return row is None or row.away_since is not None


def set_shifts(session: Session, *, login: str, shifts: Sequence[WeeklyShift]) -> None:
    """Replace a person's hours. Raises OperatorError for hours that are none, or that overlap."""
    row = _known(session, login)
    ordered = sorted(shifts, key=lambda shift: (shift.weekday, shift.starts_minute))
    for place, shift in enumerate(ordered):
        if not (
            0 <= shift.weekday < _WEEKDAYS and 0 <= shift.starts_minute < shift.ends_minute <= _MINUTES_A_DAY
        ):
            raise OperatorError(f"{shift} is no shift")
        before = ordered[place - 1] if place else None
        if before and before.weekday == shift.weekday and shift.starts_minute < before.ends_minute:
            raise OperatorError(f"the shifts of {login} overlap on weekday {shift.weekday}")
    agent_queries.delete_shifts(session, agent_id=row.id)
    session.add_all(
        Shift(
            agent_id=row.id,
            weekday=shift.weekday,
            starts_minute=shift.starts_minute,
            ends_minute=shift.ends_minute,
        )
        for shift in ordered
    )
    session.flush()


def shifts_of(session: Session, *, login: str) -> list[WeeklyShift]:
    """Return a person's hours, in the week's order."""
    return [
        WeeklyShift(row.weekday, row.starts_minute, row.ends_minute)
        for row in agent_queries.shifts(session, agent_id=_known(session, login).id)
    ]


def on_shift(session: Session, *, now: datetime) -> set[int]:
    """Return who works at this moment, by id; whether they are at their desk is another question."""
    local = now.astimezone(PLATFORM_ZONE)
    return agent_queries.on_shift(session, weekday=local.weekday(), minute=60 * local.hour + local.minute)


def assign_specialist(session: Session, *, creator_id: int, login: str | None, now: datetime) -> None:
    """Give a creator a specialist of their own, or take them away."""
    found = agent_queries.specialist_of(session, creator_id=creator_id)
    if login is None:
        if found is not None:
            session.delete(found)
    elif found is None:
        session.add(Specialist(creator_id=creator_id, agent_id=_known(session, login).id, since=now))
    else:
        found.agent_id, found.since = _known(session, login).id, now
    session.flush()


def hashed(password: str) -> str:
    """Return Argon2's text of a password. Raises OperatorError for one that is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise OperatorError(f"a password has {SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} characters")
    return hasher().hash(password)


def agent_from(row: SupportAgent) -> Agent:
    """Return the person of an account."""
    return Agent(
        id=row.id,
        login=row.login,
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles),
        skills=frozenset(Skill(skill) for skill in row.skills),
        team=row.team,
    )


def names(session: Session, *, ids: set[int]) -> dict[int, str]:
    """Return people's names by id."""
    return {id_: row.name for id_, row in agent_queries.agents_by_id(session, ids=ids).items()}


def _known(session: Session, login: str) -> SupportAgent:
    row = agent_queries.agent_by_login(session, login=login, lock=True)
    if row is None:
        raise OperatorError(f"nobody has the login {login!r}")
    return row


def _end_sessions(session: Session, row: SupportAgent, now: datetime) -> None:
    for one in agent_queries.open_sessions(session, agent_id=row.id):
        one.ended_at = now


def _changed(session: Session, row: SupportAgent, what: str, now: datetime) -> None:
    session.flush()
    trail.record(
        session, agent=None, action=DeskAction.ACCOUNT_CHANGED, subject=f"{row.login}: {what}", now=now
    )
