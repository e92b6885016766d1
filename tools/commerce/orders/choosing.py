"""Which order or brief a creator means: a number, a place in the list, a brand's name, or the only one there is."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from tools.commerce.orders import service
from tools.commerce.orders.models import BrandBrief, BrandOrder
from tools.commerce.orders.refusals import NoOrderWaits, OrderUnknown, WhichOrder
from tools.commerce.orders.states import OrderState
from tools.kernel.agent_tool import Call, Speaker

Meant = TypeVar("Meant", bound=BrandOrder | BrandBrief)

ORDINAL = "ord:"
_MOST_SHOWN = 5
_MOST_PLACES = 50


def chosen_order(
    call: Call, order_id: str | None, *, fits: Callable[[BrandOrder], bool], what: str
) -> BrandOrder:
    """Return the creator's order that is meant, among those that `fits`; without a name, the only one.

    Raises OrderUnknown, WhichOrder, NoOrderWaits.
    """
    mine = service.orders(call.session, creator_id=call.creator_id)
    # As the creator's own list shows them: what is not over first.
    mine.sort(key=lambda item: OrderState(item[0].state).is_over)
    fitting = [(row, brief) for row, brief in mine if fits(row)]
    if order_id is not None and not order_id.startswith(ORDINAL):
        found = service.find(call.session, creator_id=call.creator_id, reference=order_id)
        if isinstance(found, BrandBrief):
            raise OrderUnknown(reference=order_id)
        return found
    if order_id is not None:
        return _place(order_id, fitting)
    said = _last_words(call)
    named = [(row, brief) for row, brief in fitting if brief.brand in said]
    return _only(named or fitting, what)


def chosen_target(call: Call, order_id: str | None) -> BrandOrder | BrandBrief:
    """Return what the creator wants to take: an order that waits, or a brief of the list of offers."""
    if order_id is not None and not order_id.startswith(ORDINAL):
        return service.find(call.session, creator_id=call.creator_id, reference=order_id)
    waiting = [
        (row, brief)
        for row, brief in service.orders(call.session, creator_id=call.creator_id)
        if row.answer_by is not None
    ]
    best = service.offers(call.session, creator_id=call.creator_id, on=call.on, top=_MOST_PLACES).best
    offered = [offer.brief for offer in best]
    if order_id is not None:
        items: list[tuple[BrandOrder | BrandBrief, BrandBrief]] = [
            *waiting,
            *((brief, brief) for brief in offered),
        ]
        # The list shows what waits for an answer first, then the offers: places count through both.
        return _place(order_id, items)
    said = _last_words(call)
    for found, brief in (*waiting, *((brief, brief) for brief in offered)):
        if brief.brand in said:
            return found
    return _only(waiting, "等你接")


def _place(order_id: str, items: Sequence[tuple[Meant, BrandBrief]]) -> Meant:
    number = order_id.removeprefix(ORDINAL)
    place = int(number) if number.removeprefix("-").isdigit() and len(number) < _MOST_SHOWN else 0
    if place == 0 or abs(place) > len(items):
        raise OrderUnknown(reference=f"第 {number} 个")
    return items[place - 1 if place > 0 else place][0]


def _only(items: Sequence[tuple[BrandOrder, BrandBrief]], what: str) -> BrandOrder:
    if not items:
        raise NoOrderWaits(what=what)
    if len(items) > 1:
        choices = "；".join(f"{row.number} {brief.brand}" for row, brief in items[:_MOST_SHOWN])
        raise WhichOrder(choices=choices, example=items[0][0].number)
    return items[0][0]


def _last_words(call: Call) -> str:
    said = [line.text for line in call.transcript if line.speaker is Speaker.CREATOR]
    return said[-1] if said else ""
