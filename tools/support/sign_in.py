"""Signing in: passwords checked slowly, tries limited, sessions that end."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Final, assert_never

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from tools.support import agent_queries, agents, trail
from tools.support.agent_models import DeskSession, SignInTry, SupportAgent
from tools.support.agents import Agent
from tools.support.trail import DeskAction

IDLE: Final = timedelta(hours=2)
ABSOLUTE: Final = timedelta(hours=12)
# So many wrong tries in this time, and nothing is checked any more: of one login, and from one address.
_WINDOW: Final = timedelta(minutes=15)
TRIES_OF_LOGIN: Final = 5
TRIES_FROM_ADDRESS: Final = 20
_TOKEN_BYTES = 32
_LONGEST_PASSWORD = 200
# A session's last sign of life is written at most so often.
_TOUCH: Final = timedelta(minutes=1)


class SignInProblem(StrEnum):
    """Why somebody is not signed in."""

    WRONG = "wrong"
    TOO_MANY = "too_many"
    DISABLED = "disabled"

    @property
    def words(self) -> str:
        """The problem as people read it; a disabled account reads like a wrong password."""
        match self:
            case SignInProblem.WRONG | SignInProblem.DISABLED:
                return "账号或密码不对。"
            case SignInProblem.TOO_MANY:
                return "尝试次数太多了，请 15 分钟后再试。"
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the token goes into a cookie that scripts cannot read, and is stored nowhere."""

    token: str
    csrf: str
    agent: Agent
    expires_at: datetime


def sign_in(
    session: Session, *, login: str, password: str, address: str, now: datetime
) -> SignedIn | SignInProblem:
    """Sign somebody in, or say why not; never raises, because a wrong try must be committed too."""
    login, address = _plain(login.strip().lower())[:40], _plain(address)[:64]
    # Locked: parallel guesses of one login are counted one after the other.
    row = agent_queries.agent_by_login(session, login=login, lock=True)
    problem = _problem(session, row, login=login, password=password, address=address, now=now)
    if problem is not SignInProblem.TOO_MANY:
        session.add(SignInTry(login=login, address=address, at=now, succeeded=problem is None))
    # Beyond the limit nothing is written: who hammers fills no table.
    if problem is SignInProblem.TOO_MANY:
        return problem
    if problem is not None or row is None:
        trail.record(
            session,
            agent=row.id if row else None,
            action=DeskAction.SIGN_IN_REFUSED,
            subject=f"{login}: {problem}",
            address=address,
            now=now,
        )
        return problem or SignInProblem.WRONG
    if agents.hasher().check_needs_rehash(row.password_hash):
        row.password_hash = agents.hasher().hash(password)
    return _begin(session, row, address=address, now=now)


def agent_of(session: Session, *, token: str, now: datetime, touch: bool = False) -> Agent | None:
    """Return who is signed in with a token, None when it is unknown, ended, idle for too long or too old.

    `touch`, in a transaction that writes, counts as a sign of life.
    """
    row = agent_queries.session_by_hash(session, token_hash=_hash(token))
    if row is None or row.ended_at is not None or now >= row.expires_at or now - row.seen_at >= IDLE:
        return None
    account = agent_queries.agent(session, agent_id=row.agent_id)
    if account is None or account.disabled_at is not None:
        return None
    if touch and now - row.seen_at >= _TOUCH:
        row.seen_at = now
        session.flush()
    return agents.agent_from(account)


def sign_out(session: Session, *, token: str, now: datetime) -> None:
    """End the session of a token; an unknown one changes nothing."""
    row = agent_queries.session_by_hash(session, token_hash=_hash(token))
    if row is None or row.ended_at is not None:
        return
    row.ended_at = now
    trail.record(session, agent=row.agent_id, action=DeskAction.SIGN_OUT, address=row.address, now=now)


def csrf_of(token: str) -> str:
    """Return what a form of this session must carry: only who has the token can tell it."""
    return hmac.new(_bytes(token), b"guanghe desk form", hashlib.sha256).hexdigest()


def csrf_holds(token: str, csrf: str) -> bool:
    """Whether a form carries what its session's forms carry; compared without telling how much of it was right."""
    return hmac.compare_digest(_bytes(csrf_of(token)), _bytes(csrf))


def _problem(
    session: Session, row: SupportAgent | None, *, login: str, password: str, address: str, now: datetime
) -> SignInProblem | None:
    since = now - _WINDOW
    if (
        agent_queries.wrong_tries_of_login(session, login=login, since=since) >= TRIES_OF_LOGIN
        or agent_queries.wrong_tries_from(session, address=address, since=since) >= TRIES_FROM_ADDRESS
    ):
        return SignInProblem.TOO_MANY
    # An unknown login costs the same time as a known one.
    right = _verified(row.password_hash if row else _nobodys_hash(), password) and row is not None
    if not right:
        return SignInProblem.WRONG
    return SignInProblem.DISABLED if row is not None and row.disabled_at is not None else None


def _verified(password_hash: str, password: str) -> bool:
    if len(password) > _LONGEST_PASSWORD:
        return False
    try:
        return agents.hasher().verify(password_hash, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return agents.hasher().hash(secrets.token_hex(_TOKEN_BYTES))


def _begin(session: Session, row: SupportAgent, *, address: str, now: datetime) -> SignedIn:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        DeskSession(
            agent_id=row.id,
            token_hash=_hash(token),
            started_at=now,
            seen_at=now,
            expires_at=now + ABSOLUTE,
            address=address,
        )
    )
    trail.record(session, agent=row.id, action=DeskAction.SIGN_IN, address=address, now=now)
    return SignedIn(token, csrf_of(token), agents.agent_from(row), now + ABSOLUTE)


def _hash(token: str) -> str:
    # The token has 256 random bits: a fast hash is enough.
    return hashlib.sha256(_bytes(token)).hexdigest()


def _bytes(text: str) -> bytes:
    """Return the bytes of a text from outside, of a broken one too."""
    return text.encode("utf-8", "replace")


def _plain(text: str) -> str:
    """Return a text that every database keeps."""
    return "".join(one if one.isprintable() else "?" for one in text)
