"""Features that do not change when a picture is mirrored, and the bytes that keep them."""
# numba ships no types for what it compiled.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clips import scene
from tools.detection.fingerprints import codes, corners, local, picture
from tools.detection.fingerprints.corners import gradients
from tools.detection.fingerprints.describe import histograms
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

        plain = local.local_features(gray, local.ASKED_POINTS).histograms
        mirror = local.local_features(np.ascontiguousarray(gray[:, ::-1]), local.ASKED_POINTS).histograms

        # Histograms have length 1: their product says how alike they are.
        assert np.median((local.mirrored(plain) @ mirror.T).max(axis=1)) > 0.999
        assert np.array_equal(local.mirrored(local.mirrored(plain)), plain)

    def test_hardly_change_with_brightness_and_contrast(self) -> None:
        gray = scene(4)[0]

        plain = local.local_features(gray, local.ASKED_POINTS)
        paler = local.local_features(np.asarray(gray * 0.6 + 60, np.uint8), local.ASKED_POINTS)

        assert np.median((plain.histograms @ paler.histograms.T).max(axis=1)) > 0.99

    def test_are_bounded_and_within_the_picture(self) -> None:
        found = local.local_features(scene(4)[0], local.ASKED_POINTS)

        assert 60 <= len(found.histograms) <= sum(local.ASKED_POINTS)
        assert found.histograms.shape[1] == local.NUMBERS
        assert found.places[:, 1].max() <= 255 * 180 / 320

    def test_of_a_flat_picture_are_none(self) -> None:
        found = local.local_features(np.full((180, 320), 90, np.uint8), local.ORIGINAL_POINTS)

        assert found.histograms.shape == (0, local.NUMBERS)


class TestHistograms:
    def test_are_the_slopes_weighed_by_cell_and_direction(self) -> None:
        picture = scene(4)[0]
        window = np.random.default_rng(1).random((4, 25), np.float32)

        across, down = gradients(picture.astype(np.float32))

        found = histograms(
            across,
            down,
            np.array([[60, 50]], np.int32),
            window,
            np.zeros(4, np.int64),
            np.full(4, 25),
        )

        down, across = down[38:63, 48:73], across[38:63, 48:73]
        angles = np.arange(8) * np.pi / 4
        steep = np.maximum(0, across[..., None] * np.cos(angles) + down[..., None] * np.sin(angles))
        sums = np.einsum("ay,bx,yxd->abd", window, window, steep).ravel()
        shares = np.minimum(sums / (np.linalg.norm(sums) + 100), 0.2)
        assert np.allclose(found[0], np.sqrt(shares / shares.sum()), atol=1e-4)


