"""What creators do with goods: find what fits, keep a shelf, ask for samples, see what sold, say what not to show."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from tools.commerce.goods import queries
from tools.commerce.goods.categories import CATEGORIES
from tools.commerce.goods.filters import Filters
from tools.commerce.goods.learning import TASTE_DAYS
from tools.commerce.goods.models import Product, ProductDislike, SampleRequest, ShelfItem
from tools.commerce.goods.queries import Sold
from tools.commerce.goods.ranking import SHIPPED, Taste, rank, weights_from
from tools.creators import service as creators
from tools.creators.accounts import Account
from tools.kernel.errors import Refusal
from tools.kernel.period import Period, last_days, month

# product-matching-rules 2.1
SAMPLE_ORDERS: Final = 10
SAMPLE_DAYS: Final = 30
SAMPLES_A_MONTH: Final = 5
_NAMESAKES: Final = 4


class ProductUnknown(Refusal):
    """No product is meant by these words."""

    template = "没找到“{text}”这个商品，说商品编号（P 开头）最准。"


class ProductAmbiguous(Refusal):
    """Several products are meant by these words."""

    template = "“{text}”有好几个商品：{found}。说编号我就知道是哪个了。"


class VerificationNeeded(Refusal):
    """Only verified creators with a shop sell goods (product-matching-rules 1.1)."""

    template = "选品带货要先完成{missing}，完成后再加橱窗、申请样品。"


class NotOnSale(Refusal):
    """The product can't be sold now."""

    template = "{code}《{title}》{why}，现在不能带，换一个吧。"


class OnShelfAlready(Refusal):
    """The product is on the shelf."""

    template = "{code}《{title}》已经在你的橱窗里了。"


class NotOnShelf(Refusal):
    """The product is not on the shelf."""

    template = "{code}《{title}》不在你的橱窗里。"


class SampleOrdersMissing(Refusal):
    """Samples are for creators who sell (product-matching-rules 2.1)."""

    template = "申请免费样品要近 30 天成交不少于 10 单，你现在是 {orders} 单，还差 {missing} 单。"


class SamplesUsedUp(Refusal):
    """Five samples a month (product-matching-rules 2.1)."""

    template = "免费样品每月最多 5 件，你这个月已经申请了 {count} 件，下个月 1 号再来。"


class NoSamples(Refusal):
    """The supplier gives none."""

    template = "{code}《{title}》现在没有免费样品。"


class SampleAskedAlready(Refusal):
    """One sample of a product a month."""

    template = "{code}《{title}》的样品你这个月已经申请过了（{number}）。"


class NothingDisliked(Refusal):
    """There is nothing to undo."""

    template = "你没有设置过不想看的商品，推荐没有受影响。"


class DislikedAlready(Refusal):
    """It stands already."""

    template = "“{what}”之前已经记下了，推荐里会往后排。"


@dataclass(frozen=True, slots=True)
class Match:
    """A product that was found for a creator, and what speaks for it: the parts are of the nine features, in order."""

    product: Product
    score: float
    parts: tuple[float, ...]
    orders: int
    peer_orders: int
    peer_creators: int
    own_orders: int


@dataclass(frozen=True, slots=True)
class Matched:
    """The best matches, best first; `among` products passed the filters. `disliked` is what is ranked lower."""

    matches: tuple[Match, ...]
    among: int
    taste: Taste
    disliked: tuple[str, ...]
    filters: Filters


@dataclass(frozen=True, slots=True)
class Results:
    """What a creator sold in a period, by product, the best earning first, and how often their goods were opened."""

    sold: tuple[Sold, ...]
    products: dict[int, Product]
    clicks: dict[int, int]

    @property
    def orders(self) -> int:
        """All orders."""
        return sum(one.orders for one in self.sold)

    @property
    def all_clicks(self) -> int:
        """How often any product was opened."""
        return sum(self.clicks.values())


