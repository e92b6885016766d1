"""Is there a rule on this at all? One probability from the best clause and from what the question is like."""

import math
import re
from dataclasses import dataclass

# The cosine of the clause in this place says how much is asked about near the question.
KIN = 5

# A logistic regression of "this question has a rule", with both answers weighing alike, on the first clause's two
# scores and three signs of the question: docs/decisions/0002-retrieval.md says on which questions.
OF_MEANING = 2.77
OF_WORDS = 1.36
OF_NO_RULE = -6.86
OF_KIN = 4.48
OF_SIDE = 2.95
OF_NOTHING = -4.11
# Another platform is asked about, and the clause does not speak of it: set by hand, against any sum of the others.
OF_ELSEWHERE = -4.0

_ELSEWHERE = re.compile(
    "抖音|小红书|b站|哔哩|视频号|公众号|西瓜视频|百家号|头条号|微博|知乎|淘宝|天猫|拼多多|京东|闲鱼|得物|美团|"
    "虎牙|斗鱼|youtube|tiktok|instagram|facebook|twitter"
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What a question is like, whatever clause answers it.

    `astray` is the cosine of the nearest question that no rule answers, `kin` that of the clause in place KIN, and
    `side` where it stands of the border between both kinds of questions (`knowledge.border`).
    `elsewhere` names the other platforms that it mentions.
    """

    astray: float
    kin: float
    side: float
    elsewhere: frozenset[str] = frozenset()


def evidence(cosine: float, words: float, *, text: str, signs: Signs) -> float:
    """Give the probability, between 0 and 1, that a passage answers, where half of all questions have an answer.

    `words` is the BM25 score in units of a word that only one text has, so that it does not grow with the corpus;
    `text` is the passage's.
    """
    strange = any(name not in text for name in signs.elsewhere)
    strength = (
        OF_MEANING * cosine
        + OF_WORDS * words
        + OF_NO_RULE * signs.astray
        + OF_KIN * signs.kin
        + OF_SIDE * signs.side
        + OF_ELSEWHERE * strange
        + OF_NOTHING
    )
    return 1 / (1 + math.exp(-strength))


def elsewhere(text: str) -> frozenset[str]:
    """Give the names of other platforms in a text, which is in common words."""
    return frozenset(_ELSEWHERE.findall(text))
