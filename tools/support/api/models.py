"""The tokens of the HTTP API: only their hashes are stored."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class PlatformToken(Base):
    """A key of one of the platform's own programs; `scopes` are the words of what it may do, apart by spaces."""

    __tablename__ = "platform_token"
    __table_args__ = (CheckConstraint("rate_per_minute > 0", name="rate_per_minute"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(80))
    rate_per_minute: Mapped[int]
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class CreatorToken(Base):
    """A short-lived key that speaks for one creator; it ends with the platform token that asked for it."""

    __tablename__ = "creator_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), index=True)
    issued_by: Mapped[int] = mapped_column(ForeignKey("platform_token.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
