"""Every SELECT of goods."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, Executable, case, cast, func, select
from sqlalchemy.orm import Session

from tools.commerce.goods.categories import CATEGORIES
from tools.commerce.goods.filters import Filters, Limits, share_limits
from tools.commerce.goods.models import (
    FanProfile,
    PeerResult,
    Product,
    ProductDay,
    ProductDislike,
    RankingFit,
    Sale,
    SampleRequest,
    ShelfItem,
)
from tools.commerce.goods.ranking import Catalogue, Ints
from tools.kernel.bulk import table_of
from tools.kernel.period import Period

# product-matching-rules 3.2: a product above this is taken down.
HIGHEST_REFUND_BP: Final = 1_000
# The content category under which orders through anybody are counted.
EVERYBODY: Final = ""
# A row costs by its columns: seven small numbers travel in two, above what each can be (models.py checks it).
_SHARE: Final = 1 << 14
_MONTHS: Final = 1 << 12
_PLACES: Final = 1 << 4
# Both databases take at least this many parameters in one statement.
_BATCH: Final = 5_000


@dataclass(frozen=True, slots=True)
class Sold:
    """What a creator sold of a product in a time."""

    product_id: int
    orders: int
    pieces: int
    earned_fen: int
    waiting_fen: int
    refunded: int


def catalogue(session: Session, *, filters: Filters, content: str) -> tuple[Catalogue, Ints]:
    """Return the products on sale that the filters leave, and how many creators of this content sold each lately."""
    one = table_of(Product).c
    # The place in the list of categories: a number, so that ten thousand rows become columns at once.
    place = case({name: number for number, name in enumerate(CATEGORIES)}, value=one.category)
    query = (
        select(
            one.id,
            one.price_fen,
            (one.women_bp * _SHARE + one.parents_bp) * _SHARE + one.young_bp,
            ((one.commission_bp * _SHARE + one.refund_bp) * _MONTHS + one.months) * _PLACES + place,
        )
        .where(Product.state == "on_sale", Product.stock > 0, Product.refund_bp <= HIGHEST_REFUND_BP)
        .where(*_wanted(filters))
        .order_by(one.id)
    )
    product, price, buyers, terms = _columns(session, query, width=4)
    orders, _ = _peers(session, product, content=EVERYBODY)
    peer_orders, peer_creators = _peers(session, product, content=content)
    found = Catalogue(
        product=product,
        category=terms % _PLACES,
        price_fen=price,
        commission_bp=terms // (_PLACES * _MONTHS * _SHARE),
        refund_bp=terms // (_PLACES * _MONTHS) % _SHARE,
        women_bp=buyers // _SHARE**2,
        parents_bp=buyers // _SHARE % _SHARE,
        young_bp=buyers % _SHARE,
        months=terms // _PLACES % _MONTHS,
        orders=orders,
        peer_orders=peer_orders,
    )
    return found, peer_creators


def _peers(session: Session, products: Ints, *, content: str) -> tuple[Ints, Ints]:
    """Return orders and creators of these products, which are ascending; 0 where nobody sold one."""
    one = table_of(PeerResult).c
    query = select(one.product_id, one.orders, one.creators).where(one.content_category == content)
    sold, orders, creators = _columns(session, query, width=3)
    found = np.zeros((2, len(products)), np.int64)
    known = np.isin(sold, products)
    found[:, np.searchsorted(products, sold[known])] = orders[known], creators[known]
    return found[0], found[1]


def _columns(session: Session, query: Executable, *, width: int) -> list[Ints]:
    """Return the whole numbers of a query, a column each.

    The driver's own tuples: SQLAlchemy's rows would double the time of ten thousand, and there is nothing to convert.
    """
    result = session.connection().execute(query)
    assert result.cursor is not None
    rows: list[tuple[int, ...]] = result.cursor.fetchall()  # pyright: ignore[reportAssignmentType] - DBAPI calls its rows sequences of anything
    result.close()
    columns = [np.fromiter(column, np.int64, len(rows)) for column in zip(*rows, strict=True)]
    return columns or [np.zeros(0, np.int64) for _ in range(width)]


def _wanted(filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [
        *_inside(Product.price_fen, filters.price_fen),
        *_inside(Product.commission_bp, filters.commission_bp),
    ]
    if filters.category is not None:
        conditions.append(Product.category == filters.category)
    if filters.words:
        conditions.append(Product.title.contains(filters.words, autoescape=True))
    if filters.buyers is not None:
        column, bounds = share_limits(filters.buyers)
        conditions += _inside(getattr(Product, column), bounds)
    return conditions


def _inside(column: Any, bounds: Limits) -> list[ColumnElement[bool]]:  # noqa: ANN401 - a column of a model
    least = [] if bounds.least is None else [column >= bounds.least]
    return least if bounds.most is None else [*least, column <= bounds.most]


def products(session: Session, ids: Collection[int]) -> dict[int, Product]:
    """Return these products by id."""
    return {row.id: row for row in session.scalars(select(Product).where(Product.id.in_(list(ids))))}


def products_by_code(session: Session, codes: Collection[str]) -> dict[str, Product]:
    """Return the products that have these codes."""
    ordered = sorted(codes)
    return {
        row.code: row
        for start in range(0, len(ordered), _BATCH)
        for row in session.scalars(select(Product).where(Product.code.in_(ordered[start : start + _BATCH])))
    }


def products_named(session: Session, words: str, *, limit: int) -> list[Product]:
    """Return products whose title has these words, those on sale first."""
    query = select(Product).where(Product.title.contains(words, autoescape=True))
    return list(session.scalars(query.order_by(Product.state.desc(), Product.id).limit(limit)))


def product_for_update(session: Session, product_id: int) -> Product:
    """Return a product, locked until the transaction ends."""
    query = select(Product).where(Product.id == product_id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


def fans(session: Session, *, creator_id: int) -> FanProfile | None:
    """Return who the creator's fans are, None while nobody counted."""
    return session.get(FanProfile, creator_id)


