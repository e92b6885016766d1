"""The demo platform's tags and music: what the town's accounts wrote behind their titles this summer. All invented."""

import zlib
from datetime import date, datetime, time, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from tools.creators.models import Work
from tools.creators.trends import queries, service
from tools.kernel.period import PLATFORM_ZONE

_FIRST_DAYS = 45
_LONGEST_TITLE = 120
_HUNDRED = 100
# A tag, the category it belongs to ("" for every one), and how many of 100 works carry it, at first and in the last week.
_TAGS = (
    ("立秋第一顿", "美食", 4, 34),
    ("夏日冷饮", "美食", 30, 10),
    ("乡村秋收", "三农", 5, 36),
    ("开学妆教程", "美妆", 6, 40),
    ("开学季", "", 2, 20),
    ("暑假日记", "", 18, 6),
    ("烟火人间", "", 12, 12),
)
_MUSIC = (("晚风小调", 6, 20), ("麦浪", 14, 14), ("大街小巷", 20, 9), ("慢慢走", 12, 12), ("清晨集市", 5, 12))
_RISES_FOR = 7


def load(session: Session, *, on: date) -> None:
    """Tag the town's works, give them music, and build the day's trends; loading again changes nothing."""
    music: list[tuple[str, str]] = []
    retitled: list[dict[str, object]] = []
    for work_id, public_id, title, category, published_on in queries.works_of_town(
        session, first=on - timedelta(days=_FIRST_DAYS), on=on
    ):
        late = (on - published_on).days <= _RISES_FOR
        if (tagged := _tagged(title, public_id, category, late=late)) != title:
            retitled.append({"id": work_id, "title": tagged})
        if name := _chosen(public_id, late=late):
            music.append((public_id, name))
    if retitled:
        session.execute(update(Work), retitled)
    service.record_music(session, music=music)
    service.build(session, on=on, now=datetime.combine(on, time(), PLATFORM_ZONE))


def _tagged(title: str, public_id: str, category: str, *, late: bool) -> str:
    for number, (tag, belongs, first, last) in enumerate(_TAGS):
        if belongs in {"", category} and _draw(f"{public_id}{number}") < (last if late else first):
            longer = f"{title} #{tag}"
            return longer if len(longer) <= _LONGEST_TITLE and "#" not in title else title
    return title


def _chosen(public_id: str, *, late: bool) -> str | None:
    drawn = _draw(f"music{public_id}")
    for name, first, last in _MUSIC:
        drawn -= last if late else first
        if drawn < 0:
            return name
    return None


def _draw(name: str) -> int:
    return zlib.crc32(name.encode()) % _HUNDRED
