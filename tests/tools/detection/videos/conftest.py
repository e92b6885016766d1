"""Two originals of the author in an index, made once; clips that show one of them, and one that shows none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clips import changed, mirrored, scene, write_clip
from tools.detection.matching.detector import Detector
from tools.detection.matching.originals import Originals
from tools.detection.original_store import ORIGINALS
from tools.detection.videos.checking import Checker
from tools.kernel.media.pool import MediaPool


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of clips: two originals, a mirrored copy of the first, another film."""
    folder = tmp_path_factory.mktemp("clips")
    for number, seed in ((1, 21), (2, 22)):
        write_clip(folder / f"3xaaa{number}.mp4", scene(seed))
    write_clip(folder / "copy.mp4", changed(scene(21), mirrored))
    write_clip(folder / "other.mp4", scene(77))
    return folder


@pytest.fixture(scope="session")
def checker(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checker]:
    """Yield a checker whose index has both originals as the author's."""
    home = tmp_path_factory.mktemp("home")
    with MediaPool(size=1) as pool:
        added = Detector(Originals(home / ORIGINALS), pool=pool).add(
            [clips / "3xaaa1.mp4", clips / "3xaaa2.mp4"], owner="yuanchuang"
        )
        assert [fault for _, fault in added] == [None, None]
    checker = Checker(Originals(home / ORIGINALS), home=home)
    yield checker
    checker.close()