def match(session: Session, *, creator_id: int, filters: Filters, on: date, count: int) -> Matched:
    """Return the products that fit this creator best among those that the filters leave."""
    account = creators.account(session, creator_id=creator_id)
    taste, disliked = taste_of(session, creator_id=creator_id, on=on)
    found, peer_creators = queries.catalogue(session, filters=filters, content=account.category)
    if not len(found.product):
        return Matched((), 0, taste, disliked, filters)
    stored = queries.latest_fit(session)
    weights = weights_from(stored.weights) if stored else SHIPPED
    ranked = rank(found, taste, weights, categories=len(CATEGORIES), on=on, count=count)
    rows = queries.products(session, found.product[ranked.places].tolist())
    matches = [
        Match(
            rows[int(found.product[place])],
            float(score),
            tuple(parts.tolist()),
            int(found.orders[place]),
            int(found.peer_orders[place]),
            int(peer_creators[place]),
            int(taste.orders[found.category[place]]) if found.category[place] >= 0 else 0,
        )
        for place, score, parts in zip(ranked.places.tolist(), ranked.scores, ranked.parts, strict=True)
    ]
    return Matched(tuple(matches), len(found.product), taste, disliked, filters)


def taste_of(session: Session, *, creator_id: int, on: date) -> tuple[Taste, tuple[str, ...]]:
    """Return what is known of a creator's fans, and in words what the creator doesn't want to see."""
    orders = np.zeros(len(CATEGORIES), np.int64)
    logs, count = 0.0, 0
    first = on - timedelta(days=TASTE_DAYS)
    for category, price_fen, times in queries.bought(session, creator_id=creator_id, first=first, before=on):
        orders[CATEGORIES.index(category)] += times
        logs, count = logs + times * float(np.log(price_fen)), count + times
    fans = queries.fans(session, creator_id=creator_id)
    unwanted = queries.dislikes(session, creator_id=creator_id)
    named = queries.products(session, [row.product_id for row in unwanted if row.product_id is not None])
    taste = Taste(
        orders,
        logs / count if count else None,
        fans and fans.women_bp,
        fans and fans.parents_bp,
        fans and fans.young_bp,
        frozenset(CATEGORIES.index(row.category) for row in unwanted if row.product_id is None),
        frozenset(named),
    )
    words = tuple(
        row.category + "类" if row.product_id is None else named[row.product_id].title for row in unwanted
    )
    return taste, words


def resolve(session: Session, *, text: str, shown: tuple[str, ...] = ()) -> Product:
    """Return the product of a code, of `ord:2` in the list that was shown, or of words in its title."""
    wanted = text.strip()
    if wanted.startswith("ord:"):
        place = int(wanted[4:]) if wanted[4:].lstrip("-").isdigit() else 0
        inside = 0 < place <= len(shown) or (place < 0 and -place <= len(shown))
        wanted = shown[place - 1 if place > 0 else place] if inside else wanted
    code = wanted.upper()
    if (product := queries.products_by_code(session, [code]).get(code)) is not None:
        return product
    found = queries.products_named(session, wanted.removeprefix("title:"), limit=_NAMESAKES) if wanted else []
    exact = [product for product in found if product.title == wanted.removeprefix("title:")]
    if len(found) == 1 or exact:
        return (exact or found)[0]
    if not found:
        raise ProductUnknown(text=text.strip()[:20])
    names = "、".join(f"{product.code}《{product.title}》" for product in found)
    raise ProductAmbiguous(text=wanted[:20], found=names)


def check_may_sell(session: Session, *, creator_id: int) -> Account:
    """Return the account of a creator who may sell goods; raises VerificationNeeded."""
    account = creators.account(session, creator_id=creator_id)
    missing = [
        name
        for name, done in (
            ("实名认证", account.real_name_verified),
            ("开通快手电商", account.shop_opened_on is not None),
        )
        if not done
    ]
    if missing:
        raise VerificationNeeded(missing="、".join(missing))
    return account


def check_on_sale(product: Product) -> None:
    """Raise NotOnSale for a product that is taken down or sold out."""
    why = "已经下架" if product.state != "on_sale" else "已经卖完" if product.stock == 0 else ""
    if why:
        raise NotOnSale(code=product.code, title=product.title, why=why)


def check_add(session: Session, *, creator_id: int, product: Product) -> None:
    """Raise what stands against putting the product on the shelf."""
    check_may_sell(session, creator_id=creator_id)
    check_on_sale(product)
    if product.id in {on_it.id for _, on_it in queries.shelf(session, creator_id=creator_id)}:
        raise OnShelfAlready(code=product.code, title=product.title)


def add(session: Session, *, creator_id: int, product_id: int, now: datetime) -> Product:
    """Put the product on the creator's shelf after checking everything again."""
    # The lock makes a product that is being taken down wait, or be seen as taken down.
    product = queries.product_for_update(session, product_id)
    check_add(session, creator_id=creator_id, product=product)
    session.add(ShelfItem(creator_id=creator_id, product_id=product_id, added_at=now))
    session.flush()
    return product