class TestCorners:
    """Each compiled loop beside plain NumPy and OpenCV."""

    def test_are_looked_for_in_a_picture_blurred_by_a_pixel(self) -> None:
        gray = scene(4)[0]

        found = corners.smoothed(gray)

        blurred = cv2.GaussianBlur(gray.astype(np.float32), (7, 7), 1.0, borderType=cv2.BORDER_REPLICATE)
        assert np.allclose(found, blurred, atol=0.01)

    def test_lie_where_the_brightness_changes_both_ways(self) -> None:
        smooth = corners.smoothed(scene(4)[0])

        across, down = corners.gradients(smooth)
        found = corners.strengths(across, down, 13)

        expected_down, expected_across = (2 * slope[1:-1, 1:-1] for slope in np.gradient(smooth))
        assert np.allclose(across[1:-1, 1:-1], expected_across, atol=1e-4)
        assert np.allclose(down[1:-1, 1:-1], expected_down, atol=1e-4)
        for y, x in ((13, 13), (40, 60), (101, 306), (166, 200)):
            a, d = (side[y - 2 : y + 3, x - 2 : x + 3].ravel().astype(np.float64) for side in (across, down))
            smaller = np.linalg.eigvalsh([[a @ a, a @ d], [a @ d, d @ d]])[0]
            assert found[y, x] == pytest.approx(2 * smaller, rel=1e-3, abs=1e-3 * (a @ a + d @ d))
        assert not found[:13].any()
        assert not found[:, -13:].any()

    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, 2**32 - 1), st.integers(1, 40))
    def test_are_the_strongest_first_and_apart(self, seed: int, most: int) -> None:
        strength = np.zeros((40, 60), np.float32)
        strength[4:36, 4:56] = np.random.default_rng(seed).integers(0, 500, (32, 52))

        found = corners.strongest(strength, most)

        kept: list[tuple[int, int]] = []
        inside = [(x, y) for y in range(4, 36) for x in range(4, 56)]
        peaks = [
            (x, y)
            for x, y in inside
            if strength[y, x] == strength[y - 1 : y + 2, x - 1 : x + 2].max()
            and strength[y, x] > 0.02 * strength.max()
        ]
        for x, y in peaks:
            assert (
                any((x - u) ** 2 + (y - v) ** 2 < 25 and strength[v, u] >= strength[y, x] for u, v in found)
                or len(found) == most
            )
        for x, y in found.tolist():
            assert (x, y) in peaks
            assert all((x - u) ** 2 + (y - v) ** 2 >= 25 for u, v in kept)
            kept.append((x, y))
        values = [strength[y, x] for x, y in kept]
        assert values == sorted(values, reverse=True)
        assert len(kept) <= most

    def test_of_a_flat_surface_are_none(self) -> None:
        assert corners.strongest(np.zeros((40, 60), np.float32), 10).shape == (0, 2)


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


class TestMirrored:
    def test_are_the_codes_of_the_mirrored_histograms_as_certain(self) -> None:
        found = local.local_features(scene(4)[0], local.ASKED_POINTS).histograms
        plain, turned = codes.projected(found), codes.projected(local.mirrored(found))

        assert np.allclose(np.abs(plain), np.abs(turned), atol=1e-3)
        sure = (np.abs(plain) > 1e-3).all(axis=1)
        assert np.array_equal(codes.mirrored(codes.packed(plain))[sure], codes.packed(turned)[sure])
        assert np.array_equal(codes.mirrored(codes.mirrored(codes.packed(plain))), codes.packed(plain))


class TestPictureHashes:
    def test_of_a_mirrored_picture_are_the_mirrored_hashes(self) -> None:
        gray = scene(4)[0]

        found = picture.picture_hashes([gray, np.ascontiguousarray(gray[:, ::-1])])

        assert codes.compare(found.mirrored_words[:1], found.words[1:])[0, 0] <= 4
        assert codes.compare(found.mirrored_codes[:1, None], found.codes[1:, None])[0, 0] <= 2
        assert found.contrasts[0] == found.contrasts[1]

    def test_of_a_picture_do_not_depend_on_those_beside_it(self) -> None:
        grays = list(scene(4)[:3])

        together = picture.picture_hashes(grays)

        for i, gray in enumerate(grays):
            alone = picture.picture_hashes([gray])
            assert codes.compare(together.words[i : i + 1], alone.words)[0, 0] <= 2
            assert together.contrasts[i] == alone.contrasts[0]


class TestReadFingerprint:
    def test_gives_what_was_written(self, kept: Fingerprint) -> None:
        again = read_fingerprint(kept.to_bytes())

        assert again.pictures == kept.pictures
        assert np.array_equal(again.words, kept.words)
        assert np.array_equal(again.firsts, kept.firsts)
        assert again.to_bytes() == kept.to_bytes()

    def test_gives_how_certain_codes_are_of_a_video_that_is_asked_about(
        self, asked: Fingerprint, kept: Fingerprint
    ) -> None:
        again = read_fingerprint(asked.to_bytes())

        assert again.to_bytes() == asked.to_bytes()
        assert again.certainties.shape == (len(again.words), codes.BUCKET_BITS)
        assert len(read_fingerprint(kept.to_bytes()).certainties) == 0

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
