"""A rule as the engine uses it, and the names that rule files may hold."""

from dataclasses import dataclass
from enum import StrEnum

from tools.precheck.text.findings import Category, Severity

LONGEST_WORD = 40


class View(StrEnum):
    """What a pattern reads: all visible characters, or only letters and digits with numerals (三, 叁) as digits."""

    VISIBLE = "visible"
    DIGITS = "digits"


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the rule files: words (or one pattern) with the clause, the reason and the way out.

    `needs` and `spares` name contexts: one of the needed must stand around the place, none of the sparing ones.
    `unless` are longer words that contain or cross one of `words` and mean something else. An empty `rewrite` strikes
    the word; `fallback` is a whole harmless sentence for where no replacement of single words helps.
    """

    id: str
    category: Category
    severity: Severity
    policy: str
    clause: str
    why: str
    advice: str
    words: tuple[str, ...]
    rewrite: str
    fallback: str
    needs: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    # Whether two-character words are also looked for by sound alone, and in pinyin; longer ones always are.
    sound: bool = True
    pinyin: bool = True
    pattern: str = ""
    view: View = View.VISIBLE
    # A pattern over visible characters is tried around these only; one over digits around runs of them.
    triggers: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """Words whose presence near a place decides whether a rule speaks; reaches are characters before and after."""

    name: str
    before: int
    after: int
    same_clause: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shapes:
    """How characters are dressed up by their look: written as their parts, or as one of the same shape."""

    splits: dict[str, tuple[str, ...]]
    lookalikes: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything that the rule files say; `digest` changes with any byte of them."""

    rules: tuple[Rule, ...]
    contexts: dict[str, Context]
    allowed: tuple[str, ...]
    shapes: Shapes
    digest: str