def check_remove(session: Session, *, creator_id: int, product: Product) -> ShelfItem:
    """Return the item on the shelf; raises NotOnShelf."""
    for item, on_it in queries.shelf(session, creator_id=creator_id):
        if on_it.id == product.id:
            return item
    raise NotOnShelf(code=product.code, title=product.title)


def remove(session: Session, *, creator_id: int, product_id: int, now: datetime) -> Product:
    """Take the product off the creator's shelf."""
    product = queries.product_for_update(session, product_id)
    item = check_remove(session, creator_id=creator_id, product=product)
    item.removed_at, item.removed_because = now, "creator"
    session.flush()
    return product


def check_sample(session: Session, *, creator_id: int, product: Product, on: date) -> int:
    """Return how many samples the creator has left this month; raises what stands against one."""
    check_may_sell(session, creator_id=creator_id)
    check_on_sale(product)
    orders = queries.order_count(session, creator_id=creator_id, period=last_days(SAMPLE_DAYS, on=on))
    if orders < SAMPLE_ORDERS:
        raise SampleOrdersMissing(orders=orders, missing=SAMPLE_ORDERS - orders)
    asked = queries.samples(session, creator_id=creator_id, period=month(on.year, on.month))
    for one in asked:
        if one.product_id == product.id:
            raise SampleAskedAlready(code=product.code, title=product.title, number=one.number)
    if len(asked) >= SAMPLES_A_MONTH:
        raise SamplesUsedUp(count=len(asked))
    if product.samples == 0:
        raise NoSamples(code=product.code, title=product.title)
    return SAMPLES_A_MONTH - len(asked)


def request_sample(
    session: Session, *, creator_id: int, product_id: int, on: date, now: datetime
) -> SampleRequest:
    """Ask for a free sample after checking everything again; the supplier has one less."""
    product = queries.product_for_update(session, product_id)
    left = check_sample(session, creator_id=creator_id, product=product, on=on)
    product.samples -= 1
    number = f"YP{on:%Y%m}-{creator_id:06d}-{SAMPLES_A_MONTH - left + 1}"
    row = SampleRequest(
        number=number, creator_id=creator_id, product_id=product_id, requested_on=on, requested_at=now
    )
    session.add(row)
    session.flush()
    return row


def check_dislike(session: Session, *, creator_id: int, category: str, product_id: int | None) -> None:
    """Raise DislikedAlready when that stands already."""
    for row in queries.dislikes(session, creator_id=creator_id):
        if (row.category, row.product_id) == (category, product_id):
            raise DislikedAlready(what=f"{category}类" if product_id is None else "这款商品")


def dislike(
    session: Session, *, creator_id: int, category: str, product_id: int | None, now: datetime
) -> None:
    """Rank a category, or one product, lower for this creator until it is undone."""
    check_dislike(session, creator_id=creator_id, category=category, product_id=product_id)
    session.add(ProductDislike(creator_id=creator_id, category=category, product_id=product_id, made_at=now))
    session.flush()


def disliked(
    session: Session, *, creator_id: int, category: str | None, product_id: int | None
) -> list[ProductDislike]:
    """Return what would be undone: that of the category or product, or of neither all; raises NothingDisliked."""
    found = [
        row
        for row in queries.dislikes(session, creator_id=creator_id)
        if (category is None and product_id is None)
        or (product_id is not None and row.product_id == product_id)
        or (product_id is None and row.product_id is None and row.category == category)
    ]
    if not found:
        raise NothingDisliked
    return found


def undo_dislikes(
    session: Session, *, creator_id: int, category: str | None, product_id: int | None, now: datetime
) -> int:
    """Rank these as before; return how many were undone."""
    found = disliked(session, creator_id=creator_id, category=category, product_id=product_id)
    for row in found:
        row.undone_at = now
    session.flush()
    return len(found)


def shelf(session: Session, *, creator_id: int) -> list[Product]:
    """Return what is on the creator's shelf, newest first."""
    return [product for _, product in queries.shelf(session, creator_id=creator_id)]


def results(session: Session, *, creator_id: int, period: Period) -> Results:
    """Return what the creator's goods did in a period."""
    sold = queries.sold(session, creator_id=creator_id, period=period)
    clicks = queries.clicks(session, creator_id=creator_id, period=period)
    ids = Counter([*(one.product_id for one in sold), *clicks])
    return Results(tuple(sold), queries.products(session, ids), clicks)
