"""The rule files: the packaged ones, and an operator's own word lists; errors name file, row and column."""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, Protocol, TypeVar

from tools.kernel.errors import OperatorError
from tools.precheck.text.findings import Category, Severity
from tools.precheck.text.folding import fold_word
from tools.precheck.text.rules import LONGEST_WORD, Context, Rule, RuleSet, Shapes, View

PACKAGED_RULES = Path(__file__).parent.parent / "rules"
MOST_WORDS = 500_000
_SHORTEST_WORD = 2
LARGEST_FILE_BYTES = 64 * 1024 * 1024
_SPLIT = "|"
_FAMILY = ("family", "category", "severity", "policy", "clause", "why", "advice", "fallback")
_WORDS = ("id", "family", "words", "rewrite", "needs", "spares", "unless", "sound")
_PATTERNS = ("id", "family", "view", "triggers", "pattern", "rewrite", "spares", "example")
_CONTEXT = ("context", "before", "after", "same_clause", "words")
_SHAPE = ("character", "kind", "written")
_OWN_REQUIRED = ("word",)
_OWN_OPTIONAL = ("severity", "category", "policy", "clause", "why", "advice", "rewrite", "unless", "sound")
# Where an operator's list names no clause: the check's own rule about what it looks for.
_OWN_POLICY, _OWN_CLAUSE = "pre-publish-check-rules", "1.3"
_OWN_WHY = "“{word}”在平台运营的词表里，发布后可能不予推荐。"
_OWN_ADVICE = "换一个说法再发；拿不准可以点 1V1 人工服务问一下。"
_OWN_FALLBACK = "这条内容我重新写一遍再发。"
_E = TypeVar("_E", bound=StrEnum)


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


@dataclass(frozen=True, slots=True)
class _Row:
    file: str
    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def beside(self, column: str) -> dict[str, str]:
        """Return the other columns."""
        return {name: cell for name, cell in self.cells.items() if name != column}

    def fail(self, column: str, problem: str) -> NoReturn:
        raise OperatorError(f"{self.file}: row {self.number}, column {column}: {problem}")

    def required(self, column: str) -> str:
        return self[column] or self.fail(column, "is empty")

    def several(self, column: str) -> tuple[str, ...]:
        return tuple(part for part in (each.strip() for each in self[column].split(_SPLIT)) if part)

    def choice(self, column: str, kind: type[_E], default: _E | None = None) -> _E:
        value = self[column]
        if not value and default is not None:
            return default
        if value not in {str(item) for item in kind}:
            self.fail(column, f"{value!r} is none of {', '.join(kind)}")
        return kind(value)

    def flag(self, column: str, *, default: bool) -> bool:
        if self[column] not in {"", "yes", "no"}:
            self.fail(column, f"{self[column]!r} is neither yes nor no")
        return self[column] == "yes" if self[column] else default

    def count(self, column: str) -> int:
        if not re.fullmatch(r"[0-9]{1,4}", self[column]):
            self.fail(column, f"{self[column]!r} is no whole number from 0 to 9999")
        return int(self[column])

    def word(self, column: str, value: str) -> str:
        """Return the word folded: what the engine looks for."""
        folded = fold_word(value)
        if not _SHORTEST_WORD <= len(folded) <= LONGEST_WORD:
            self.fail(
                column,
                f"{value[:20]!r} has {len(folded)} letters, digits or Han characters; a word has {_SHORTEST_WORD} to {LONGEST_WORD}",
            )
        return folded


def read_rules(paths: Sequence[Path] = ()) -> RuleSet:
    """Return the packaged rules and those of the operator's lists, in this order.

    A list is CSV with a header (`word`, and where wanted `severity category policy clause why advice rewrite unless
    sound`) or plain text (.txt) with one word a line, UTF-8. Raises OperatorError for the first thing that is wrong.
    """
    digest = hashlib.sha256()
    contexts = {row["context"]: _context(row) for row in _packaged("contexts.csv", _CONTEXT, digest)}
    families = {row["family"]: row for row in _packaged("families.csv", _FAMILY, digest)}
    rules: list[Rule] = []
    for path in sorted((PACKAGED_RULES / "words").glob("*.csv")):
        rules += [
            _word_rule(row, families, contexts) for row in _packaged(f"words/{path.name}", _WORDS, digest)
        ]
    rules += [_pattern_rule(row, families, contexts) for row in _packaged("patterns.csv", _PATTERNS, digest)]
    allowed = tuple(
        row.word("words", word)
        for row in _packaged("allowed.csv", ("words",), digest)
        for word in row.several("words")
    )
    shapes = _shapes(_packaged("shapes.csv", _SHAPE, digest))
    for path in paths:
        rules += _own_rules(path, digest, room=MOST_WORDS - len(rules))
    return RuleSet(tuple(rules), contexts, allowed, shapes, digest.hexdigest())


def _context(row: _Row) -> Context:
    words = tuple(fold_word(word) for word in row.several("words"))
    return Context(
        row.required("context"),
        row.count("before"),
        row.count("after"),
        row.flag("same_clause", default=False),
        words,
    )


def _from_family(row: _Row, families: dict[str, _Row]) -> _Row:
    if row["family"] not in families:
        row.fail("family", f"{row['family']!r} stands in no row of families.csv")
    return families[row["family"]]


def _names(row: _Row, column: str, contexts: dict[str, Context]) -> tuple[str, ...]:
    names = row.several(column)
    for name in names:
        if name not in contexts:
            row.fail(column, f"{name!r} stands in no row of contexts.csv")
    return names


