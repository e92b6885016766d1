"""From the text of a formula to its tree, by precedence; nothing of the text is ever executed."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction

from tools.creators.formulas.check import check
from tools.creators.formulas.measures import UNAVAILABLE, WORDS
from tools.creators.formulas.tokens import LONGEST_FORMULA, Kind, Token, plain, tokens
from tools.creators.formulas.tree import (
    Binary,
    Extreme,
    FormulaError,
    Growth,
    Negative,
    Node,
    Number,
    Of,
    Over,
    Sign,
    Statistic,
    Window,
    measures,
    size,
    written,
)

MOST_NODES = 60
_DEEPEST = 16
_DEFAULT_DAYS = 7
_HUNDRED = 100
_ALIKE = 0.5


class Function(StrEnum):
    """What stands before parentheses; the value is the name that is shown."""

    MEAN = "平均"
    HIGHEST = "最大"
    LOWEST = "最小"
    MEDIAN = "中位数"
    TOTAL = "合计"
    GROWTH = "增长"


FUNCTIONS: Mapping[str, Function] = {
    word: function
    for function, words in (
        (Function.MEAN, ("平均", "平均值", "均值", "日均", "avg", "mean", "average")),
        (Function.HIGHEST, ("最大", "最大值", "最高", "max")),
        (Function.LOWEST, ("最小", "最小值", "最低", "min")),
        (Function.MEDIAN, ("中位数", "中位", "median")),
        (Function.TOTAL, ("合计", "总和", "求和", "累计", "总计", "sum", "total")),
        (Function.GROWTH, ("增长", "增长率", "增幅", "环比", "变化率", "growth", "change")),
    )
    for word in words
}
_STATISTICS = {
    Function.MEAN: Statistic.MEAN,
    Function.HIGHEST: Statistic.HIGHEST,
    Function.LOWEST: Statistic.LOWEST,
    Function.MEDIAN: Statistic.MEDIAN,
}


def parse(text: str, *, named: Mapping[str, Node]) -> Node:
    """Return the tree of a formula that makes sense, units included.

    `named` are whole formulas that may be called by name, in lower case. Raises FormulaError.
    """
    node = read(text, named=named)
    if size(node) > MOST_NODES:
        raise FormulaError(f"公式太长了，最多 {MOST_NODES} 个数和运算", text="", at=0)
    if not measures(node):
        raise FormulaError("公式里至少要有一个数据，比如播放、点赞、涨粉", text=text, at=0, end=len(text))
    check(node, text=text)
    _check_stored(node)
    return node


def read(text: str, *, named: Mapping[str, Node]) -> Node:
    """Return the tree of a text as it is written, whether it makes sense or not. Raises FormulaError."""
    if not text.strip():
        raise FormulaError("公式是空的，写成“涨粉/播放*1000”这样", text="", at=0)
    return _Parser(text, named).whole()


def _check_stored(node: Node) -> None:
    """Refuse what could not be read again once the named formulas in it are written out."""
    try:
        again = read(written(node), named={})
    except FormulaError as error:
        reason = f"把里面的指标展开以后太长了，最长 {LONGEST_FORMULA} 个字、套 {_DEEPEST} 层"
        raise FormulaError(reason, text="", at=0) from error
    assert again == node, "a printed formula is read as what was printed"


def known_words(named: Mapping[str, Node]) -> dict[str, object]:
    """Return every name that a formula may use, in lower case."""
    return {**FUNCTIONS, **named, **WORDS}


class _Parser:
    def __init__(self, text: str, named: Mapping[str, Node]) -> None:
        self._text, self._named = text, named
        self._known = known_words(named)
        self._tokens = tokens(text, names=self._known)
        self._place = 0
        self._depth = 0

    def whole(self) -> Node:
        """Return the tree of the whole text."""
        node = self._sum()
        if self._next.kind is not Kind.END:
            raise self._unexpected()
        return node

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def _take(self) -> Token:
        token = self._next
        self._place += 1
        return token

    def _accept(self, sign: str) -> bool:
        found = self._next.kind is Kind.SIGN and self._next.text == sign
        self._place += found
        return found

    def _sum(self) -> Node:
        node = self._product()
        while self._next.kind is Kind.SIGN and self._next.text in "+-":
            sign = self._take()
            operation = Sign.PLUS if sign.text == "+" else Sign.MINUS
            node = Binary(operation, node, self._product(), sign.at, sign.end)
        return node

    def _product(self) -> Node:
        node = self._signed()
        while self._next.kind is Kind.SIGN and self._next.text in "*/":
            sign = self._take()
            operation = Sign.TIMES if sign.text == "*" else Sign.DIVIDED
            node = Binary(operation, node, self._signed(), sign.at, sign.end)
        return node

    def _signed(self) -> Node:
        at = self._next.at
        if self._accept("-"):
            of = self._deeper(at, negative=True)
            return Negative(of, at, at + 1)
        return self._deeper(at) if self._accept("+") else self._spanned()

    def _deeper(self, at: int, *, negative: bool = True) -> Node:
        """Return a signed value or, without `negative`, one in parentheses; the depth is bounded."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FormulaError(f"括号和负号最多套 {_DEEPEST} 层", text=self._text, at=at)
        node = self._signed() if negative else self._sum()
        self._depth -= 1
        return node

    def _spanned(self) -> Node:
        """Return a value, with the days in brackets after it if there are any: 播放[7天]."""
        node = self._value()
        at = self._next.at
        while self._accept("["):
            days = self._days_inside()
            if not self._accept("]"):
                raise self._unexpected("缺少右方括号 ]")
            node = Window(days, node, at, self._next.at)
        return node

    def _days_inside(self) -> int:
        token = self._next
        if token.kind is Kind.NUMBER and token.value.denominator == 1:
            token = tokens(f"{token.text}天", names={})[0]
        if token.kind is not Kind.DAYS:
            raise self._unexpected("方括号里写天数，比如 播放[7天]")
        self._take()
        return int(token.value)

    def _value(self) -> Node:
        token = self._take()
        match token.kind:
            case Kind.NUMBER:
                return self._number(token)
            case Kind.DAYS:
                return self._after_days(token)
            case Kind.NAME:
                return self._name(token)
            case Kind.SIGN if token.text == "(":
                return self._closed(token)
            case Kind.SIGN | Kind.END:
                self._place -= 1
                raise self._unexpected()

    def _number(self, token: Token) -> Node:
        end = self._next.end
        if self._accept("%"):
            return Number(token.value / _HUNDRED, percent=True, at=token.at, end=end)
        return Number(token.value, at=token.at, end=token.end)

    def _closed(self, opening: Token) -> Node:
        node = self._deeper(opening.at, negative=False)
        if not self._accept(")"):
            if self._next.kind is Kind.END:
                raise FormulaError(
                    "这个左括号没有对应的右括号", text=self._text, at=opening.at, end=opening.end
                )
            raise self._unexpected()
        return node

    def _after_days(self, token: Token) -> Node:
        """Return what stands after days: 近7天(播放), 近7天播放, 近7天平均(播放)."""
        days = int(token.value)
        if self._next.kind is Kind.NAME and (function := FUNCTIONS.get(self._next.text)):
            self._take()
            return self._applied(function, [self._one()], days, token)
        return Window(days, self._one(), token.at, token.end)

    def _one(self) -> Node:
        if self._next.kind is Kind.SIGN and self._next.text == "(":
            return self._closed(self._take())
        if self._next.kind is not Kind.NAME or self._next.text in FUNCTIONS:
            raise self._unexpected("天数和函数后面要写数据名，比如 近7天(播放)")
        return self._name(self._take())

    def _name(self, token: Token) -> Node:
        if measure := WORDS.get(token.text):
            return Of(measure, token.at, token.end)
        if (node := self._named.get(token.text)) is not None:
            return replace(node, at=token.at, end=token.end)
        if function := FUNCTIONS.get(token.text):
            return self._call(function, token)
        raise FormulaError(self._unknown(token.text), text=self._text, at=token.at, end=token.end)

    def _call(self, function: Function, token: Token) -> Node:
        if not self._accept("("):
            return self._applied(function, [self._one()], None, token)
        items, days = [self._deeper(token.at, negative=False)], None
        while self._accept(","):
            if self._next.kind is Kind.DAYS and self._tokens[self._place + 1].text == ")":
                days = int(self._take().value)
                break
            items.append(self._deeper(token.at, negative=False))
        if not self._accept(")"):
            raise self._unexpected(f"{function} 的右括号没有写")
        return self._applied(function, items, days, token)

    def _applied(self, function: Function, items: list[Node], days: int | None, token: Token) -> Node:
        at, end = token.at, token.end
        statistic = _STATISTICS.get(function)
        if len(items) > 1:
            if (statistic is not Statistic.HIGHEST and statistic is not Statistic.LOWEST) or days is not None:
                reason = f"{function} 只算一个数据，写成 {function}(播放, 7天)"
                raise FormulaError(reason, text=self._text, at=at, end=end)
            return Extreme(statistic, tuple(items), at, end)
        if function is Function.GROWTH:
            return Growth(days or 1, items[0], at, end)
        if statistic is None:
            return Window(days or _DEFAULT_DAYS, items[0], at, end)
        return Over(statistic, days or _DEFAULT_DAYS, items[0], at, end)

    def _unknown(self, word: str) -> str:
        for words, reason in UNAVAILABLE:
            if any(one in word for one in words):
                return reason
        inside = [name for name in self._known if len(name) > 1 and (name in word or word in name)]
        near = get_close_matches(word, list(self._known), n=1, cutoff=_ALIKE) or sorted(inside, key=len)[-1:]
        if near:
            return f"没有叫这个的数据，你是想写“{near[0]}”吗"
        return "没有叫这个的数据，能用的有播放、完播、点赞、评论、转发、收藏、涨粉、掉粉、粉丝等"

    def _unexpected(self, reason: str = "") -> FormulaError:
        token = self._next
        before = self._tokens[self._place - 1] if self._place else None
        return FormulaError(
            reason or _why(token, before, self._text), text=self._text, at=token.at, end=token.end
        )


