"""What one reading thread writes into: room for placed rows, and how many there are of each work."""

import numpy as np

from tools.creators.curves.rows import WORDS, Keys, Longs

_ROWS_A_PIECE = 2_000_000


class Slab:
    """Memory taken from the system in large pieces: page by page it costs as much as sorting the rows into it."""

    def __init__(self) -> None:
        self._left: Keys = np.empty((0, WORDS), np.uint64)
        self._counts: Longs = np.zeros(0, np.int64)

    def room(self, rows: int) -> Keys:
        """Return an array of so many rows that nobody else has."""
        if rows > len(self._left):
            self._left = np.empty((max(rows, _ROWS_A_PIECE), WORDS), np.uint64)
        given, self._left = self._left[:rows], self._left[rows:]
        return given

    def counts(self, works: int) -> Longs:
        """Return the rows put here so far, by place of the work; there is a number for at least so many works."""
        if works > len(self._counts):
            grown = np.zeros(2 * works, np.int64)
            grown[: len(self._counts)] = self._counts
            self._counts = grown
        return self._counts
