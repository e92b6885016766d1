"""What became of one follower, and of a whole case: the codes of the audit and the states of a migration."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Step(IntEnum):
    """In which part of a migration a follower was looked at."""

    MOVE = 0
    RETURN = 1


class Outcome(IntEnum):
    """What became of one follower; the number is what the audit stores."""

    MOVED = 1
    ALREADY = 2  # follows the original too: counts once (follower-migration-rules 2.2)
    BLOCKED = 3  # follower-migration-rules 2.3
    INACTIVE = 4  # a closed or abnormal account (follower-migration-rules 2.2)
    EARLIER = (
        5  # followed before the first infringing work, so not because of it (follower-migration-rules 2.2)
    )
    MOVED_BEFORE = 6  # came to the impostor by another migration, which alone may take them back
    RETURNED = 11
    MERGED = 12  # had followed the impostor again by their own act: only the moved entry is taken away
    KEPT = 13  # has since unfollowed or blocked by their own act: nothing is touched


OF_MOVING = (
    Outcome.MOVED,
    Outcome.ALREADY,
    Outcome.BLOCKED,
    Outcome.INACTIVE,
    Outcome.EARLIER,
    Outcome.MOVED_BEFORE,
)
OF_RETURNING = (Outcome.RETURNED, Outcome.MERGED, Outcome.KEPT)


class MigrationState(StrEnum):
    """Where a migration stands."""

    APPLIED = "applied"
    REJECTED = "rejected"
    APPROVED = "approved"
    RUNNING = "running"
    PAUSED = "paused"
    MOVED = "moved"
    RETURNING = "returning"
    RETURNED = "returned"

    @property
    def words(self) -> str:
        """The state as the original's creator is told it."""
        return _WORDS[self]


_WORDS: Mapping[MigrationState, str] = {
    MigrationState.APPLIED: "已提交，等待审核",
    MigrationState.REJECTED: "申请没有通过",
    MigrationState.APPROVED: "已通过，等待开始迁移",
    MigrationState.RUNNING: "正在分批迁移",
    MigrationState.PAUSED: "对方在申诉，迁移暂停",
    MigrationState.MOVED: "迁移完成",
    MigrationState.RETURNING: "正在退回",
    MigrationState.RETURNED: "已退回",
}
OPEN = (
    MigrationState.APPLIED,
    MigrationState.APPROVED,
    MigrationState.RUNNING,
    MigrationState.PAUSED,
    MigrationState.MOVED,
    MigrationState.RETURNING,
)
# One impostor's followers are handed out by one case at a time.
ACTIVE = (
    MigrationState.APPROVED,
    MigrationState.RUNNING,
    MigrationState.PAUSED,
    MigrationState.RETURNING,
)
CAN_RETURN = (
    MigrationState.RUNNING,
    MigrationState.PAUSED,
    MigrationState.MOVED,
    MigrationState.RETURNING,
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many followers met which outcome; `merged` and `returned` left the original again, `kept` did not."""

    moved: int = 0
    already: int = 0
    blocked: int = 0
    inactive: int = 0
    earlier: int = 0
    moved_before: int = 0
    returned: int = 0
    merged: int = 0
    kept: int = 0

    @property
    def skipped(self) -> int:
        """Followers that were looked at and stayed where they were."""
        return self.already + self.blocked + self.inactive + self.earlier + self.moved_before

    @property
    def examined(self) -> int:
        """Followers that were looked at."""
        return self.moved + self.skipped


def state_after_report(state: MigrationState, *, report_state: str) -> MigrationState:
    """Return where a case goes because of what became of its report (follower-migration-rules 3.3).

    An appeal of the accused pauses it, a decision that the report stands lets it go on, a report that stands no more
    brings the followers back.
    """
    if report_state in {"upheld", "confirmed"}:
        return MigrationState.RUNNING if state is MigrationState.PAUSED else state
    if report_state == "appealed":
        going = state in {MigrationState.APPROVED, MigrationState.RUNNING}
        return MigrationState.PAUSED if going else state
    if state is MigrationState.APPROVED:
        return MigrationState.REJECTED
    return MigrationState.RETURNING if state in CAN_RETURN else state
