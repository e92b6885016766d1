"""What a messenger sends first when it may not send everything at once."""

from enum import StrEnum


class Lane(StrEnum):
    """The lanes of delivery, the most pressing first."""

    CASE = "case"  # answers, and words of a case
    DEADLINE = "deadline"
    BULK = "bulk"
