"""What can happen to a brand order, in any order of events: never settled twice, never more than what was set aside."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

_BASIS_POINTS = 10_000


class OrderState(StrEnum):
    """Where an order stands."""

    INVITED = "invited"
    QUOTED = "quoted"
    PLACED = "placed"
    ACCEPTED = "accepted"
    SUBMITTED = "submitted"
    REVISING = "revising"
    APPROVED = "approved"
    DISPUTED = "disputed"
    SETTLED = "settled"
    DECLINED = "declined"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing can come of it any more."""
        return self in _OVER

    @property
    def waits_for_answer(self) -> bool:
        """Whether the creator has until `answer_by` to say yes or no."""
        return self in _ASKED

    @property
    def holds_money(self) -> bool:
        """Whether a part of the brief's budget is set aside for it."""
        return self in _HOLDING

    @property
    def words(self) -> str:
        """The state as creators read it."""
        return _WORDS[self]


class OrderEvent(StrEnum):
    """What a creator, a brand or the clock does to an order."""

    PLACE = "place"  # the brand takes the creator's quote
    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"  # nobody answered in time
    SUBMIT = "submit"
    REVISE = "revise"  # the brand wants it changed
    APPROVE = "approve"  # the brand accepts the work
    SETTLE = "settle"
    CANCEL = "cancel"  # the creator gives an accepted order back
    DISPUTE = "dispute"
    RULE = "rule"  # a person has decided the dispute: what is paid, from nothing to all

    @property
    def follows(self) -> frozenset[OrderState]:
        """The states in which it can happen."""
        return _FROM[self]


class WrongStepError(ValueError):
    """The event can't happen to an order in this state."""


_OVER = frozenset({OrderState.SETTLED, OrderState.DECLINED, OrderState.LAPSED, OrderState.CANCELLED})
_ASKED = frozenset({OrderState.INVITED, OrderState.PLACED})
_HOLDING = frozenset(
    {OrderState.ACCEPTED, OrderState.SUBMITTED, OrderState.REVISING, OrderState.APPROVED, OrderState.DISPUTED}
)
_WORDS: Mapping[OrderState, str] = {
    OrderState.INVITED: "品牌邀约，等你答复",
    OrderState.QUOTED: "已报价，等品牌选择",
    OrderState.PLACED: "品牌已下单，等你接单",
    OrderState.ACCEPTED: "已接单，等交稿",
    OrderState.SUBMITTED: "已交稿，等品牌验收",
    OrderState.REVISING: "品牌要求修改",
    OrderState.APPROVED: "验收通过，等结算",
    OrderState.DISPUTED: "有争议，等人工处理",
    OrderState.SETTLED: "已结算",
    OrderState.DECLINED: "已拒绝",
    OrderState.LAPSED: "逾期自动取消",
    OrderState.CANCELLED: "已取消",
}
_FROM: Mapping[OrderEvent, frozenset[OrderState]] = {
    OrderEvent.PLACE: frozenset({OrderState.QUOTED}),
    OrderEvent.ACCEPT: _ASKED,
    OrderEvent.DECLINE: _ASKED | {OrderState.QUOTED},
    OrderEvent.LAPSE: _ASKED,
    OrderEvent.SUBMIT: frozenset({OrderState.ACCEPTED, OrderState.REVISING}),
    OrderEvent.REVISE: frozenset({OrderState.SUBMITTED}),
    OrderEvent.APPROVE: frozenset({OrderState.SUBMITTED}),
    OrderEvent.SETTLE: frozenset({OrderState.APPROVED}),
    OrderEvent.CANCEL: frozenset({OrderState.ACCEPTED, OrderState.REVISING}),
    OrderEvent.DISPUTE: _HOLDING - {OrderState.DISPUTED},
    OrderEvent.RULE: frozenset({OrderState.DISPUTED}),
}

