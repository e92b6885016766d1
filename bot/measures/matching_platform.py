"""What the measure of matching stores: a creator, ten thousand goods and what sold of them, ten thousand briefs."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
from sqlalchemy import insert

from tools.commerce.goods.categories import CATEGORIES
from tools.kernel.db import Database
from tools.schema import metadata

GOODS: Final = 10_000
ON: Final = date(2022, 8, 15)
_NOW: Final = datetime(2022, 8, 15, 4, tzinfo=UTC)
_ROWS_AT_ONCE: Final = 5_000

_Rows = list[dict[str, object]]


def store(database: Database, *, seed: int) -> None:
    """Store a creator with orders of their own, the goods, what peers sold of a third of them, and the briefs."""
    draw = np.random.default_rng(seed)
    kinds: list[int] = draw.integers(0, len(CATEGORIES), GOODS).tolist()
    numbers: list[list[int]] = draw.integers(0, 10_000, (GOODS, 8)).tolist()
    creator: dict[str, object] = {
        "id": 1,
        "handle": "m1",
        "nickname": "m1",
        "category": "美食",
        "city": "沈阳",
        "joined_on": ON,
        "followers": 12_000,
        "real_name_verified": True,
    }
    with database.writing() as session:
        for table, rows in (
            ("creator", [creator]),
            ("product", _goods(kinds, numbers)),
            ("sale", _sales()),
            ("peer_result", _peers()),
            ("brand_brief", _briefs(numbers)),
        ):
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                session.execute(insert(metadata.tables[table]), rows[start : start + _ROWS_AT_ONCE])


def _goods(kinds: Sequence[int], numbers: Sequence[Sequence[int]]) -> _Rows:
    return [
        {
            "id": place + 1,
            "code": f"P{place:06d}",
            "title": f"商品{place}",
            "category": CATEGORIES[kinds[place]],
            "supplier": "供货商",
            "ships_from": "杭州",
            "price_fen": 500 + row[0],
            "commission_bp": row[1] % 4_000,
            "stock": 1 + row[2],
            "samples": row[3] % 5,
            "refund_bp": row[4] % 1_000,
            "women_bp": row[5],
            "parents_bp": row[6],
            "young_bp": row[7],
            "months": row[0] % 4_096 if row[1] % 3 else 0,
            "state": "on_sale",
            "updated_at": _NOW,
        }
        for place, row in enumerate(numbers)
    ]


def _sales() -> _Rows:
    return [
        {
            "number": f"S{place}",
            "creator_id": 1,
            "product_id": 1 + place * 37 % GOODS,
            "content_category": "美食",
            "quantity": 1,
            "paid_fen": 3_000,
            "commission_bp": 1_000,
            "commission_fen": 300,
            "bought_on": ON - timedelta(days=1 + place % 80),
            "state": "ordered",
            "owed": False,
        }
        for place in range(300)
    ]


def _peers() -> _Rows:
    return [
        {
            "content_category": content,
            "product_id": place,
            "orders": place % 50 + 1,
            "creators": 1,
            "counted_on": ON,
        }
        for content in ("", "美食")
        for place in range(1, GOODS + 1, 3)
    ]


def _briefs(numbers: Sequence[Sequence[int]]) -> _Rows:
    return [
        {
            "id": place + 1,
            "key": f"B{place:06d}",
            "brand": "品牌",
            "title": f"新品推广 {place}",
            "wants": "一条短视频",
            "category": ("美食", "美妆", None)[place % 3],
            "audience": f"followers >= {1_000 * (place % 40)} && violations_90d == 0",
            "kind": ("fixed", "bid", "effect")[place % 3],
            "budget_fen": 10_000_000,
            # Brands offer whole hundreds of yuan, and as much again or twice as much at most.
            "price_fen": 10_000 * (1 + row[0] % 100),
            "ceiling_fen": 10_000 * (1 + row[0] % 100) * (1 + row[1] % 3),
            "deadline": ON + timedelta(days=1 + row[2] % 60),
            "forbidden": [],
            "imported_at": _NOW,
        }
        for place, row in enumerate(numbers)
    ]
