"""The border between questions that have a rule and those that have none."""

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.border import Border

RULED = ("提现要多少钱", "提现几天到账", "粉丝多少能报名", "报名要什么条件", "提现要实名吗")
ASTRAY = ("今天天气怎么样", "讲个笑话", "天气热不热", "哪里好玩")


def vectors(count: int, seed: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, 0.1, (count, 8)).astype(np.float32)


def learned(*, meanings: bool = False) -> Border:
    """Learn from words, or from vectors that alone tell the kinds apart."""
    found = vectors(len(RULED) + len(ASTRAY), 0)
    if meanings:
        found[: len(RULED), 0] += 1
    ruled = np.array([True] * len(RULED) + [False] * len(ASTRAY))
    return Border(RULED + ASTRAY, found, ruled=ruled)


class TestSide:
    def test_tells_the_kinds_apart_by_words(self) -> None:
        border, nothing = learned(), np.zeros(8, np.float32)

        assert border.side("提现要什么条件", nothing) > 0.3
        assert border.side("今天天气热吗", nothing) < -0.3

    def test_tells_the_kinds_apart_by_meaning(self) -> None:
        near, far = np.eye(8, dtype=np.float32)[0], np.zeros(8, np.float32)

        assert learned(meanings=True).side("x", near) > learned(meanings=True).side("x", far) + 0.5

    def test_is_the_ridge_regression_of_both_kinds(self) -> None:
        random = np.random.default_rng(3)
        texts, found = ("",) * 40, random.normal(0, 1, (40, 4)).astype(np.float32)
        ruled = random.random(40) < 0.7
        border = Border(texts, found, ruled=ruled)

        scaled: NDArray[np.float64] = np.hstack([0.7 * found.astype(np.float64), np.ones((40, 1))])
        with_rule = int(ruled.sum())
        weights: NDArray[np.float64] = np.where(ruled, 20 / with_rule, 20 / (40 - with_rule))
        exact = np.linalg.solve(
            (scaled.T * weights) @ scaled + 0.3 * np.eye(5), (scaled.T * weights) @ np.where(ruled, 1.0, -1.0)
        )
        for row in range(5):
            assert border.side("", found[row]) == pytest.approx(float(scaled[row] @ exact), abs=1e-3)

    @pytest.mark.parametrize("ruled", [True, False])
    def test_is_the_border_where_one_kind_is_missing(self, ruled: bool) -> None:  # noqa: FBT001 - a parameter of the test
        border = Border(RULED, vectors(len(RULED), 1), ruled=np.full(len(RULED), ruled))

        assert border.side(RULED[0], vectors(1, 1)[0]) == 0

    def test_of_nothing_learnt_is_the_border(self) -> None:
        assert (
            Border((), np.zeros((0, 8), np.float32), ruled=np.zeros(0, bool)).side("提现", vectors(1, 1)[0])
            == 0
        )

    def test_is_the_same_every_time(self) -> None:
        assert learned().side("提现吗", vectors(1, 2)[0]) == learned().side("提现吗", vectors(1, 2)[0])
