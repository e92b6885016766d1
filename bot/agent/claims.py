"""What a model that is not ours may say: nothing that the turn's tools did not say first (DESIGN §2).

Numbers are grounding.py's. Here are the claims that carry no digit: numbers in Chinese characters, rules, things said
to be done, facts about the account, titles, names, links and citations. A paraphrase passes, a reversal does not.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from tools.kernel.numerals import number

# Longer than any answer of our tools; a model that says more is not answering.
LONGEST_ANSWER = 4_000
_LEAKED_CHARACTERS = 14
# The share of a sentence's pairs of characters that one sentence of the sources has to hold.
_RULE_SUPPORT = 0.5
_FACT_SUPPORT = 0.4
# From here a sentence is one of the sources again, and has its numbers, not another's.
_SAME = 0.6

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]?")
_WORD = re.compile(r"[\u4e00-\u9fff]|[a-z0-9]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_CHINESE_NUMBER = re.compile(r"[零〇一二两三四五六七八九十百千万亿]+")
# One or two things are a manner of speaking (一下, 两句话); an amount or a time is not.
_COUNTED = re.compile(
    r"[二两三四五六七八九](?=(?:个)?(?:元|块|毛|分钱|天|小时|分钟|周|星期|月|年|折|成|倍|粉|号|人|万|千|百|亿))"
)
_SMALL = 10
_AMOUNT = re.compile(r"(?:多|余|来)?(?:个)?(?:元|块|粉|次|人|播放|赞)")
_RULE = re.compile(
    r"规定|规则|条款|政策|不得|禁止|不允许|不可以|必须|须要|需要满足|要求|门槛|条件|违规|处罚|扣分|封号|封禁|限流|才能|才可以|可以参加|能参加|资格"
    r"|符合|达标|有权|不会被|保证|一律|即可|上限|下限|最低|最高|期限|有效期"
)
_DONE = re.compile(
    r"(?:已经?|刚刚|刚才|成功|都)(?:为你|帮你|替你|给你|把)?[^,。]{0,12}(?:提交|提现|到账|打款|报名|取消|撤销|办|开通|处理|举报|申诉|转|改|发送|通知|删除|领取|确认|完成"
    r"|登记|申请|迁移|下架)|(?:提交|提现|报名|办理|开通|举报|申诉|修改|领取|确认|取消)(?:已|成功|好了|完成)|搞定了|办好了|办妥"
)
_FACT = re.compile(
    r"你(?:的|这|那|上|今|昨|本|近|最近|账号|目前|现在)|账号|粉丝|播放|收入|收益|激励|流量|作品|视频|审核|余额|奖励|工单|订单|举报|申诉|提现|到账"
)
_ASKS = re.compile(
    r"(?:哪|什么|多少|怎么|还是|要不要|是不是想|想(?:问|查|看|了解)|方便|可以(?:发|告诉)我)[^。]*[?？吗呢]?$"
)
# What a person may or has is a claim, offers of help and wishes are not.
_MAY = re.compile(r"(?<!我)(?<!希望)(?:可以|能够|能(?!量|力)|没有|无法|不得)")
_NOT = re.compile(r"不|没|未|无|勿|别|禁止|拒绝|除外")
_TITLE = re.compile(r"[《「『]([^》」』]{1,60})[》」』]")
_NAME = re.compile(r"@[\w\u4e00-\u9fff.-]{2,40}|https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.\w+")
_CODE = re.compile(r"(?<![a-z0-9])(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]+(?![a-z0-9])")
_MARK = re.compile(r"\[(\d{1,3})\]")


class Fault(StrEnum):
    """Why a text may not leave."""

    NO_WORDS = "no words"
    TOO_LONG = "too long"
    LEAK = "repeats its instructions"
    CITATION = "a citation of nothing"
    TITLE = "a title that nobody named"
    NAME = "a name or link that nobody gave"
    NUMBER = "a number that nobody said"
    RULE = "a rule without its clause"
    DONE = "a change that nobody made"
    REVERSED = "the reverse of what a tool said"
    FACT = "a fact that no tool told"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a turn may speak of: `told` by its tools, `asked` by the person, how many clauses were `cited`."""

    told: Sequence[str]
    asked: str
    cited: int
    instructions: str = ""


