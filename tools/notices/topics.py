"""What notices are about, in which lane each goes, and for how long it is worth telling."""

from datetime import timedelta
from enum import StrEnum
from typing import assert_never


class Lane(StrEnum):
    """How urgent words are, the most pressing first: an answer or a word of a case, a time that runs out, everything else."""

    CASE = "case"
    DEADLINE = "deadline"
    BULK = "bulk"


class Topic(StrEnum):
    """What a notice is about; creators switch them one by one."""

    ACTIVITY = "activity"
    TASK = "task"
    REWARD = "reward"
    PAYOUT = "payout"
    REPORT = "report"
    OFFER = "offer"
    ORDER = "order"
    COURSE = "course"
    DIAGNOSIS = "diagnosis"
    CHECK = "check"
    CASE = "case"

    @property
    def words(self) -> str:
        """What creators call it."""
        return _WORDS[self]

    @property
    def lane(self) -> Lane:
        """The lane that its notices take."""
        match self:
            case Topic.CASE | Topic.REPORT | Topic.CHECK:
                return Lane.CASE
            case Topic.TASK | Topic.PAYOUT | Topic.OFFER | Topic.ORDER:
                return Lane.DEADLINE
            case Topic.ACTIVITY | Topic.REWARD | Topic.COURSE | Topic.DIAGNOSIS:
                return Lane.BULK
            case _:
                assert_never(self)

    @property
    def lives(self) -> timedelta:
        """How long its words are worth telling where nothing ends them sooner."""
        match self:
            case Topic.ACTIVITY | Topic.TASK | Topic.DIAGNOSIS:
                return timedelta(days=3)
            case Topic.REWARD | Topic.OFFER | Topic.ORDER | Topic.COURSE | Topic.CHECK:
                return timedelta(days=7)
            case Topic.PAYOUT | Topic.REPORT | Topic.CASE:
                return timedelta(days=30)
            case _:
                assert_never(self)

    @property
    def mutable(self) -> bool:
        """Whether it can be switched off: what concerns money, rights and one's own cases cannot.

        activity-notices-rules 1.3.
        """
        match self:
            case Topic.ACTIVITY | Topic.TASK | Topic.OFFER | Topic.DIAGNOSIS:
                return True
            case (
                Topic.COURSE
                | Topic.REWARD
                | Topic.PAYOUT
                | Topic.REPORT
                | Topic.ORDER
                | Topic.CHECK
                | Topic.CASE
            ):
                return False
            case _:
                assert_never(self)


_WORDS = {
    Topic.ACTIVITY: "活动",
    Topic.TASK: "任务",
    Topic.REWARD: "激励到账",
    Topic.PAYOUT: "打款",
    Topic.REPORT: "举报",
    Topic.OFFER: "商单邀约",
    Topic.ORDER: "商单进展",
    Topic.COURSE: "课程",
    Topic.DIAGNOSIS: "账号数据",
    Topic.CHECK: "发布前检测",
    Topic.CASE: "人工工单",
}
MUTABLE = tuple(topic for topic in Topic if topic.mutable)
