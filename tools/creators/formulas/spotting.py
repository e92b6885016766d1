"""Where in a message a formula stands, and the name it is given: 千播涨粉=涨粉/播放*1000."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tools.creators.formulas.measures import WORDS
from tools.creators.formulas.parse import FUNCTIONS
from tools.creators.formulas.presets import preset_nodes
from tools.creators.formulas.tokens import plain

_ASSIGNED = re.compile(r"(?P<sign>[=:：＝]+|(?:公式|算法|定义)?(?:是|为|等于))\s*")
_NAME = re.compile(r"[a-z0-9_\u4e00-\u9fff]{1,20}\s*[」』\"”》]?\s*$")
# Before a name: what is to be done, and with what.
_LEAD = re.compile(
    r".*(?:指标|公式|metric|叫做?|名为|名叫|命名为?|个|define|create|add|[\s,，。：:「『\"“《])(?=.)",
    re.DOTALL,
)
_FORMULA_END = re.compile(r"[。；;！？!?\n]")
# What is said after a formula is no part of it: 行不行, 帮我存一下, 这个指标怎么样.
_TAIL = re.compile(
    r"(?:(?<![-+*/×÷(,\s])\s+(?![-+*/×÷(),\s]).*|(?:的)?(?:行不行|行吗|可以吗|对吗|对不对|好吗|怎么样|咋样|是多少|等于多少|得多少|多少|看看|试试|吧|吗|呢|谢谢|帮我.*"
    r"|(?:这|那)?个?指标.*|(?:存|保存|记|算)(?:一?下|起来).*|(?:算|跑)算?我.*))$",
    re.DOTALL,
)
_NO_NAME = re.compile(
    r"(?:这个|那个|我的?|用|试算|算一?下|自定义|数据|新)*(?:公式|算法|指标|formula|metric|定义)?",
    re.IGNORECASE,
)
_SIGN = r"(?:[-+*/×÷＋－＊／]|除以|乘以|加上|减去)"
_MEANT = re.compile(r"指标|公式|算|定义|metric|formula")


@dataclass(frozen=True, slots=True)
class Spot:
    """A formula in a message, from `start` to `end`; `name` is what it is to be called, where that is said."""

    formula: str
    start: int
    end: int
    name: str | None = None
    name_start: int = 0


def spot_formula(text: str) -> Spot | None:
    """Return the formula that a message has; a message that only mentions figures has none."""
    read = plain(text)
    return _assigned(text, read) or _bare(text, read)


def _assigned(text: str, read: str) -> Spot | None:
    for sign in _ASSIGNED.finditer(read):
        before = read[: sign.start()]
        name = _NAME.search(before)
        if name is None:
            continue
        end = _end(read, sign.end())
        formula = text[sign.end() : end]
        # A name and an equals sign say it; with other words, only figures and signs make a formula.
        certain = "=" in sign["sign"] and _calculates(read[sign.end() : end])
        if not certain and not _bare_pattern().match(read[sign.end() : end]):
            continue
        called, start = _called(text[: sign.start()], read[: sign.start()])
        return Spot(formula, sign.end(), end, called or None, start)
    return None


def _calculates(formula: str) -> bool:
    return bool(re.search(_SIGN, formula)) or any(word in formula for word in _words())


def _called(before: str, read: str) -> tuple[str, int]:
    """Return the name at the end of what stands before the equals sign, and where it begins."""
    bare = before.rstrip().rstrip('」』"”》】')
    lead = _LEAD.match(read[: len(bare)])
    start = lead.end() if lead else 0
    name = bare[start:].strip('「『"“《【 ').lstrip("的")
    return ("" if _NO_NAME.fullmatch(name) else name), start


def _end(read: str, start: int) -> int:
    """Return where the formula that begins at a place ends: at a stop, or a comma outside parentheses."""
    depth, end = 0, len(read)
    for place in range(start, len(read)):
        letter = read[place]
        if letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif (letter == "," and depth <= 0) or _FORMULA_END.match(letter):
            end = place
            break
    body = read[start:end].rstrip()
    while (tail := _TAIL.search(body)) and tail.start() > 0:
        body = body[: tail.start()].rstrip()
    return start + len(body)


def _bare(text: str, read: str) -> Spot | None:
    """Return a formula that is given no name: known figures with signs between them."""
    for found in _bare_pattern().finditer(read):
        formula = text[found.start() : found.end()].rstrip()
        strong = bool(re.search(r"[*×÷()]|除以|乘以", plain(formula))) or _MEANT.search(read)
        if strong and len(formula) > 1:
            return Spot(formula, found.start(), found.start() + len(formula))
    return None


@lru_cache(maxsize=1)
def _words() -> tuple[str, ...]:
    return tuple(sorted({*WORDS, *FUNCTIONS, *preset_nodes()}, key=lambda word: (-len(word), word)))


@lru_cache(maxsize=1)
def _bare_pattern() -> re.Pattern[str]:
    """Two operands or more, at least one of them a figure; bounded, so that no message makes it slow."""
    word = "|".join(re.escape(word) for word in _words())
    days = r"(?:(?:近|最近|过去)\d{1,3}[天日周])"
    operand = rf"[-(（\[]{{0,4}}\s?{days}?(?:(?:{word})[(（]?){{1,2}}(?:[,，]\s?\d{{1,3}}[天日周])?[)）\]]{{0,4}}(?:\[\d{{1,3}}天?\])?"
    days_of = rf"{days}[(（]"
    either = rf"(?:{days_of})?(?:{operand}|[-(（]{{0,4}}\d{{1,12}}(?:\.\d{{1,6}})?[%万]?[)）]{{0,4}})"
    return re.compile(
        rf"(?:{days_of})?{operand}(?:\s?{_SIGN}\s?{either}){{1,20}}|\d{{1,6}}\s?[*×]\s?{operand}(?:\s?{_SIGN}\s?{either}){{0,20}}"
        rf"|(?:{days_of}|(?:{'|'.join(map(re.escape, sorted(FUNCTIONS, key=len, reverse=True)))})[(（])(?:{word})(?:[,，]\s?\d{{1,3}}[天日周])?[)）]"
    )
