"""What a request for inspiration is about: an idea named before, a place in the last list, a subject, the next batch."""

import re
from collections.abc import Sequence

from tools.creators.inspiration.catalogue import Catalogue, Idea

_NEXT = re.compile(r"换一?[批组些]|换几个|再(?:来|给)(?:几|一|点|我)|还有(?:别的|其他|吗|没)|别的呢|more")
_LISTED = re.compile(r"^(?P<place>\d{1,2})\. (?P<item>.+)$", re.MULTILINE)
_ORDINAL = re.compile(r"第\s?(?P<place>[一二三四五六七八九十]|\d{1,2})\s?(?:个|条|项|种|篇)")
_NUMERALS = {numeral: place for place, numeral in enumerate("一二三四五六七八九十", start=1)}
# Words of asking, not of the subject that is asked about.
_ASKING = re.compile(
    r"给我|帮我|来|几个|一个|一些|有没有|想拍|想|拍|点|些|什么|啥|今天|明天|选题|灵感|素材|模板|脚本|文案|开头|封面"
    r"|标题|音乐|配乐|bgm|怎么|咋|写|做|的|东西|内容|视频|作品|关于|号|适合|推荐|可以|能|我|是|了|吗|呢|啊|吧"
)


def wants_next(text: str) -> bool:
    """Whether the words ask for other ideas than those shown."""
    return bool(_NEXT.search(text.lower()))


def place_of(work_ref: str | None, said: str) -> int | None:
    """Return the place in the last list, from 1 (or from -1 at its end), that is meant."""
    if work_ref and (found := re.fullmatch(r"ord:(-?\d{1,2})", work_ref)):
        return int(found[1])
    if found := _ORDINAL.search(said):
        place = found["place"]
        return _NUMERALS.get(place) or int(place)
    return None


def listed(answer: str, catalogue: Catalogue) -> list[Idea]:
    """Return the ideas of the numbered list in an answer, in its order; empty when it has none of ours."""
    found = [catalogue.titled(match["item"]) for match in _LISTED.finditer(answer)]
    return [idea for idea in found if idea is not None]


def at(ideas: Sequence[Idea], place: int) -> Idea | None:
    """Return the idea at a place counted from 1, or from -1 at the end."""
    index = place - 1 if place > 0 else place
    return ideas[index] if place and -len(ideas) <= index < len(ideas) else None


def subject_of(text: str) -> str:
    """Return what is left of a message when the words of asking are taken out, one piece."""
    return max(re.split(r"[\s,，。.!！?？、]+", _ASKING.sub(" ", text)), key=len, default="")
