"""The words of a formula: numbers, names, signs and spans of days, each with its place in the text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from tools.creators.formulas.tree import FormulaError

LONGEST_FORMULA = 200
LONGEST_DAYS = 90
_DIGITS, _DECIMALS = 12, 6
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# One character for one, so that places stay places. Signs that look like others in a messenger's font are those.
_SAME = _FULL_WIDTH | {
    ord(mark): sign
    for marks, sign in (("×✕✖∗·∙•", "*"), ("÷∕⁄／", "/"), ("−–—－", "-"), ("，、", ","), ("【［〔", "["), ("】］〕", "]"), ("（﹙", "("), ("）﹚", ")"), ("％﹪", "%"), ("\u3000\t\n\r", " "))
    for mark in marks
}  # fmt: skip
_FACTORS = {"千": 1_000, "万": 10_000, "w": 10_000, "k": 1_000, "亿": 100_000_000}
_CHINESE = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_LENGTHS = {"天": 1, "日": 1, "周": 7, "星期": 7, "月": 30}
_DAYS = re.compile(
    r"(?P<said>近|最近|过去|前)?(?P<n>\d{1,9}|[一二两三四五六七八九十])(?P<unit>天|日|个?周|个?星期|个?月)(?:内|里|之内)?的?"
    r"|(?:last_?)?(?P<en>\d{1,9})_?(?:days?|d)(?![a-z0-9_])",
    re.ASCII,
)
# ASCII digits only: other scripts' digits look like these and are not.
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+", re.ASCII)
_RUN = re.compile(r"[a-z_\u4e00-\u9fff][a-z0-9_\u4e00-\u9fff]*")
_SPOKEN_SIGN = re.compile(r"除以|乘以|乘上|加上|减去|减掉|乘|加|减|除")
_SPOKEN = {"除以": "/", "除": "/", "乘以": "*", "乘上": "*", "乘": "*", "加上": "+", "加": "+", "减去": "-", "减掉": "-", "减": "-"}  # fmt: skip


class Kind(StrEnum):
    """What a word of a formula is."""

    NUMBER = "number"
    NAME = "name"
    SIGN = "sign"  # + - * / ( ) [ ] , %
    DAYS = "days"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word: `text` in lower case and ordinary width, `value` of a number or a span of days."""

    kind: Kind
    text: str
    at: int
    end: int
    value: Fraction = Fraction()


def plain(text: str) -> str:
    """Return the text in ordinary width and lower case, each character in its place."""
    return "".join(one if len(one := letter.lower()) == 1 else letter for letter in text.translate(_SAME))


def tokens(text: str, *, names: Mapping[str, object]) -> list[Token]:
    """Return the words of a formula, END last. `names` has what may be called by name, in lower case.

    Raises FormulaError with the place for anything else.
    """
    if len(text) > LONGEST_FORMULA:
        raise FormulaError(f"公式最长 {LONGEST_FORMULA} 个字，这个有 {len(text)} 个字", text="", at=0)
    read, place, found = plain(text), 0, list[Token]()
    while place < len(read):
        if read[place] == " ":
            place += 1
            continue
        for token in _next(text, read, place, names):
            found.append(token)
            place = token.end
    return [*found, Token(Kind.END, "", len(text), len(text))]


def _next(text: str, read: str, place: int, names: Mapping[str, object]) -> Iterator[Token]:
    if run := _RUN.match(read, place):
        if run[0] in names:
            yield Token(Kind.NAME, run[0], place, run.end())
            return
        if days := _DAYS.match(read, place):
            yield _days(text, days)
            return
        yield from _segments(text, run[0], place, names)
        return
    if days := _DAYS.match(read, place):
        yield _days(text, days)
        return
    if number := _NUMBER.match(read, place):
        yield _number(text, read, number)
        return
    sign = read[place]
    if read.startswith("**", place) or sign == "^":
        raise FormulaError("不支持乘方，请写成相乘", text=text, at=place, end=place + 1 + (sign == "*"))
    if sign not in "+-*/()[],%":
        raise FormulaError(_unknown_sign(sign), text=text, at=place)
    yield Token(Kind.SIGN, sign, place, place + 1)


