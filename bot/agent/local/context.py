"""What a short message leaves unsaid: a choice from a list, a yes, or only the part that changes."""

import re
from collections.abc import Sequence

from bot.agent.local.decision import Role, Turn
from bot.agent.local.found import Found
from tools.kernel.numerals import COUNT, count

_NUMBERED = re.compile(
    (
        r"(?:^|[\s：:，,。；;?？])(?P<place>[1-9]"
        r"|10)\s?[.、)）]\s?(?P<item>[^\n]+?)(?=\s*(?:[\s，,；;](?:[1-9]|10)\s?[.、)）]\s?\S|[?？]?\s*$|\n))"
    ),
    re.MULTILINE,
)
_EITHER = re.compile(
    r"(?:是|看|查|问|要)?(?P<first>[^\s，,。？?：:]{2,14}?)(?:，)?还是(?:看|查|问|要)?(?P<second>[^\s，,。？?]{2,14})[？?]?\s*$"
)
_PLACE = re.compile(
    rf"(?:我)?(?:选|要|看|就|那就?|是)?\s?(?:第?(?P<place>{COUNT})(?:个|条|项|种|号)?"
    rf"|(?P<last>最后(?:一|那)?个|后(?:面|边|者)(?:那|一|的)?个?|下面那个)|(?P<first>前(?:面|边"
    rf"|者)(?:那|一|的)?个?|头一个|上面那个|first(?: one)?))"
    r"(?:吧|的|呗|啊|呢|就行|来看看|看看|(?:展开|详细|具体)(?:讲讲|说说|讲|说)?|细说)?[.!?,]?"
)
_PLACE_WITHIN = re.compile(rf"(?:那|就)?第(?P<place>{COUNT})(?:个|项|种)(?=\S)")
_TITLED = re.compile(r"《[^《》]{2,60}》")
_SECOND_EN = re.compile(r"(?:the )?(?P<word>first|second|third|last)(?: one)?")
_ALL = re.compile(r"(?:都|全)(?:要|看|查|选|给我)?(?:看看|吧)?|all(?: of them)?|两个都.{0,4}")
_YES = re.compile(
    r"(?:好|行|可以|要|对|是|嗯|ok|yes|yep|sure|需要|可|中|来吧|走起|办吧|查吧|看吧|帮我)(?:的|啊|呀"
    r"|吧|嘞|哒|滴|了)?(?:,?(?:好|要|看看|查吧|麻烦了?|谢谢|就这个|就这样|帮我(?:查|看|弄|办)?(?:一?下)?))?[.!]?"
)
_OFFER = re.compile(
    r"(?:要不要|需要|要|想|是否)(?:我)?(?:现在|再|也)?(?:帮你|给你|替你)?(?P<what>[^，,。？?\n]{2,30}?)(?:吗|么|？|\?)"
)
_ONLY_THE_CHANGE = re.compile(
    r"那?(?:么)?(?:如果|要是|换成|换|改成|改|看|查|说的|我说的|我要的|我问的|问的|应该|就|只|还)?(?:是|看|查)?"
    r"|呢|吧|呗|啊|的话|的|那个|那条|这个|也|看看|一下|给我|帮我|查查?|看下|我(?:说|问|要|想看)?的?|是"
    r"|不对|错了|不|对|嗯|哦|就|行|想看|怎么样|咋样|如何|多少|有吗|有没有|what about|how about"
    r"|[\s,.!?]"
)
_ASKS_FOR = re.compile(r"[?？][^?？]{0,40}$|(?:发给我|告诉我|发我|补充一下|说一下)[^。]{0,20}。?$")
_SHORT = 24
_VERY_SHORT = 12
_FEW_LEFT = 2


def last(history: Sequence[Turn], role: Role) -> Turn | None:
    """Return the latest turn of that role, None when there is none."""
    for turn in reversed(history):
        if turn.role is role:
            return turn
    return None


def options(content: str) -> tuple[str, ...]:
    """Return what an assistant's message offers to choose from: a numbered list, or "A or B"."""
    listed = [
        (int(match["place"]), match["item"].strip(" ？?。；;，,")) for match in _NUMBERED.finditer(content)
    ]
    if len(listed) > 1 and [place for place, _ in listed] == list(range(1, len(listed) + 1)):
        return tuple(item for _, item in listed)
    if match := _EITHER.search(content):
        return (match["first"], match["second"])
    return ()


def chosen(text: str, offered: Sequence[str]) -> tuple[int, ...]:
    """Return the places, from 0, of what a short answer picks from the options; none when it picks nothing."""
    if not offered or len(text) > _VERY_SHORT:
        return ()
    if _ALL.fullmatch(text):
        return tuple(range(len(offered)))
    place = _place(text, len(offered))
    if place is not None:
        return (place,) if 0 <= place < len(offered) else ()
    bare = text.strip(" ,.!?的吧呢")
    naming = [number for number, option in enumerate(offered) if len(bare) > 1 and bare in option.lower()]
    return tuple(naming) if len(naming) == 1 else ()


def spelled_out(text: str, offered: Sequence[str]) -> str | None:
    """Return a message with the place of an option replaced by the option: 第二个我够格吗."""
    match = _PLACE_WITHIN.match(text)
    number = count(match["place"]) if match else None
    if match is None or number is None or not 1 <= number <= len(offered):
        return None
    option = offered[number - 1]
    # A title names what it stands before; what is told of it is not what is asked.
    title = _TITLED.match(option)
    return (title[0] if title else option) + text[match.end() :]


def offered_deed(content: str) -> str | None:
    """Return what an assistant's message asked leave to do: 要我帮你查收益吗 offers 查收益."""
    found = list(_OFFER.finditer(content.rstrip()))
    return found[-1]["what"] if found and content.rstrip().endswith(("?", "？", "吗")) else None


def agrees(text: str) -> bool:
    """Whether a short answer is a yes."""
    return bool(_YES.fullmatch(text))


def is_change(text: str, spans: Sequence[tuple[int, int]], *, left: int = _FEW_LEFT) -> bool:
    """Whether a message says nothing but what the spans say: 那上个月呢, 换成美食的, 不对是七月.

    `left` characters beside it are let pass.
    """
    if not spans or len(text) - sum(end - start for start, end in spans) > _SHORT:
        return False
    kept = list(text)
    for start, end in spans:
        kept[start:end] = " " * (end - start)
    return len(_ONLY_THE_CHANGE.sub("", "".join(kept))) <= left


def spans_of(found: Sequence[Found]) -> list[tuple[int, int]]:
    """Return where things were found."""
    return [(one.start, one.end) for one in found]


def asks_back(content: str) -> bool:
    """Whether an assistant's message ends by asking something."""
    return content.rstrip(" 。").endswith(("?", "？", "吗", "呢")) or bool(_ASKS_FOR.search(content))


def _place(text: str, size: int) -> int | None:
    if match := _SECOND_EN.fullmatch(text):
        return {"first": 0, "second": 1, "third": 2, "last": size - 1}[match["word"]]
    if not (match := _PLACE.fullmatch(text)):
        return None
    if match["last"]:
        return size - 1
    if match["first"]:
        return 0
    number = count(match["place"])
    return None if number is None else number - 1
