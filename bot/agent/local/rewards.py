"""Arguments of the tools for rewards: an application's number, who applies, a drama's level, tasks, a coupon."""

import re

from bot.agent.local.found import Found
from bot.agent.local.normalise import Said

_APPLICATION = re.compile(r"(?<![a-z0-9])ks-?\d{4,8}(?:-\d{1,6})?(?!\d)")
_BY_AGENCY = re.compile(
    r"(?:机构|公司|经纪人?|公会|工会|(?<![a-z])mcn)[^,.!?]{0,6}(?:报|申请|签|提交|代办)|agency"
)
_MODE = re.compile(
    r"(?P<splus>(?<![a-z])s\s?\+)|(?<![a-z0-9])(?P<level>[sap])\s?(?:级|模式|档)|(?P<growth>成长模式(?:\s?p(?![a-z]))?)"
)
_CLAIM = r"(?:领取|领|接)"
_TASK = (
    re.compile(rf"{_CLAIM}(?:一下|了|个|下)?(?P<task>[^,.!?领接]{{2,16}}?)(?:的|那个|这个|那条)任务"),
    re.compile(
        rf"{_CLAIM}(?:一下|了|个|下|上)?(?P<task>(?:发布|开播|涨粉|播放|直播|点赞|互动)[^,.!?领接的]{{0,8}}?)(?:作品)?(?:的|那个)?(?:任务)?$"
    ),
    re.compile(
        rf"(?P<task>[^,.!?领接]{{2,16}}?)(?:的|那个|这个|那|这)?任务(?:帮我|给我|替我|也|先|就|我要?){{0,2}}{_CLAIM}"
    ),
)
# Words before a task that name none: 帮我把所有任务领了.
_NO_TASK = re.compile(
    r"顺便|顺带|另外|然后|再|也|帮我|给我|替我|麻烦|请|把|将|我|要|想|能|可以|现在|今天|这周|本周|所有|全部|其[他它]|剩下|别|那个|这个|那|这|的|都|先|就|"
    r"新手|成长周期|周期|成长|一下|\s"
)
_EVERY = re.compile(r"所有|全部|其[他它]|剩下|别的|除了?|什么|哪些|啥")
_EXCLUDED = re.compile(
    r"(?:除了?|不(?:要|领|想领)|别领|别整|甭领)(?P<task>[^,.!?除]{1,10}?)(?:相关|类|那个)?的?(?:任务)?(?:以外|之外|外)?的?[,\s]*"
    r"(?=都|其[他它余]|全|剩下|别的|另外的)"
    r"|(?:^|[,\s])(?P<left>[^,.!?除]{1,10}?)的?(?:任务)?(?:别|不|不用)(?:要|领),?\s?(?=都|其[他它余]|全|剩下|别的)"
)
_THIS_COUPON = re.compile(
    r"(?:那|好的?|行|嗯)?,?(?:就|我)?(?:用|投)(?:这|那|上面(?:这|那)?)一?张(?:流量)?券?(?:吧|了|呗)?[.!]?"
)


def find_application(said: Said) -> Found | None:
    """Return the number of an application to a signing programme, as the platform writes it."""
    match = _APPLICATION.search(said.text)
    return Found(said.plain[match.start() : match.end()].upper(), *match.span()) if match else None


def find_applicant(text: str) -> Found | None:
    """Return that an agency applies for the creator, None when nobody says so."""
    match = _BY_AGENCY.search(text)
    return Found("agency", *match.span()) if match else None


def find_mode(text: str) -> Found | None:
    """Return the one level of short drama that is named; several are no limit."""
    found = [
        Found("S+" if one["splus"] else "P" if one["growth"] else one["level"].upper(), *one.span())
        for one in _MODE.finditer(text)
    ]
    return found[0] if len({one.value for one in found}) == 1 else None


def find_task(said: Said) -> Found | None:
    """Return the words for the one task that is to be claimed: 开播2小时."""
    if _EXCLUDED.search(said.plain):
        return None
    for pattern in _TASK:
        if match := pattern.search(said.text):
            start, end = match.span("task")
            words = said.plain[start:end]
            if _EVERY.search(words):
                return None
            name = _trimmed(words)
            return Found(name, start, end) if name else None
    return None


def find_excluded(said: Said) -> Found | None:
    """Return the tasks that are left out: 除了直播的."""
    match = _EXCLUDED.search(said.plain)
    if match is None:
        return None
    group = "task" if match["task"] else "left"
    name = _trimmed(match[group])
    return Found(name, *match.span(group)) if name else None


def find_coupon_work(text: str) -> Found | None:
    """Return the latest work, where a message only picks the coupon that was shown: 就用这张."""
    return Found("latest", 0, len(text)) if _THIS_COUPON.fullmatch(text) else None


def _trimmed(words: str) -> str:
    """Return the words without those that name no task, at either end."""
    while (match := _NO_TASK.match(words)) and match.end():
        words = words[match.end() :]
    return words.removesuffix("的").strip()
