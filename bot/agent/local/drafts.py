"""The words that a creator wants to publish, quoted in a message; and what about them is worried over."""

import re
from collections.abc import Iterator

from bot.agent.local.found import Found
from bot.agent.local.normalise import Said

_TITLE = r"(?:标题|题目|片名|title)"
_TEXT = r"(?:文案|文字|正文|描述|内容|台词|口播|字幕|caption|text)"
_LABEL = rf"(?:(?P<title>{_TITLE})|{_TEXT})"
_OPEN, _CLOSE = '[“”"「『《]', '[“”"」』》]'
_QUOTED = rf"{_OPEN}\s?(?P<words>[^“”\"「」『』《》]{{2,600}}?)\s?{_CLOSE}"
_SAYS = r"(?:我?(?:想|打算|准备|就)?(?:叫做?|是|为|写成?|用|取)?(?:的是|的|了|个|上)?)\s?[:,]?\s?"
# 标题“…”, 文案我写的是“…”
_LABELLED = re.compile(rf"{_LABEL}{_SAYS}{_QUOTED}", re.IGNORECASE)
# “…”这个标题能发吗
_LABEL_AFTER = re.compile(rf"{_QUOTED}\s?(?:这|那|当|做|作|用)?(?:个|条|句|段|样)?的?{_LABEL}", re.IGNORECASE)
# 帮我看下文案有没有极限词:…
_AFTER_COLON = re.compile(rf"{_LABEL}[^:,.!?“”\"]{{0,16}}:\s?(?P<words>[^“”\"]{{2,1000}})$", re.IGNORECASE)
_BARE = re.compile(_QUOTED)
# Only these make quoted words a draft: 标题叫“回村第一天”的那条数据 is a work that is out.
_CHECKED = re.compile(
    r"(?:能|可以|敢|好)[^,.!?]{0,3}(?:发|用|过|写|播)|违规|违禁|敏感|极限词|预检|检测|检查|诊断|把关|过审|过一遍|没问题|有问题|有毛病"
    r"|限流|发(?:布|出去)?之?前|会不会|会被|行不行|行吗|ok|check|before (?:i )?(?:post|publish)"
)
_PUBLISHED = re.compile(
    r"(?:那|这)(?:条|个)(?:视频|作品)?的?(?:数据|播放|完播|曲线|表现)|逐秒|复盘|被搬|盗|播放量"
)
_BLOT = "*"
_BLOTTED = re.compile(r"\"\*{2,}\"|《\*{2,}》|:\s?\*{2,}$")

_CONCERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (concern, re.compile(words))
    for concern, words in (
        ("music", r"bgm|音乐|配乐|歌|曲子|伴奏|翻唱|music|song"),
        ("contact", r"微信|vx|加v|二维码|引流|联系方式|手机号|电话|qq|站外"),
        ("copying", r"搬运|抄袭|二创|原创|水印|剪辑别人|别人的(?:视频|素材|画面)"),
        ("advertising", r"极限词|广告法|绝对化|虚假宣传|夸大"),
        ("medical", r"医疗|治病|功效|疗效|药|偏方|养生"),
        ("minors", r"未成年|小孩|孩子|儿子|女儿|宝宝|娃"),
        ("danger", r"危险|高空|野泳|酒驾|开车"),
        ("ai", r"(?<![a-z])ai(?![a-z])|数字人|换脸"),
        ("quality", r"清晰度?|画质|模糊|糊|黑边|静音|声音(?:太)?[小大]|音量"),
    )
)


def find_draft(said: Said) -> Found | None:
    """Return the quoted draft as `title:…` and `text:…`, each on a line of its own, None where nothing is to be checked."""
    found = _drafts(said)
    if not found:
        return None
    return Found("\n".join(one.value for one in found), found[0].start, found[-1].end)


def find_concern(said: Said) -> Found | None:
    """Return what the creator worries about, by the words outside the draft."""
    text = without_draft(said).text
    for concern, pattern in _CONCERNS:
        if match := pattern.search(text):
            return Found(concern, match.start(), match.end())
    return None


def without_draft(said: Said) -> Said:
    """Return the message with the words of the draft blotted out: they are no request."""
    text = said.text
    if len(text) != len(said.plain):
        return said
    for one in _drafts(said):
        text = text[: one.start] + _BLOT * (one.end - one.start) + text[one.end :]
    return Said(said.plain, text)


def has_draft(text: str) -> bool:
    """Whether a draft was blotted out of a text."""
    return _BLOTTED.search(text) is not None


def _drafts(said: Said) -> list[Found]:
    """Return each quoted part; `start` and `end` bound its words alone."""
    plain = said.plain
    around = _BARE.sub(" ", plain).lower()
    if _PUBLISHED.search(around) or not (_CHECKED.search(around) or _AFTER_COLON.search(plain)):
        return []
    for pattern in (_LABELLED, _LABEL_AFTER, _AFTER_COLON):
        if found := list(_labelled(plain, pattern)):
            return found
    if match := _BARE.search(plain):
        return [Found(f"text:{match['words'].strip()}", *match.span("words"))]
    return []


def _labelled(plain: str, pattern: re.Pattern[str]) -> Iterator[Found]:
    for match in pattern.finditer(plain):
        kind = "title" if match["title"] else "text"
        yield Found(f"{kind}:{match['words'].strip()}", *match.span("words"))
