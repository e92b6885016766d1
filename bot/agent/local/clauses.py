"""A message in clauses: where one request ends, and what is only denied."""

import re
from dataclasses import dataclass

# What stands inside these is a name or an address, no request.
_MASKED = re.compile(r"https?://[^\s\u4e00-\u9fff,]+|《[^《》]*》|@[^\s,.!?]+")
_BREAK = re.compile(
    r"[,!?;\n]+|(?<!\d)\.+|\.+(?!\d)"
    r"|(?<=[\u4e00-\u9fff]{4})\s+(?=[\u4e00-\u9fff]{4})"
    r"|(?<=没问题的话)|(?<=能发的话)|(?<=能过的话)|(?=然后|顺便|顺带|另外|同时|接着|还有就是|以及|再帮我|(?<![别要])再给我|再看|再查|再把|完了再|and then)"
)
_AND = re.compile(r"(?P<first>[^*]{2,14}?)(?:和|跟|与|还有(?!多少|几|没|哪)|以及|及)(?P<second>[^*]{2,14})$")
# What is asked of each of two things that were named before it.
_OF_BOTH = re.compile(r"(?:我?(?:能|可以)?[进报拿]?哪一?个.*|我?(?:都|分别).{2,})$")
_JOINED = re.compile(r"然后|发完|顺便|顺带|另外|同时|接着|还有|以及|再|完了|并且|and then|also")
_QUESTION = re.compile(
    r"吗|么(?!样)|嘛|呢|多少|多久|怎么|咋|哪|什么|啥|几(?!千|万|百)|是不是|能不能|有没有|行不行|可不可以"
    r"|够不够|为什么|为啥|凭什么|没$|不$|[?]"
)
_REQUEST = re.compile(
    r"帮我|帮忙|给我|给个|替我|麻烦|请|看看|看下|看一下|查|我要|我想|想要|需要|来个|来一?[份张次]|发我"
    r"|拉出来|调出来|列|算|领|报名|申请|提现|举报|投诉|转|找|叫|检查|诊断|分析|check|show|help"
)
_DENIED = re.compile(
    r"(?:我|那|就|都|可|也|这|所以|但是?|先|哎|唉|不对){0,3}(?:说)?(?:不是(?:要|想|问|说"
    r"|在问)?(?!怎么)|别(?!的|人|处|家|提了)(?:再)?(?:给我)?|不要(?!钱)|不用|不需要|不想(?:要|看|问)?"
    r"|没(?:想|说|问|要|打算|让你)(?:要|过)?|先不|暂时不|甭|无需|(?:算了?,?|那就|还是|我?先)?不(?:想|提|报|举报|查"
    r"|看|要|用|转|弄|办|做|领|参加|申请|投诉)[^,.!?吗么]{0,5}了$|算了[^,.!?]{0,3}不[^,.!?]{1,6}了?$|don't (?:want|need)(?: to)?)"
)
_STILL_A_QUESTION = re.compile(r"(?:吗|\?|么|呢|不是.*怎么.*|不是说.*|不用.*吗.*)$")
_NOT_THIS_BUT = re.compile(
    r"(?<![是要看查])(?:不是|不要|不看|别看|别管|不查)[^,.!?]{1,14}?,?\s?(?:而)?(?:我)?"
    r"(?:说的|问的|要的|想要的|要看的)?(?=是(?!不)|要(?!不)|只要|(?<=,)看|(?<=,)查)"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a message, where it stands; `joined` when a word like "also" starts it."""

    text: str
    start: int
    end: int
    joined: bool
    asks: bool
    denied: bool


def clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a normalised text, in order, without empty ones."""
    found: list[Clause] = []
    start = 0
    for match in [*_BREAK.finditer(text), None]:
        end = match.start() if match else len(text)
        if text[start:end].strip():
            question = match is not None and "?" in match[0]
            found.append(_clause(text, start, end, question=question))
        start = match.end() if match else end
    return tuple(found)


def coordinated(text: str) -> tuple[str, str] | None:
    """Return the two things that a clause joins with "and", None when it joins none.

    Each has what is asked of both of them: 快手之星和光合优创我哪个够得上.
    """
    found = _AND.match(text)
    if found is None:
        return None
    shared = _OF_BOTH.search(found["second"])
    return (found["first"] + (shared[0] if shared else ""), found["second"])


def without_names(text: str) -> str:
    """Return the text with titles, links and @names blotted out: their words are no request."""
    return _MASKED.sub(lambda match: "*" * len(match[0]), text)


def without_corrected(text: str) -> str:
    """Return the text with X blotted out of "not X but Y"."""
    return _NOT_THIS_BUT.sub(lambda match: "," * len(match[0]), text)


def _clause(text: str, start: int, end: int, *, question: bool) -> Clause:
    words = text[start:end].strip()
    asks = question or bool(_QUESTION.search(words) or _REQUEST.search(words))
    denied = not question and bool(_DENIED.match(words)) and not _STILL_A_QUESTION.search(words)
    return Clause(words, start, end, bool(_JOINED.match(words)), asks, denied)
