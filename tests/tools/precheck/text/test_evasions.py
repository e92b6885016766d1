"""Every way to dress a rule's word up is made here from the rules, by seed; the check finds it and says exactly where."""

import random
from collections.abc import Callable
from functools import cache

import pytest
from pypinyin import Style, lazy_pinyin

from knowledge.script import TRADITIONAL
from tools.precheck.text.rule_files import read_rules
from tools.precheck.text.rulebook import RuleBook, load_rules
from tools.precheck.text.rules import Rule, Shapes

SEED = 20221122
CARRIERS = (
    ("今天跟大家聊聊", "这件事"),
    ("", ""),
    ("听隔壁的人说起", "，你们怎么看"),
    ("早上好！", "，就到这里"),
)
SYMBOLS = "*-_·.|/~#^=+"
EMOJI = ("😀", "🔥", "👍🏻", "👨‍👩‍👧", "✨", "🇨🇳", "⭐️")
ZERO_WIDTH = ("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200f", "\u202e")
MARKS = ("\u0336", "\u0300", "\u20dd", "\ufe0f")
CYRILLIC = str.maketrans("aceopxyi", "асеорхуі")
LEET = str.maketrans("oieas", "01345")
CIRCLED = {str(digit): "⓪①②③④⑤⑥⑦⑧⑨"[digit] for digit in range(10)}
NUMERALS = {str(digit): "零一二三四五六七八九"[digit] for digit in range(10)}
FORMAL = {str(digit): "〇壹贰叁肆伍陆柒捌玖"[digit] for digit in range(10)}

Dress = Callable[[str, random.Random], str]


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return load_rules()


@cache
def shapes() -> Shapes:
    return read_rules().shapes


@cache
def traditional() -> dict[str, list[str]]:
    forms: dict[str, list[str]] = {}
    for code, simplified in TRADITIONAL.items():
        forms.setdefault(simplified, []).append(chr(code))
    return forms


@cache
def common_by_sound() -> dict[str, list[str]]:
    """Group the 3,755 commonest characters (the first level of GB 2312) by how they are read."""
    common = [
        bytes([row, cell]).decode("gb2312", "ignore")
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF)
    ]
    found: dict[str, list[str]] = {}
    for character in filter(None, common):
        found.setdefault(sound(character), []).append(character)
    return found


@cache
def sound(character: str) -> str:
    return lazy_pinyin(character, style=Style.NORMAL, v_to_u=False)[0]


def as_written(word: str, rng: random.Random) -> str:
    return word


def translated(table: dict[int, int]) -> Dress:
    def dress(word: str, rng: random.Random) -> str:
        return word.translate(table)

    return dress


def between(marks: tuple[str, ...] | str) -> Dress:
    def dress(word: str, rng: random.Random) -> str:
        return "".join(letter + rng.choice(marks) for letter in word[:-1]) + word[-1]

    return dress


def one_gap(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(word))
    return word[:place] + rng.choice(" *-_~") + word[place:]


def marked(word: str, rng: random.Random) -> str:
    return "".join(letter + rng.choice(MARKS) for letter in word)


def wide(word: str, rng: random.Random) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in word)


def capitals(word: str, rng: random.Random) -> str:
    return "".join(letter.upper() if rng.random() < 0.5 else letter for letter in word)


def squared(word: str, rng: random.Random) -> str:
    return "".join(chr(0x1F130 + ord(letter) - 97) if "a" <= letter <= "z" else letter for letter in word)


def in_traditional(word: str, rng: random.Random) -> str:
    return "".join(rng.choice(traditional().get(letter, [letter])) for letter in word)


def from_table(table: dict[str, tuple[str, ...]]) -> Dress:
    """Replace one character that the table knows, or several."""

    def dress(word: str, rng: random.Random) -> str:
        known = [place for place, letter in enumerate(word) if letter in table]
        chosen = set(rng.sample(known, rng.randint(1, len(known)))) if known else set[int]()
        return "".join(rng.choice(table[word[n]]) if n in chosen else word[n] for n in range(len(word)))

    return dress


def in_pinyin(chosen: Callable[[int, random.Random], set[int]], *, space: str = "") -> Dress:
    def dress(word: str, rng: random.Random) -> str:
        places = chosen(len(word), rng)
        return "".join(
            (space if n and n - 1 in places and n in places else "")
            + (sound(letter) if n in places else letter)
            for n, letter in enumerate(word)
        )

    return dress


def homophone(word: str, rng: random.Random) -> str:
    places = some(len(word), rng)
    return "".join(
        rng.choice(
            [other for other in common_by_sound().get(sound(letter), [letter]) if other != letter] or [letter]
        )
        if n in places
        else letter
        for n, letter in enumerate(word)
    )


def some(count: int, rng: random.Random) -> set[int]:
    return set(rng.sample(range(count), rng.randint(1, count)))


def not_all(count: int, rng: random.Random) -> set[int]:
    return set(rng.sample(range(count), rng.randint(1, count - 1)))


def every(count: int, rng: random.Random) -> set[int]:
    return set(range(count))


