"""Black margins, sharpness, and whether a picture shows anything new."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.drafts import scenery, written
from tools.kernel.media.frames import Gray
from tools.precheck.media.measured import Borders
from tools.precheck.media.pictures import borders, is_black, is_new, sharpness, steady_borders


def gray(seed: int = 1) -> Gray:
    return np.asarray(cv2.cvtColor(scenery(seed, width=640, height=360), cv2.COLOR_RGB2GRAY), np.uint8)


class TestBorders:
    @given(st.tuples(*[st.integers(0, 60)] * 4))
    def test_are_as_wide_as_they_were_made(self, sides: tuple[int, int, int, int]) -> None:
        top, bottom, left, right = sides
        bright = np.full((180, 320), 120, np.uint8)
        sheet = cv2.copyMakeBorder(bright, top, bottom, left, right, cv2.BORDER_CONSTANT, value=16)

        found = borders(np.asarray(sheet, np.uint8))

        height, width = sheet.shape
        assert (found.top, found.bottom) == pytest.approx((top / height, bottom / height))
        assert (found.left, found.right) == pytest.approx((left / width, right / width))

    def test_count_their_area_where_they_come_in_pairs(self) -> None:
        assert Borders(top=0.25, bottom=0.25).area == pytest.approx(0.5)
        assert Borders(top=0.25, bottom=0.1, left=0.3).area == pytest.approx(0.2)
        assert Borders().area == 0

    def test_are_none_in_a_black_picture(self) -> None:
        assert borders(np.full((90, 160), 17, np.uint8)) == Borders()

    def test_are_steady_only_where_most_pictures_have_them(self) -> None:
        day, night = Borders(top=0.1), Borders(top=0.6, left=0.4)

        assert steady_borders([day, night, day, night]).top == pytest.approx(0.1)
        assert steady_borders([]) == Borders()


class TestSharpness:
    def test_tells_a_sharp_picture_from_its_blurred_copy(self) -> None:
        sharp = sharpness(gray())
        soft = sharpness(np.asarray(cv2.GaussianBlur(gray(), (0, 0), 3), np.uint8))

        assert sharp is not None
        assert soft is not None
        assert (sharp > 0.4, soft < 0.3) == (True, True)

    def test_is_unknown_where_nothing_has_edges(self) -> None:
        assert sharpness(np.full((90, 160), 128, np.uint8)) is None


class TestIsNew:
    def test_sees_a_line_of_words_appear(self) -> None:
        before = scenery(2, width=320, height=180)
        after = written(before, "今天做红烧肉", at=(0.3, 0.8), size=14)

        assert is_new(after[:, :, 1], [before[:, :, 1]])

    def test_ignores_grain(self) -> None:
        before = gray()
        grain = np.random.default_rng(1).integers(-6, 7, before.shape)

        assert not is_new(np.clip(before + grain, 0, 255).astype(np.uint8), [before])

    def test_remembers_more_than_the_last_picture(self) -> None:
        assert not is_new(gray(1), [gray(1), gray(2), gray(3)])

    def test_takes_the_first_and_one_of_another_size(self) -> None:
        assert is_new(gray(), [])
        assert is_new(gray(), [gray()[:100]])


class TestIsBlack:
    def test_holds_for_encoded_black_with_noise(self) -> None:
        noise = np.random.default_rng(1).integers(14, 22, (90, 160)).astype(np.uint8)

        assert is_black(noise)
        assert not is_black(gray())
