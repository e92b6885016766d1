"""Every SELECT of the HTTP API's own: tokens, and pages of a conversation."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tools.support.api.models import CreatorToken, PlatformToken
from tools.support.models import Message


def platform_tokens(session: Session) -> Sequence[PlatformToken]:
    """Return every platform token, revoked ones too, in the order they were made."""
    return session.scalars(select(PlatformToken).order_by(PlatformToken.id)).all()


def platform_token_by_name(session: Session, name: str) -> PlatformToken | None:
    """Return the platform token with this name."""
    return session.scalar(select(PlatformToken).where(PlatformToken.name == name))


def platform_token_by_hash(session: Session, token_hash: str) -> PlatformToken | None:
    """Return the platform token with this hash that is not revoked."""
    return session.scalar(
        select(PlatformToken).where(
            PlatformToken.token_hash == token_hash, PlatformToken.revoked_at.is_(None)
        )
    )


def creator_token_by_hash(session: Session, token_hash: str, *, now: datetime) -> CreatorToken | None:
    """Return the creator's token with this hash, neither expired nor asked for by a token that was revoked since."""
    return session.scalar(
        select(CreatorToken)
        .join(PlatformToken, PlatformToken.id == CreatorToken.issued_by)
        .where(
            CreatorToken.token_hash == token_hash,
            CreatorToken.expires_at > now,
            PlatformToken.revoked_at.is_(None),
        )
    )


def delete_creator_token(session: Session, token_id: int) -> None:
    """Delete one creator's token."""
    session.execute(delete(CreatorToken).where(CreatorToken.id == token_id))


def delete_expired_creator_tokens(session: Session, *, now: datetime, limit: int) -> None:
    """Delete the longest expired tokens of creators."""
    oldest = select(CreatorToken.id).where(CreatorToken.expires_at <= now)
    ids = list(session.scalars(oldest.order_by(CreatorToken.expires_at).limit(limit)))
    if ids:
        session.execute(delete(CreatorToken).where(CreatorToken.id.in_(ids)))


def messages_before(
    session: Session, *, conversation_id: int, before: int | None, limit: int
) -> list[Message]:
    """Return the last messages before a sequence number, oldest first."""
    asked = select(Message).where(Message.conversation_id == conversation_id)
    if before is not None:
        asked = asked.where(Message.sequence < before)
    return list(session.scalars(asked.order_by(Message.sequence.desc()).limit(limit)))[::-1]


def messages_after(
    session: Session, *, conversation_id: int, after: int, before: int | None, limit: int
) -> list[Message]:
    """Return the first messages after a sequence number, as far as another one, oldest first."""
    asked = select(Message).where(Message.conversation_id == conversation_id, Message.sequence > after)
    if before is not None:
        asked = asked.where(Message.sequence < before)
    return list(session.scalars(asked.order_by(Message.sequence).limit(limit)))


def undelivered_up_to(session: Session, *, conversation_id: int, sequence: int, limit: int) -> list[Message]:
    """Return the messages up to a sequence number that still wait for their delivery, oldest first."""
    return list(
        session.scalars(
            select(Message)
            .where(
                Message.conversation_id == conversation_id,
                Message.sequence <= sequence,
                Message.delivered_at.is_(None),
            )
            .order_by(Message.sequence)
            .limit(limit)
        )
    )
