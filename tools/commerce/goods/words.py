"""What the tool says: a product in a line, and why it was ranked where it is."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from tools.commerce.goods.models import Product
from tools.commerce.goods.ranking import FEATURES, Taste, season_of
from tools.commerce.goods.sales import commission_fen
from tools.commerce.goods.service import Match
from tools.kernel.money import rate_text, yuan

_ALL_BP: Final = 10_000
# What fewer did is theirs to tell.
_FEWEST_PEERS: Final = 5
_MOST_REASONS: Final = 3
# A part of the log odds below this would not move a product by a place worth telling.
_LEAST_PART: Final = 0.05
# Shares further apart than this are not alike, whatever the others do.
_ALIKE_BP: Final = 1_500


def line(product: Product) -> str:
    """Return the product with what selling one brings."""
    each = commission_fen(product.price_fen, product.commission_bp)
    sample = "，可免费试样" if product.samples else ""
    return (
        f"{product.code}《{product.title}》{yuan(product.price_fen)} 元，佣金 {percent(product.commission_bp)}"
        f"（每件 {yuan(each)} 元），库存 {product.stock:,} 件，{product.ships_from}发货{sample}"
    )


def reasons(match: Match, taste: Taste, *, content: str, on: date) -> list[str]:
    """Return why the product is here, what weighs most first; only what the figures carry."""
    said: list[str] = []
    order = sorted(range(len(FEATURES)), key=lambda place: -match.parts[place])
    for place in order:
        if match.parts[place] < _LEAST_PART or len(said) == _MOST_REASONS:
            break
        words = _reason(FEATURES[place], match, taste, content=content, on=on)
        if words and words not in said:
            said.append(words)
    return said


def _reason(feature: str, match: Match, taste: Taste, *, content: str, on: date) -> str:
    """Return what a feature says of the product, empty where its figures say nothing worth telling."""
    product = match.product
    peers = f"近 30 天 {match.peer_creators:,} 个{content}作者卖了 {match.peer_orders:,} 单这款"
    said = {
        "own_category": (match.own_orders, f"你的粉丝近 90 天买过 {match.own_orders:,} 单{product.category}"),
        "peer_category": (match.peer_creators >= _FEWEST_PEERS, peers),
        "peer_product": (match.peer_creators >= _FEWEST_PEERS, peers),
        "popular": (match.orders, f"全平台近 30 天卖了 {match.orders:,} 单"),
        "audience": (True, _audience(product, taste)),
        "price": (taste.paid_log is not None, "价格接近你粉丝平时买的"),
        "season": (on.month in season_of(product.months), f"{on.month} 月正当季"),
        "commission": (True, f"佣金 {percent(product.commission_bp)}"),
        "refund": (True, f"品质退货率只有 {percent(product.refund_bp)}"),
    }
    holds, words = said[feature]
    return words if holds else ""


def _audience(product: Product, taste: Taste) -> str:
    """Return what most of the fans and most of the buyers are; empty where no such share is known."""
    told: list[tuple[int, str]] = []
    for name, fans, buyers in (
        ("女性", taste.women_bp, product.women_bp),
        ("带娃的", taste.parents_bp, product.parents_bp),
        ("年轻人", taste.young_bp, product.young_bp),
    ):
        if fans is None or abs(fans - buyers) > _ALIKE_BP:
            continue
        if name == "女性" and fans < _ALL_BP // 2:
            name, fans, buyers = "男性", _ALL_BP - fans, _ALL_BP - buyers  # noqa: PLW2901 - the same share, told from its larger side
        if min(fans, buyers) <= _ALL_BP // 2:
            continue
        told.append((fans, f"你的粉丝 {rate(fans)} 是{name}，买家 {rate(buyers)} 也是"))
    return max(told)[1] if told else ""


def percent(basis_points: int) -> str:
    """Return basis points as a percentage without useless zeros: 2050 is 20.5%."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%" if rest else f"{whole}%"


def rate(basis_points: int) -> str:
    """Return a share as whole percent."""
    return f"{(basis_points + 50) // 100}%"


def conversion(orders: int, clicks: int) -> str:
    """Return how many openings became orders."""
    return rate_text(orders, clicks) if clicks else "没有点击数据"


def names(products: Sequence[Product]) -> str:
    """Return products by code and title."""
    return "、".join(f"{product.code}《{product.title}》" for product in products)
