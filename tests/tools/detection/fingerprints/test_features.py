"""Features that do not change when a picture is mirrored, and the bytes that keep them."""
# numba ships no types for what it compiled.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clips import scene
from tools.detection.fingerprints import codes, local, picture
from tools.detection.fingerprints.describe import histograms, slopes
from tools.detection.fingerprints.extract import fingerprint
from tools.detection.fingerprints.fingerprint import Fingerprint, FingerprintError, read_fingerprint
from tools.kernel.media.frames import Frame, Video


@pytest.fixture(scope="module")
def kept() -> Fingerprint:
    frames = tuple(Frame(i / 2, gray) for i, gray in enumerate(scene(5)[::5]))
    return fingerprint(Video(6.0, frames), original=True)


@pytest.fixture(scope="module")
def asked() -> Fingerprint:
    return fingerprint(Video(1.0, (Frame(0.0, scene(5)[0]),)), original=False)


class TestLocalFeatures:
    def test_of_a_mirrored_picture_are_the_same_numbers_in_another_order(self) -> None:
        gray = scene(4)[0]

        plain = local.local_features(gray).histograms
        mirror = local.local_features(np.ascontiguousarray(gray[:, ::-1])).histograms

        # Histograms have length 1: their product says how alike they are.
        assert np.median((local.mirrored(plain) @ mirror.T).max(axis=1)) > 0.999
        assert np.array_equal(local.mirrored(local.mirrored(plain)), plain)

    def test_hardly_change_with_brightness_and_contrast(self) -> None:
        gray = scene(4)[0]

        plain = local.local_features(gray)
        paler = local.local_features(np.asarray(gray * 0.6 + 60, np.uint8))

        assert np.median((plain.histograms @ paler.histograms.T).max(axis=1)) > 0.99

    def test_are_bounded_and_within_the_picture(self) -> None:
        found = local.local_features(scene(4)[0])

        assert 60 <= len(found.histograms) <= sum(local.LEVEL_POINTS)
        assert found.histograms.shape[1] == local.NUMBERS
        assert found.places[:, 1].max() <= 255 * 180 / 320

    def test_of_a_flat_picture_are_none(self) -> None:
        found = local.local_features(np.full((180, 320), 90, np.uint8))

        assert found.histograms.shape == (0, local.NUMBERS)


class TestHistograms:
    def test_are_the_slopes_weighed_by_cell_and_direction(self) -> None:
        picture = scene(4)[0]
        window = np.random.default_rng(1).random((4, 25), np.float32)

        found = histograms(
            slopes(picture), np.array([[60, 50]], np.int32), window, np.zeros(4, np.int64), np.full(4, 25)
        )

        down, across = (
            np.gradient(picture.astype(np.float64), axis=axis)[38:63, 48:73] * 2 for axis in (0, 1)
        )
        angles = np.arange(8) * np.pi / 4
        steep = np.maximum(0, across[..., None] * np.cos(angles) + down[..., None] * np.sin(angles))
        sums = np.einsum("ay,bx,yxd->abd", window, window, steep).ravel()
        shares = np.minimum(sums / (np.linalg.norm(sums) + 100), 0.2)
        assert np.allclose(found[0], np.sqrt(shares / shares.sum()), atol=1e-4)


class TestProjected:
    def test_of_no_points_is_empty(self) -> None:
        assert codes.projected(np.zeros((0, local.NUMBERS), np.float32)).shape == (0, codes.COMPONENTS)


class TestCertainties:
    def test_grow_with_the_distance_from_zero_and_end(self) -> None:
        components = np.zeros((1, codes.COMPONENTS), np.float32)
        components[0, :3] = 0.5, -2.0, 100.0

        assert codes.certainties(components)[0, :4].tolist() == [25, 100, 255, 0]


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

        assert codes.compare(plain.mirrored_words[None], mirror.words[None])[0, 0] <= 4


class TestReadFingerprint:
    def test_gives_what_was_written(self, kept: Fingerprint) -> None:
        again = read_fingerprint(kept.to_bytes())

        assert again.pictures == kept.pictures
        assert np.array_equal(again.words, kept.words)
        assert np.array_equal(again.firsts, kept.firsts)
        assert again.to_bytes() == kept.to_bytes()

    def test_gives_both_orientations_of_a_video_that_is_asked_about(
        self, asked: Fingerprint, kept: Fingerprint
    ) -> None:
        again = read_fingerprint(asked.to_bytes())

        assert again.to_bytes() == asked.to_bytes()
        assert again.mirrored_words.shape == again.words.shape
        assert again.certainties.shape == (len(again.words), 2, codes.BUCKET_BITS)
        assert len(read_fingerprint(kept.to_bytes()).mirrored_words) == 0

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
