"""Where the originals lie: in a folder of this machine, or in PostgreSQL, shared by a fleet."""

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from tools.detection.fingerprints.fingerprint import Fingerprint
from tools.detection.matching.originals import Found, Originals
from tools.detection.matching.segment import NewOriginal, Original
from tools.kernel.db import Database

ORIGINALS = "originals"


class OriginalStore(Protocol):
    """The protected originals; what other processes changed is seen after `refresh`."""

    def refresh(self) -> None:
        """See what others have changed since."""
        ...

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Original]: ...

    def named(self, names: Collection[str]) -> dict[str, Original]:
        """Return which originals of these names are protected."""
        ...

    def count_of(self, owner: str) -> int:
        """Return how many originals are this owner's."""
        ...

    def find(self, query: Fingerprint, *, least_votes: int, most: int) -> list[Found]:
        """Return the candidates with what is known of them, those with the most votes first."""
        ...

    def fingerprint(self, original: Original) -> Fingerprint:
        """Return an original's fingerprint; KeyError when it is not protected."""
        ...

    def add(self, added: Sequence[NewOriginal]) -> None:
        """Protect these; one of the same name takes the place of the earlier one."""
        ...

    def remove(self, names: Collection[str]) -> int:
        """Stop protecting these; return how many there were."""
        ...


def open_originals(database: Database) -> OriginalStore:
    """Return the originals in the database where they are kept there, else those in its folder of files."""
    from tools.detection.database_originals import DatabaseOriginals, is_prepared  # noqa: PLC0415 - see below

    # The store in the database imports the matching's compiled loops only to count what PostgreSQL found.
    if is_prepared(database.engine):
        return DatabaseOriginals(database.engine)
    return Originals(database.files / ORIGINALS)
