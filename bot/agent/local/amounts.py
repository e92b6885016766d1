"""Sums of money, bounds, and the numbers of cases and orders."""

import re

from bot.agent.local.found import Found
from bot.agent.local.normalise import Said
from tools.kernel.numerals import NUMBER, number, yuan_text

_YUAN = r"(?:元|块大洋|块钱|块|圆|人民币|rmb|刀乐|大洋|米)"
_AT_LEAST = re.compile(
    rf"(?P<n>{NUMBER})\s?{_YUAN}?(?:以上|往上|起步|起的|朝上|打底|\+)"
    rf"|(?:至少|不低于|大于|高于|超过|起码|最少|多于)\s?(?P<m>{NUMBER})\s?{_YUAN}?"
)
_AT_MOST = re.compile(
    rf"(?P<n>{NUMBER})\s?{_YUAN}?(?:以内|以下|之内|封顶|以里|里头的|往下|内的)"
    rf"|(?:最多|不超过|低于|小于|少于|不高于|(?<![a-z])(?:under|below|less than)(?![a-z]))\s?(?P<m>{NUMBER})\s?{_YUAN}?"
)
_AMOUNT = re.compile(
    rf"(?P<n>{NUMBER})\s?{_YUAN}(?!以|之|/|每|一)"
    rf"|(?:提现?|取|转|提出来?|提走|withdraw|cash out)(?:个|了|出来)?\s?(?P<m>{NUMBER})(?!\d|次|天|回|遍|张|到|个|月|号|条|笔)"
)
_OF_PEOPLE = re.compile(r"\s?(?:个?粉|播放|人|赞|次|条|曝光|点击|天|小时|分钟|岁|关注)")
# A unit stands before a count of something else: 一千播放五块 names a price, not what is asked for.
_RATE = re.compile(r"(?:播放|每|一千|千次|一条|一单|一个|单价)[^,.!?]{0,4}$")

_CASE = re.compile(
    r"(?<![a-z0-9])(?P<case>[a-z]{1,4}-?\d{3,14}(?:-\d{1,6})?)(?![a-z0-9])"
    r"|(?:单号|编号|工单|案号|案件号?|举报号|受理号|申诉号|订单号?|流水号)\s?(?:是|为|:"
    r"|号)?\s?(?P<bare>[a-z]{0,4}-?\d{3,18}(?:-\d{1,6})?)(?![a-z0-9])"
)
_URL = re.compile(
    r"https?://[a-z0-9.-]{3,80}(?:/[a-z0-9._~/?#@!$&*+=%-]*)?"
    r"|(?<![a-z0-9@.-])(?:www|v|m|live)\.[a-z0-9-]{2,40}\.(?:com|cn|net)(?:/[a-z0-9._~/?#@!$&*+=%-]*)?"
)


def find_amount(text: str) -> Found | None:
    """Return the sum in yuan that is to be moved, as plain digits."""
    for match in _AMOUNT.finditer(text):
        if _RATE.search(text[: match.start()]):
            continue
        if found := _money(match, "n") or _money(match, "m"):
            return found
    return None


def find_at_least(text: str) -> Found | None:
    """Return the lower bound of a price."""
    return _bound(_AT_LEAST, text)


def find_at_most(text: str) -> Found | None:
    """Return the upper bound of a price."""
    return _bound(_AT_MOST, text)


def find_case(said: Said) -> Found | None:
    """Return the number of a report, case, application or order."""
    if match := _CASE.search(_URL.sub(lambda url: "*" * len(url[0]), said.text)):
        start, end = match.span("case" if match["case"] else "bare")
        return Found(said.plain[start:end].upper(), match.start(), match.end())
    return None


def find_url(said: Said) -> Found | None:
    """Return the first link."""
    if match := _URL.search(said.text):
        return Found(said.plain[match.start() : match.end()].rstrip(".?!"), match.start(), match.end())
    return None


def _bound(pattern: re.Pattern[str], text: str) -> Found | None:
    for match in pattern.finditer(text):
        if not _OF_PEOPLE.match(text, match.end()) and (found := _money(match, "n") or _money(match, "m")):
            return found
    return None


def _money(match: re.Match[str], group: str) -> Found | None:
    if match[group] is None or (value := number(match[group])) is None or value <= 0:
        return None
    if _OF_PEOPLE.match(match.string, match.end()):
        return None
    return Found(yuan_text(value), match.start(), match.end())