def fault(text: str, evidence: Evidence) -> Fault | None:
    """Return the first reason why the text may not leave, None when the tools support all that it claims."""
    plain = unicodedata.normalize("NFKC", text)
    known = unicodedata.normalize("NFKC", "\n".join((*evidence.told, evidence.asked)))
    if len(plain) > LONGEST_ANSWER:
        return Fault.TOO_LONG
    if not _CHINESE.search(plain):
        return Fault.NO_WORDS
    if _leaks(plain, evidence.instructions):
        return Fault.LEAK
    if (named := _unnamed(plain, known, evidence)) is not None:
        return named
    told = [sentence for source in evidence.told for sentence in _sentences(source)]
    return next((found for sentence in _sentences(plain) if (found := _claim(sentence, told))), None)


def _unnamed(plain: str, known: str, evidence: Evidence) -> Fault | None:
    """Return what the text points to that nobody named: a clause, a title, a person, a page, an amount."""
    if any(not 1 <= int(mark) <= evidence.cited for mark in _MARK.findall(plain)):
        return Fault.CITATION
    if any(title not in known for title in _TITLE.findall(plain)):
        return Fault.TITLE
    if any(name not in known for name in _NAME.findall(plain)):
        return Fault.NAME
    if not set(_CODE.findall(plain.lower())) <= set(_CODE.findall(known.lower())):
        return Fault.NUMBER
    return None if _chinese_numbers(plain) <= numbers(known) else Fault.NUMBER


def _claim(sentence: str, told: Sequence[str]) -> Fault | None:
    """Return what is wrong with one sentence."""
    if _ASKS.search(sentence.strip()) and not _DONE.search(sentence):
        return None
    held = _held(sentence, told)
    share, nearest = max(held, default=(0.0, ""))
    if not _has_numbers_of_one(sentence, [other for part, other in held if part >= _SAME]):
        return Fault.NUMBER
    if share >= _FACT_SUPPORT and _denials(sentence) != _denials(nearest):
        return Fault.REVERSED
    if _DONE.search(sentence) and share < _RULE_SUPPORT:
        return Fault.DONE
    if _RULE.search(sentence) and share < _RULE_SUPPORT:
        return Fault.RULE
    unsupported = share < _FACT_SUPPORT and (_FACT.search(sentence) or _MAY.search(sentence))
    return Fault.FACT if unsupported else None


def _held(sentence: str, told: Iterable[str]) -> list[tuple[float, str]]:
    """Return how much of the sentence each of the sources says, and the source."""
    wanted = pairs(sentence)
    return [(len(wanted & pairs(other)) / len(wanted), other) for other in told]


def _has_numbers_of_one(sentence: str, same: Sequence[str]) -> bool:
    """Whether one of the sources that the sentence repeats has all of its digits; where it repeats none, they are its own."""
    wanted = _digits(_MARK.sub("", sentence))
    return not (wanted and same) or any(wanted <= _digits(other) for other in same)


def _denials(sentence: str) -> int:
    return len(_NOT.findall(sentence))


def _sentences(text: str) -> list[str]:
    return [found for found in _SENTENCE.findall(text) if _WORD.search(found.lower())]


def pairs(text: str) -> set[str]:
    """Return the pairs of neighbouring characters and words of a text, which a paraphrase shares with it."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text).lower())
    return {"".join(pair) for pair in pairwise(words)} or set(words)


def _leaks(text: str, instructions: str) -> bool:
    """Whether the text repeats a line of its instructions, however it is spaced."""
    said = "".join(_WORD.findall(text.lower()))
    for line in instructions.splitlines():
        words = "".join(_WORD.findall(line.lower()))
        for start in range(len(words) - _LEAKED_CHARACTERS + 1):
            if words[start : start + _LEAKED_CHARACTERS] in said:
                return True
    return False


def numbers(text: str) -> set[Decimal]:
    """Return the numbers of a text, in digits and in characters."""
    plain = unicodedata.normalize("NFKC", text)
    return _chinese_numbers(plain) | _digits(plain)


def _chinese_numbers(text: str) -> set[Decimal]:
    """Return the numbers that are written in characters and mean an amount."""
    found: set[Decimal] = set()
    for match in _CHINESE_NUMBER.finditer(text):
        value = number(match[0])
        # 千万别 is no number; 千万播放 is.
        spoken = match[0].strip("十百千万亿") or _AMOUNT.match(text, match.end())
        if value is None or not spoken or (value < _SMALL and not _COUNTED.match(text, match.start())):
            continue
        found.add(value)
    return found


def _digits(text: str) -> set[Decimal]:
    found: set[Decimal] = set()
    for match in re.finditer(r"\d[\d,]*(?:\.\d+)?\s*[万千百亿]?", text, re.ASCII):
        value = number(match[0])
        if value is not None:
            found.add(value)
    return found
