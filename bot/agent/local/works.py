"""Which of their works a creator means, in the symbolic forms of DESIGN §4."""

import re
from collections.abc import Sequence
from datetime import date

from bot.agent.local.found import Found
from bot.agent.local.normalise import Said
from bot.agent.local.periods import day_of
from tools.kernel.numerals import COUNT, count

_THING = r"(?:视频|作品|短视频|片子|短剧|那条|这条|一条|内容)"
_OF_THEM = rf"(?:条|个|支|期|集|部)的?{_THING}?"
# A work's public id mixes letters and digits; shorter mixtures are case numbers and model names.
_ID = re.compile(r"(?<![a-z0-9./_-])(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{10,24}(?![a-z0-9./_-])")
_NUMBERED_ID = re.compile(r"(?:作品|视频)\s?(?:id|编号|号)\s?[:是为]?\s?(?P<id>[a-z0-9]{4,24})")
_BOOK_TITLE = re.compile(r"《(?P<title>[^《》]{1,60})》")
_QUOTED = re.compile(r'"(?P<title>[^"]{2,60})"')
_NEAR_A_WORK = re.compile(rf"(?:{_THING}|这个|那个|叫|标题|发的|拍的)")
# 我那个奶奶的饺子那个视频, 拍红烧肉的那条视频, 标题叫回村第一天的作品
_DESCRIBED = re.compile(
    r"(?:我(?:的|那个|那条|那)?|那(?:个|条)?)"
    r"(?P<title>[^,.!?\s我你他那这哪有发的]{1,2}[^,.!?\s我你他那这哪有发]{1,12}?)(?:的)?(?:那(?:个|条"
    r"|期|支)|这(?:个|条))的?(?:短?视频|作品|片子)"
)
# 铁锅炖大鹅那条给投个券: named at the very start, without saying that it is a video.
_NAMED_FIRST = re.compile(
    r"^(?:给|把|我的?)?(?P<title>[^,.!?\s我你他她它这那哪有第\d]{3,12}?)(?:的)?那[条期支个](?=给|投|用|推|播|每|人|下架|让|被|咋|上|的|视频|完播|留存|\s)"
)
_NAMED = re.compile(r"(?:标题|名字)(?:叫|是|为|:)\s?(?P<title>[^,.!?\s的\"《]{2,20})")
_PUBLISHED = re.compile(
    r"(?:晚上|早上|上午|中午|下午|夜里|那天)?(?:[^,.!?]{0,2})?(?:发|拍|上传|更|传)(?:的|布)"
)
_NOT_A_TITLE = re.compile(
    r"第|最|刚|看看|找出|上一|前一|后一|倒数|昨|今|前天|号|月|播放|爆|火|新|别人|直播间|热门"
)

