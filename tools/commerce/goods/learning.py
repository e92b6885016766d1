"""The ranking's weights learned from what was sold: the features of a day, and who sold what in the weeks after it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from tools.commerce.goods.ranking import Catalogue, Floats, Ints, Taste, Weights, features

# What fans bought in this time tells their taste; what sold in that time is in demand now.
TASTE_DAYS: Final = 90
DEMAND_DAYS: Final = 30
# What is sold in this time after a day is what the ranking of that day should have said.
LABEL_DAYS: Final = 28
# Beside each product that was sold, so many that were not; more change the weights by less than their error.
_OTHERS: Final = 20
# Ridge on standardised features: keeps a feature that hardly varies from getting a wild weight.
_INVERSE_PENALTY: Final = 1.0
_LEAST_SCALE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class SoldOrders:
    """Orders, a column each: creator and product as places in the lists at hand, the day as an ordinal."""

    creator: Ints
    product: Ints
    day: Ints

    def between(self, first: date, before: date) -> "SoldOrders":
        """Return the orders from `first` until before `before`."""
        inside = (self.day >= first.toordinal()) & (self.day < before.toordinal())
        return SoldOrders(self.creator[inside], self.product[inside], self.day[inside])


@dataclass(frozen=True, slots=True)
class Seller:
    """A creator: the number of their content category, and who the fans are (None: unknown)."""

    content: int
    women_bp: int | None
    parents_bp: int | None
    young_bp: int | None


@dataclass(frozen=True, slots=True)
class Past:
    """Creators and products as they stood on a day: what was sold before it, and nothing of what came after."""

    products: Catalogue
    sellers: Sequence[Seller]
    categories: int
    on: date
    by_content: Ints
    bought: Ints
    paid_log: Floats
    sold_before: Ints

    def catalogue(self, seller: int) -> Catalogue:
        """Return the catalogue as a creator of this content saw it."""
        return replace(self.products, peer_orders=self.by_content[self.sellers[seller].content])

    def taste(self, seller: int) -> Taste:
        """Return what was known of a creator."""
        who, bought = self.sellers[seller], self.bought[seller]
        paid = float(self.paid_log[seller]) if bought.any() else None
        return Taste(bought, paid, who.women_bp, who.parents_bp, who.young_bp)

    def new_to(self, seller: int) -> Ints:
        """Return the places of the products that the creator had not sold lately."""
        sold = self.sold_before[self.sold_before // len(self.products.product) == seller]
        everything = np.arange(len(self.products.product))
        return np.setdiff1d(everything, sold % len(self.products.product), assume_unique=True)


def past(
    products: Catalogue, sellers: Sequence[Seller], orders: SoldOrders, *, categories: int, on: date
) -> Past:
    """Return how things stood at the beginning of a day; later orders change nothing of it."""
    count = len(products.product)
    demand = orders.between(on - timedelta(days=DEMAND_DAYS), on)
    taste = orders.between(on - timedelta(days=TASTE_DAYS), on)
    content = np.array([one.content for one in sellers], dtype=np.int64)
    contents = int(content.max()) + 1 if len(content) else 1
    by_content = np.bincount(
        content[demand.creator] * count + demand.product, minlength=contents * count
    ).reshape(contents, count)
    bought = np.bincount(
        taste.creator * categories + products.category[taste.product], minlength=len(sellers) * categories
    ).reshape(len(sellers), categories)
    paid = np.bincount(
        taste.creator, weights=np.log(products.price_fen[taste.product]), minlength=len(sellers)
    )
    return Past(
        replace(products, orders=np.bincount(demand.product, minlength=count)),
        sellers,
        categories,
        on,
        by_content,
        bought,
        paid / np.maximum(bought.sum(axis=1), 1),
        np.unique(taste.creator * count + taste.product),
    )


def newly_sold(then: Past, orders: SoldOrders) -> dict[int, Ints]:
    """Return for each creator the products that they sold in the weeks after, and had not sold before."""
    count = len(then.products.product)
    later = orders.between(then.on, then.on + timedelta(days=LABEL_DAYS))
    pairs = np.setdiff1d(later.creator * count + later.product, then.sold_before)
    found: dict[int, Ints] = {}
    for seller in np.unique(pairs // count).tolist():
        found[seller] = pairs[pairs // count == seller] % count
    return found


def learn(then: Past, orders: SoldOrders, *, seed: int) -> tuple[Weights, int] | None:
    """Return the weights that best tell what was sold after a day, and from how many sold products.

    None when nothing new was sold. The others are drawn at random: that moves the intercept only, which ranks nothing.
    """
    # It takes a second to import, which only learning needs.
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    rows: list[Floats] = []
    labels: list[Ints] = []
    for found, sold in _examples(then, orders, np.random.default_rng(seed)):
        rows.append(found)
        labels.append(sold)
    if not rows:
        return None
    matrix, sold = np.vstack(rows), np.concatenate(labels)
    means = matrix.mean(axis=0)
    scales = np.maximum(matrix.std(axis=0), _LEAST_SCALE)
    model: Any = LogisticRegression(C=_INVERSE_PENALTY, max_iter=500)  # Any: scikit-learn ships no types
    model.fit((matrix - means) / scales, sold)
    weights: list[float] = model.coef_[0].tolist()
    return Weights(tuple(means.tolist()), tuple(scales.tolist()), tuple(weights)), int(sold.sum())


def _examples(then: Past, orders: SoldOrders, draw: np.random.Generator) -> Iterator[tuple[Floats, Ints]]:
    for seller, sold in newly_sold(then, orders).items():
        unsold = np.setdiff1d(then.new_to(seller), sold, assume_unique=True)
        others = draw.choice(unsold, size=min(len(unsold), _OTHERS * len(sold)), replace=False)
        chosen = np.concatenate([sold, others])
        whole = features(then.catalogue(seller), then.taste(seller), categories=then.categories, on=then.on)
        yield whole[chosen], np.concatenate([np.ones(len(sold), np.int64), np.zeros(len(others), np.int64)])