# Events that lead to one state, whatever was before.
_TO: Mapping[OrderEvent, OrderState] = {
    OrderEvent.DECLINE: OrderState.DECLINED,
    OrderEvent.SUBMIT: OrderState.SUBMITTED,
    OrderEvent.APPROVE: OrderState.APPROVED,
    OrderEvent.CANCEL: OrderState.CANCELLED,
    OrderEvent.DISPUTE: OrderState.DISPUTED,
}


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the machine sees it: `price_fen` is the most it can cost, `held_fen` what is set aside for it now."""

    state: OrderState
    price_fen: int
    answer_by: datetime | None = None
    held_fen: int = 0
    paid_fen: int = 0
    revisions: int = 0


@dataclass(frozen=True, slots=True)
class Happening:
    """An event with its moment; `left_fen` is what the brief has free, `fen` what is to be paid, `answer_by` a new limit."""

    event: OrderEvent
    now: datetime
    left_fen: int = 0
    fen: int = 0
    free_revisions: int = 0
    answer_by: datetime | None = None


def advance(order: Order, happening: Happening) -> Order:
    """Return the order after the event. Raises WrongStepError, then nothing has changed."""
    event = happening.event
    if order.state not in _FROM[event]:
        raise WrongStepError(f"{event} does not follow {order.state}")
    match event:
        case OrderEvent.PLACE:
            return replace(order, state=OrderState.PLACED, answer_by=happening.answer_by)
        case OrderEvent.ACCEPT:
            return _accepted(order, happening)
        case OrderEvent.LAPSE:
            return _lapsed(order, happening)
        case OrderEvent.REVISE:
            return _revising(order, happening)
        case OrderEvent.SETTLE | OrderEvent.RULE:
            return _paid(order, happening.fen)
        case _:
            return _moved(order, _TO[event])


def committed_fen(orders: Iterable[Order]) -> int:
    """Return what a brief's orders have taken of its budget: set aside, or paid."""
    return sum(order.held_fen + order.paid_fen for order in orders)


def fee_of(fen: int, *, fee_bp: int) -> int:
    """Return the platform's part; what does not divide stays with the creator."""
    return fen * fee_bp // _BASIS_POINTS


def effect_fen(plays: int, *, per_thousand_fen: int, most_fen: int) -> int:
    """Return what an order by effect has earned: whole fen for its plays, at most its ceiling."""
    return min(plays * per_thousand_fen // 1_000, most_fen)


def _moved(order: Order, state: OrderState) -> Order:
    """Return the order in a state that the event alone leads to; what is over holds nothing and waits for nothing."""
    held_fen = 0 if state.is_over else order.held_fen
    return replace(order, state=state, answer_by=None, held_fen=held_fen)


def _revising(order: Order, happening: Happening) -> Order:
    if order.revisions >= happening.free_revisions:
        raise WrongStepError(f"{order.revisions} revisions are used, no more are free")
    return replace(order, state=OrderState.REVISING, revisions=order.revisions + 1)


def _accepted(order: Order, happening: Happening) -> Order:
    assert order.answer_by is not None, "who is asked has a limit"
    if happening.now >= order.answer_by:
        raise WrongStepError("the time to answer is over")
    if happening.left_fen < order.price_fen:
        raise WrongStepError(f"the brief has {happening.left_fen} left, the order takes {order.price_fen}")
    return replace(order, state=OrderState.ACCEPTED, answer_by=None, held_fen=order.price_fen)


def _lapsed(order: Order, happening: Happening) -> Order:
    assert order.answer_by is not None, "who is asked has a limit"
    if happening.now < order.answer_by:
        raise WrongStepError("there is still time to answer")
    return replace(order, state=OrderState.LAPSED, answer_by=None)


def _paid(order: Order, fen: int) -> Order:
    if not 0 <= fen <= order.held_fen:
        raise WrongStepError(f"{fen} is not from 0 to the {order.held_fen} set aside")
    state = OrderState.SETTLED if fen else OrderState.CANCELLED
    return replace(order, state=state, held_fen=0, paid_fen=fen)
