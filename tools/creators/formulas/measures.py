"""The figures that a formula may name: one name each, the other ways to say it, unit, and where it is counted."""

from dataclasses import dataclass
from enum import StrEnum

from tools.creators.formulas.units import Dimension, Unit, of_unit


class Source(StrEnum):
    """The table that a measure is counted in; only what is counted by work has a value for a single work."""

    ACCOUNT = "account"
    WORKS = "works"
    PUBLISHED = "published"


class Measure(StrEnum):
    """A figure that is stored for each day; the value is the column's name."""

    PLAYS = "plays"
    COMPLETED_PLAYS = "completed_plays"
    FOLLOWER_PLAYS = "follower_plays"
    WATCH_SECONDS = "watch_seconds"
    LIKES = "likes"
    COMMENTS = "comments"
    SHARES = "shares"
    FAVOURITES = "favourites"
    WORK_FOLLOWERS = "work_followers"
    NEW_FOLLOWERS = "new_followers"
    LOST_FOLLOWERS = "lost_followers"
    FOLLOWERS = "followers"
    PROFILE_VIEWS = "profile_views"
    LIVE_SECONDS = "live_seconds"
    WORKS_PUBLISHED = "works_published"


@dataclass(frozen=True, slots=True)
class Described:
    """How a measure is called and counted.

    `level` marks a count that stands at the end of a day (followers): days of it are never added up.
    """

    measure: Measure
    name: str
    unit: Unit
    source: Source
    synonyms: tuple[str, ...]
    level: bool = False

    @property
    def dimension(self) -> Dimension:
        """The unit as a dimension."""
        return of_unit(self.unit)


_WORKS = Source.WORKS
_ACCOUNT = Source.ACCOUNT
# Live sessions are left out of all that works got: nobody watches one to its end (as in the account diagnosis).
MEASURES = (
    Described(Measure.PLAYS, "播放", Unit.TIMES, _WORKS, ("播放量", "播放数", "播放次数", "播放总量", "观看量", "观看次数", "plays", "play", "views", "view")),
    Described(Measure.COMPLETED_PLAYS, "完播", Unit.TIMES, _WORKS, ("完播量", "完播数", "完播次数", "看完", "completed_plays", "completions", "completed")),
    Described(Measure.FOLLOWER_PLAYS, "粉丝播放", Unit.TIMES, _WORKS, ("粉丝播放量", "粉丝播放数", "粉丝观看", "follower_plays", "follower_views")),
    Described(Measure.WATCH_SECONDS, "观看时长", Unit.SECONDS, _WORKS, ("播放时长", "总播放时长", "观看总时长", "总时长", "观看秒数", "watch_seconds", "watch_time")),
    Described(Measure.LIKES, "点赞", Unit.TIMES, _WORKS, ("点赞量", "点赞数", "赞", "赞数", "获赞", "喜欢", "likes", "like")),
    Described(Measure.COMMENTS, "评论", Unit.TIMES, _WORKS, ("评论量", "评论数", "留言", "comments", "comment")),
    Described(Measure.SHARES, "转发", Unit.TIMES, _WORKS, ("转发量", "转发数", "分享", "分享量", "分享数", "shares", "share")),
    Described(Measure.FAVOURITES, "收藏", Unit.TIMES, _WORKS, ("收藏量", "收藏数", "favourites", "favorites", "saves", "collects")),
    Described(Measure.WORK_FOLLOWERS, "作品涨粉", Unit.PEOPLE, _WORKS, ("作品涨粉数", "视频涨粉", "work_followers")),
    Described(Measure.NEW_FOLLOWERS, "涨粉", Unit.PEOPLE, _ACCOUNT, ("涨粉数", "涨粉量", "新增粉丝", "新增粉丝数", "新增关注", "新粉", "新增", "new_followers", "follows", "new_fans")),
    Described(Measure.LOST_FOLLOWERS, "掉粉", Unit.PEOPLE, _ACCOUNT, ("掉粉数", "掉粉量", "取关", "取关数", "取消关注", "脱粉", "lost_followers", "unfollows")),
    Described(Measure.FOLLOWERS, "粉丝", Unit.PEOPLE, _ACCOUNT, ("粉丝数", "粉丝量", "总粉丝", "粉丝总数", "followers", "fans"), level=True),
    Described(Measure.PROFILE_VIEWS, "主页访问", Unit.TIMES, _ACCOUNT, ("主页访问量", "主页浏览", "主页浏览量", "主页播放", "profile_views")),
    Described(Measure.LIVE_SECONDS, "开播时长", Unit.SECONDS, _ACCOUNT, ("直播时长", "直播秒数", "live_seconds", "live_time")),
    Described(Measure.WORKS_PUBLISHED, "发布", Unit.WORKS, Source.PUBLISHED, ("发布数", "发布量", "发布条数", "作品数", "发作品", "更新", "更新数", "works", "posts", "works_published")),
)  # fmt: skip
BY_MEASURE = {described.measure: described for described in MEASURES}
# Every way to say a measure, in lower case.
WORDS = {word: described.measure for described in MEASURES for word in (described.name, *described.synonyms)}
# What creators ask for and formulas cannot have, with what can be had instead.
UNAVAILABLE = (
    (("收益", "收入", "佣金", "打赏", "流水", "gmv", "成交", "钱", "income", "revenue"), "收益按结算口径单独查，问我“我的收益”就行，不能放进公式"),
    (("曝光", "展现", "展示", "impression", "ctr", "点击"), "按天的数据里没有曝光和点击，可以用播放代替"),
    (("留存", "跳出", "retention"), "留存要按秒看单条作品，问我“逐秒看看最新那条”；按天的指标可以用完播率代替"),
)  # fmt: skip
