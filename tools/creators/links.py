"""Messenger links: one-time codes from the creator's app, and the addresses that speak for a creator."""

import hashlib
import secrets
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from sqlalchemy.orm import Session

from tools.creators import queries
from tools.creators.accounts import Account
from tools.creators.models import Creator, LinkAttempt, LinkCode, MessengerLink

# No 0/O, 1/I/L: a code is read from one screen and typed on another.
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH = 8
CODE_LIFETIME = timedelta(minutes=10)
# 31^8 codes against five guesses a quarter of an hour: guessing one address's way in takes longer than a life.
_WRONG_ATTEMPTS = 5
_ATTEMPT_WINDOW = timedelta(minutes=15)


class LinkProblem(StrEnum):
    """Why a code did not link; the words tell the person what to do next."""

    WRONG = "wrong"
    EXPIRED = "expired"
    USED = "used"
    TOO_MANY_ATTEMPTS = "too_many_attempts"

    @property
    def words(self) -> str:
        """The problem in Chinese, with the next step."""
        match self:
            case LinkProblem.WRONG:
                return "绑定码不对，请在创作者 App 里核对后再发一次。"
            case LinkProblem.EXPIRED:
                return "这个绑定码已经过期（有效 10 分钟），请在创作者 App 里重新生成一个。"
            case LinkProblem.USED:
                return "这个绑定码已经用过了，请在创作者 App 里重新生成一个。"
            case LinkProblem.TOO_MANY_ATTEMPTS:
                return "绑定码输错次数太多，请 15 分钟后再试。"
            case _:
                assert_never(self)


def linked_creator(session: Session, *, channel: str, address: str) -> int | None:
    """Return the creator that a messenger address speaks for."""
    link = queries.link_of(session, channel=channel, address=address)
    return link.creator_id if link else None


def linked_creators(session: Session, *, after: int, limit: int) -> list[int]:
    """Return the ids of creators whom a messenger speaks for, in order, beyond an id."""
    return queries.linked_creators(session, after=after, limit=limit)


def issue_link_code(session: Session, *, creator_id: int, now: datetime) -> str:
    """Return a new one-time code for the creator, valid ten minutes; earlier unused codes are void.

    Only the code's hash is stored: whoever reads the database can't link with it.
    """
    for earlier in queries.open_link_codes(session, creator_id=creator_id):
        session.delete(earlier)
    code = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))
    session.add(LinkCode(code_hash=_code_hash(code), creator_id=creator_id, expires_at=now + CODE_LIFETIME))
    session.flush()
    return code


def redeem_link_code(
    session: Session, *, channel: str, address: str, code: str, now: datetime
) -> Account | LinkProblem:
    """Link the address to the creator whose code this is and return the account, or say what is wrong.

    It never raises: a wrong attempt is a row that must be committed. The address that is already linked by this code
    gets the same account again, since messengers deliver twice.
    """
    attempts = queries.wrong_attempts(session, channel=channel, address=address, since=now - _ATTEMPT_WINDOW)
    if attempts >= _WRONG_ATTEMPTS:
        return LinkProblem.TOO_MANY_ATTEMPTS
    stored = queries.link_code_for_update(session, _code_hash(code))
    if stored is None:
        session.add(LinkAttempt(channel=channel, address=address, tried_at=now))
        session.flush()
        return LinkProblem.WRONG
    if stored.used_at is not None:
        if linked_creator(session, channel=channel, address=address) != stored.creator_id:
            return LinkProblem.USED
        return queries.account_of(session.get_one(Creator, stored.creator_id))
    if stored.expires_at <= now:
        return LinkProblem.EXPIRED
    stored.used_at = now
    link_directly(session, channel=channel, address=address, creator_id=stored.creator_id, now=now)
    return queries.account_of(session.get_one(Creator, stored.creator_id))


def link_directly(session: Session, *, channel: str, address: str, creator_id: int, now: datetime) -> None:
    """Make the address speak for the creator, whoever it spoke for before."""
    link = queries.link_of(session, channel=channel, address=address, lock=True)
    if link is None:
        session.add(MessengerLink(channel=channel, address=address, creator_id=creator_id, linked_at=now))
    elif link.creator_id != creator_id:
        link.creator_id, link.linked_at = creator_id, now
    session.flush()


def unlink(session: Session, *, channel: str, address: str) -> bool:
    """Let the address speak for nobody; False when it did already."""
    link = queries.link_of(session, channel=channel, address=address, lock=True)
    if link is None:
        return False
    session.delete(link)
    session.flush()
    return True


def _code_hash(code: str) -> str:
    plain = unicodedata.normalize("NFKC", code).upper()
    return hashlib.sha256("".join(c for c in plain if c.isalnum()).encode()).hexdigest()
