"""The lists that people of the desk work from."""

from enum import StrEnum


class Box(StrEnum):
    """A list of cases."""

    MINE = "mine"  # held by me
    OFFERED = "offered"  # offered to me, or to nobody in my team's queue
    QUEUED = "queued"
    PENDING = "pending"  # held by me, waiting for the creator
    ALL_OPEN = "all_open"
    RESOLVED = "resolved"

    @property
    def words(self) -> str:
        """The list as agents read it."""
        return _WORDS[self]


_WORDS = {
    Box.MINE: "我的",
    Box.OFFERED: "待我接",
    Box.QUEUED: "排队中",
    Box.PENDING: "等创作者",
    Box.ALL_OPEN: "全部未结",
    Box.RESOLVED: "已结束",
}
