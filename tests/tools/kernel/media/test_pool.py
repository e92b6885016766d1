"""Processes that may die, and files that are not lost with them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.kernel.media.limits import Fault, MediaError, MediaLimits
from tools.kernel.media.pool import MediaPool

TASK = "tests.tools.kernel.media.crashing:misbehave"


@pytest.fixture(scope="module")
def pool() -> Iterator[MediaPool]:
    with MediaPool(size=2, limits=MediaLimits(wall_seconds=2, memory_bytes=1 << 30)) as pool:
        for name in ("warm", "up"):
            pool.run(TASK, Path(name))
        yield pool


class TestRun:
    def test_gives_what_the_task_made(self, pool: MediaPool) -> None:
        assert pool.run(TASK, Path("fine")) == b"fine"

    @pytest.mark.parametrize(
        ("name", "fault"),
        [
            ("crash", Fault.CRASHED),
            ("hoard", Fault.CRASHED),
            ("hang", Fault.TOO_SLOW),
            ("refuse", Fault.DAMAGED),
        ],
    )
    def test_gives_one_reason_and_works_on(self, name: str, fault: Fault) -> None:
        with MediaPool(size=1, limits=MediaLimits(wall_seconds=1, memory_bytes=1 << 30)) as single:
            single.run(TASK, Path("warm"))

            with pytest.raises(MediaError) as caught:
                single.run(TASK, Path(name))

            assert caught.value.fault is fault
            assert single.run(TASK, Path("after")) == b"after"


class TestMap:
    def test_loses_nothing_beside_a_crash(self, pool: MediaPool) -> None:
        names = ["a", "crash", "b", "refuse", "c", "hoard", *"defghijk"]

        outcomes = list(pool.map(TASK, [Path(name) for name in names]))

        assert [outcome.path.name for outcome in outcomes] == names
        assert {outcome.path.name for outcome in outcomes if outcome.fault} == {"crash", "refuse", "hoard"}
        assert all(outcome.body == outcome.path.name.encode() for outcome in outcomes if not outcome.fault)