def _unknown_sign(sign: str) -> str:
    if not sign.isprintable() or not sign.strip():
        return "这里有一个看不见的字符，请删掉它"
    if sign in "<>=!&|":
        return "公式只算数，不做判断；要在低于或高于某个数时提醒，保存后说“低于 1% 提醒我”"
    return "公式里不能用这个字符，能用的是 + - × ÷、括号、数字和数据名"


def _days(text: str, found: re.Match[str]) -> Token:
    said = found["n"] or found["en"]
    length = _LENGTHS[found["unit"].removeprefix("个")] if found["unit"] else 1
    days = (_CHINESE.get(said) or int(said)) * length
    if not 1 <= days <= LONGEST_DAYS:
        raise FormulaError(f"天数要在 1 到 {LONGEST_DAYS} 之间", text=text, at=found.start(), end=found.end())
    return Token(Kind.DAYS, found[0], found.start(), found.end(), Fraction(days))


def _number(text: str, read: str, found: re.Match[str]) -> Token:
    whole, _, decimals = found[0].partition(".")
    end = found.end()
    if len(whole) > _DIGITS or len(decimals) > _DECIMALS:
        reason = f"数字最多 {_DIGITS} 位整数、{_DECIMALS} 位小数"
        raise FormulaError(reason, text=text, at=found.start(), end=end)
    if re.match(r"e[+-]?\d", read[end:]):
        raise FormulaError("不支持科学计数法，请把数字写全", text=text, at=found.start(), end=end + 2)
    value = Fraction(f"{whole or '0'}.{decimals or '0'}")
    factor = _FACTORS.get(read[end : end + 1])
    if factor and not _RUN.match(read, end + 1):
        return Token(Kind.NUMBER, found[0], found.start(), end + 1, value * factor)
    return Token(Kind.NUMBER, found[0], found.start(), end, value)


def _segments(text: str, run: str, at: int, names: Mapping[str, object]) -> Iterator[Token]:
    """Yield the words of a run that is no name: 涨粉除以播放, 播放近7天; what is left over is an unknown name."""
    pieces = list(_split(run))
    if len(pieces) > 1 and all(_name_and_days(piece, names) for piece, _ in pieces if piece not in _SPOKEN):
        for piece, start in pieces:
            if piece in _SPOKEN:
                yield Token(Kind.SIGN, _SPOKEN[piece], at + start, at + start + len(piece))
            else:
                yield from _piece(text, piece, at + start, names)
        return
    if _name_and_days(run, names):
        yield from _piece(text, run, at, names)
        return
    for known in sorted(names, key=len, reverse=True):
        # 平均播放: a function that stands right before its name.
        if run.startswith(known) and run[len(known) :] in names:
            yield Token(Kind.NAME, known, at, at + len(known))
            yield Token(Kind.NAME, run[len(known) :], at + len(known), at + len(run))
            return
    yield Token(Kind.NAME, run, at, at + len(run))


def _split(run: str) -> Iterator[tuple[str, int]]:
    place = 0
    for sign in _SPOKEN_SIGN.finditer(run):
        if sign.start() > place:
            yield run[place : sign.start()], place
        yield sign[0], sign.start()
        place = sign.end()
    if place < len(run):
        yield run[place:], place


def _name_and_days(piece: str, names: Mapping[str, object]) -> bool:
    if piece in names or _NUMBER.fullmatch(piece) or _DAYS.fullmatch(piece):
        return True
    days = _trailing_days(piece)
    return days is not None and piece[: days.start()] in names


def _piece(text: str, piece: str, at: int, names: Mapping[str, object]) -> Iterator[Token]:
    padded = " " * at + piece
    if number := _NUMBER.fullmatch(padded, at):
        yield _number(text, padded, number)
    elif piece in names:
        yield Token(Kind.NAME, piece, at, at + len(piece))
    elif days := _DAYS.fullmatch(padded, at):
        yield _days(text, days)
    else:
        days = _trailing_days(piece)
        assert days is not None, "_name_and_days has let it in"
        middle = at + days.start()
        yield Token(Kind.NAME, piece[: days.start()], at, middle)
        yield Token(Kind.SIGN, "[", middle, middle)
        inside = _DAYS.fullmatch(padded, middle)
        assert inside is not None
        yield _days(text, inside)
        yield Token(Kind.SIGN, "]", at + len(piece), at + len(piece))


def _trailing_days(piece: str) -> re.Match[str] | None:
    return next((found for found in _DAYS.finditer(piece) if found.end() == len(piece)), None)
