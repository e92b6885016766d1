"""Tokens of the HTTP API: a program of the platform has one for good, a creator's app one for a while.

A token is shown once, when it is made; whoever reads the database finds only hashes, and 256 random bits need no salt.
"""

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tools.kernel.errors import OperatorError
from tools.support.api import queries
from tools.support.api.models import CreatorToken, PlatformToken
from tools.support.api.scopes import Scope

# What the token begins with says which of the two it is, to programs and to whoever finds one in a file.
PLATFORM_PREFIX, CREATOR_PREFIX = "ghp_", "ghc_"
LONGEST_LIFETIME = timedelta(hours=1)
CREATOR_RATE_PER_MINUTE = 120

_BYTES = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_SWEPT_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class PlatformCaller:
    """A program of the platform, known by its token."""

    token_id: int
    name: str
    scopes: frozenset[Scope]
    rate_per_minute: int


@dataclass(frozen=True, slots=True)
class CreatorCaller:
    """A creator, asserted by the platform program that asked for this token."""

    token_id: int
    creator_id: int
    rate_per_minute: int = CREATOR_RATE_PER_MINUTE


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A creator's new token, in the open this one time."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenView:
    """A platform token as operators see it, without the token."""

    name: str
    scopes: tuple[Scope, ...]
    rate_per_minute: int
    made_at: datetime
    revoked_at: datetime | None


def add_token(
    session: Session, *, name: str, scopes: Collection[Scope], rate_per_minute: int, now: datetime
) -> str:
    """Return a new platform token; raises OperatorError for a name that is none, or that a token has or had."""
    assert scopes, "a token that may do nothing is not made"
    assert rate_per_minute > 0
    if not _NAME.fullmatch(name):
        raise OperatorError(
            f"{name!r} is no name of a token: small letters, digits, '.', '_' and '-', at most 40"
        )
    if queries.platform_token_by_name(session, name) is not None:
        raise OperatorError(f"there is or was a token named {name!r}: choose another name")
    token = PLATFORM_PREFIX + secrets.token_urlsafe(_BYTES)
    session.add(
        PlatformToken(
            name=name,
            token_hash=_hash(token),
            scopes=" ".join(scope.value for scope in Scope if scope in scopes),
            rate_per_minute=rate_per_minute,
            made_at=now,
        )
    )
    session.flush()
    return token


def tokens(session: Session) -> list[TokenView]:
    """Return every platform token, revoked ones too."""
    return [
        TokenView(stored.name, _scopes(stored), stored.rate_per_minute, stored.made_at, stored.revoked_at)
        for stored in queries.platform_tokens(session)
    ]


def revoke_token(session: Session, *, name: str, now: datetime) -> None:
    """End the token and every creator's token it has asked for; ending it again changes nothing.

    Raises OperatorError when there is no token of this name.
    """
    stored = queries.platform_token_by_name(session, name)
    if stored is None:
        raise OperatorError(f"there is no token named {name!r}")
    stored.revoked_at = stored.revoked_at or now
    session.flush()


def platform_caller(session: Session, *, token: str) -> PlatformCaller | None:
    """Return whose platform token this is."""
    if not token.startswith(PLATFORM_PREFIX):
        return None
    stored = queries.platform_token_by_hash(session, _hash(token))
    if stored is None:
        return None
    return PlatformCaller(stored.id, stored.name, frozenset(_scopes(stored)), stored.rate_per_minute)


def issue_creator_token(
    session: Session, *, issuer: PlatformCaller, creator_id: int, lifetime: timedelta, now: datetime
) -> IssuedToken:
    """Return a token that speaks for the creator until it expires; expired ones of anybody are cleared away."""
    assert Scope.ACT in issuer.scopes, "the edge lets only tokens with the scope reach this"
    assert timedelta(0) < lifetime <= LONGEST_LIFETIME
    queries.delete_expired_creator_tokens(session, now=now, limit=_SWEPT_AT_ONCE)
    token = CREATOR_PREFIX + secrets.token_urlsafe(_BYTES)
    session.add(
        CreatorToken(
            token_hash=_hash(token),
            creator_id=creator_id,
            issued_by=issuer.token_id,
            made_at=now,
            expires_at=now + lifetime,
        )
    )
    session.flush()
    return IssuedToken(token, now + lifetime)


def creator_caller(session: Session, *, token: str, now: datetime) -> CreatorCaller | None:
    """Return which creator the token speaks for; an expired or ended one speaks for nobody."""
    if not token.startswith(CREATOR_PREFIX):
        return None
    stored = queries.creator_token_by_hash(session, _hash(token), now=now)
    return CreatorCaller(stored.id, stored.creator_id) if stored else None


def end_creator_token(session: Session, *, caller: CreatorCaller) -> None:
    """Let the creator's token speak for nobody from now on."""
    queries.delete_creator_token(session, caller.token_id)


def _scopes(stored: PlatformToken) -> tuple[Scope, ...]:
    return tuple(Scope(word) for word in stored.scopes.split())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
