"""What the tests of goods share: a creator with a shop, products, calls."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

import pytest
from sqlalchemy.orm import Session

from tests.calls import PackagedPolicies, a_call
from tools.commerce.goods.models import Product
from tools.creators.models import Creator
from tools.kernel.agent_tool import Call, Line, Speaker


class CallOf(Protocol):
    """Returns a call of a creator inside a session, after these lines of the assistant."""

    def __call__(self, session: Session, creator: int, *, shown: str = "", said: str = "") -> Call: ...


@pytest.fixture
def call_of(now: datetime, on: date) -> CallOf:
    """Return a maker of calls."""

    def make(session: Session, creator: int, *, shown: str = "", said: str = "") -> Call:
        lines = tuple(
            Line(speaker, text)
            for speaker, text in ((Speaker.ASSISTANT, shown), (Speaker.CREATOR, said))
            if text
        )
        call = a_call(creator=creator, conversation=1, now=now, on=on, transcript=lines)
        return replace(call, session=session, policies=PackagedPolicies())

    return make


@pytest.fixture
def a_product(now: datetime) -> Callable[..., Product]:
    """Return a maker of products: a jar of sauce unless told otherwise."""

    def make(session: Session, code: str, **values: object) -> Product:
        usual: dict[str, object] = {
            "title": f"牛肉酱 {code}",
            "category": "食品",
            "supplier": "老滋味食品",
            "ships_from": "沈阳",
            "price_fen": 3_990,
            "commission_bp": 2_000,
            "stock": 100,
            "samples": 5,
            "refund_bp": 100,
            "women_bp": 5_000,
            "parents_bp": 5_000,
            "young_bp": 5_000,
            "months": 0,
            "state": "on_sale",
            "updated_at": now,
        }
        product = Product(code=code, **(usual | values))
        session.add(product)
        session.flush()
        return product

    return make


@pytest.fixture
def a_seller() -> Callable[..., int]:
    """Return a maker of creators who may sell goods."""

    def make(session: Session, handle: str = "laotie", *, shop: bool = True) -> int:
        creator = Creator(
            handle=handle,
            nickname=handle,
            category="美食",
            city="沈阳",
            joined_on=date(2021, 3, 1),
            followers=12_000,
            real_name_verified=True,
            shop_opened_on=date(2022, 1, 1) if shop else None,
        )
        session.add(creator)
        session.flush()
        return creator.id

    return make
