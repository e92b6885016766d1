"""The demo's activities around its day: some to sign up for, one running, one over with a result."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel.period import PLATFORM_ZONE
from tools.notices import queries
from tools.notices.models import Activity, ActivityEntry


@dataclass(frozen=True, slots=True)
class _Sample:
    """An activity by days from the demo's own."""

    key: str
    title: str
    category: str | None
    about: str
    reward: str
    audience: str
    days: tuple[int, int]
    sign_up_until: int


_SAMPLES = (
    _Sample(
        "HD-food",
        "夏日美食季",
        "美食",
        "拍一道夏天的家常菜，带话题 #夏日美食季。",
        "播放前 100 名每人 50,000 次曝光的流量券，前 10 名另有 500 元现金",
        'category == "美食" && followers >= 1000 && original_works_30d >= 1',
        (-2, 14),
        7,
    ),
    _Sample(
        "HD-harvest",
        "秋收记录计划",
        "三农",
        "记录家乡的秋收，真实的收成和价格都可以拍，带话题 #秋收记录。",
        "入选作品每条 20,000 次曝光的流量券",
        "followers >= 1000 && original_works_30d >= 1 && serious_violations_90d == 0",
        (5, 35),
        15,
    ),
    _Sample(
        "HD-live",
        "开播夜聊周",
        "直播",
        "连续 5 天晚上开播，每天有效开播满 1 小时。",
        "完成的每人 30,000 次曝光的流量券",
        "live_seconds_30d >= 3600 && violations_90d == 0",
        (1, 8),
        3,
    ),
    _Sample(
        "HD-new",
        "新人首月挑战",
        None,
        "一个月内发布 8 条原创作品。",
        "完成的每人 10,000 次曝光的流量券",
        "followers < 10000",
        (-10, 20),
        10,
    ),
    _Sample(
        "HD-dumpling",
        "端午晒粽大赛",
        "美食",
        "晒一晒你家的粽子，带话题 #端午晒粽。",
        "一等奖 1,000 元现金，优秀奖 20,000 次曝光的流量券",
        'category == "美食"',
        (-80, -70),
        -72,
    ),
)


def load(session: Session, *, on: date) -> None:
    """Make the demo's activities exist; again changes nothing."""
    if queries.activity_by_key(session, key=_SAMPLES[0].key) is not None:
        return
    for sample in _SAMPLES:
        starts, ends = sample.days
        session.add(
            Activity(
                key=sample.key,
                title=sample.title,
                category=sample.category,
                about=sample.about,
                reward=sample.reward,
                policy="activity-notices-rules",
                clause="2.3",
                audience=sample.audience,
                starts_at=_midnight(on, starts),
                ends_at=_midnight(on, ends),
                sign_up_by=_midnight(on, sample.sign_up_until),
                imported_at=_midnight(on, starts - 5),
            )
        )
    session.flush()
    over = queries.activity_by_key(session, key="HD-dumpling")
    laotie = creators.find_account(session, handle="laotie")
    if over is not None and laotie is not None:
        session.add(
            ActivityEntry(
                activity_id=over.id,
                creator_id=laotie.id,
                signed_up_at=_midnight(on, -76),
                result="优秀奖，20,000 次曝光的流量券",
                result_at=_midnight(on, -66),
            )
        )
        session.flush()


def _midnight(on: date, days: int) -> datetime:
    return datetime.combine(on + timedelta(days=days), time(), PLATFORM_ZONE)
