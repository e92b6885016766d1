"""Features that do not change when a picture is mirrored, and the bytes that keep them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clips import scene
from tools.detection.fingerprints import codes, local, picture
from tools.detection.fingerprints.extract import fingerprint
from tools.detection.fingerprints.fingerprint import Fingerprint, FingerprintError, read_fingerprint
from tools.kernel.media.frames import Frame, Video


@pytest.fixture(scope="module")
def kept() -> Fingerprint:
    frames = tuple(Frame(i / 2, gray) for i, gray in enumerate(scene(5)[::5]))
    return fingerprint(Video(6.0, frames), pictures=True)


class TestLocalFeatures:
    def test_of_a_mirrored_picture_are_the_same_words_in_another_order(self) -> None:
        gray = scene(4)[0]

        plain = local.local_features(gray)
        mirror = local.local_features(np.ascontiguousarray(gray[:, ::-1]))

        nearest = local.compare(local.mirrored(plain.words), mirror.words).min(axis=1)
        assert np.median(nearest) <= 12

    def test_are_bounded_and_within_the_picture(self) -> None:
        found = local.local_features(scene(4)[0])

        assert 60 <= len(found.words) <= sum(local.LEVEL_POINTS)
        assert found.places[:, 1].max() <= 255 * 180 / 320

    def test_of_a_flat_picture_are_none(self) -> None:
        assert len(local.local_features(np.full((180, 320), 90, np.uint8)).words) == 0


class TestProjected:
    def test_is_the_product_with_what_was_learned(self) -> None:
        words = local.local_features(scene(4)[0]).words
        learned = codes.projection()

        product = codes.signs(words) @ learned[:-1] + learned[-1]

        assert np.allclose(codes.projected(words), product, atol=1e-4)

    def test_of_no_words_is_empty(self) -> None:
        assert codes.projected(np.zeros((0, 4), np.uint64)).shape == (0, codes.COMPONENTS)


class TestPacked:
    def test_puts_the_first_component_in_the_highest_bit(self) -> None:
        components = np.full((1, codes.COMPONENTS), -1.0, np.float32)
        components[0, 0] = components[0, 66] = 1.0

        assert codes.packed(components).tolist() == [[1 << 63, 1 << 61]]


class TestPictureHash:
    def test_of_a_mirrored_picture_is_the_mirrored_hash(self) -> None:
        gray = scene(4)[0]

        plain = picture.picture_hash(gray)
        mirror = picture.picture_hash(np.ascontiguousarray(gray[:, ::-1]))

        assert picture.compare(plain.mirrored_words[None], mirror.words[None])[0, 0] <= 4


class TestReadFingerprint:
    def test_gives_what_was_written(self, kept: Fingerprint) -> None:
        again = read_fingerprint(kept.to_bytes())

        assert again.pictures == kept.pictures
        assert np.array_equal(again.words, kept.words)
        assert np.array_equal(again.firsts, kept.firsts)
        assert again.to_bytes() == kept.to_bytes()

    @settings(max_examples=80, deadline=None)
    @given(st.floats(0, 0.999), st.integers(1, 255))
    def test_refuses_a_changed_byte(self, kept: Fingerprint, place: float, change: int) -> None:
        data = bytearray(kept.to_bytes())
        at = int(place * len(data))
        data[at] ^= change

        with pytest.raises(FingerprintError):
            read_fingerprint(bytes(data))

    @pytest.mark.parametrize("size", [0, 30, -1])
    def test_refuses_a_cut_file(self, size: int, kept: Fingerprint) -> None:
        with pytest.raises(FingerprintError):
            read_fingerprint(kept.to_bytes()[:size])
