"""The demo's market: goods, who the fans are, what sold through whom, a shelf.

What the demo's own accounts earned by goods is in the ledger already: each such income gets the order that it came from,
so that the sales and the statement say the same. Accounts of the demo's town have orders on their way, unpaid as yet.
"""

import zlib
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from tools.commerce.goods import commissions, counting, queries
from tools.commerce.goods.demo_goods import GOODS, DemoProduct
from tools.commerce.goods.models import FanProfile, Product, ProductDay, Sale, ShelfItem
from tools.commerce.goods.queries import HIGHEST_REFUND_BP
from tools.commerce.goods.sales import SaleFacts, commission_fen
from tools.creators import service as creators
from tools.creators.accounts import Account
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import trade
from tools.payout.posting import Purpose

_FIRST_CODE: Final = 1001
# Women, parents, young in percent of the fans, and what each account sells of.
_ACCOUNTS: Final = {
    "laotie": ((46, 52, 41), ("食品", "家居")),
    "xinren": ((93, 24, 84), ("美妆",)),
    "duanju": ((71, 57, 46), ("家居", "美妆")),
    "zhubo": ((55, 35, 58), ("美妆", "服饰")),
    "dianshang": ((72, 61, 33), ("家居", "服饰", "母婴")),
    "mingxing": ((64, 40, 62), ("美妆", "服饰", "食品")),
    "yuanchuang": ((48, 50, 36), ("家居", "食品")),
    "fangmao": ((45, 50, 38), ("食品",)),
}
_SHELVES: Final = {"laotie": 2, "dianshang": 5}
# What accounts of a content sell besides.
_SOLD_BY: Final = {
    "美食": ("食品", "家居"),
    "三农": ("农资", "食品"),
    "美妆": ("美妆", "服饰"),
    "母婴": ("母婴", "家居"),
    "生活": ("家居", "食品", "服饰"),
    "运动": ("运动", "服饰"),
    "宠物": ("宠物",),
    "科技": ("数码",),
    "汽车": ("汽车用品", "数码"),
    "知识": ("图书", "母婴"),
}
_ORDERS_UP_TO: Final = 6
# Of an order: between 2 and 6 in a hundred openings become one.
_LEAST_CLICKS: Final = 17


def load(session: Session, *, on: date) -> None:
    """Make the demo's goods exist; again changes nothing."""
    now = datetime.combine(on, time(6), PLATFORM_ZONE)
    known = queries.products_by_code(session, [_code(place) for place in range(len(GOODS))])
    for place, one in enumerate(GOODS):
        if _code(place) not in known:
            session.add(_product(_code(place), one, now=now))
    session.flush()
    goods = list(queries.products_by_code(session, [_code(place) for place in range(len(GOODS))]).values())
    goods.sort(key=lambda product: product.code)
    if not known:
        _town(session, goods, on=on, now=now)
    for handle, (fans, kinds) in _ACCOUNTS.items():
        if account := creators.find_account(session, handle=handle):
            some = [product for product in goods if product.category in kinds]
            _fans(session, account, fans, on=on)
            _sales(session, account, some, on=on)
            if not known:
                for product in some[: _SHELVES.get(handle, 0)]:
                    session.add(ShelfItem(creator_id=account.id, product_id=product.id, added_at=now))
    session.flush()
    counting.count_peers(session, on=on)


def _code(place: int) -> str:
    return f"P{_FIRST_CODE + place}"


def _product(code: str, one: DemoProduct, *, now: datetime) -> Product:
    return Product(
        code=code,
        title=one.title,
        category=one.category,
        supplier=one.supplier,
        ships_from=one.ships_from,
        price_fen=one.price_fen,
        commission_bp=one.commission_bp,
        stock=one.stock,
        samples=one.samples,
        refund_bp=one.refund_bp,
        women_bp=100 * one.women,
        parents_bp=100 * one.parents,
        young_bp=100 * one.young,
        months=sum(1 << (number - 1) for number in one.months),
        state="delisted" if one.refund_bp > HIGHEST_REFUND_BP else "on_sale",
        updated_at=now,
    )


def _fans(session: Session, account: Account, percent: tuple[int, int, int], *, on: date) -> None:
    if session.get(FanProfile, account.id) is None:
        women, parents, young = (100 * share for share in percent)
        session.add(
            FanProfile(
                creator_id=account.id, women_bp=women, parents_bp=parents, young_bp=young, counted_on=on
            )
        )


def _sales(session: Session, account: Account, goods: list[Product], *, on: date) -> None:
    """Give each income by goods in the ledger the order that it came from; the buyers paid after coupons."""
    incomes = [
        income
        for income in trade.incomes(session, purpose=Purpose.GOODS, creator_id=account.id)
        if income.key.startswith("demo:") and not income.taken_back
    ]
    numbers = {income.key: f"DD{account.id:04d}{income.day:%y%m%d}" for income in incomes}
    known = queries.sales_by_number(session, set(numbers.values()))
    for income in incomes:
        if numbers[income.key] in known or income.day >= on:
            continue
        product = goods[zlib.crc32(income.key.encode()) % len(goods)]
        paid_fen = -(-income.fen * 10_000 // product.commission_bp)
        assert commission_fen(paid_fen, product.commission_bp) == income.fen
        quantity = max(1, round(paid_fen / product.price_fen))
        session.add(
            Sale(
                number=numbers[income.key],
                creator_id=account.id,
                product_id=product.id,
                content_category=account.category,
                quantity=quantity,
                paid_fen=paid_fen,
                commission_bp=product.commission_bp,
                commission_fen=income.fen,
                bought_on=income.day - timedelta(days=2),
                received_on=income.day,
                state="received",
                ledger_key=income.key,
                owed=False,
            )
        )
        day = ProductDay(
            creator_id=account.id,
            day=income.day - timedelta(days=2),
            product_id=product.id,
            clicks=_LEAST_CLICKS + zlib.crc32(numbers[income.key].encode()) % 40,
        )
        session.add(day)
    session.flush()


def _town(session: Session, goods: list[Product], *, on: date, now: datetime) -> None:
    """Store orders of the last nine days through the town's accounts, on their way to the buyers."""
    facts: list[SaleFacts] = []
    categories: dict[int, str] = {}
    everybody = [account for account, _ in creators.facts_of_all(session, on=on)]
    for account in everybody:
        if account.handle in _ACCOUNTS or account.category not in _SOLD_BY:
            continue
        categories[account.id] = account.category
        some = [product for product in goods if product.category in _SOLD_BY[account.category]]
        for number in range(zlib.crc32(account.handle.encode()) % _ORDERS_UP_TO):
            draw = zlib.crc32(f"{account.handle}:{number}".encode())
            product = some[draw % len(some)]
            bought_on = on - timedelta(days=1 + draw // 7 % 9)
            facts.append(
                SaleFacts(
                    f"DT{account.id:05d}{number}", account.id, product.id, 1, product.price_fen,
                    product.commission_bp, bought_on,
                )
            )  # fmt: skip
    for _ in commissions.record(session, facts, categories=categories, now=now):
        pass
