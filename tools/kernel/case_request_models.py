"""The table of cases that other rooms ask for."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base

_WAITING = text("opened_at IS NULL")


class CaseRequest(Base):
    """A wish of a room for a person, left in its own transaction; `opened_at` when the support room has made a case of it."""

    __tablename__ = "case_request"
    __table_args__ = (
        Index("ix_case_request_waiting", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), index=True)
    business: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(200))
    requested_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
