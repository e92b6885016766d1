"""How likely a creator sells a product: a logistic regression over nine features, each of which can be told in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEATURES: Final = (
    "own_category",  # how much of what the fans bought is of the product's category, over its usual share
    "peer_category",  # the same of creators with the same content
    "peer_product",  # orders of the product through such creators
    "popular",  # orders of the product through anybody
    "audience",  # how alike its buyers and the fans are
    "price",  # how near its price is to what the fans paid before
    "season",  # 1 in its season, -1 out of it, 0 without one
    "commission",
    "refund",
)
# So many orders of a creator's own weigh as much as all that is known of their peers.
_OWN_PRIOR: Final = 5.0
_PEER_PRIOR: Final = 20.0
# Below this share of the orders a category counts as this share: a logarithm needs a floor.
_LEAST_SHARE: Final = 0.002
# A creator who doesn't want to see a kind of goods sees it when it is e^3 = 20 times likelier than the rest.
DISLIKED: Final = -3.0
_DECEMBER: Final = 12


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The products that may be offered, a column each, and what they sold lately.

    `category` is a place in the list of categories; `peer_orders` and `orders` are of the last thirty days, through
    creators of the same content and through anybody.
    """

    product: Ints
    category: Ints
    price_fen: Ints
    commission_bp: Ints
    refund_bp: Ints
    women_bp: Ints
    parents_bp: Ints
    young_bp: Ints
    months: Ints
    orders: Ints
    peer_orders: Ints


@dataclass(frozen=True, slots=True)
class Taste:
    """What is known of a creator: orders of their fans by category, what these paid, who the fans are.

    `paid_log` is the mean logarithm of the prices in fen, None without orders; the shares are None while unknown.
    """

    orders: Ints
    paid_log: float | None
    women_bp: int | None
    parents_bp: int | None
    young_bp: int | None
    disliked: frozenset[int] = frozenset()
    disliked_products: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Weights:
    """A fitted model: what a feature is less its mean and over its scale, times its weight, adds to the log odds."""

    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]


# Where nothing was learned yet: what `guanghe measure matching` learns on its generated market.
SHIPPED: Final = Weights(
    means=(-0.9737, -0.5053, 0.4977, 2.5059, -0.7813, -0.7041, -0.1245, 0.2189, -0.0504),
    scales=(1.532, 1.0286, 0.67, 0.9822, 0.3307, 0.5395, 0.6257, 0.1106, 0.0283),
    weights=(0.8704, 0.2763, -0.0006, 0.6963, 0.3764, 0.1557, 0.0596, 0.0212, -0.0018),
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """The best products, best first: places in the catalogue, log odds, and what each feature added to them."""

    places: Ints
    scores: Floats
    parts: Floats


def features(catalogue: Catalogue, taste: Taste, *, categories: int, on: date) -> Floats:
    """Return the nine features of every product for one creator: products x features."""
    all_shares = _shares(catalogue.category, catalogue.orders, categories)
    peers = np.bincount(catalogue.category, weights=catalogue.peer_orders, minlength=categories)
    peer_shares = (peers + _PEER_PRIOR * all_shares) / (peers.sum() + _PEER_PRIOR)
    own_shares = (taste.orders + _OWN_PRIOR * peer_shares) / (taste.orders.sum() + _OWN_PRIOR)
    own = np.log(np.maximum(own_shares, _LEAST_SHARE) / np.maximum(all_shares, _LEAST_SHARE))
    peer = np.log(np.maximum(peer_shares, _LEAST_SHARE) / np.maximum(all_shares, _LEAST_SHARE))
    columns = (
        own[catalogue.category],
        peer[catalogue.category],
        np.log1p(catalogue.peer_orders),
        np.log1p(catalogue.orders),
        _likeness(catalogue, taste),
        _nearness(catalogue, taste, categories=categories),
        in_season(catalogue.months, on).astype(np.float64),
        catalogue.commission_bp / 10_000,
        -catalogue.refund_bp / 10_000,
    )
    return np.column_stack(columns)


def rank(
    catalogue: Catalogue, taste: Taste, weights: Weights, *, categories: int, on: date, count: int
) -> Ranked:
    """Return the `count` products that this creator most likely sells, best first; equal ones by their number."""
    found = features(catalogue, taste, categories=categories, on=on)
    parts = (found - np.array(weights.means)) / np.array(weights.scales) * np.array(weights.weights)
    scores: Floats = parts.sum(axis=1)
    if taste.disliked or taste.disliked_products:
        unwanted = np.isin(catalogue.category, list(taste.disliked)) | np.isin(
            catalogue.product, list(taste.disliked_products)
        )
        scores = scores + np.where(unwanted, DISLIKED, 0.0)
    if count < len(scores):
        least = np.partition(scores, len(scores) - count)[len(scores) - count]
        likely = np.flatnonzero(scores >= least)
    else:
        likely = np.arange(len(scores))
    best = likely[np.lexsort((catalogue.product[likely], -scores[likely]))][:count]
    return Ranked(best, scores[best], parts[best])


def in_season(months: Ints, on: date) -> Ints:
    """Return 1 for products in their season on the day, -1 out of it, 0 for those that have none."""
    return np.where(months == 0, 0, np.where(months >> (on.month - 1) & 1, 1, -1))


def season_of(months: int) -> tuple[int, ...]:
    """Return the months that a product's bits mean."""
    return tuple(number for number in range(1, _DECEMBER + 1) if months >> (number - 1) & 1)


def weights_from(stored: Mapping[str, Any]) -> Weights:
    """Return stored weights."""
    return Weights(tuple(stored["means"]), tuple(stored["scales"]), tuple(stored["weights"]))


def _shares(category: Ints, orders: Ints, categories: int) -> Floats:
    """Return each category's share of the orders; without orders, its share of the products."""
    counts = np.bincount(category, weights=orders, minlength=categories)
    counts = counts + np.bincount(category, minlength=categories) / max(1, len(category))
    return counts / max(1.0, float(counts.sum()))


def _likeness(catalogue: Catalogue, taste: Taste) -> Floats:
    """Return 0 for buyers exactly like the fans, less the more they differ; a share that is unknown says nothing."""
    apart = np.zeros(len(catalogue.product))
    for fans, buyers in (
        (taste.women_bp, catalogue.women_bp),
        (taste.parents_bp, catalogue.parents_bp),
        (taste.young_bp, catalogue.young_bp),
    ):
        if fans is not None:
            apart -= np.abs(buyers - fans) / 10_000
    return apart


def _nearness(catalogue: Catalogue, taste: Taste, *, categories: int) -> Floats:
    """Return minus the distance in log price to what the fans paid, drawn to what everybody pays."""
    prices = np.log(catalogue.price_fen)
    sold = catalogue.orders + catalogue.peer_orders
    usual = (
        float(np.average(prices, weights=sold))
        if sold.any()
        else float(prices.mean())
        if len(prices)
        else 0.0
    )
    own = int(taste.orders.sum()) if taste.paid_log is not None else 0
    middle = (own * (taste.paid_log or 0.0) + _OWN_PRIOR * usual) / (own + _OWN_PRIOR)
    assert len(taste.orders) == categories
    return -np.abs(prices - middle)