_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), value)
    for pattern, value in (
        (
            (
                r"(?:播放|数据|流量|效果|表现)(?:量)?(?:是)?(?:最(?:高|好|多|火|爆|牛)|第一)的?"
                r"|最(?:火|爆|红|热门?)的?(?:那|一|视频|作品|的)"
            ),
            "top_views",
        ),
        (
            r"best(?: performing| performance)?(?![a-z])(?=[^,.!?]{0,3}(?:那|条|video|one))|最好表现",
            "top_views",
        ),
        (
            rf"(?:卖|拍|跑)得?最(?:好|火)的(?:那|一)?(?:条|个)?{_THING}|爆款?(?:的)?那(?:条|个)|爆了的(?:那)?(?:条|个)",
            "top_views",
        ),
        (
            r"(?:播放|数据|流量|效果|表现)(?:量)?(?:是)?最(?:低|差|少|惨|拉|烂)的?|最(?:惨|差|拉胯|扑街?)的?(?:那|一|视频|作品)",
            "worst_views",
        ),
        (
            r"(?:有|那)一?条特别惨|扑街的?那?(?:条|个)|worst (?:video|one)|worst(?![a-z])|最差(?:那|的)?条",
            "worst_views",
        ),
        (r"上上一?条(?:视频|作品)?|上上一?个(?:视频|作品)", "ord:3"),
        (
            rf"(?:上|前)一?(?:条|支|集|期)(?:的)?{_THING}?|(?:上|前)一?个(?:视频|作品)|previous (?:video|one)",
            "previous",
        ),
        (
            rf"(?:最新|最近|刚刚?|刚才|新|最后)(?:发|更新|更|上传|传|发布)(?:的|了|完)?(?:那|这|一)?(?:条|个|支)?的?{_THING}?",
            "latest",
        ),
        (rf"最新的?(?:那|这|一)?(?:条|个|支|期)?的?{_THING}?|latest (?:video|one|work)|newest", "latest"),
        (r"最近(?:的)?(?:那|这|一)(?:(?:条|支)|个(?:视频|作品))|新(?:视频|作品)", "latest"),
    )
)
_FROM_THE_END = re.compile(rf"倒数第?(?P<n>{COUNT})(?:条|个|支|期)|最后(?:那|一)(?:条|个|支)")
_ORDINAL = re.compile(
    rf"第(?P<n>{COUNT}){_OF_THEM}|(?:first|1st) (?:video|one)|第(?P<n2>[二三])(?=视频|作品)|(?P<digits>\d{{1,3}})号(?:视频|作品)"
)
# 第一个月, 第三方, 第一个任务: an ordinal of something else.
_OF_SOMETHING_ELSE = re.compile(r"(?:月|星期|礼拜|季度|任务|计划|账号|号|问题|人|项目|单|商品|选项|方案)")


def find_work(said: Said, *, on: date, periods: Sequence[Found]) -> Found | None:
    """Return the work that a message means: by id, title, day, extreme or place."""
    return (
        _by_id(said)
        or _by_title(said)
        or _by_day(said, on=on, periods=periods)
        or _by_words(said.text)
        or _by_place(said.text)
    )


def _by_id(said: Said) -> Found | None:
    if match := _NUMBERED_ID.search(said.text):
        return Found(f"id:{match['id']}", match.start(), match.end())
    if match := _ID.search(said.text):
        return Found(f"id:{said.plain[match.start() : match.end()]}", match.start(), match.end())
    return None


def _by_title(said: Said) -> Found | None:
    text = said.text
    if match := _BOOK_TITLE.search(text):
        return _titled(said, match)
    for match in _QUOTED.finditer(text):
        around = text[max(0, match.start() - 6) : match.start()] + text[match.end() : match.end() + 6]
        if _NEAR_A_WORK.search(around) and not re.match(
            r"\s?(?:这个)?(?:账号|号|的人|用户)", text[match.end() :]
        ):
            return _titled(said, match)
    for pattern in (_NAMED, _DESCRIBED, _NAMED_FIRST):
        match = pattern.search(text)
        if match and (pattern is _NAMED or not _NOT_A_TITLE.search(match["title"])):
            return _titled(said, match)
    return None


def _titled(said: Said, match: re.Match[str]) -> Found:
    start, end = match.span("title")
    return Found(f"title:{said.plain[start:end].strip()}", match.start(), match.end())


def _by_day(said: Said, *, on: date, periods: Sequence[Found]) -> Found | None:
    for period in periods:
        day = day_of(period.value, on=on)
        published = _PUBLISHED.match(said.text, period.end)
        if day and published:
            return Found(f"date:{day}", period.start, published.end())
    return None


def _by_words(text: str) -> Found | None:
    for pattern, value in _WORDS:
        if match := pattern.search(text):
            return Found(value, match.start(), match.end())
    return None


def _by_place(text: str) -> Found | None:
    if match := _FROM_THE_END.search(text):
        place = count(match["n"]) if match["n"] else 1
        return Found(f"ord:-{place}", match.start(), match.end()) if place else None
    for match in _ORDINAL.finditer(text):
        said_place = match["n"] or match["n2"] or match["digits"]
        place = count(said_place) if said_place else 1
        if place and not _OF_SOMETHING_ELSE.match(text, match.end()):
            return Found(f"ord:{place}", match.start(), match.end())
    return None