def _why(token: Token, before: Token | None, text: str) -> str:  # noqa: PLR0911 - a reason for each mistake
    if token.kind is Kind.END:
        return f"“{before.text}”后面还缺一个数据或数字" if before else "公式是空的"
    if token.text == ")":
        ended = before is not None and before.kind is not Kind.SIGN
        return "多了一个右括号" if ended or (before and before.text == ")") else "右括号前面缺一个数据或数字"
    if token.text == "%":
        return "百分号只能跟在数字后面；要算百分比，直接相除就行，结果会按百分比显示"
    if token.text == ",":
        thousands = before is not None and before.kind is Kind.NUMBER
        return "数字里不用写逗号，1,000 写成 1000" if thousands else "逗号只用在函数里，比如 平均(播放, 7天)"
    if token.kind is Kind.SIGN and token.text in "+-*/":
        return "这个运算符前面缺一个数据或数字"
    if token.kind is Kind.SIGN:
        return f"这里不该有“{text[token.at : token.end]}”"
    return "这里缺运算符，前后两个数据之间要写 + - × ÷ 中的一个"


def number_in(text: str) -> tuple[Fraction, bool]:
    """Return a number as formulas write it, and whether it is a percentage; -3.5, 2万, 1%.

    Raises FormulaError.
    """
    read = plain(text).strip()
    negative = read.startswith("-")
    words = tokens(read.removeprefix("-").strip(), names={})
    percent = len(words) > 1 and words[1].text == "%"
    if words[0].kind is not Kind.NUMBER or words[1 + percent].kind is not Kind.END:
        raise FormulaError("这里要写一个数，比如 1% 或 500", text=text, at=0, end=len(text))
    value = words[0].value / _HUNDRED if percent else words[0].value
    return (-value if negative else value), percent
