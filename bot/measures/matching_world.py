"""A generated market whose truth is known: what each creator's fans want, and twenty weeks of their orders."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from tools.commerce.goods.learning import Seller, SoldOrders
from tools.commerce.goods.ranking import Catalogue, Floats, Ints

CATEGORIES: Final = 12
CONTENTS: Final = 14
FIRST_DAY: Final = date(2022, 3, 1)
WEEKS: Final = 24
_ORDERS_A_WEEK: Final = 6.0
_SEASONAL: Final = 0.4


@dataclass(frozen=True, slots=True)
class World:
    """The products, the creators, their orders in time, and how much each creator's fans want each product."""

    products: Catalogue
    sellers: list[Seller]
    orders: SoldOrders
    wanted: Floats

    @property
    def last_day(self) -> date:
        """The day after the last order."""
        return FIRST_DAY + timedelta(weeks=WEEKS)


def generate(*, creators: int, products: int, seed: int) -> World:
    """Return a market; the same seed gives the same.

    Fans want what fits the creator's content, their own taste of categories and prices, their age and sex, the season
    and the product's own quality; and, for a third of the spread, something that no feature of the ranking can see.
    """
    draw = np.random.default_rng(seed)
    goods, quality = _products(draw, products)
    content = draw.integers(0, CONTENTS, creators)
    fans = np.clip(draw.normal(0.5, 0.22, (creators, 3)), 0.02, 0.98)
    affinity = draw.normal(0, 1.2, (CONTENTS, CATEGORIES))
    taste = affinity[content] + draw.normal(0, 0.8, (creators, CATEGORIES))
    paid = np.log(5_000) + draw.normal(0, 0.6, creators)
    buyers = np.column_stack([goods.women_bp, goods.parents_bp, goods.young_bp]) / 10_000
    wanted = taste[:, goods.category]
    wanted = wanted - 2.0 * np.abs(fans[:, None, :] - buyers[None, :, :]).sum(axis=2)
    wanted -= 0.8 * np.abs(paid[:, None] - np.log(goods.price_fen)[None, :])
    wanted += quality[None, :] - 4 * (goods.refund_bp / 10_000)[None, :]
    wanted += (draw.normal(0, 1, (creators, 4)) @ draw.normal(0, 1, (4, products))) * 0.4
    # What a survey of fans would say is near the truth, not the truth.
    told = np.clip(fans + draw.normal(0, 0.05, fans.shape), 0, 1)
    sellers = [
        Seller(int(content[one]), *(round(10_000 * share) for share in told[one].tolist()))
        for one in range(creators)
    ]
    return World(goods, sellers, _orders(draw, wanted, goods), wanted)


def season_lift(months: Ints, on: date) -> Floats:
    """Return how much the season adds to what is wanted on a day."""
    inside = (months >> (on.month - 1)) & 1
    return np.where(months == 0, 0.0, np.where(inside == 1, 0.7, -0.7))


def _products(draw: np.random.Generator, count: int) -> tuple[Catalogue, Floats]:
    start = draw.integers(0, 12, count)
    season = np.zeros(count, np.int64)
    for ahead in range(4):
        season |= np.left_shift(1, (start + ahead) % 12)
    nothing = np.zeros(count, np.int64)
    shares = (10_000 * np.clip(draw.normal(0.5, 0.25, (3, count)), 0, 1)).astype(np.int64)
    goods = Catalogue(
        product=np.arange(count),
        category=draw.integers(0, CATEGORIES, count),
        price_fen=np.maximum(500, np.exp(np.log(5_000) + draw.normal(0, 0.9, count))).astype(np.int64),
        commission_bp=draw.integers(300, 4_000, count),
        refund_bp=draw.integers(0, 1_000, count),
        women_bp=shares[0],
        parents_bp=shares[1],
        young_bp=shares[2],
        months=np.where(draw.random(count) < _SEASONAL, season, 0),
        orders=nothing,
        peer_orders=nothing,
    )
    return goods, draw.normal(0, 0.8, count)


def _orders(draw: np.random.Generator, wanted: Floats, goods: Catalogue) -> SoldOrders:
    creators, products = len(wanted), wanted.shape[1]
    busy: Floats = draw.gamma(2.0, _ORDERS_A_WEEK / 2.0, creators)
    columns: list[tuple[Ints, Ints, Ints]] = []
    for week in range(WEEKS):
        monday = FIRST_DAY + timedelta(weeks=week)
        odds = np.exp(wanted + season_lift(goods.months, monday)[None, :])
        chances = np.cumsum(odds, axis=1)
        creator: Ints = np.repeat(np.arange(creators), draw.poisson(busy))
        spot = draw.random(len(creator)) * chances[creator, -1]
        product = (chances[creator] < spot[:, None]).sum(axis=1)
        day = monday.toordinal() + draw.integers(0, 7, len(creator))
        columns.append((creator, np.minimum(product, products - 1), day))
    return SoldOrders(*(np.concatenate(column) for column in zip(*columns, strict=True)))