def bought(session: Session, *, creator_id: int, first: date, before: date) -> list[tuple[str, int, int]]:
    """Return each order of a time as its category, and the product's price, with how many such there were."""
    orders = func.count()
    query = (
        select(Product.category, Product.price_fen, orders)
        .join(Sale, Sale.product_id == Product.id)
        .where(Sale.creator_id == creator_id, Sale.bought_on >= first, Sale.bought_on < before)
        .group_by(Product.category, Product.price_fen)
    )
    return [(category, price, count) for category, price, count in session.execute(query)]


def dislikes(session: Session, *, creator_id: int) -> list[ProductDislike]:
    """Return what stands of what the creator doesn't want to see, oldest first."""
    query = select(ProductDislike).where(
        ProductDislike.creator_id == creator_id, ProductDislike.undone_at.is_(None)
    )
    return list(session.scalars(query.order_by(ProductDislike.id)))


def latest_fit(session: Session) -> RankingFit | None:
    """Return the weights learned last."""
    return session.scalars(select(RankingFit).order_by(RankingFit.learned_on.desc()).limit(1)).one_or_none()


def shelf(session: Session, *, creator_id: int) -> list[tuple[ShelfItem, Product]]:
    """Return what is on the creator's shelf with its product, newest first."""
    query = (
        select(ShelfItem, Product)
        .join(Product, Product.id == ShelfItem.product_id)
        .where(ShelfItem.creator_id == creator_id, ShelfItem.removed_at.is_(None))
        .order_by(ShelfItem.added_at.desc(), ShelfItem.id.desc())
    )
    return [(item, product) for item, product in session.execute(query)]


