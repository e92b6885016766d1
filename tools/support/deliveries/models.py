"""What a messenger was asked to show, and what it said."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class Delivery(Base):
    """One message of the log being sent: written before the messenger is asked, ended when it has answered.

    A row without an end, found by somebody who did not write it, is in doubt: the messenger may have shown what comes
    after `names`. `floor` is the highest id that the messenger had given to a message when the part in doubt was begun.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("outcome IN ('sent', 'refused', 'blocked')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended"),
        Index("ix_delivery_last_id", "channel", "last_id"),
        Index("ix_delivery_floor", "channel", "floor"),
        Index("ix_delivery_outcome", "channel", "outcome"),
    )

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(String(12))
    begun_at: Mapped[datetime]
    floor: Mapped[int]
    # The messenger's names of the parts that it has shown, in order.
    names: Mapped[list[Any]]
    # The highest id among them, 0 before the first.
    last_id: Mapped[int]
    outcome: Mapped[str | None] = mapped_column(String(8))
    ended_at: Mapped[datetime | None]


class UnreachableChat(Base):
    """A chat whose person has blocked the bot: nothing is sent there until they write again."""

    __tablename__ = "unreachable_chat"

    channel: Mapped[str] = mapped_column(String(12), primary_key=True)
    address: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(120))
