"""pgvector's bit-Hamming index against brute force over the same codes, on a real PostgreSQL."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import text

from tests.clips import Picture, changed, cropped, mirrored, scene
from tools.detection.database_originals import DatabaseOriginals, every_code
from tools.detection.fingerprints.extract import fingerprint
from tools.detection.fingerprints.fingerprint import Fingerprint
from tools.detection.matching.candidates import (
    DENSE,
    Candidate,
    CodeSet,
    Reach,
    find_candidates,
    indexed_frames,
    local_codes,
    picture_codes,
    questions,
)
from tools.detection.matching.code_index import CodeIndex
from tools.detection.matching.segment import NewOriginal, Original
from tools.kernel.db import Database, open_database
from tools.kernel.media.frames import Frame, Video

WITHIN = 24
SEEDS = range(40, 52)


def fingerprint_of(frames: list[Picture]) -> Fingerprint:
    video = Video(6.0, tuple(Frame(float(i) / 2, frame) for i, frame in enumerate(frames[::5])))
    return fingerprint(video, original=False)


@pytest.fixture(scope="module")
def prints() -> dict[str, Fingerprint]:
    return {f"scene{seed}": fingerprint_of(scene(seed)) for seed in SEEDS}


@pytest.fixture(scope="module")
def database(create_database: Callable[[str], str]) -> Iterator[Database]:
    database = open_database(create_database("candidates"))
    yield database
    database.close()


@pytest.fixture(scope="module")
def store(database: Database, prints: dict[str, Fingerprint]) -> DatabaseOriginals:
    store = DatabaseOriginals(database.engine, density=DENSE)
    store.prepare()
    store.prepare()
    store.add([NewOriginal(Original(name, "yuanchuang"), one.to_bytes()) for name, one in prints.items()])
    return store


def by_brute_force(query: Fingerprint, prints: dict[str, Fingerprint]) -> list[tuple[str, Candidate]]:
    """Return the candidates that every code compared with every other gives, most votes first."""
    names = list(prints)
    local: list[CodeSet] = []
    pictures: list[CodeSet] = []
    originals: list[int] = []
    times: list[float] = []
    for number, one in enumerate(prints.values()):
        chosen = indexed_frames(one, density=DENSE)
        first = len(times)
        place = {int(frame): first + i for i, frame in enumerate(chosen)}
        for sets, made in (
            (local, local_codes(one, chosen, density=DENSE)),
            (pictures, picture_codes(one, chosen)),
        ):
            sets.append(
                replace(made, frames=np.array([place[int(frame)] for frame in made.frames], np.uint32))
            )
        originals += [number] * len(chosen)
        times += [float(one.times[frame]) for frame in chosen]

    def index(sets: list[CodeSet]) -> CodeIndex:
        codes = np.concatenate([one.codes for one in sets])
        frames = np.concatenate([one.frames for one in sets])
        places = np.concatenate([one.places for one in sets])
        return every_code(codes, frames, places)

    found = [
        (names[one.original], one)
        for asked in questions(query, every_point=False)
        for one in find_candidates(
            asked, local=index(local), pictures=index(pictures), originals=np.array(originals, np.uint32),
            times=np.array(times, np.float32), known=len(names), reach=Reach(WITHIN, 3, 1_000_000), least_votes=2, most=12,
        )
    ]  # fmt: skip
    return sorted(found, key=lambda pair: -pair[1].votes)


class TestFind:
    @pytest.mark.parametrize("seed", [41, 47])
    @pytest.mark.parametrize("change", [cropped, mirrored])
    def test_gives_what_brute_force_gives(
        self,
        store: DatabaseOriginals,
        prints: dict[str, Fingerprint],
        seed: int,
        change: Callable[[Picture], Picture],
    ) -> None:
        query = fingerprint_of(changed(scene(seed), change))

        found = store.find(query, least_votes=2, most=12, within=WITHIN)

        expected = by_brute_force(query, prints)
        assert found[0].original == Original(f"scene{seed}", "yuanchuang")
        assert {
            (one.original.name, one.candidate.mirrored, one.candidate.offset, one.candidate.votes)
            for one in found
        } == {(name, one.mirrored, one.offset, one.votes) for name, one in expected}

    def test_uses_the_index(self, store: DatabaseOriginals, database: Database) -> None:
        with database.engine.begin() as connection:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            plan = "\n".join(
                connection.execute(
                    text(
                        "EXPLAIN SELECT 1 FROM detection_index.local_code"
                        " ORDER BY code <~> CAST(:code AS bit(128)) LIMIT 5"
                    ),
                    {"code": "01" * 64},
                ).scalars()
            )

        assert "Index Scan using ix_local_code_near" in plan

    def test_finds_nothing_of_a_film_that_is_flat(self, store: DatabaseOriginals) -> None:
        flat = [np.full((180, 320), 128, np.uint8)] * 30

        assert store.find(fingerprint_of(flat), least_votes=2, most=12, within=WITHIN) == []


class TestRemove:
    def test_forgets_an_original_and_takes_it_again(
        self, store: DatabaseOriginals, prints: dict[str, Fingerprint]
    ) -> None:
        query = prints["scene44"]
        removed = store.remove(["scene44", "no such"])
        without = store.find(query, least_votes=2, most=12, within=WITHIN)
        store.add([NewOriginal(Original("scene44", "laotie"), query.to_bytes())])

        [first, *_] = store.find(query, least_votes=2, most=12, within=WITHIN)

        assert removed == 1
        assert "scene44" not in {one.original.name for one in without}
        assert first.original == Original("scene44", "laotie")