def taken_down(session: Session, *, creator_id: int, limit: int) -> list[Product]:
    """Return what was last taken off the creator's shelf because of returns."""
    query = (
        select(Product)
        .join(ShelfItem, ShelfItem.product_id == Product.id)
        .where(ShelfItem.creator_id == creator_id, ShelfItem.removed_because == "delisted")
        .order_by(ShelfItem.removed_at.desc(), ShelfItem.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def open_items(session: Session, *, product_ids: Collection[int]) -> list[ShelfItem]:
    """Return the shelves that these products are on."""
    query = select(ShelfItem).where(
        ShelfItem.product_id.in_(list(product_ids)), ShelfItem.removed_at.is_(None)
    )
    return list(session.scalars(query.order_by(ShelfItem.id)))


def samples(session: Session, *, creator_id: int, period: Period) -> list[SampleRequest]:
    """Return the samples that the creator asked for in a period."""
    query = select(SampleRequest).where(
        SampleRequest.creator_id == creator_id,
        SampleRequest.requested_on >= period.starts_on,
        SampleRequest.requested_on < period.ends_on,
    )
    return list(session.scalars(query.order_by(SampleRequest.id)))


def order_count(session: Session, *, creator_id: int, period: Period) -> int:
    """Return how many orders of a period stand, refunded ones not counted."""
    query = select(func.count()).where(
        Sale.creator_id == creator_id,
        Sale.bought_on >= period.starts_on,
        Sale.bought_on < period.ends_on,
        Sale.state != "refunded",
    )
    return session.execute(query).scalar_one()


def sold(session: Session, *, creator_id: int, period: Period) -> list[Sold]:
    """Return what the creator sold in a period by product, the best earning first."""
    earned = func.sum(case((Sale.state == "received", Sale.commission_fen), else_=0))
    waiting = func.sum(case((Sale.state == "ordered", Sale.commission_fen), else_=0))
    query = (
        select(
            Sale.product_id,
            func.count(),
            cast(func.sum(Sale.quantity), BigInteger),
            cast(earned, BigInteger),
            cast(waiting, BigInteger),
            func.sum(case((Sale.state == "refunded", 1), else_=0)),
        )
        .where(
            Sale.creator_id == creator_id,
            Sale.bought_on >= period.starts_on,
            Sale.bought_on < period.ends_on,
        )
        .group_by(Sale.product_id)
        .order_by(earned.desc(), Sale.product_id)
    )
    return [Sold(*row) for row in session.execute(query)]


def clicks(session: Session, *, creator_id: int, period: Period) -> dict[int, int]:
    """Return how often the creator's products were opened in a period."""
    query = (
        select(ProductDay.product_id, cast(func.sum(ProductDay.clicks), BigInteger))
        .where(
            ProductDay.creator_id == creator_id,
            ProductDay.day >= period.starts_on,
            ProductDay.day < period.ends_on,
        )
        .group_by(ProductDay.product_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def sales_by_number(session: Session, numbers: Collection[str], *, lock: bool = False) -> dict[str, Sale]:
    """Return the orders that have these numbers; locked until the transaction ends when asked for."""
    ordered = sorted(numbers)
    found: dict[str, Sale] = {}
    for start in range(0, len(ordered), _BATCH):
        query = select(Sale).where(Sale.number.in_(ordered[start : start + _BATCH])).order_by(Sale.id)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        found |= {row.number: row for row in session.scalars(query)}
    return found


def owed(session: Session, *, after: int, limit: int) -> list[Sale]:
    """Return the next refunded orders whose commission could not be taken back, by id."""
    query = select(Sale).where(Sale.owed, Sale.id > after).order_by(Sale.id).limit(limit)
    return list(session.scalars(query.with_for_update()))


def peer_results(session: Session, *, first: date, before: date) -> list[tuple[str, int, int, int]]:
    """Return content category, product, orders and creators of a time; refunded orders don't count."""
    query = (
        select(
            Sale.content_category,
            Sale.product_id,
            func.count(),
            func.count(Sale.creator_id.distinct()),
        )
        .where(Sale.bought_on >= first, Sale.bought_on < before, Sale.state != "refunded")
        .group_by(Sale.content_category, Sale.product_id)
    )
    return [
        (content, product, orders, creators) for content, product, orders, creators in session.execute(query)
    ]


def orders_between(
    session: Session, *, first: date, before: date, limit: int
) -> list[tuple[int, int, date, str]]:
    """Return creator, product, day and content category of the orders of a time, the newest when there are too many."""
    query = (
        select(Sale.creator_id, Sale.product_id, Sale.bought_on, Sale.content_category)
        .where(Sale.bought_on >= first, Sale.bought_on < before, Sale.state != "refunded")
        .order_by(Sale.bought_on.desc(), Sale.id.desc())
        .limit(limit)
    )
    return [(creator, product, day, content) for creator, product, day, content in session.execute(query)]


def all_fans(session: Session, creators: Collection[int]) -> dict[int, FanProfile]:
    """Return who the fans of these creators are."""
    ordered = sorted(creators)
    return {
        row.creator_id: row
        for start in range(0, len(ordered), _BATCH)
        for row in session.scalars(
            select(FanProfile).where(FanProfile.creator_id.in_(ordered[start : start + _BATCH]))
        )
    }


def all_sales(session: Session) -> list[Sale]:
    """Return every order; for the audit."""
    return list(session.scalars(select(Sale).order_by(Sale.id)))


def shelved_though_delisted(session: Session) -> list[tuple[int, str]]:
    """Return items on a shelf whose product is taken down, with its code; for the audit."""
    query = (
        select(ShelfItem.id, Product.code)
        .join(Product, Product.id == ShelfItem.product_id)
        .where(ShelfItem.removed_at.is_(None), Product.state == "delisted")
        .order_by(ShelfItem.id)
    )
    return [(item, code) for item, code in session.execute(query)]


def samples_by_month(session: Session) -> list[tuple[int, date]]:
    """Return creator and day of every sample; for the audit."""
    query = select(SampleRequest.creator_id, SampleRequest.requested_on).order_by(SampleRequest.id)
    return [(creator, day) for creator, day in session.execute(query)]
