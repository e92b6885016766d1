"""Copies found, other videos left alone, files that are no videos told apart."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.clips import Picture, changed, cropped, framed, mirrored, scene, write_clip
from tests.processes import start
from tools.detection.matching.detector import Detector
from tools.detection.matching.evidence import draw_evidence
from tools.detection.matching.originals import Originals
from tools.detection.matching.segment import NewOriginal, Original
from tools.detection.matching.verdict import Verdict
from tools.kernel.errors import OperatorError
from tools.kernel.media.limits import Fault
from tools.kernel.media.pool import MediaPool

Change = Callable[[Picture], npt.NDArray[Any]]


@pytest.fixture(scope="module")
def pool() -> Iterator[MediaPool]:
    with MediaPool(size=1) as pool:
        yield pool


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory, pool: MediaPool) -> Detector:
    folder = tmp_path_factory.mktemp("originals")
    detector = Detector(Originals(folder / "store"), pool=pool)
    clips = [write_clip(folder / f"scene{seed}.mp4", scene(seed)) for seed in (11, 12, 13)]
    assert [fault for _, fault in detector.add(clips, owner="yuanchuang")] == [None] * 3
    return detector


def stored(detector: Detector) -> bytes:
    """Return the fingerprint of the detector's first original."""
    first = next(iter(detector.originals))
    return detector.originals.fingerprint(first).to_bytes()


def noisy(frame: Picture) -> npt.NDArray[Any]:
    return np.clip(frame * 0.8 + 30 + np.random.default_rng(1).normal(0, 6, frame.shape), 0, 255)


class TestCheck:
    @pytest.mark.parametrize("change", [noisy, cropped, framed, mirrored])
    def test_finds_a_changed_copy(self, change: Change, detector: Detector, tmp_path: Path) -> None:
        copy = write_clip(tmp_path / "copy.mp4", changed(scene(12), change))

        done = detector.check(copy)

        assert done.verdict is Verdict.COPY
        assert [match.original.name for match in done.matches] == ["scene12"]
        assert done.matches[0].mirrored is (change is mirrored)

    def test_finds_the_part_that_was_taken(self, detector: Detector, tmp_path: Path) -> None:
        host = scene(99, seconds=3)
        copy = write_clip(tmp_path / "part.mp4", [*host, *scene(13)[20:55]])

        match = detector.check(copy).matches[0]

        assert match.original.name == "scene13"
        assert match.video_seconds == pytest.approx((3.0, 6.5), abs=0.8)
        assert match.original_seconds == pytest.approx((2.0, 5.5), abs=0.8)

    def test_leaves_another_scene_alone(self, detector: Detector, tmp_path: Path) -> None:
        assert detector.check(write_clip(tmp_path / "other.mp4", scene(50))).verdict is Verdict.CLEAR

    def test_holds_nothing_against_the_author(self, detector: Detector, tmp_path: Path) -> None:
        repost = write_clip(tmp_path / "repost.mp4", scene(11))

        assert detector.check(repost, allowed_owners=frozenset({"yuanchuang"})).verdict is Verdict.CLEAR

    def test_tells_why_a_file_has_no_verdict(self, detector: Detector, tmp_path: Path) -> None:
        (tmp_path / "empty.mp4").touch()

        done = detector.check(tmp_path / "empty.mp4")

        assert (done.verdict, done.fault) == (None, Fault.EMPTY)


class TestCheckAll:
    def test_keeps_the_order_and_loses_no_file(self, detector: Detector, tmp_path: Path) -> None:
        copy = write_clip(tmp_path / "copy.mp4", scene(11))
        (tmp_path / "text.mp4").write_text("not a video")
        paths = [tmp_path / "text.mp4", copy, tmp_path / "none.mp4", copy]

        done = list(detector.check_all(paths))

        assert [check.path for check in done] == paths
        assert [check.verdict for check in done] == [None, Verdict.COPY, None, Verdict.COPY]


class TestDrawEvidence:
    def test_lays_both_videos_side_by_side(self, detector: Detector, tmp_path: Path) -> None:
        copy = write_clip(tmp_path / "copy.mp4", scene(11))
        match = detector.check(copy).matches[0]

        drawn = draw_evidence(detector.frames(copy), detector.originals.fingerprint(match.original), match)

        assert drawn.startswith(b"\x89PNG")


class TestOriginals:
    def test_are_seen_by_a_reader_that_was_open_before(self, detector: Detector, tmp_path: Path) -> None:
        body = stored(detector)
        reader, writer = Originals(tmp_path), Originals(tmp_path)

        writer.add([NewOriginal(Original("one", "a"), body)])
        reader.refresh()

        assert [original.name for original in reader] == ["one"]

    def test_of_the_same_name_take_the_place_of_the_earlier(self, detector: Detector, tmp_path: Path) -> None:
        body = stored(detector)
        store = Originals(tmp_path)
        for owner in ("a", "b"):
            store.add([NewOriginal(Original("one", owner), body)])

        assert list(store) == [Original("one", "b")]

    def test_that_were_removed_stay_away_after_a_merge(self, detector: Detector, tmp_path: Path) -> None:
        body = stored(detector)
        store = Originals(tmp_path)
        for i in range(5):
            store.add([NewOriginal(Original(f"n{i}", "a"), body)])

        assert store.remove({"n1", "n3", "unknown"}) == 2

        for i in range(5, 12):
            store.add([NewOriginal(Original(f"n{i}", "a"), body)])
        assert {original.name for original in store} == {f"n{i}" for i in range(12)} - {"n1", "n3"}
        assert len(store.segments) <= 8

    def test_added_by_several_processes_are_all_kept(self, detector: Detector, tmp_path: Path) -> None:
        body = stored(detector)

        writers = [start(add_three, tmp_path, body, letter) for letter in "xy"]
        for writer in writers:
            writer.join(60)

        assert {original.name for original in Originals(tmp_path)} == {
            f"{a}{i}" for a in "xy" for i in range(3)
        }

    def test_of_another_format_are_refused_in_one_line(self, tmp_path: Path) -> None:
        (tmp_path / "manifest.json").write_text('{"format": 1, "segments": {}}')

        with pytest.raises(OperatorError, match="format 1, this program reads 5"):
            Originals(tmp_path)

    def test_that_are_damaged_are_named_in_one_line(self, detector: Detector, tmp_path: Path) -> None:
        store = Originals(tmp_path)
        store.add([NewOriginal(Original("one", "a"), stored(detector))])
        prints = store.segments[0].folder / "prints.bin"
        data = bytearray(prints.read_bytes())
        data[len(data) // 2] ^= 255
        prints.write_bytes(data)

        with pytest.raises(OperatorError, match=r"original 'one': fingerprint damaged: .*: add it again"):
            Originals(tmp_path).fingerprint(Original("one", "a"))

    def test_ignore_what_a_killed_writer_left(self, detector: Detector, tmp_path: Path) -> None:
        (tmp_path / "00000001.unfinished").mkdir()
        body = stored(detector)
        store = Originals(tmp_path)

        store.add([NewOriginal(Original("one", "a"), body)])

        assert len(Originals(tmp_path)) == 1


def add_three(folder: Path, body: bytes, letter: str) -> None:
    store = Originals(folder)
    for i in range(3):
        store.add([NewOriginal(Original(f"{letter}{i}", "a"), body)])
