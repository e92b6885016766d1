"""Accounts, their messenger links, works, and what happened on each day (FACTS S23)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class Creator(Base):
    """An account. `followers` is the count at the end of the last imported day."""

    __tablename__ = "creator"
    __table_args__ = (
        CheckConstraint("followers >= 0", name="followers"),
        CheckConstraint("shop_score_hundredths BETWEEN 0 AND 500", name="shop_score"),
        # Peers are the accounts of one category with the nearest follower counts: read along this index.
        Index("ix_creator_category_followers", "category", "followers"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(String(40), unique=True)
    nickname: Mapped[str] = mapped_column(String(40), index=True)
    category: Mapped[str] = mapped_column(String(20))
    city: Mapped[str] = mapped_column(String(20))
    joined_on: Mapped[date]
    followers: Mapped[int] = mapped_column(index=True)
    real_name_verified: Mapped[bool] = mapped_column(default=False)
    shop_opened_on: Mapped[date | None]
    shop_score_hundredths: Mapped[int | None]
    agency: Mapped[str | None] = mapped_column(String(40))


class MessengerLink(Base):
    """A messenger account that speaks for a creator: at most one creator for each address."""

    __tablename__ = "messenger_link"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(12))
    address: Mapped[str] = mapped_column(String(64))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), index=True)
    linked_at: Mapped[datetime]


class LinkCode(Base):
    """A one-time code from the creator's app; only its hash is kept."""

    __tablename__ = "link_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LinkAttempt(Base):
    """A wrong code that somebody tried: too many in a while and linking pauses for that address."""

    __tablename__ = "link_attempt"
    __table_args__ = (Index("ix_link_attempt_channel_address_tried_at", "channel", "address", "tried_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(12))
    address: Mapped[str] = mapped_column(String(64))
    tried_at: Mapped[datetime]


class Work(Base):
    """A published work. `public_id` is what creators see; `kind` is video, live or drama."""

    __tablename__ = "work"
    __table_args__ = (
        CheckConstraint("kind IN ('video', 'live', 'drama')", name="kind"),
        CheckConstraint("duration_seconds > 0", name="duration"),
        CheckConstraint("(kind = 'drama') = (series IS NOT NULL)", name="series"),
        CheckConstraint("drama_level IN ('S+', 'S', 'A', 'P')", name="drama_level"),
        Index("ix_work_creator_id_published_at", "creator_id", "published_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(8))
    category: Mapped[str] = mapped_column(String(20))
    published_at: Mapped[datetime]
    duration_seconds: Mapped[int]
    original: Mapped[bool] = mapped_column(default=True)
    series: Mapped[str | None] = mapped_column(String(60))
    drama_level: Mapped[str | None] = mapped_column(String(2))


class WorkDay(Base):
    """What happened to one work on one day."""

    __tablename__ = "work_day"
    __table_args__ = (
        CheckConstraint("completed_plays <= plays", name="completed"),
        CheckConstraint("follower_plays <= plays", name="follower_plays"),
        CheckConstraint(
            "completed_plays >= 0 AND follower_plays >= 0 AND watch_seconds >= 0 AND likes >= 0"
            " AND comments >= 0 AND shares >= 0 AND favourites >= 0 AND new_followers >= 0",
            name="counts",
        ),
        # The days of one work lie together, in the order in which they are read.
        {"sqlite_with_rowid": False},
    )

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    plays: Mapped[int]
    completed_plays: Mapped[int]
    follower_plays: Mapped[int]
    watch_seconds: Mapped[int]
    likes: Mapped[int]
    comments: Mapped[int]
    shares: Mapped[int]
    favourites: Mapped[int]
    new_followers: Mapped[int]


class AccountDay(Base):
    """What happened to one account on one day; `followers` is the count at its end."""

    __tablename__ = "account_day"
    __table_args__ = (
        CheckConstraint(
            "followers >= 0 AND new_followers >= 0 AND lost_followers >= 0 AND profile_views >= 0",
            name="counts",
        ),
        CheckConstraint("live_seconds BETWEEN 0 AND 86400", name="live_seconds"),
        {"sqlite_with_rowid": False},
    )

    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    followers: Mapped[int]
    new_followers: Mapped[int]
    lost_followers: Mapped[int]
    profile_views: Mapped[int]
    live_seconds: Mapped[int]


class Violation(Base):
    """A penalty on an account: `severity` is notice, general or serious; `clause` is the rule it broke."""

    __tablename__ = "violation"
    __table_args__ = (
        CheckConstraint("severity IN ('notice', 'general', 'serious')", name="severity"),
        Index("ix_violation_creator_id_day", "creator_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    work_id: Mapped[int | None] = mapped_column(ForeignKey("work.id"))
    day: Mapped[date]
    severity: Mapped[str] = mapped_column(String(8))
    policy: Mapped[str] = mapped_column(String(60))
    clause: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(200))
