"""What a creator wants the goods to be: bounds of price and commission, who buys them, what they are."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from tools.kernel.errors import Refusal
from tools.kernel.money import yuan

_BOUND: Final = re.compile(r"(?P<sign>[<>])=?\s?(?P<number>\d{1,9}(?:\.\d{1,2})?)%?", re.ASCII)
_HUNDRED: Final = 100
_HALF_BP: Final = 5_000
_FEW_YOUNG_BP: Final = 3_500


class BoundUnknown(Refusal):
    """The text is no bound."""

    template = "没看懂“{text}”，可以说“价格 80 元以内”或“佣金 20% 以上”。"


class AudienceUnknown(Refusal):
    """Nobody counts these buyers."""

    template = "没法按“{text}”筛选，目前可以按男性、女性、宝妈、年轻人、中老年筛选。"


class Buyers(StrEnum):
    """Who mostly buys a product; the values are what creators say."""

    MEN = "男性"
    WOMEN = "女性"
    PARENTS = "宝妈"
    YOUNG = "年轻人"
    OLDER = "中老年"


@dataclass(frozen=True, slots=True)
class Limits:
    """The rows of a product that are wanted: from `least` to `most`, both inside; None is open."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """All that was asked for."""

    words: str = ""
    category: str | None = None
    price_fen: Limits = Limits()
    commission_bp: Limits = Limits()
    buyers: Buyers | None = None

    @property
    def said(self) -> str:
        """The filters in a creator's words, empty without any."""
        parts = [
            f"“{self.words}”" if self.words else "",
            f"{self.category}类" if self.category else "",
            _words(self.price_fen, "价格", lambda fen: f"{_short(fen)} 元"),
            _words(self.commission_bp, "佣金", lambda bp: f"{_short(bp)}%"),
            f"{self.buyers}买得多" if self.buyers else "",
        ]
        return "、".join(part for part in parts if part)


def limits(text: str | None) -> Limits:
    """Return what `<80` or `>20` means in hundredths: fen of yuan, basis points of percent; nothing is open."""
    if text is None or not text.strip():
        return Limits()
    found = _BOUND.fullmatch(text.strip())
    if found is None:
        raise BoundUnknown(text=text.strip()[:20])
    hundredths = int(Decimal(found["number"]) * _HUNDRED)
    return Limits(most=hundredths) if found["sign"] == "<" else Limits(least=hundredths)


def buyers_of(text: str | None) -> Buyers | None:
    """Return the buyers that a text names."""
    if text is None or not text.strip():
        return None
    for pattern, buyers in _SAID:
        if pattern.search(text):
            return buyers
    raise AudienceUnknown(text=text.strip()[:20])


def share_limits(buyers: Buyers) -> tuple[str, Limits]:
    """Return the column of a product and its limits that make these its main buyers."""
    return {
        Buyers.MEN: ("women_bp", Limits(most=_HALF_BP - 1)),
        Buyers.WOMEN: ("women_bp", Limits(least=_HALF_BP)),
        Buyers.PARENTS: ("parents_bp", Limits(least=_HALF_BP)),
        Buyers.YOUNG: ("young_bp", Limits(least=_HALF_BP)),
        Buyers.OLDER: ("young_bp", Limits(most=_FEW_YOUNG_BP)),
    }[buyers]


def _words(bounds: Limits, name: str, amount: Callable[[int], str]) -> str:
    if bounds.most is not None:
        return f"{name} {amount(bounds.most)}以内"
    return f"{name} {amount(bounds.least)}以上" if bounds.least is not None else ""


def _short(hundredths: int) -> str:
    return yuan(hundredths).removesuffix(".00")


_SAID: Final = tuple(
    (re.compile(pattern), buyers)
    for pattern, buyers in (
        (r"宝妈|妈妈|父母|家长|宝宝|parent|mom", Buyers.PARENTS),
        (r"女|姐妹|姑娘|women|female", Buyers.WOMEN),
        (r"男|兄弟|哥们|(?<!wo)men|(?<!fe)male", Buyers.MEN),
        (r"老|中年|大爷|大妈|叔叔|阿姨|older", Buyers.OLDER),
        (r"年轻|青年|学生|00后|95后|young", Buyers.YOUNG),
    )
)
