"""Films that change alike, films that do not, and films in which nothing moves."""

import numpy as np
import numpy.typing as npt

from tools.detection.matching.motion import shared_motion
from tools.detection.matching.warping import Compared

Pictures = list[npt.NDArray[np.float32]]


def film(seed: int, *, count: int = 6) -> Pictures:
    draw = np.random.default_rng(seed)
    return [draw.normal(0, 20, (96, 192)).astype(np.float32) for _ in range(count)]


def beside(video: Pictures, original: Pictures) -> list[Compared]:
    known = np.ones((96, 192), np.bool_)
    blocks = np.zeros((0, 7), np.float32)
    return [Compared(one, other, known, blocks) for one, other in zip(video, original, strict=True)]


class TestSharedMotion:
    def test_is_near_one_of_a_film_beside_itself(self) -> None:
        assert shared_motion(beside(film(1), film(1))) > 0.9

    def test_is_near_zero_of_films_that_move_otherwise(self) -> None:
        assert abs(shared_motion(beside(film(1), film(2)))) < 0.15

    def test_sees_through_what_covers_a_copy_and_stays(self) -> None:
        cover = np.random.default_rng(9).normal(0, 80, (96, 192)).astype(np.float32)

        assert shared_motion(beside([one + cover for one in film(1)], film(1))) > 0.9

    def test_says_nothing_where_nothing_moves(self) -> None:
        still = film(1)[:1] * 6

        assert shared_motion(beside(still, film(2)[:1] * 6)) == shared_motion([])

    def test_leaves_out_what_the_original_does_not_show(self) -> None:
        known = np.zeros((96, 192), np.bool_)
        rows = [Compared(one.video, one.original, known, one.blocks) for one in beside(film(1), film(2))]

        assert shared_motion(rows) == shared_motion([])

    def test_passes_over_a_change_of_size(self) -> None:
        [first, *others] = beside(film(1), film(1))
        small = Compared(first.video[:48], first.original[:48], first.known[:48], first.blocks)

        assert shared_motion([small, *others]) > 0.9
