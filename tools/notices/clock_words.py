"""Times of day and time zones as creators write them: 晚上11点到早上7点, 23:00-07:00, 我在纽约."""

import re
from datetime import time
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tools.kernel.numerals import COUNT, number
from tools.notices.quiet_hours import QuietHours

# What a word adds to an hour of the first half of the day.
_AFTERNOON = frozenset({"下午", "晚上", "夜里", "晚", "傍晚", "今晚", "夜", "深夜"})
_NIGHT = frozenset({"凌晨", "半夜", "后半夜"})
_NOON = "中午"
_NOON_HOUR, _HALF_A_DAY, _A_DAY, _LATEST_EVENING = 11, 12, 24, 5
_PART = r"(?:凌晨|后半夜|半夜|清晨|早上|早晨|早|上午|中午|下午|傍晚|今晚|晚上|深夜|夜里|夜|晚)"


def _time(place: int) -> str:
    """Return the pattern of a time of day, its groups numbered."""
    return (
        rf"(?P<part{place}>{_PART})?\s?(?P<hour{place}>{COUNT})\s?(?:点钟?|时|[:：])"
        rf"\s?(?P<minute{place}>半|一刻|三刻|{COUNT})?分?"
    )


_ONE: Final = re.compile(_time(1))
_TWO: Final = re.compile(
    _time(1) + r"\s?(?:之?后|以后)?\s?(?:到|至|-|–|—|~|～)\s?(?:第二天|次日|隔天|明天)?的?" + _time(2)
)
_OFF: Final = re.compile(r"^\s*(?:off|none|关|关闭|不要|取消|无|没有)\s*$", re.IGNORECASE)
_ZONES: Final = {
    "纽约": "America/New_York", "华盛顿": "America/New_York", "波士顿": "America/New_York",
    "多伦多": "America/Toronto", "芝加哥": "America/Chicago", "洛杉矶": "America/Los_Angeles",
    "旧金山": "America/Los_Angeles", "西雅图": "America/Los_Angeles", "温哥华": "America/Vancouver",
    "伦敦": "Europe/London", "英国": "Europe/London", "巴黎": "Europe/Paris", "法国": "Europe/Paris",
    "柏林": "Europe/Berlin", "德国": "Europe/Berlin", "马德里": "Europe/Madrid", "西班牙": "Europe/Madrid",
    "罗马": "Europe/Rome", "意大利": "Europe/Rome", "莫斯科": "Europe/Moscow", "迪拜": "Asia/Dubai",
    "东京": "Asia/Tokyo", "日本": "Asia/Tokyo", "首尔": "Asia/Seoul", "韩国": "Asia/Seoul",
    "新加坡": "Asia/Singapore", "曼谷": "Asia/Bangkok", "泰国": "Asia/Bangkok", "吉隆坡": "Asia/Kuala_Lumpur",
    "马来西亚": "Asia/Kuala_Lumpur", "悉尼": "Australia/Sydney", "墨尔本": "Australia/Melbourne",
    "奥克兰": "Pacific/Auckland", "新西兰": "Pacific/Auckland", "新疆": "Asia/Urumqi", "乌鲁木齐": "Asia/Urumqi",
    "北京": "Asia/Shanghai", "国内": "Asia/Shanghai", "中国": "Asia/Shanghai",
}  # fmt: skip


def is_off(text: str) -> bool:
    """Whether the words say that there shall be none."""
    return bool(_OFF.match(text))


def parse_hours(text: str) -> QuietHours | None:
    """Return from when to when, None where the words name no two different times."""
    match = _TWO.search(text)
    if match is None:
        return None
    starts, ends = _clock(match, 1), _clock(match, 2)
    return None if starts is None or ends is None or starts == ends else QuietHours(starts, ends)


def parse_time(text: str) -> time | None:
    """Return the time of day, None where the words name none."""
    match = _ONE.search(text)
    return _clock(match, 1) if match else None


def zone_of(text: str) -> ZoneInfo | None:
    """Return the time zone of a place, or of a zone's own name; None where nothing is known of it."""
    wanted = text.strip()
    for place, zone in _ZONES.items():
        if place in wanted:
            return ZoneInfo(zone)
    if not re.fullmatch(r"[A-Za-z]+(?:/[A-Za-z_]+){1,2}|UTC", wanted, re.ASCII):
        return None
    try:
        return ZoneInfo(wanted)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return None


def zone_words(zone: ZoneInfo) -> str:
    """Return what creators call the zone."""
    if zone.key == "Asia/Shanghai":
        return "北京时间"
    return next((f"{place}时间" for place, key in _ZONES.items() if key == zone.key), f"{zone.key} 时间")


def _clock(match: re.Match[str], place: int) -> time | None:
    hour, minute = number(match[f"hour{place}"]), _minute(match[f"minute{place}"])
    if hour is None or minute is None or hour != int(hour):
        return None
    full = _full(int(hour), match[f"part{place}"])
    return time(full % _A_DAY, minute) if 0 <= full <= _A_DAY else None


def _full(hour: int, part: str | None) -> int:
    """Return the hour of the day that is meant by an hour and the part of the day."""
    if part in _AFTERNOON:
        if hour == _HALF_A_DAY:
            return _A_DAY if part not in {"下午", "傍晚"} else _HALF_A_DAY
        # 晚上两点 is after midnight.
        if part not in {"下午", "傍晚"} and hour < _LATEST_EVENING:
            return hour
        return hour + _HALF_A_DAY if hour < _HALF_A_DAY else hour
    if part in _NIGHT and hour == _HALF_A_DAY:
        return 0
    return hour + _HALF_A_DAY if part == _NOON and hour < _NOON_HOUR else hour


def _minute(text: str | None) -> int | None:
    if text is None:
        return 0
    named = {"半": 30, "一刻": 15, "三刻": 45}
    found = named.get(text) if text in named else number(text)
    return int(found) if found is not None and found == int(found) and 0 <= found < 60 else None  # noqa: PLR2004 - minutes
