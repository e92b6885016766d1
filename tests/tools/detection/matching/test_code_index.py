"""The buckets against brute force."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.detection.fingerprints.codes import BUCKET_BITS, CERTAINTY_UNITS, Words, certainties, packed
from tools.detection.matching.code_index import CodeIndex, build_index, load_index
from tools.detection.matching.lookup import NO_BUCKET

EVERY = 1 << 30


def components_near_each_other(seed: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    draw = np.random.default_rng(seed)
    stored = draw.normal(0, 3, (3000, 128)).astype(np.float32)
    return stored, stored[:200] + draw.normal(0, 1, (200, 128)).astype(np.float32)


def index_of(codes: Words) -> CodeIndex:
    numbers = np.arange(len(codes), dtype=np.uint32)
    return build_index(codes, numbers, numbers)


def reachable(index: CodeIndex, wanted: Words, probes: npt.NDArray[np.int64]) -> set[tuple[int, int]]:
    buckets = index.homes(np.asarray(index.codes))
    return {(i, j) for i, j in index.compare(wanted, within=40).tolist() if buckets[j] in probes[i]}


class TestFind:
    @settings(max_examples=20, deadline=None)
    @given(st.integers(0, 10_000))
    def test_gives_exactly_the_pairs_of_brute_force_in_the_likely_buckets(self, seed: int) -> None:
        stored, asked = components_near_each_other(seed)
        index, wanted = index_of(packed(stored)), packed(asked)
        probes = index.likely_buckets(wanted, certainties(asked), flipped=4, most=EVERY)

        found = {tuple(pair) for pair in index.find(wanted, probes, within=40).tolist()}

        assert found == reachable(index, wanted, probes)
        assert len(found) > 150

    @settings(max_examples=6, deadline=None)
    @given(st.integers(0, 10_000))
    def test_gives_exactly_the_pairs_of_brute_force_a_bit_away(self, seed: int) -> None:
        stored, asked = components_near_each_other(seed)
        index, wanted = index_of(packed(stored)[:, :1].copy()), packed(asked)[:, :1].copy()
        probes = index.near_buckets(wanted)

        found = {tuple(pair) for pair in index.find(wanted, probes, within=40).tolist()}

        assert found == reachable(index, wanted, probes)

    def test_passes_over_a_bucket_that_is_crowded(self) -> None:
        draw = np.random.default_rng(2)
        crowd = np.full((5_000, 2), 7, np.uint64)
        index = index_of(np.concatenate([crowd, draw.integers(0, 1 << 63, (50, 2), np.uint64)]))
        wanted = crowd[:1]

        assert len(index.find(wanted, index.homes(wanted)[:, None], within=0)) == 0

    def test_is_the_same_from_a_folder(self, tmp_path: Path) -> None:
        stored, asked = components_near_each_other(1)
        index, wanted = index_of(packed(stored)), packed(asked)
        probes = index.likely_buckets(wanted, certainties(asked), flipped=4, most=EVERY)

        index.save(tmp_path, "local")

        loaded = load_index(tmp_path, "local")
        assert np.array_equal(loaded.find(wanted, probes, within=40), index.find(wanted, probes, within=40))

    def test_in_an_empty_index_gives_nothing(self) -> None:
        index = index_of(np.zeros((0, 2), np.uint64))
        wanted = np.array([[5, 5]], np.uint64)

        assert len(index.find(wanted, index.near_buckets(wanted), within=64)) == 0


class TestLikelyBuckets:
    def test_are_all_that_differ_in_the_least_certain_bits(self) -> None:
        stored, asked = components_near_each_other(3)
        index, wanted = index_of(packed(stored)), packed(asked)
        certain = np.full((1, BUCKET_BITS), 4 * CERTAINTY_UNITS, np.uint8)
        certain[0, [1, 3]] = 5

        probes = index.likely_buckets(wanted[:1], certain, flipped=2, most=EVERY)

        home = int(index.homes(wanted[:1])[0])
        first, second = 1 << (index.bits - 2), 1 << (index.bits - 4)
        assert set(probes[0].tolist()) == {home, home ^ first, home ^ second, home ^ first ^ second}

    def test_are_first_spent_on_points_whose_bits_are_certain(self) -> None:
        stored, asked = components_near_each_other(4)
        index, wanted = index_of(packed(stored)), packed(asked)
        certain = np.full((2, BUCKET_BITS), 4 * CERTAINTY_UNITS, np.uint8)
        certain[1] = 5

        probes = index.likely_buckets(wanted[:2], certain, flipped=2, most=4)

        homes = index.homes(wanted[:2])
        assert homes[0] in probes[0]
        assert (probes[0] != NO_BUCKET).sum() + (probes[1] != NO_BUCKET).sum() == 4
        assert (probes[1] == NO_BUCKET).any()

    def test_that_are_left_out_give_nothing_and_the_others_what_they_gave(self) -> None:
        stored, asked = components_near_each_other(5)
        index, wanted = index_of(packed(stored)), packed(asked)

        probes = index.likely_buckets(wanted, certainties(asked), flipped=4, most=1000)

        found = {tuple(pair) for pair in index.find(wanted, probes, within=40).tolist()}
        assert (probes == NO_BUCKET).any()
        assert found == reachable(index, wanted, probes)
