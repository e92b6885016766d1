"""What the text check says: one finding for each place that may break a rule."""

from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """What a rule is about; the value is what rule files and stored verdicts hold."""

    ADVERTISING = "advertising"
    MEDICAL = "medical"
    FINANCIAL = "financial"
    VULGARITY = "vulgarity"
    DANGER = "danger"
    GAMBLING = "gambling"
    MINORS = "minors"
    CONTACT = "contact"
    CLICKBAIT = "clickbait"
    PROMISE = "promise"
    RED_LINE = "red_line"
    OPERATOR = "operator"


class Severity(StrEnum):
    """How far a finding goes: `warn` asks for a change, `block` advises not to publish."""

    BLOCK = "block"
    WARN = "warn"


class Disguise(StrEnum):
    """How a word was dressed up to slip past a plain search; the plainest explanation is the one given."""

    FORM = "form"  # full width, circled, other scripts' letters, traditional characters, capitals
    GAP = "gap"  # spaces, symbols or emoji between the characters
    INVISIBLE = "invisible"  # zero-width and combining characters
    LOOKALIKE = "lookalike"  # leet digits in Latin words, characters of the same shape
    SPLIT = "split"  # a character written as its parts
    HOMOPHONE = "homophone"  # another character of the same sound
    PINYIN = "pinyin"  # written in Latin letters, wholly or partly


@dataclass(frozen=True, slots=True)
class TextFinding:
    """One place in a text that may break a rule.

    `span` counts characters of the original text, end exclusive; `matched` is exactly that part of it. `rewrite` is the
    clause around the place with every finding in it replaced; it passes the same check.
    """

    rule: str
    category: Category
    severity: Severity
    policy: str
    clause: str
    span: tuple[int, int]
    matched: str
    why: str
    advice: str
    rewrite: str
    confidence: float
    disguise: Disguise | None