def _word_rule(row: _Row, families: dict[str, _Row], contexts: dict[str, Context]) -> Rule:
    family = _from_family(row, families)
    words = tuple(dict.fromkeys(row.word("words", word) for word in row.several("words")))
    return replace(
        _of_family(row, family),
        words=words or row.fail("words", "is empty"),
        needs=_names(row, "needs", contexts),
        spares=_names(row, "spares", contexts),
        unless=tuple(row.word("unless", word) for word in row.several("unless")),
        sound=row.flag("sound", default=True),
    )


def _pattern_rule(row: _Row, families: dict[str, _Row], contexts: dict[str, Context]) -> Rule:
    family = _from_family(row, families)
    try:
        re.compile(row.required("pattern"))
    except re.error as error:
        row.fail("pattern", f"is no regular expression: {error}")
    return replace(
        _of_family(row, family),
        spares=_names(row, "spares", contexts),
        pattern=row["pattern"],
        view=row.choice("view", View),
        triggers=row.several("triggers"),
        example=row.required("example"),
    )


def _of_family(row: _Row, family: _Row) -> Rule:
    """Return the entry with what its family says; what it looks for is still to come."""
    return Rule(
        id=row.required("id"),
        category=family.choice("category", Category),
        severity=family.choice("severity", Severity),
        policy=family.required("policy"),
        clause=family.required("clause"),
        why=family.required("why"),
        advice=family.required("advice"),
        words=(),
        rewrite=row["rewrite"],
        fallback=family.required("fallback"),
    )


def _shapes(rows: Iterator[_Row]) -> Shapes:
    splits: dict[str, tuple[str, ...]] = {}
    lookalikes: dict[str, tuple[str, ...]] = {}
    for row in rows:
        table = splits if row["kind"] == "split" else lookalikes
        table[row.required("character")] = row.several("written")
    return Shapes(splits, lookalikes)


def _own_rules(path: Path, digest: _Digest, *, room: int) -> Iterator[Rule]:
    rows = _own_rows(path, digest)
    seen: dict[str, _Row] = {}
    for row in rows:
        word = row.word("word", row.required("word"))
        if first := seen.get(word):
            # The same word in other letters (traditional, capitals) is no mistake; a contradiction is.
            if row.beside("word") != first.beside("word"):
                row.fail("word", f"{row['word']!r} stands in row {first.number} with other columns")
            continue
        if len(seen) >= room:
            row.fail("word", f"more than {MOST_WORDS} words in all")
        seen[word] = row
        yield _own_rule(row, word)


def _own_rule(row: _Row, word: str) -> Rule:
    if bool(row["policy"]) != bool(row["clause"]):
        row.fail("clause" if row["policy"] else "policy", "policy and clause come together")
    return Rule(
        id=f"{Path(row.file).stem}:{row.number}",
        category=row.choice("category", Category, Category.OPERATOR),
        severity=row.choice("severity", Severity, Severity.WARN),
        policy=row["policy"] or _OWN_POLICY,
        clause=row["clause"] or _OWN_CLAUSE,
        why=row["why"] or _OWN_WHY,
        advice=row["advice"] or _OWN_ADVICE,
        words=(word,),
        rewrite=row["rewrite"],
        fallback=_OWN_FALLBACK,
        unless=tuple(row.word("unless", each) for each in row.several("unless")),
        # Two syllables alone meet too many innocent words for a list that nobody tuned.
        sound=row.flag("sound", default=False),
        pinyin=row.flag("sound", default=False),
    )


def _own_rows(path: Path, digest: _Digest) -> Iterator[_Row]:
    text = _read(path, digest)
    if path.suffix.lower() != ".txt":
        return _rows(path.name, text, _OWN_REQUIRED, _OWN_OPTIONAL)
    lines = enumerate(text.splitlines(), start=1)
    return (_Row(path.name, number, {"word": line.strip()}) for number, line in lines if line.strip())


def _packaged(name: str, columns: tuple[str, ...], digest: _Digest) -> Iterator[_Row]:
    return _rows(name, _read(PACKAGED_RULES / name, digest), columns, ())


def _read(path: Path, digest: _Digest) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise OperatorError(f"{path.name}: larger than {LARGEST_FILE_BYTES // 1024 // 1024} MiB")
        content = path.read_bytes()
    except OSError as error:
        raise OperatorError(f"{path.name}: cannot be read: {error.strerror}") from error
    digest.update(len(content).to_bytes(8, "big") + content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise OperatorError(f"{path.name}: row {row}, column 1: is not UTF-8") from error


def _rows(name: str, text: str, required: tuple[str, ...], optional: tuple[str, ...]) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, list[str]())]
        for column in required:
            if column not in header:
                raise OperatorError(f"{name}: row 1, column {column}: is missing from the header")
        for place, column in enumerate(header):
            if column not in required + optional or column in header[:place]:
                raise OperatorError(
                    f"{name}: row 1, column {column or place + 1}: is unknown or stands twice"
                )
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                last = header[min(len(cells), len(header)) - 1]
                problem = f"the row has {len(cells)} cells where the header has {len(header)}"
                raise OperatorError(f"{name}: row {reader.line_num}, column {last}: {problem}")
            found = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
            yield _Row(name, reader.line_num, found)
    except csv.Error as error:
        raise OperatorError(f"{name}: row {reader.line_num}, column 1: {error}") from error
