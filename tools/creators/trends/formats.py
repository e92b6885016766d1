"""The kinds of trends, and how works are told apart by form: what they are and how long."""

from enum import StrEnum
from typing import assert_never


class Kind(StrEnum):
    """What rises: a topic, a category, a form, a music."""

    TOPIC = "topic"
    CATEGORY = "category"
    FORMAT = "format"
    MUSIC = "music"

    @property
    def words(self) -> str:
        """The kind as creators call it."""
        match self:
            case Kind.TOPIC:
                return "话题"
            case Kind.CATEGORY:
                return "领域"
            case Kind.FORMAT:
                return "形式"
            case Kind.MUSIC:
                return "音乐"
            case _:
                assert_never(self)


# Shorter than so many seconds, and what such a length is called; the last has no end.
BANDS: tuple[tuple[int | None, str], ...] = (
    (15, "15 秒内"),
    (30, "15–30 秒"),
    (60, "30–60 秒"),
    (180, "1–3 分钟"),
    (None, "3 分钟以上"),
)
_KINDS = {"video": "短视频", "drama": "短剧"}


def format_name(kind: str, band: int) -> str:
    """Return the name of a form: 短视频 30–60 秒."""
    return f"{BANDS[band][1]}{_KINDS[kind]}"
