"""A case's number as people write it: QQ20220815-0001, without the dash, in full-width letters, or only its end."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Protocol, TypeVar

_NUMBER = re.compile(r"QQ\d{8}-?(?P<id>\d{1,12})", re.ASCII)
# Support says numbers by their end or their day ("QQ0721"); fewer digits than this fit too much.
_FEWEST_DIGITS = 3


class Numbered(Protocol):
    """Anything with a case's number."""

    @property
    def number(self) -> str:
        """The number as it is stored."""
        ...


_Case = TypeVar("_Case", bound=Numbered)


def plain_number(text: str) -> str:
    """Return the number without spaces, in capital half-width letters."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def row_id(text: str) -> int | None:
    """Return the row that a whole number would mean; whether it exists is for the caller to see."""
    found = _NUMBER.fullmatch(plain_number(text))
    return int(found["id"]) if found else None


def is_number(text: str, number: str) -> bool:
    """Whether the text is this whole number."""
    return plain_number(text).replace("-", "") == number.replace("-", "")


def matching(text: str, cases: Sequence[_Case]) -> list[_Case]:
    """Return the case with exactly this number, else those whose number has these digits in it."""
    if exact := [case for case in cases if is_number(text, case.number)]:
        return exact
    digits = "".join(char for char in plain_number(text) if char in "0123456789")
    if len(digits) < _FEWEST_DIGITS:
        return []
    return [case for case in cases if digits in case.number.replace("-", "")]
