"""The words of a rule text, each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, auto

from tools.kernel.rules.tree import RuleError

LONGEST_TEXT = 4_000


class Kind(StrEnum):
    """What a token is; END stands after the last."""

    NAME = auto()
    NUMBER = auto()
    STRING = auto()
    SYMBOL = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text; `value` is what a string means without its quotes."""

    kind: Kind
    text: str
    value: str
    at: int

    @property
    def shown(self) -> str:
        """What an error calls it."""
        return "the end of the rule" if self.kind is Kind.END else repr(self.text[:40])


_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+|//[^\n]*)
    |(?P<number>[0-9][0-9A-Za-z_.]*)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<string>"(?:[^"\\\x00-\x1f\ud800-\udfff]|\\.)*"|'(?:[^'\\\x00-\x1f\ud800-\udfff]|\\.)*')
    |(?P<symbol>&&|\|\||==|!=|<=|>=|[<>!()\[\],+\-*/%])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "r": "\r", "t": "\t"}
_HINTS = {
    "&": "write && for and",
    "|": "write || for or",
    "=": "write == to compare",
    "?": "a choice (? :) is not part of the rule language",
    ".": "a field or a fraction is not part of the rule language",
    '"': "the string has no end",
    "'": "the string has no end",
}


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of the text, END last. Raises RuleError."""
    if len(text) > LONGEST_TEXT:
        raise RuleError(f"{len(text)} characters; a rule has at most {LONGEST_TEXT}", text=text, at=0)
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            hint = _HINTS.get(text[at], "no part of a rule begins with it")
            raise RuleError(f"unexpected {text[at]!r}: {hint}", text=text, at=at)
        if found.lastgroup != "space":
            yield _token(found, text=text)
        at = found.end()
    yield Token(Kind.END, "", "", len(text.rstrip()))


def _token(found: re.Match[str], *, text: str) -> Token:
    kind, word = Kind(found.lastgroup or ""), found[0]
    if kind is Kind.NUMBER and not word.isdigit():
        raise RuleError(
            f"{word[:40]!r} is not a whole number: facts are whole (4.5 points are 450 hundredths)",
            text=text,
            at=found.start(),
        )
    if kind is not Kind.STRING:
        return Token(kind, word, word, found.start())
    for escape in _ESCAPE.finditer(word):
        if escape[1] not in _ESCAPED:
            at = found.start() + escape.start()
            raise RuleError(f"unknown escape \\{escape[1]}", text=text, at=at)
    meant = _ESCAPE.sub(lambda escape: _ESCAPED[escape[1]], word[1:-1])
    return Token(kind, word, meant, found.start())
