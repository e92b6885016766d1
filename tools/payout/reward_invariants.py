"""What must hold of tasks and traffic coupons at any moment."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from tools.kernel.invariant import Invariant
from tools.payout import reward_queries


def claims_are_rewarded(session: Session) -> Iterator[str]:
    """Yield granted claims whose cash or impressions are not in the ledger."""
    for claim_id, key in reward_queries.granted_claims_without_reward(session):
        yield f"task_claim {claim_id}: granted, but {key} is not in the ledger with all it promised"


def coupons_match_the_ledger(session: Session) -> Iterator[str]:
    """Yield coupons that no transfer granted, or whose use or end took other impressions than they hold."""
    for coupon_id, _source, state, key, amount in reward_queries.wrong_coupons(session):
        booked = "not in the ledger" if amount is None else f"{amount} impressions in the ledger"
        yield f"traffic_coupon {coupon_id}: {state}, but {key} is {booked}"


def coupons_deliver_what_they_hold(session: Session) -> Iterator[str]:
    """Yield coupons of which more was delivered than they hold."""
    for coupon_id, impressions, delivered in reward_queries.overdelivered(session):
        yield f"traffic_coupon {coupon_id}: {delivered} impressions delivered of {impressions}"


INVARIANTS = (
    Invariant("payout.claims_are_rewarded", claims_are_rewarded),
    Invariant("payout.coupons_match_the_ledger", coupons_match_the_ledger),
    Invariant("payout.coupons_deliver_what_they_hold", coupons_deliver_what_they_hold),
)
