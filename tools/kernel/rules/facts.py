"""What rules may name: declared facts with a type, a default and words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tools.kernel.rules.units import Unit

Value = int | bool | str
Facts = Mapping[str, Value]  # values by the fact's name; a missing one counts as its default

LARGEST_INT = 2**63 - 1
SMALLEST_INT = -(2**63)


class FactType(StrEnum):
    """The types that rules know; `int` is CEL's: 64 bits, and an overflow is an error."""

    INT = "int"
    BOOL = "bool"
    STRING = "string"


@dataclass(frozen=True, slots=True)
class Fact:
    """A named figure about a creator, and what creators call it.

    `gap_words` says what is missing where the general words would sound wrong ({gap} is the distance); `none_words`
    what to say to who has none of it: 还没完成实名认证.
    """

    name: str
    default: Value
    words: str
    unit: Unit
    gap_words: str = ""
    none_words: str = ""

    @property
    def type(self) -> FactType:
        """The type of its values, that of its default."""
        if isinstance(self.default, bool):
            return FactType.BOOL
        return FactType.STRING if isinstance(self.default, str) else FactType.INT


Declared = Mapping[str, Fact]


def declare(*facts: Fact) -> dict[str, Fact]:
    """Return the facts by name; each name is there once."""
    found = {fact.name: fact for fact in facts}
    assert len(found) == len(facts), "a fact is declared once"
    return found
