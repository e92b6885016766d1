"""Both places of the originals behave alike, and a detector says the same over either."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.clips import changed, cropped, mirrored, scene, write_clip
from tools.detection.database_originals import DatabaseOriginals, is_prepared
from tools.detection.fingerprints.extract import FINGERPRINT_TASK, ORIGINAL
from tools.detection.matching.detector import Detector
from tools.detection.matching.originals import Originals
from tools.detection.matching.segment import NewOriginal, Original
from tools.detection.original_store import ORIGINALS, OriginalStore, open_originals
from tools.kernel.db import Database, open_database
from tools.kernel.media.pool import MediaPool

SEEDS = (61, 62, 63)


@pytest.fixture(scope="module")
def pool() -> Iterator[MediaPool]:
    with MediaPool(size=1) as pool:
        yield pool


@pytest.fixture(scope="module")
def added(pool: MediaPool, tmp_path_factory: pytest.TempPathFactory) -> list[NewOriginal]:
    folder = tmp_path_factory.mktemp("films")
    return [
        NewOriginal(
            Original(f"film{seed}", "yuanchuang"),
            pool.run(FINGERPRINT_TASK, write_clip(folder / f"film{seed}.mp4", scene(seed)), ORIGINAL),
        )
        for seed in SEEDS
    ]


@pytest.fixture(scope="module")
def database(
    create_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    database = open_database(create_database("originals"), files=tmp_path_factory.mktemp("home"))
    yield database
    database.close()


@pytest.fixture(scope="module")
def stores(database: Database, added: list[NewOriginal]) -> dict[str, OriginalStore]:
    folder = open_originals(database)
    assert isinstance(folder, Originals)
    DatabaseOriginals(database.engine).prepare()
    shared = open_originals(database)
    for store in (folder, shared):
        store.add(added)
    return {"folder": folder, "database": shared}


@pytest.fixture(params=["folder", "database"])
def store(request: pytest.FixtureRequest, stores: dict[str, OriginalStore]) -> OriginalStore:
    return stores[request.param]


class TestOpenOriginals:
    def test_gives_those_of_the_database_once_it_keeps_them(
        self, stores: dict[str, OriginalStore], database: Database, tmp_path: Path
    ) -> None:
        own = open_database(f"sqlite:///{tmp_path / 'own.sqlite'}", files=tmp_path)

        assert isinstance(stores["database"], DatabaseOriginals)
        assert is_prepared(database.engine)
        assert isinstance(open_originals(own), Originals)
        own.close()


class TestOriginalStore:
    def test_tells_what_is_protected(self, store: OriginalStore) -> None:
        assert len(store) == len(SEEDS)
        assert sorted(one.name for one in store) == [f"film{seed}" for seed in SEEDS]
        assert store.named(["film62", "no such"]) == {"film62": Original("film62", "yuanchuang")}
        assert (store.count_of("yuanchuang"), store.count_of("laotie")) == (3, 0)

    def test_gives_the_fingerprint_that_was_added(
        self, store: OriginalStore, added: list[NewOriginal]
    ) -> None:
        assert store.fingerprint(Original("film63", "yuanchuang")).to_bytes() == added[2].fingerprint
        with pytest.raises(KeyError):
            store.fingerprint(Original("no such", "yuanchuang"))

    def test_lets_an_original_change_hands_and_go(
        self, store: OriginalStore, added: list[NewOriginal]
    ) -> None:
        store.add([NewOriginal(Original("film61", "laotie"), added[0].fingerprint)])
        held = store.count_of("laotie"), store.count_of("yuanchuang"), len(store)

        gone = store.remove(["film61", "no such"])
        left = store.named(["film61"]), len(store)
        store.add([added[0]])

        assert (held, gone, left) == ((1, 2, 3), 1, ({}, 2))
        assert store.named(["film61"]) == {"film61": Original("film61", "yuanchuang")}


class TestDetector:
    def test_says_the_same_of_either_place(
        self, stores: dict[str, OriginalStore], pool: MediaPool, tmp_path: Path
    ) -> None:
        clips = [
            write_clip(tmp_path / "mirrored.mp4", changed(scene(62), mirrored)),
            write_clip(tmp_path / "cropped.mp4", changed(scene(63), cropped)),
            write_clip(tmp_path / "other.mp4", scene(88)),
        ]

        said = {
            place: [(done.verdict, done.matches) for done in Detector(store, pool=pool).check_all(clips)]
            for place, store in stores.items()
        }

        assert said["folder"] == said["database"]
        assert [bool(matches) for _, matches in said["folder"]] == [True, True, False]


class TestHomes:
    def test_of_the_folder_are_the_files_of_the_database(
        self, stores: dict[str, OriginalStore], database: Database
    ) -> None:
        assert len(Originals(database.files / ORIGINALS)) == len(stores["folder"])
