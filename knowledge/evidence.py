"""Is there a rule on this at all? One probability from the best clause and from what the question is like."""

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# The cosine of the clause in this place says how much is asked about near the question.
KIN = 5
RIDGE = 5.0

# A logistic regression of "this question has a rule", with both answers weighing alike, on the first clause's two
# scores and three signs of the question: docs/decisions/0002-retrieval.md says on which questions.
OF_MEANING = 1.82
OF_WORDS = 1.45
OF_NO_RULE = -11.45
OF_KIN = 9.84
OF_SIDE = 1.57
OF_NOTHING = -3.11
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
    `side` where it stands of the border between both kinds of questions: 1 as those with a rule, -1 as those without.
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


def border(ruled: NDArray[np.float32], astray: NDArray[np.float32]) -> NDArray[np.float64]:
    """Give the plane, shape (dimensions + 1,), that parts the vectors of questions with a rule from those without.

    Ridge regression on 1 and -1, both kinds weighing alike; all zero where one kind is missing.
    """
    count, width = len(ruled) + len(astray), ruled.shape[1] + 1
    if not len(ruled) or not len(astray):
        flat: NDArray[np.float64] = np.zeros((width,))
        return flat
    points: NDArray[np.float64] = np.hstack(
        [np.vstack([ruled, astray]).astype(np.float64), np.ones((count, 1))]
    )
    sides = np.repeat([1.0, -1.0], [len(ruled), len(astray)])
    weights = np.repeat([count / 2 / len(ruled), count / 2 / len(astray)], [len(ruled), len(astray)])
    weighted = points.T * weights
    left, right = weighted @ points + RIDGE * np.eye(width), weighted @ sides
    return np.asarray(np.linalg.solve(left, right), np.float64)


def elsewhere(text: str) -> frozenset[str]:
    """Give the names of other platforms in a text, which is in common words."""
    return frozenset(_ELSEWHERE.findall(text))
