"""The buckets against brute force."""

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.detection.fingerprints.local import Words
from tools.detection.matching.code_index import build_index, load_index


def codes_near_each_other(seed: int) -> tuple[Words, Words]:
    draw = np.random.default_rng(seed)
    stored = draw.integers(0, 1 << 63, 3000, dtype=np.uint64)
    wanted = stored[:200].copy()
    for _ in range(4):
        wanted ^= np.uint64(1) << draw.integers(0, 64, 200, dtype=np.uint64)
    return stored, wanted


class TestFind:
    @settings(max_examples=20, deadline=None)
    @given(st.integers(0, 10_000))
    def test_gives_exactly_the_pairs_of_brute_force_whose_bucket_is_a_bit_away(self, seed: int) -> None:
        stored, wanted = codes_near_each_other(seed)
        numbers = np.arange(len(stored), dtype=np.uint32)
        index = build_index(stored, numbers, numbers)

        found = {tuple(pair) for pair in index.find(wanted, within=6).tolist()}

        shift = np.uint64(64 - index.bits)
        reachable = {
            (i, j)
            for i, j in index.compare(wanted, within=6).tolist()
            if int((wanted[i] ^ index.codes[j]) >> shift).bit_count() <= 1
        }
        assert found == reachable
        assert len(found) > 150

    def test_is_the_same_from_a_folder(self, tmp_path: Path) -> None:
        stored, wanted = codes_near_each_other(1)
        numbers = np.arange(len(stored), dtype=np.uint32)
        index = build_index(stored, numbers, numbers)

        index.save(tmp_path, "local")

        loaded = load_index(tmp_path, "local")
        assert np.array_equal(loaded.find(wanted, within=6), index.find(wanted, within=6))

    def test_in_an_empty_index_gives_nothing(self) -> None:
        none = np.zeros(0, np.uint32)
        index = build_index(np.zeros(0, np.uint64), none, none)

        assert len(index.find(np.array([5], np.uint64), within=64)) == 0
