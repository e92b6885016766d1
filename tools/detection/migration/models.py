"""Who follows whom, and the migrations of followers: tables for a hundred million moved followers and more.

`follower_edge` and `follower_move` have their primary key and no other index: both are read and written by ranges of
one account or one case. They carry no foreign keys, whose check of each row would cost as much as the row; the audit's
invariants hold instead. docs/decisions says how they are partitioned where one machine is outgrown.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tools.detection.migration.outcomes import ACTIVE, OPEN, MigrationState, Outcome
from tools.kernel.db import Base
from tools.kernel.period import PLATFORM_ZONE

_VIEWER = BigInteger().with_variant(Integer(), "sqlite")


def _among(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


_OPEN = text(_among("state", OPEN))
_ACTIVE = text(_among("state", ACTIVE))


class FollowerEdge(Base):
    """A viewer follows an account since a day; `migration_id` is the case that brought them, the mark “迁移”."""

    __tablename__ = "follower_edge"
    __table_args__ = ({"sqlite_with_rowid": False},)

    creator_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    follower_id: Mapped[int] = mapped_column(_VIEWER, primary_key=True, autoincrement=False)
    followed_on: Mapped[date]
    migration_id: Mapped[int | None] = mapped_column(Integer)


class FollowerBlock(Base):
    """An account and a viewer between whom there is a block, whoever made it."""

    __tablename__ = "follower_block"
    __table_args__ = ({"sqlite_with_rowid": False},)

    creator_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    follower_id: Mapped[int] = mapped_column(_VIEWER, primary_key=True, autoincrement=False)


class InactiveViewer(Base):
    """A viewer whose account is closed or abnormal: no migration moves them."""

    __tablename__ = "inactive_viewer"
    __table_args__ = (
        CheckConstraint("reason IN ('closed', 'abnormal')", name="reason"),
        {"sqlite_with_rowid": False},
    )

    follower_id: Mapped[int] = mapped_column(_VIEWER, primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(8))


class FollowerTotal(Base):
    """How many viewers follow an account now; whoever changes an account's followers locks this row first.

    `creator.followers` is the count at the end of the last imported day and follows with the next day's import.
    """

    __tablename__ = "follower_total"
    __table_args__ = (CheckConstraint("followers >= 0", name="followers"),)

    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True, autoincrement=False)
    followers: Mapped[int]


class AccountPicture(Base):
    """The 64-bit hash of an account's picture, sixteen hexadecimal digits; who looks alike differs in few bits."""

    __tablename__ = "account_picture"

    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True, autoincrement=False)
    avatar_hash: Mapped[str] = mapped_column(String(16))


class FollowerMigration(Base):
    """A case: the followers that one account won as another's impostor go to the original.

    `followed_from` is the day before which nobody can have followed because of the infringing works, None when the
    whole account was an impersonation. `cursor` is the last follower that was looked at in the running step; it moves
    in the transaction that moved the followers up to it.
    """

    __tablename__ = "follower_migration"
    __table_args__ = (
        CheckConstraint(_among("state", tuple(MigrationState)), name="state"),
        CheckConstraint("original_id <> impostor_id", name="sides"),
        CheckConstraint("(state = 'applied') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(decided_at IS NULL) = (decided_by = '')", name="decided_by"),
        CheckConstraint("(state IN ('moved', 'returned')) = (finished_at IS NOT NULL)", name="finished"),
        CheckConstraint("decided_at >= applied_at", name="decided_after"),
        CheckConstraint("score_percent BETWEEN 0 AND 100", name="score"),
        Index(
            "uq_follower_migration_open",
            "original_id",
            "impostor_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "uq_follower_migration_active",
            "impostor_id",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
        Index("ix_follower_migration_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("infringement_report.id"), index=True)
    original_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    impostor_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    followed_from: Mapped[date | None]
    score_percent: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    applied_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    finished_at: Mapped[datetime | None]
    cursor: Mapped[int] = mapped_column(default=-1)
    moved: Mapped[int] = mapped_column(default=0)
    already: Mapped[int] = mapped_column(default=0)
    blocked: Mapped[int] = mapped_column(default=0)
    inactive: Mapped[int] = mapped_column(default=0)
    earlier: Mapped[int] = mapped_column(default=0)
    moved_before: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    merged: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)

    @property
    def number(self) -> str:
        """What creators and reviewers call it: QY20220815-0001, the platform's day and the row's id."""
        return f"QY{self.applied_at.astimezone(PLATFORM_ZONE):%Y%m%d}-{self.id:04d}"


class FollowerMove(Base):
    """What became of one follower in one step of a case (outcomes.py); written once, never changed."""

    __tablename__ = "follower_move"
    __table_args__ = (
        CheckConstraint("step IN (0, 1)", name="step"),
        CheckConstraint(
            f"outcome BETWEEN {Outcome.MOVED.value} AND {Outcome.KEPT.value}",
            name="outcome",
        ),
        {"sqlite_with_rowid": False},
    )

    migration_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    step: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    follower_id: Mapped[int] = mapped_column(_VIEWER, primary_key=True, autoincrement=False)
    outcome: Mapped[int] = mapped_column(SmallInteger)


class MigrationStep(Base):
    """One step of a case, never changed: who did it and when."""

    __tablename__ = "follower_migration_step"
    __table_args__ = (Index("ix_follower_migration_step_migration_id", "migration_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    migration_id: Mapped[int] = mapped_column(ForeignKey("follower_migration.id"))
    state: Mapped[str] = mapped_column(String(10))
    actor: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(200), default="")
