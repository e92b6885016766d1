"""Accounts of the demo's town that got on: some passed ten thousand followers, some grew again above it.

All of it is invented. They live in categories that none of the eight accounts is in, whose peers they so never are.
"""

import zlib
from datetime import date

from tools.creators.demo_accounts import DemoAccount, DemoWork, Stretch
from tools.creators.vocabulary import CITIES, GIVEN_NAMES, TOPICS, Topic

_CATEGORIES = ("生活", "搞笑", "宠物", "知识", "母婴", "运动", "游戏")
_GROWING = 14
_GROWN = 10
_WORK_DAYS = (
    "07-02", "07-07", "07-11", "07-15", "07-18", "07-20", "07-22", "07-25", "07-27", "07-29",
    "08-01", "08-03", "08-05", "08-08", "08-10", "08-12",
)  # fmt: skip
_TOPICS = {topic.category: topic for topic in TOPICS}


def _spread(name: str, low: int, high: int) -> int:
    """Return a number from `low` to `high` that the name alone decides."""
    return low + zlib.crc32(name.encode()) % (high - low + 1)


def _work(handle: str, topic: Topic, place: int, day: str, *, plays: int) -> DemoWork:
    name = f"{handle}-{day}"
    title = topic.titles[_spread(f"{name}t", 0, len(topic.titles) - 1)].format(
        thing=topic.things[(place + _spread(handle, 0, 9)) % len(topic.things)],
        place=CITIES[place % len(CITIES)][0],
    )
    return DemoWork(
        f"{day} {_spread(f'{name}h', 17, 20)}:{_spread(f'{name}m', 10, 50)}",
        title,
        _spread(f"{name}s", 22, 38),
        _spread(f"{name}p", plays * 6 // 10, plays * 15 // 10),
        _spread(f"{name}c", 36, 47),
    )


def _climber(number: int) -> DemoAccount:
    handle = f"town{number:02}"
    topic = _TOPICS[_CATEGORIES[number % len(_CATEGORIES)]]
    growing = number < _GROWING
    followers = _spread(f"{handle}f", 7_300, 8_600) if growing else _spread(f"{handle}f", 16_000, 62_000)
    # A growing one gains enough to pass ten thousand in four weeks; a grown one picks up speed in the third week.
    stretches = (
        (Stretch("07-01", 52, 12), Stretch("07-16", 118, 16))
        if growing
        else (
            Stretch("07-01", followers // 500, followers // 1_400),
            Stretch("07-18", followers // 130, followers // 900),
        )
    )
    days = [day for place, day in enumerate(_WORK_DAYS) if (place + number) % 8]
    return DemoAccount(
        handle,
        GIVEN_NAMES[(number * 3) % len(GIVEN_NAMES)] + topic.nicknames[number % len(topic.nicknames)],
        topic.category,
        CITIES[(number * 5) % len(CITIES)][0],
        date(2020, 1 + number % 12, 1 + number % 28),
        followers_before=followers,
        stretches=stretches,
        works=tuple(_work(handle, topic, place, day, plays=followers // 2) for place, day in enumerate(days)),
        likes=_spread(f"{handle}l", 380, 470),
        comments=_spread(f"{handle}k", 50, 70),
    )


CLIMBERS = tuple(_climber(number) for number in range(_GROWING + _GROWN))
