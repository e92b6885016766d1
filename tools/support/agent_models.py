"""The tables of the people of the desk: accounts, shifts, sessions, and the trail of what they saw and did."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Index, String, Text, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from tools.kernel.db import Base


class SupportAgent(Base):
    """A person of the desk; `password_hash` is Argon2's own text. Disabled people stay, for what they did."""

    __tablename__ = "support_agent"
    __table_args__ = (CheckConstraint("login = lower(login)", name="login"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    password_hash: Mapped[str] = mapped_column(Text)
    roles: Mapped[list[Any]]
    skills: Mapped[list[Any]]
    team: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    away_since: Mapped[datetime | None]
    # When a case was last given to them: who waited longest comes first.
    last_given_at: Mapped[datetime | None]


class Shift(Base):
    """Hours of a weekday (0 is Monday) on which a person works, in minutes of the platform's day; several a day may be."""

    __tablename__ = "support_shift"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint(
            "0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440", name="minutes"
        ),
        Index("ix_support_shift_weekday", "weekday", "agent_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("support_agent.id"))
    weekday: Mapped[int]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]


class DeskSession(Base):
    """A signed-in browser; the token itself is nowhere but in it."""

    __tablename__ = "desk_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("support_agent.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(64))


class SignInTry(Base):
    """A try to sign in, right or wrong: what the limits count."""

    __tablename__ = "sign_in_try"
    __table_args__ = (
        Index("ix_sign_in_try_login", "login", "at"),
        Index("ix_sign_in_try_address", "address", "at"),
        Index("ix_sign_in_try_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    succeeded: Mapped[bool]


class DeskEvent(Base):
    """What a person of the desk saw or did; a row never changes and never goes."""

    __tablename__ = "desk_event"
    __table_args__ = (
        Index("ix_desk_event_agent", "agent_id", "id"),
        Index("ix_desk_event_case", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    # NULL: somebody who is not signed in, or the operator at the terminal.
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("support_agent.id"))
    action: Mapped[str] = mapped_column(String(24))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("support_case.id"))
    subject: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(64), default="")


def _keep(_mapper: Mapper[DeskEvent], _connection: Connection, _row: DeskEvent) -> None:
    raise AssertionError("a row of the trail is never changed")


event.listen(DeskEvent, "before_update", _keep)
event.listen(DeskEvent, "before_delete", _keep)
