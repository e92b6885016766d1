"""The originals in PostgreSQL: their fingerprints, and their codes under pgvector's bit-Hamming index.

A fleet of machines shares them, where a folder is one machine's. The tables have a schema of their own, `detection_index`; that
it is there is the choice (original_store.py). Rows of one original share `original_id`, by which Citus distributes the code
tables, so that every shard answers from its own index and PostgreSQL merges what is near.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Engine, text
from typing_extensions import override

from tools.detection.fingerprints.codes import Words
from tools.detection.fingerprints.fingerprint import Fingerprint
from tools.detection.matching.candidates import (
    PICTURE_WITHIN,
    THIN,
    Candidate,
    Density,
    Question,
    Reach,
    find_candidates,
    indexed_frames,
    local_codes,
    picture_codes,
    questions,
    reach_among,
)
from tools.detection.matching.code_index import CodeIndex
from tools.detection.matching.originals import Found
from tools.detection.matching.segment import NewOriginal, Original, stored_fingerprint

_LOCAL_BITS, _PICTURE_BITS = 128, 64
# A code that more originals than this are near to tells little; nearer ones are looked at first.
_NEAREST = 200
# How much of the graph a search walks; more finds nearly all of the nearest and takes longer (at most 1000).
_WALKED = 400
# So many codes are compared with all at once, for the memory that takes.
_COMPARED_AT_ONCE = 32
_READ_AT_ONCE = 1_000
_TABLES = """
CREATE SCHEMA IF NOT EXISTS detection_index;
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE IF NOT EXISTS detection_index.original (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, owner text NOT NULL,
    print bytea NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_original_owner ON detection_index.original (owner);
CREATE TABLE IF NOT EXISTS detection_index.local_code (
    original_id bigint NOT NULL, seconds real NOT NULL, place int NOT NULL, code bit(128) NOT NULL
);
CREATE TABLE IF NOT EXISTS detection_index.picture_code (
    original_id bigint NOT NULL, seconds real NOT NULL, place int NOT NULL, code bit(64) NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_local_code_near ON detection_index.local_code USING hnsw (code bit_hamming_ops);
CREATE INDEX IF NOT EXISTS ix_picture_code_near ON detection_index.picture_code USING hnsw (code bit_hamming_ops);
CREATE INDEX IF NOT EXISTS ix_local_code_original_id ON detection_index.local_code (original_id);
CREATE INDEX IF NOT EXISTS ix_picture_code_original_id ON detection_index.picture_code (original_id)
"""
_NEAR = """
SELECT DISTINCT near.original_id, near.seconds, near.place, near.code::text
FROM unnest(CAST(:asked AS text[])) AS asked (code)
CROSS JOIN LATERAL (
    SELECT stored.original_id, stored.seconds, stored.place, stored.code,
           stored.code <~> CAST(asked.code AS bit({bits})) AS distance
    FROM detection_index.{table} AS stored
    ORDER BY stored.code <~> CAST(asked.code AS bit({bits}))
    LIMIT :nearest
) AS near
WHERE near.distance <= :within
ORDER BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class EveryCode(CodeIndex):
    """An index that compares everything: for what PostgreSQL found near, and as the oracle of what it finds."""

    @override
    def find(self, wanted: Words, probes: npt.NDArray[np.int64], *, within: int) -> npt.NDArray[np.int64]:
        """Return all pairs within so many bits, whatever the probes."""
        hits = [np.zeros((0, 2), np.int64)]
        for first in range(0, len(wanted), _COMPARED_AT_ONCE):
            found = self.compare(wanted[first : first + _COMPARED_AT_ONCE], within=within)
            hits.append(found + np.array([first, 0]))
        return np.concatenate(hits)


def every_code(codes: Words, frames: npt.NDArray[np.uint32], places: npt.NDArray[np.uint32]) -> EveryCode:
    """Return an index of the codes in one piece."""
    # Two buckets are the fewest whose numbers a lookup can form; nothing looks into them.
    return EveryCode(1, np.zeros(3, np.int64), codes, frames, places)


class DatabaseOriginals:
    """The originals in one PostgreSQL; any number of processes and machines share them."""

    def __init__(self, engine: Engine, *, density: Density = THIN) -> None:
        assert engine.dialect.name == "postgresql", "pgvector is PostgreSQL's"
        self._engine = engine
        self._density = density

    def prepare(self) -> None:
        """Create what is missing; the server must have pgvector."""
        with self._engine.begin() as connection:
            for statement in _TABLES.split(";"):
                connection.execute(text(statement))

    def refresh(self) -> None:
        """Nothing is kept here: every question sees what others have committed."""

    def __len__(self) -> int:
        return self._number("SELECT count(*) FROM detection_index.original")

    def __iter__(self) -> Iterator[Original]:
        asked = text("SELECT name, owner FROM detection_index.original ORDER BY id")
        with self._engine.connect().execution_options(yield_per=_READ_AT_ONCE) as connection:
            for name, owner in connection.execute(asked):
                yield Original(name, owner)

    def named(self, names: Collection[str]) -> dict[str, Original]:
        """Return which originals of these names are protected."""
        asked = text("SELECT name, owner FROM detection_index.original WHERE name = ANY(:names)")
        with self._engine.connect() as connection:
            return {row[0]: Original(*row) for row in connection.execute(asked, {"names": list(names)})}

    def count_of(self, owner: str) -> int:
        """Return how many originals are this owner's."""
        return self._number("SELECT count(*) FROM detection_index.original WHERE owner = :owner", owner=owner)

    def fingerprint(self, original: Original) -> Fingerprint:
        """Return an original's fingerprint; KeyError when it is not protected."""
        asked = text("SELECT print FROM detection_index.original WHERE name = :name")
        with self._engine.connect() as connection:
            stored = connection.execute(asked, {"name": original.name}).scalar()
        if stored is None:
            raise KeyError(original.name)
        return stored_fingerprint(original, bytes(stored))

    def add(self, added: Sequence[NewOriginal]) -> None:
        """Protect these originals in one transaction; one of the same name takes the place of the earlier one."""
        with self._engine.begin() as connection:
            _remove(connection, [new.original.name for new in added])
            for new in added:
                _add(connection, new, density=self._density)

    def remove(self, names: Collection[str]) -> int:
        """Stop protecting these; return how many there were."""
        with self._engine.begin() as connection:
            return _remove(connection, names)

    def find(
        self, query: Fingerprint, *, least_votes: int, most: int, within: int | None = None
    ) -> list[Found]:
        """Return the candidates with what is known of them, those with the most votes first.

        `within` follows the number of codes unless given.
        """
        with self._engine.begin() as connection:
            connection.execute(text(f"SET LOCAL hnsw.ef_search = {_WALKED}"))
            reach = reach_among(_stored(connection))
            reach = reach if within is None else replace(reach, within=within)
            found = [
                one
                for asked in questions(query, every_point=False)
                for one in _candidates(connection, asked, reach=reach, least_votes=least_votes, most=most)
            ]
            found = sorted(found, key=lambda one: -one.votes)[:most]
            known = _originals(connection, [one.original for one in found])
        return [Found(*known[one.original], one) for one in found]

    def _number(self, statement: str, **values: str) -> int:
        with self._engine.connect() as connection:
            return connection.execute(text(statement), values).scalar_one()


def is_prepared(engine: Engine) -> bool:
    """Whether this database is where the originals are kept."""
    if engine.dialect.name != "postgresql":
        return False
    with engine.connect() as connection:
        return bool(
            connection.execute(text("SELECT to_regclass('detection_index.original') IS NOT NULL")).scalar()
        )


def _add(connection: Connection, new: NewOriginal, *, density: Density) -> None:
    row: int = connection.execute(
        text(
            "INSERT INTO detection_index.original (name, owner, print) VALUES (:name, :owner, :print) RETURNING id"
        ),
        {"name": new.original.name, "owner": new.original.owner, "print": new.fingerprint},
    ).scalar_one()
    found = stored_fingerprint(new.original, new.fingerprint)
    chosen = indexed_frames(found, density=density)
    local = local_codes(found, chosen, density=density)
    pictures = picture_codes(found, chosen)
    _copy(connection, "local_code", row, found.times[local.frames], local.places, local.codes)
    _copy(connection, "picture_code", row, found.times[pictures.frames], pictures.places, pictures.codes)


def _candidates(
    connection: Connection, asked: Question, *, reach: Reach, least_votes: int, most: int
) -> Iterator[Candidate]:
    """Yield the candidates among what is near: the local index's own counting, over what PostgreSQL found."""
    local = _near(connection, "local_code", _LOCAL_BITS, asked.codes, within=reach.within)
    pictures = _near(connection, "picture_code", _PICTURE_BITS, asked.pictures, within=PICTURE_WITHIN)
    ids, numbers = np.unique(np.concatenate([local.originals, pictures.originals]), return_inverse=True)
    times = np.concatenate([local.seconds, pictures.seconds])
    for one in find_candidates(
        asked,
        local=local.index(first=0),
        pictures=pictures.index(first=len(local.seconds)),
        originals=numbers.astype(np.uint32),
        times=times,
        known=len(ids),
        reach=reach,
        least_votes=least_votes,
        most=most,
    ):
        yield Candidate(int(ids[one.original]), one.mirrored, one.offset, one.votes)


@dataclass(frozen=True, slots=True)
class _Near:
    """Rows near to any code asked for."""

    originals: npt.NDArray[np.int64]
    seconds: npt.NDArray[np.float32]
    places: npt.NDArray[np.uint32]
    codes: Words

    def index(self, *, first: int) -> CodeIndex:
        """Return the rows as an index in which each is a frame of its own."""
        frames = np.arange(first, first + len(self.codes), dtype=np.uint32)
        return every_code(self.codes, frames, self.places)


def _near(connection: Connection, table: str, bits: int, asked: Words, *, within: int) -> _Near:
    """Return the stored codes within so many bits of any of these, at most the nearest few hundred of each."""
    rows: Sequence[Any] = connection.execute(
        text(_NEAR.format(table=table, bits=bits)),
        {"asked": sorted(set(_bit_texts(asked))), "nearest": _NEAREST, "within": within},
    ).all()
    return _Near(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.float32),
        np.array([row[2] for row in rows], np.uint32),
        _words([row[3] for row in rows], bits),
    )


def _copy(
    connection: Connection,
    table: str,
    row: int,
    seconds: npt.NDArray[np.float32],
    places: npt.NDArray[np.uint32],
    codes: Words,
) -> None:
    cursor: Any = connection.connection.cursor()  # Any: psycopg's own, which COPY needs
    with cursor.copy(f"COPY detection_index.{table} (original_id, seconds, place, code) FROM STDIN") as copy:
        for at, place, code in zip(seconds, places, _bit_texts(codes), strict=True):
            copy.write_row((row, float(at), int(place), code))


def _remove(connection: Connection, names: Collection[str]) -> int:
    ids = (
        connection.execute(
            text("DELETE FROM detection_index.original WHERE name = ANY(:names) RETURNING id"),
            {"names": list(names)},
        )
        .scalars()
        .all()
    )
    for table in ("local_code", "picture_code"):
        connection.execute(
            text(f"DELETE FROM detection_index.{table} WHERE original_id = ANY(:ids)"),  # noqa: S608 - our own names
            {"ids": list(ids)},
        )
    return len(ids)


def _stored(connection: Connection) -> int:
    """Return about how many local codes there are, from the planner's statistics: counting would read them all."""
    return connection.execute(
        text(
            "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'detection_index.local_code'::regclass"
        )
    ).scalar_one()


def _originals(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[Original, Fingerprint]]:
    rows = connection.execute(
        text("SELECT id, name, owner, print FROM detection_index.original WHERE id = ANY(:ids)"),
        {"ids": list(ids)},
    )
    found = [(row[0], Original(row[1], row[2]), bytes(row[3])) for row in rows]
    return {number: (original, stored_fingerprint(original, data)) for number, original, data in found}


def _bit_texts(codes: Words) -> list[str]:
    """Return codes (n, words) as PostgreSQL writes bits, the highest of the first word first."""
    octets = np.ascontiguousarray(codes.astype(">u8")).view(np.uint8).reshape(len(codes), codes.shape[1] * 8)
    return ["".join(map(str, row)) for row in np.unpackbits(octets, axis=1).tolist()]


def _words(texts: Sequence[str], bits: int) -> Words:
    if not texts:
        return np.zeros((0, bits // 64), np.uint64)
    digits = np.frombuffer("".join(texts).encode("ascii"), np.uint8).reshape(len(texts), bits) - ord("0")
    return np.packbits(digits, axis=1).view(">u8").astype(np.uint64)
