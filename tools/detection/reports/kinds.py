"""What can be reported, what each kind of report must show, and what becomes of what was reported."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tools.detection.suspects import Suspect, host_of

RULES = "infringement-kinds-rules"


class Kind(StrEnum):
    """What the report is about."""

    COPY = "copy"
    IMPERSONATION = "impersonation"
    AUDIO = "audio"
    PICTURE = "picture"
    OFF_PLATFORM = "off_platform"


class Measure(StrEnum):
    """What is done to what was reported; a work is not shown, shown less, silenced, or pays the original's author."""

    TAKEDOWN = "takedown"
    LIMIT = "limit"
    PAY = "pay"
    TRACK = "track"
    MUTE = "mute"
    RENAME = "rename"
    LETTER = "letter"

    @property
    def words(self) -> str:
        """The measure as both sides are told it."""
        return _MEASURE_WORDS[self]


_MEASURE_WORDS: Mapping[Measure, str] = {
    Measure.TAKEDOWN: "下架",
    Measure.LIMIT: "限流",
    Measure.PAY: "保留展示，收益归原作者",
    Measure.TRACK: "保留展示，只做跟踪",
    Measure.MUTE: "静音",
    Measure.RENAME: "责令改名换头像",
    Measure.LETTER: "向站外平台发出维权函",
}


class Choice(StrEnum):
    """What the owner of an original wants done with copies of it."""

    BLOCK = "block"
    LIMIT = "limit"
    PAY = "pay"
    TRACK = "track"

    @property
    def measure(self) -> Measure:
        """What that does to a copy."""
        return Measure.TAKEDOWN if self is Choice.BLOCK else Measure(self.value)


@dataclass(frozen=True, slots=True)
class Path:
    """How one kind is handled. `clause` of RULES says so; `measures` are possible, the first unless one is chosen."""

    words: str
    clause: str
    needs_work: bool
    needs_link: bool
    needs_real_name: bool
    measures: tuple[Measure, ...]
    outcome: str


PATHS: Mapping[Kind, Path] = {
    Kind.COPY: Path(
        "搬运", "1.1", needs_work=True, needs_link=False, needs_real_name=False,
        measures=(Measure.TAKEDOWN, Measure.LIMIT, Measure.PAY, Measure.TRACK), outcome="对方作品下架",
    ),
    Kind.IMPERSONATION: Path(
        "冒充账号", "1.2", needs_work=False, needs_link=False, needs_real_name=True,
        measures=(Measure.RENAME,), outcome="对方要改名、换头像",
    ),
    Kind.AUDIO: Path(
        "盗用声音", "1.3", needs_work=True, needs_link=True, needs_real_name=False,
        measures=(Measure.MUTE, Measure.TAKEDOWN, Measure.PAY, Measure.TRACK), outcome="对方作品先静音",
    ),
    Kind.PICTURE: Path(
        "盗用图片", "1.4", needs_work=True, needs_link=True, needs_real_name=False,
        measures=(Measure.TAKEDOWN, Measure.LIMIT, Measure.TRACK), outcome="对方作品下架",
    ),
    Kind.OFF_PLATFORM: Path(
        "站外搬运", "1.5", needs_work=True, needs_link=True, needs_real_name=True,
        measures=(Measure.LETTER,), outcome="平台替你向对方平台发维权函",
    ),
}  # fmt: skip

# Sites that are surely not this platform; a link shortener may lead anywhere and stays with the reviewer.
_ELSEWHERE = (
    "douyin.com", "iesdouyin.com", "tiktok.com", "bilibili.com", "b23.tv", "xiaohongshu.com", "xhslink.com",
    "weibo.com", "weibo.cn", "ixigua.com", "toutiao.com", "youtube.com", "youtu.be", "instagram.com",
)  # fmt: skip


def kind_of(said: Kind | None, suspect: Suspect | None) -> Kind:
    """Return the kind of the report: as said, off the platform when the link leads there, else a copy."""
    elsewhere = suspect is not None and suspect.url is not None and is_elsewhere(suspect.url)
    if elsewhere:
        return Kind.OFF_PLATFORM
    return said or Kind.COPY


def is_elsewhere(url: str) -> bool:
    """Whether the link leads to another platform."""
    host = host_of(url)
    return any(host == site or host.endswith(f".{site}") for site in _ELSEWHERE)


def measure_for(kind: Kind, choice: Choice | None) -> Measure:
    """Return what is done when the report is upheld: what the original's owner chose, where this kind allows it."""
    allowed = PATHS[kind].measures
    if choice is None or choice is Choice.BLOCK or choice.measure not in allowed:
        return allowed[0]
    return choice.measure
