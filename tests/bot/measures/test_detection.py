"""What `guanghe measure detection` rests on: labels, peers, intervals, distractors that an index reads."""

import json
from pathlib import Path

import numpy as np
import pytest

from bot.measures.detection import read_labels
from bot.measures.detection_distractors import write_distractors
from bot.measures.detection_peers import Peers, right_and_wrong, wilson
from bot.measures.pirate_clips import TRANSFORMS, draw_film
from tests.clips import Picture, changed, mirrored, scene
from tools.detection.fingerprints.extract import fingerprint
from tools.detection.fingerprints.fingerprint import Fingerprint
from tools.detection.matching.originals import Originals
from tools.detection.matching.segment import NewOriginal, Original
from tools.kernel.errors import OperatorError
from tools.kernel.media.frames import Frame, Video


def fingerprint_of(frames: list[Picture]) -> Fingerprint:
    video = Video(6.0, tuple(Frame(float(i) / 2, frame) for i, frame in enumerate(frames[::5])))
    return fingerprint(video, original=False)


class TestDrawFilm:
    def test_is_the_same_for_a_seed_and_another_for_another(self) -> None:
        one, again, other = draw_film(5), draw_film(5), draw_film(6)

        assert np.array_equal(one[0], again[0])
        assert not np.array_equal(one[0], other[0])
        assert not np.array_equal(one[0], one[-1])


class TestTransforms:
    def test_give_films_of_even_sizes(self) -> None:
        film, host = draw_film(5)[:48], draw_film(6)[:48]

        for change in TRANSFORMS.values():
            frames, fps = change(film, host, np.random.default_rng(1))

            assert frames
            assert fps > 0
            assert all(side % 2 == 0 for side in frames[0].shape)


class TestPeers:
    def test_vpdq_finds_the_film_itself_and_not_its_mirror_image(self) -> None:
        peers = Peers({str(seed): fingerprint_of(scene(seed)) for seed in (1, 2)})

        assert peers.vpdq(fingerprint_of(scene(1))) == {"1"}
        assert peers.vpdq(fingerprint_of(changed(scene(1), mirrored))) == set()

    def test_whole_pictures_finds_the_mirror_image_too(self) -> None:
        peers = Peers({str(seed): fingerprint_of(scene(seed)) for seed in (1, 2)})

        assert peers.whole_pictures(fingerprint_of(changed(scene(2), mirrored))) == {"2"}


class TestWilson:
    @pytest.mark.parametrize(
        ("successes", "trials", "low", "high"),
        [(0, 1000, 0.0, 0.00383), (241, 250, 0.933, 0.981), (10, 10, 0.722, 1.0)],
    )
    def test_is_the_score_interval(self, successes: int, trials: int, low: float, high: float) -> None:
        assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-4)


class TestRightAndWrong:
    @pytest.mark.parametrize(
        ("found", "truth", "expected"),
        [
            ({"a"}, ("a",), (True, False)),
            ({"a", "b"}, ("a",), (True, True)),
            (set[str](), ("a",), (False, False)),
        ],
    )
    def test_wants_every_original_and_no_other(
        self, found: set[str], truth: tuple[str, ...], expected: tuple[bool, bool]
    ) -> None:
        assert right_and_wrong(found, truth) == expected


class TestReadLabels:
    def test_takes_its_own_lines_and_those_of_make_copies(self, tmp_path: Path) -> None:
        folder = tmp_path / "films"
        folder.mkdir()
        for name in ("a", "b", "c", "unused"):
            (folder / f"{name}.mp4").touch()
        segs = [{"src": "b", "registered": True}, {"src": "c", "registered": False}]
        lines = [
            {"file": "x.mp4", "transform": "crop", "originals": ["a"]},
            {"file": "c__flip.mp4", "transform": "pip", "segs": segs},
        ]
        labels = tmp_path / "labels.jsonl"
        labels.write_text("\n".join(map(json.dumps, lines)), "utf-8")

        found = read_labels(labels, folder, [])

        assert [path.stem for path in found.originals] == ["a", "b"]
        assert [copy.originals for copy in found.copies] == [("a",), ("b",)]
        assert [path.stem for path in found.outside] == ["unused"]

    @pytest.mark.parametrize("line", ["{", '{"file": "x.mp4"}', "7"])
    def test_names_the_line_that_is_wrong(self, tmp_path: Path, line: str) -> None:
        labels = tmp_path / "labels.jsonl"
        labels.write_text(line, "utf-8")

        with pytest.raises(OperatorError, match=r"labels\.jsonl:1: "):
            read_labels(labels, tmp_path, [])


class TestWriteDistractors:
    def test_fill_an_index_that_still_finds_the_original(self, tmp_path: Path) -> None:
        query = fingerprint_of(scene(3))

        codes = write_distractors(
            tmp_path,
            among=[NewOriginal(Original("film", "me"), query.to_bytes())],
            prints=[fingerprint_of(scene(9)).to_bytes()],
            count=300,
            seed=1,
            told=lambda _: None,
        )

        originals = Originals(tmp_path)
        assert codes > 0
        assert len(originals) == 301
        assert originals.find(query, least_votes=2, most=12)[0].original.name == "film"
        assert {one.owner for one in originals} == {"me", "nobody"}
