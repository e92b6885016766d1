"""The ranking of goods beside popularity, chance and the truth on a generated market; and how long ten thousand take."""

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from bot.measures.figure import Figure, figure, percentile
from bot.measures.matching_platform import GOODS, ON, store
from bot.measures.matching_world import CATEGORIES, generate, season_lift
from tools.commerce.goods import service
from tools.commerce.goods.filters import Filters
from tools.commerce.goods.learning import LABEL_DAYS, learn, newly_sold, past
from tools.commerce.goods.ranking import Floats, Ints, rank
from tools.commerce.orders import service as orders
from tools.kernel.db import Database, open_database
from tools.schema import metadata

_CREATORS: Final = 600
_PRODUCTS: Final = 800
_SHOWN: Final = 10
_LIMIT_MS: Final = 50.0
_ROUNDS: Final = 41
_SEED: Final = 20220815
# Half the width of an interval that holds the mean 95 times in a hundred.
_NORMAL_95: Final = 1.96


def measure_matching() -> Iterator[Figure]:
    """Yield recall and NDCG of ten, each beside its baselines, then the times."""
    yield from _quality()
    yield from _times()


def _quality() -> Iterator[Figure]:
    world = generate(creators=_CREATORS, products=_PRODUCTS, seed=_SEED)
    tested_on = world.last_day - timedelta(days=LABEL_DAYS)
    # Nothing of the weeks that test it was there when it learned: the labels of learning end where testing begins.
    learned_on = tested_on - timedelta(days=LABEL_DAYS)
    learned = learn(
        past(world.products, world.sellers, world.orders, categories=CATEGORIES, on=learned_on),
        world.orders,
        seed=_SEED,
    )
    assert learned is not None
    weights, _ = learned
    then = past(world.products, world.sellers, world.orders, categories=CATEGORIES, on=tested_on)
    sold = newly_sold(then, world.orders)
    draw = np.random.default_rng(_SEED)
    truth = world.wanted + season_lift(world.products.months, tested_on)[None, :]

    def by_model(seller: int) -> Floats:
        ranked = rank(
            then.catalogue(seller),
            then.taste(seller),
            weights,
            categories=CATEGORIES,
            on=tested_on,
            count=_PRODUCTS,
        )
        scores = np.empty(_PRODUCTS)
        scores[ranked.places] = ranked.scores
        return scores

    ways: dict[str, Callable[[int], Floats]] = {
        "model": by_model,
        "popularity": lambda _: then.products.orders.astype(np.float64),
        "random": lambda _: draw.random(_PRODUCTS),
        "truth": lambda seller: truth[seller],
    }
    found = {
        name: np.array([_judged(score(seller), then.new_to(seller), some) for seller, some in sold.items()])
        for name, score in ways.items()
    }
    for place, measure in enumerate(("recall10", "ndcg10")):
        yield from _compared(measure, {name: values[:, place] for name, values in found.items()})


def _judged(scores: Floats, candidates: Ints, sold: Ints) -> tuple[float, float]:
    """Return recall and NDCG of the ten best candidates against what was sold."""
    best = candidates[np.argsort(-scores[candidates], kind="stable")][:_SHOWN]
    hits = np.isin(best, sold)
    discounts = 1 / np.log2(np.arange(_SHOWN) + 2)
    ideal = discounts[: min(_SHOWN, len(sold))].sum()
    return float(hits.sum() / min(_SHOWN, len(sold))), float((hits * discounts).sum() / ideal)


def _compared(measure: str, values: dict[str, Floats]) -> Iterator[Figure]:
    model, count = values["model"], len(values["model"])
    for peer in ("popularity", "random", "truth"):
        name = f"matching.{measure}_beside_{peer}"
        yield figure(name, float(model.mean()), unit="", limit=float(values[peer].mean()), n=count)
    low, high = _interval(model)
    yield figure(
        f"matching.{measure}_95_low", low, unit="", limit=float(values["popularity"].mean()), n=count
    )
    yield figure(f"matching.{measure}_95_high", high, unit="", limit=float(values["truth"].mean()), n=count)
    # The same creators were ranked both ways: the interval of the difference is what tells them apart.
    least, _ = _interval(model - values["popularity"])
    yield figure(f"matching.{measure}_gain_95_low", least, unit="", limit=float(model.mean()), n=count)


def _interval(values: Floats) -> tuple[float, float]:
    half = _NORMAL_95 * float(values.std(ddof=1)) / np.sqrt(len(values))
    return float(values.mean() - half), float(values.mean() + half)


def _times() -> Iterator[Figure]:
    """Yield how long one creator's best of ten thousand goods, and of ten thousand briefs, take from the store."""
    with tempfile.TemporaryDirectory(prefix="guanghe-goods-") as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'goods.sqlite'}")
        metadata.create_all(database.engine)
        store(database, seed=_SEED)
        ranked = _milliseconds(
            database,
            lambda session: service.match(session, creator_id=1, filters=Filters(), on=ON, count=_SHOWN),
        )
        offered = _milliseconds(
            database, lambda session: orders.offers(session, creator_id=1, on=ON, top=_SHOWN)
        )
        database.close()
    for what, took in (("goods", ranked), ("briefs", offered)):
        for name, share in (("p50", 0.5), ("p95", 0.95)):
            yield figure(
                f"matching.{what}_10000_{name}", percentile(took, share), unit="ms", limit=_LIMIT_MS, n=GOODS
            )


def _milliseconds(database: Database, work: Callable[[Session], object]) -> list[float]:
    took: list[float] = []
    for _ in range(_ROUNDS):
        with database.reading() as session:
            started = time.perf_counter()
            work(session)
            took.append(1_000 * (time.perf_counter() - started))
    return took
