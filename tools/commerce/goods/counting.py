"""What the ranking reads, made daily: peers' results counted, the weights learned from what was sold."""

from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta
from typing import Final

import numpy as np
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from tools.commerce.goods import queries
from tools.commerce.goods.categories import CATEGORIES
from tools.commerce.goods.filters import Filters
from tools.commerce.goods.learning import DEMAND_DAYS, LABEL_DAYS, TASTE_DAYS, Seller, SoldOrders, learn, past
from tools.commerce.goods.models import PeerResult, RankingFit

# Newer orders than these tell as much; learning takes seconds, not hours.
_MOST_ORDERS: Final = 500_000
# With fewer sold products the learned weights are worse than the shipped ones.
_LEAST_EXAMPLES: Final = 500
_ROWS_AT_ONCE: Final = 5_000


def count_peers(session: Session, *, on: date) -> int:
    """Make the peers' results those of the thirty days before the day; return how many there are."""
    first = on - timedelta(days=DEMAND_DAYS)
    found = queries.peer_results(session, first=first, before=on)
    everybody: Counter[int] = Counter()
    # A creator has one content category, save on the day of a change: the sum counts them once.
    creators: Counter[int] = Counter()
    for _, product, orders, sellers in found:
        everybody[product] += orders
        creators[product] += sellers
    found += [
        (queries.EVERYBODY, product, orders, creators[product]) for product, orders in everybody.items()
    ]
    session.execute(delete(PeerResult))
    rows = [
        {
            "content_category": content,
            "product_id": product,
            "orders": orders,
            "creators": sellers,
            "counted_on": on,
        }
        for content, product, orders, sellers in found
    ]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        session.execute(insert(PeerResult), rows[start : start + _ROWS_AT_ONCE])
    return len(rows)


def learn_ranking(session: Session, *, on: date) -> bool:
    """Learn the weights from what was sold in the four weeks before the day; False when that was too little."""
    then = on - timedelta(days=LABEL_DAYS)
    first = then - timedelta(days=TASTE_DAYS)
    rows = queries.orders_between(session, first=first, before=on, limit=_MOST_ORDERS)
    found, _ = queries.catalogue(session, filters=Filters(), content=queries.EVERYBODY)
    products = {product: place for place, product in enumerate(found.product.tolist())}
    rows = [row for row in rows if row[1] in products]
    if not rows:
        return False
    creators = sorted({creator for creator, _, _, _ in rows})
    contents = sorted({content for _, _, _, content in rows})
    content_of = {creator: contents.index(content) for creator, _, _, content in rows}
    fans = queries.all_fans(session, creators)
    sellers = [
        Seller(
            content_of[creator],
            (who := fans.get(creator)) and who.women_bp,
            who and who.parents_bp,
            who and who.young_bp,
        )
        for creator in creators
    ]
    places = {creator: place for place, creator in enumerate(creators)}
    orders = SoldOrders(
        np.array([places[creator] for creator, _, _, _ in rows]),
        np.array([products[product] for _, product, _, _ in rows]),
        np.array([day.toordinal() for _, _, day, _ in rows]),
    )
    learned = learn(
        past(found, sellers, orders, categories=len(CATEGORIES), on=then), orders, seed=on.toordinal()
    )
    if learned is None or learned[1] < _LEAST_EXAMPLES:
        return False
    weights, examples = learned
    session.execute(delete(RankingFit).where(RankingFit.learned_on == on))
    session.add(RankingFit(learned_on=on, examples=examples, weights=asdict(weights)))
    session.flush()
    return True
