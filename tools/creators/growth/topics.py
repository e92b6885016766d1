"""What a question about growth is after, from the topic a model names or the creator's own words."""

import re
from enum import StrEnum

from tools.creators.growth.cohorts import Factor


class Topic(StrEnum):
    """A part of growth advice that can be asked for by itself."""

    WHOLE = "whole"
    HOURS = "hours"
    MONEY = "money"
    BEGINNING = "beginning"
    POSTING = "posting"
    LENGTH = "length"
    ORIGINAL = "original"
    LIVE = "live"
    INTERACTION = "interaction"
    COMPLETION = "completion"


_WORDS = tuple(
    (topic, re.compile(pattern))
    for topic, pattern in (
        (Topic.HOURS, r"几点|发布时间|什么时候发|啥时候发|时间段|黄金时段|best time"),
        (Topic.MONEY, r"变现|赚钱|挣钱|收入怎么|monetiz"),
        (Topic.BEGINNING, r"新手|起号|新号|刚开始|从零|入门|小白"),
        (Topic.POSTING, r"更新频率|日更|几条|多久更|更新多少|断更|频率"),
        (Topic.LENGTH, r"多长|时长|几秒|多少秒|长视频|短一点"),
        (Topic.ORIGINAL, r"原创"),
        (Topic.LIVE, r"直播|开播"),
        (Topic.INTERACTION, r"互动|评论|点赞"),
        (Topic.COMPLETION, r"完播|留人|留存|开头"),
    )
)

FACTORS = {
    Topic.POSTING: Factor.POSTS_A_WEEK,
    Topic.LENGTH: Factor.SECONDS_A_WORK,
    Topic.ORIGINAL: Factor.ORIGINAL_PERCENT,
    Topic.LIVE: Factor.LIVE_HOURS_A_WEEK,
    Topic.INTERACTION: Factor.INTERACTIONS_PER_THOUSAND,
    Topic.COMPLETION: Factor.COMPLETED_PERCENT,
}


def topic_of(*texts: str | None) -> Topic:
    """Return the topic of the first text that names one."""
    for text in texts:
        for topic, pattern in _WORDS:
            if text and pattern.search(text.lower()):
                return topic
    return Topic.WHOLE