# How each is dressed, the share that must be found, and which words it can be done to.
KINDS: dict[str, tuple[Dress, float]] = {
    "as written": (as_written, 0.99),
    "spaces": (between(" "), 0.95),
    "full-width spaces": (between("\u3000"), 0.95),
    "symbols": (between(SYMBOLS), 0.95),
    "one gap": (one_gap, 0.95),
    "emoji": (between(EMOJI), 0.95),
    "zero width": (between(ZERO_WIDTH), 0.95),
    "combining marks": (marked, 0.95),
    "full width": (wide, 0.95),
    "capitals": (capitals, 0.95),
    "squared letters": (squared, 0.95),
    "Cyrillic letters": (translated(CYRILLIC), 0.95),
    "leet": (translated(LEET), 0.95),
    "traditional": (in_traditional, 0.95),
    "parts of characters": (from_table(shapes().splits), 0.95),
    "characters of the same shape": (from_table(shapes().lookalikes), 0.95),
    "homophones": (homophone, 0.85),
    "pinyin": (in_pinyin(every), 0.95),
    "pinyin with spaces": (in_pinyin(every, space=" "), 0.95),
    "some pinyin": (in_pinyin(not_all), 0.95),
}
SOUNDING = {"homophones", "pinyin", "pinyin with spaces", "some pinyin"}
DIGIT_KINDS: dict[str, Callable[[str], str]] = {
    "circled": lambda digits: "".join(CIRCLED[digit] for digit in digits),
    "numerals": lambda digits: "".join(NUMERALS[digit] for digit in digits),
    "formal numerals": lambda digits: "".join(FORMAL[digit] for digit in digits),
    "full width": lambda digits: "".join(chr(ord(digit) + 0xFEE0) for digit in digits),
    "keycaps": lambda digits: "".join(digit + "\ufe0f\u20e3" for digit in digits),
    "spaces": " ".join,
    "hyphens": lambda digits: f"{digits[:3]}-{digits[3:7]}-{digits[7:]}",
    "emoji": "🔥".join,
    "zero width": "\u200b".join,
    "mixed": lambda digits: NUMERALS[digits[0]] + CIRCLED[digits[1]] + " " + digits[2:],
}


def carried(book: RuleBook, rule: Rule, dressed: str, rng: random.Random) -> tuple[str, int]:
    """Return a text that holds the dressed word, with the context that the rule needs, and where it begins."""
    before, after = rng.choice(CARRIERS)
    if rule.needs:
        context = book.contexts[rule.needs[0]]
        word = rng.choice(context.words)
        before, after = (before, f"{after}，{word}") if context.after else (before + word, after)
    if before and dressed[0].isascii() and before[-1].isascii():
        before += "，"
    return f"{before}{dressed}{after}", len(before)


def samples(book: RuleBook, kind: str) -> list[tuple[Rule, str, str, int]]:
    """Return (rule, dressed word, text, where it begins) for every word that this dress changes."""
    rng = random.Random(f"{SEED} {kind}")  # noqa: S311 - a sample, not a secret
    dress, _ = KINDS[kind]
    found: list[tuple[Rule, str, str, int]] = []
    for rule in book.rules:
        for word in rule.words:
            if kind in SOUNDING and not all("一" <= letter <= "鿿" for letter in word):
                continue
            if kind == "leet" and (len(word) < 4 or not word.isascii()):
                continue
            dressed = dress(word, rng)
            if dressed != word or kind == "as written":
                found.append((rule, dressed, *carried(book, rule, dressed, rng)))
    return found


@pytest.mark.parametrize("kind", KINDS)
class TestEvasions:
    def test_are_found(self, book: RuleBook, kind: str) -> None:
        tried = samples(book, kind)

        missed = [
            (rule.id, dressed)
            for rule, dressed, text, start in tried
            if not any(
                finding.category is rule.category
                and finding.span[0] < start + len(dressed)
                and finding.span[1] > start
                for finding in book.check(text)
            )
        ]

        assert tried
        assert 1 - len(missed) / len(tried) >= KINDS[kind][1], f"{len(missed)} of {len(tried)}: {missed[:40]}"

    def test_are_shown_where_they_stand(self, book: RuleBook, kind: str) -> None:
        tried = samples(book, kind)

        inexact = [
            (rule.id, dressed, finding.matched)
            for rule, dressed, text, start in tried
            for finding in book.check(text)
            if finding.rule == rule.id
            and finding.span != (start, start + len(dressed))
            # The rule may hold a shorter word in this one, or a longer one that the carrier completes.
            and not any(word in finding.matched or finding.matched in word for word in rule.words)
        ]

        assert len(inexact) <= len(tried) * 0.01, inexact[:40]


@pytest.mark.parametrize("kind", DIGIT_KINDS)
class TestNumbers:
    def test_are_found_where_they_stand(self, book: RuleBook, kind: str) -> None:
        rng = random.Random(f"{SEED} {kind}")  # noqa: S311 - a sample, not a secret
        missed: list[str] = []
        for _ in range(200):
            dressed = DIGIT_KINDS[kind](f"1{rng.randint(3, 9)}{rng.randint(0, 10**9 - 1):09d}")
            before, after = rng.choice(CARRIERS)
            text = f"{before}{dressed}{after}"
            spans = [text[slice(*finding.span)] for finding in book.check(text) if finding.rule == "pat-001"]
            if spans != [dressed]:
                missed.append(text)

        assert len(missed) <= 10, missed
