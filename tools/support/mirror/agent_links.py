"""Which messenger account speaks for which agent: linked by a one-time code, like creators' accounts."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from sqlalchemy.orm import Session

from tools.kernel.errors import OperatorError
from tools.support import agent_queries, agents, trail
from tools.support.agents import Agent
from tools.support.mirror import queries
from tools.support.mirror.models import AgentLinkCode, AgentLinkTry, AgentMessenger
from tools.support.trail import DeskAction

# No 0/O, 1/I/L: a code is read from one screen and typed on another.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 10
LIFETIME = timedelta(minutes=10)
_WRONG_TRIES = 5
_TRY_WINDOW = timedelta(minutes=15)


class CodeProblem(StrEnum):
    """Why a code did not link."""

    WRONG = "wrong"
    TOO_MANY_TRIES = "too_many_tries"

    @property
    def words(self) -> str:
        """The problem in Chinese, with the next step."""
        match self:
            case CodeProblem.WRONG:
                return "绑定码不对、已过期或用过了，请让管理员重新生成一个（10 分钟内有效）。"
            case CodeProblem.TOO_MANY_TRIES:
                return "绑定码输错次数太多，请 15 分钟后再试。"
            case _:
                assert_never(self)


def issue_code(session: Session, *, login: str, now: datetime) -> str:
    """Return a new one-time code for the agent, valid ten minutes; earlier ones are void.

    Raises OperatorError for a login that nobody has. Only the code's hash is stored.
    """
    agent = agents.find_agent(session, login=login)
    if agent is None:
        raise OperatorError(f"no agent has the login {login!r}; `guanghe agents list` prints them")
    for earlier in queries.open_codes(session, agent_id=agent.id):
        session.delete(earlier)
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    session.add(
        AgentLinkCode(code_hash=_hash(code), agent_id=agent.id, expires_at=now + LIFETIME, used_at=None)
    )
    session.flush()
    return code


def redeem(session: Session, *, user: int, code: str, now: datetime) -> Agent | CodeProblem:
    """Let the account speak for the agent whose code this is, or say what is wrong.

    It never raises: a wrong try is a row that must be committed. Whoever linked by this code gets the same agent again,
    since messengers deliver twice.
    """
    if queries.wrong_tries(session, user=user, since=now - _TRY_WINDOW) >= _WRONG_TRIES:
        return CodeProblem.TOO_MANY_TRIES
    stored = queries.code_for_update(session, code_hash=_hash(code))
    linked = queries.messenger_of(session, user=user)
    if stored is not None and stored.used_at is not None and linked and linked.agent_id == stored.agent_id:
        found = agent_of(session, user=user)
        return found or CodeProblem.WRONG
    if stored is None or stored.used_at is not None or stored.expires_at <= now:
        session.add(AgentLinkTry(user=user, tried_at=now))
        session.flush()
        return CodeProblem.WRONG
    stored.used_at = now
    _link(session, user=user, agent_id=stored.agent_id, now=now)
    return agent_of(session, user=user) or CodeProblem.WRONG


def agent_of(session: Session, *, user: int) -> Agent | None:
    """Return for whom the account speaks; nobody's for a disabled agent."""
    linked = queries.messenger_of(session, user=user)
    row = agent_queries.agent(session, agent_id=linked.agent_id) if linked else None
    return agents.agent_from(row) if row is not None and row.disabled_at is None else None


def _link(session: Session, *, user: int, agent_id: int, now: datetime) -> None:
    """Let the account speak for the agent, and neither of them with anybody else."""
    for earlier in (
        queries.messenger_of(session, user=user),
        queries.messenger_of_agent(session, agent_id=agent_id),
    ):
        if earlier is not None:
            session.delete(earlier)
            session.flush()
    session.add(AgentMessenger(user=user, agent_id=agent_id, linked_at=now))
    session.flush()
    trail.record(session, agent=agent_id, action=DeskAction.ACCOUNT_CHANGED, subject="telegram", now=now)


def _hash(code: str) -> str:
    return hashlib.sha256("".join(c for c in code.upper() if c.isalnum()).encode()).hexdigest()
