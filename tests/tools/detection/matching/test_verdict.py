"""What is said of several originals that a video may show."""

import pytest

from tools.detection.matching.segment import Original
from tools.detection.matching.verdict import Match, Verdict, verdict_of, without_noise


def match(score: float) -> Match:
    return Match(Original(f"film{score}", "yuanchuang"), (0.0, 5.0), (0.0, 5.0), False, 1.0, score)  # noqa: FBT003 - not mirrored


class TestWithoutNoise:
    @pytest.mark.parametrize(
        ("scores", "kept"),
        [
            ([], []),
            ([0.3, 0.2], [0.3, 0.2]),
            ([0.6, 0.55, 0.3], [0.6, 0.55]),
            ([0.99, 0.65, 0.3], [0.99]),
            ([0.99, 0.98, 0.85, 0.79], [0.99, 0.98, 0.85]),
        ],
    )
    def test_keeps_copies_and_beside_a_sure_one_clear_ones(
        self, scores: list[float], kept: list[float]
    ) -> None:
        assert [one.score for one in without_noise([match(score) for score in scores])] == kept


class TestVerdictOf:
    @pytest.mark.parametrize(
        ("scores", "verdict"),
        [
            ([], Verdict.CLEAR),
            ([0.1], Verdict.CLEAR),
            ([0.2], Verdict.REVIEW),
            ([0.2, 0.5], Verdict.COPY),
        ],
    )
    def test_is_what_the_surest_match_means(self, scores: list[float], verdict: Verdict) -> None:
        assert verdict_of([match(score) for score in scores]) is verdict
