"""What an extractor finds: a value, and where it was said."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A slot's value; `start` and `end` bound the words that said it."""

    value: str
    start: int
    end: int

    def overlaps(self, other: "Found") -> bool:
        """Whether both were said with some of the same words."""
        return self.start < other.end and other.start < self.end
