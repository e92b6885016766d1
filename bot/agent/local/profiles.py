"""Which meanings each tool is asked with, learnt from its examples: naive Bayes over the thesaurus."""

import math
from collections.abc import Iterable, Sequence

from bot.agent.local.thesaurus import MEANINGS, PHRASES, SUBJECTS, meanings

# A meaning that none of a tool's examples has is rare there, not impossible.
_SMOOTHED = 0.25
# A word that the tool lists as its own counts as so many examples.
_LISTED = 2.0
# What is not said tells less than what is: messages are shorter than examples.
_UNSAID = 0.9
# The meanings of one message overlap; without this the posterior is too sure of itself.
_TEMPERATURE = 1.4


class Profiles:
    """For each tool, how often each meaning occurs in what it is asked."""

    def __init__(self, asks: Sequence[Sequence[str]], words: Sequence[Sequence[str]]) -> None:
        """Count the meanings of each tool's examples and of its own words."""
        self._present: list[dict[str, float]] = []
        self._absent: list[dict[str, float]] = []
        self._known = [
            meanings(",".join((*examples, *listed))) for examples, listed in zip(asks, words, strict=True)
        ]
        for examples, listed in zip(asks, words, strict=True):
            rates = _rates(examples, listed)
            self._present.append({meaning: math.log(rate) for meaning, rate in rates.items()})
            self._absent.append({meaning: _UNSAID * math.log(1 - rate) for meaning, rate in rates.items()})

    def foreign(self, said: frozenset[str]) -> list[int]:
        """Return for each tool how many of the subjects that are said it is never asked about.

        Where it knows none of them, that counts one more.
        """
        subjects = said & SUBJECTS
        unknown = [len(subjects - known) for known in self._known]
        return [count + (count == len(subjects) > 0) for count in unknown]

    def posterior(self, said: frozenset[str], *, evidence: Sequence[float]) -> list[float]:
        """Return each tool's probability given the meanings said and further log evidence for each tool.

        A message that says nothing known leaves every tool equally likely.
        """
        logs = [
            sum(present[meaning] if meaning in said else absent[meaning] for meaning in MEANINGS) + more
            for present, absent, more in zip(self._present, self._absent, evidence, strict=True)
        ]
        if not logs or not (said or any(evidence)):
            return [1 / len(logs) for _ in logs]
        top = max(logs)
        raised = [math.exp((value - top) / _TEMPERATURE) for value in logs]
        return [value / sum(raised) for value in raised]


def _rates(examples: Sequence[str], listed: Iterable[str]) -> dict[str, float]:
    counts = dict.fromkeys(MEANINGS, 0.0)
    for text in examples:
        for meaning in meanings(text):
            counts[meaning] += 1
    for meaning in meanings(",".join(listed)) - PHRASES:
        counts[meaning] += _LISTED
    size = len(examples) + _LISTED + 2 * _SMOOTHED
    return {meaning: (count + _SMOOTHED) / size for meaning, count in counts.items()}
