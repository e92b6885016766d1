"""What brands, operators and the clock do with orders: invite, place, look at work, settle, decide, close."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import nsmallest
from typing import Final

from sqlalchemy.orm import Session

from tools.commerce.orders import matching, queries, service, steps
from tools.commerce.orders.matching import Candidate, Fit, Kind
from tools.commerce.orders.models import BrandBrief, BrandOrder
from tools.commerce.orders.rules import OrderRules, order_rules
from tools.commerce.orders.states import (
    Happening,
    Order,
    OrderEvent,
    OrderState,
    WrongStepError,
    effect_fen,
)
from tools.commerce.orders.steps import Told
from tools.creators import service as creators
from tools.creators.fact_words import values_of
from tools.kernel.errors import OperatorError
from tools.kernel.money import yuan
from tools.kernel.period import Period
from tools.payout import service as payout
from tools.payout import trade

# Works are only read of so many who meet a brief's conditions: its category first, then 优创, then followers.
_LOOKED_AT: Final = 300
_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Recommended:
    """A creator for a brief, and why."""

    creator_id: int
    handle: str
    candidate: Candidate
    fit: Fit


def recommend(session: Session, *, key: str, on: date, top: int) -> list[Recommended]:
    """Return the best creators for a brief who have no order on it: 光合优创 first, then by fit."""
    brief = brief_called(session, key)
    rule = order_rules(on).rule
    taken = queries.creators_of(session, brief_id=brief.id)
    eligible = (
        (account, facts)
        for account, facts in creators.facts_of_all(session, on=on)
        if account.id not in taken
        and service.words_hold(rule, values_of(facts))
        and service.words_hold(brief.audience, values_of(facts))
    )
    looked_at = nsmallest(
        _LOOKED_AT,
        (
            (
                not payout.qualifies_for("youchuang", facts, on=on),
                brief.category not in (None, account.category),
                -account.followers,
                account.id,
                account.handle,
                facts,
            )
            for account, facts in eligible
        ),
        key=lambda row: row[:4],
    )
    wanted = service.wanted_of(brief)
    found: dict[int, tuple[Candidate, Fit]] = {}
    handles: dict[int, str] = {}
    for *_, creator_id, handle, facts in looked_at:
        candidate = service.candidate_of(session, creator_id=creator_id, facts=facts, on=on)
        found[creator_id], handles[creator_id] = (candidate, matching.fit(wanted, candidate)), handle
    return [
        Recommended(creator_id, handles[creator_id], *found[creator_id])
        for creator_id in matching.ranked(found)[:top]
    ]


def invite(session: Session, *, key: str, creator_id: int, now: datetime) -> BrandOrder:
    """Invite a creator to a brief: 24 hours to answer. Raises OperatorError when that makes no sense."""
    brief = queries.lock_brief(session, brief_id=brief_called(session, key).id)
    on = steps.platform_day(now)
    if brief.closed_at is not None or brief.deadline < on:
        raise OperatorError(f"{brief.key} is closed")
    existing = queries.order_of(session, brief_id=brief.id, creator_id=creator_id)
    if existing is not None:
        raise OperatorError(f"{brief.key}: this creator has the order {existing.number}, {existing.state}")
    found = service.eligibility(session, creator_id=creator_id, on=on, brief=brief)
    if not found.passed:
        raise OperatorError(f"{brief.key}: this creator does not meet the conditions")
    answer_by = now + timedelta(hours=order_rules(on).invitation_hours)
    tells = f"{brief.brand}邀你接商单《{brief.title}》，{yuan(brief.ceiling_fen)} 元以内，{service.moment(answer_by)}前答复。"
    return steps.open_order(
        session,
        brief,
        creator_id=creator_id,
        order=Order(OrderState.INVITED, brief.ceiling_fen, answer_by),
        now=now,
        told=Told("brand", tells=tells),
    )


def place(session: Session, *, number: str, now: datetime) -> BrandOrder:
    """Take a creator's quote: 48 hours to answer (brand-orders-rules 2.1)."""
    answer_by = now + timedelta(hours=order_rules(steps.platform_day(now)).answer_hours)
    happening = Happening(OrderEvent.PLACE, now, answer_by=answer_by)
    return _step(
        session,
        number,
        happening,
        lambda row: f"品牌选了你的报价（{row.number}），{service.moment(answer_by)}前接单。",
    )


def revise(session: Session, *, number: str, wanted: str, now: datetime) -> BrandOrder:
    """Ask for a change; so many are free, then the two agree on a price outside."""
    if not wanted.strip():
        raise OperatorError("what is to be changed? The creator reads it")
    row = _order(session, number)
    free = service_rules(row).free_revisions
    happening = Happening(OrderEvent.REVISE, now, free_revisions=free)
    return _step(
        session, number, happening, lambda each: f"{each.number} 要修改：{wanted.strip()}", note=wanted
    )


def approve(session: Session, *, number: str, now: datetime, note: str = "") -> BrandOrder:
    """Accept the work. A fixed or quoted price is settled at once; by effect, when its plays have been counted."""
    row = _step(
        session,
        number,
        Happening(OrderEvent.APPROVE, now),
        lambda each: f"{each.number} 验收通过。",
        note=note,
    )
    if Kind(service.brief_of(session, row).kind) is not Kind.EFFECT:
        settle(session, row, now=now)
    return row


def settle(session: Session, row: BrandOrder, *, now: datetime) -> None:
    """Pay an approved order that is locked: its price, or what its plays have earned."""
    brief = service.brief_of(session, row)
    fen = row.price_fen
    if Kind(brief.kind) is Kind.EFFECT:
        fen = effect_fen(
            _plays(session, row, now=now), per_thousand_fen=brief.price_fen, most_fen=row.held_fen
        )
    tells = f"{row.number} 已结算 {yuan(fen)} 元（含平台服务费），7 天内计入可提现余额。"
    steps.pay(session, row, event=OrderEvent.SETTLE, fen=fen, now=now, told=Told("platform", tells=tells))


def rule(session: Session, *, number: str, fen: int, reason: str, now: datetime) -> BrandOrder:
    """Decide a dispute: what the creator is paid, from nothing to what was set aside."""
    if not reason.strip():
        raise OperatorError("a decision needs a reason, which the creator reads")
    row = _order(session, number)
    tells = f"{row.number} 的争议已处理：支付 {yuan(fen)} 元。原因：{reason.strip()}"
    try:
        steps.pay(session, row, event=OrderEvent.RULE, fen=fen, now=now, told=Told("platform", reason, tells))
    except WrongStepError as error:
        raise OperatorError(f"{row.number}: {error}") from error
    return row


def close(session: Session, *, key: str, now: datetime) -> int:
    """Close a brief whose orders are all over and give the brand back what is left; return that."""
    brief = queries.lock_brief(session, brief_id=brief_called(session, key).id)
    if brief.closed_at is not None:
        return 0
    for row in queries.unfinished(session, brief_id=brief.id):
        if OrderState(row.state) is not OrderState.QUOTED:
            raise OperatorError(f"{brief.key}: order {row.number} is {row.state}")
        steps.step(
            session,
            row,
            Happening(OrderEvent.DECLINE, now),
            Told("brand", tells=f"{brief.brand}没有选用你的报价。"),
        )
    left_fen = brief.budget_fen - queries.taken_fen(session, brief_id=brief.id)
    if left_fen:
        day = steps.platform_day(now)
        trade.empty_pool(
            session, name=brief.pool, payer=f"brand:{brief.brand}", fen=left_fen, day=day, now=now
        )
    brief.closed_at = now
    session.flush()
    return left_fen


def brief_called(session: Session, key: str) -> BrandBrief:
    """Return the brief with this key. Raises OperatorError."""
    brief = queries.brief_by_key(session, key=key.strip().upper())
    if brief is None:
        raise OperatorError(f"there is no brief {key!r}")
    return brief


def lapse_due(session: Session, *, now: datetime) -> int:
    """End invitations and placed orders that nobody answered in time, a batch; return how many."""
    ids = queries.due_answers(session, now=now, limit=_BATCH)
    for order_id in ids:
        row = queries.locked_order(session, order_id=order_id)
        if row is None or row.answer_by is None or row.answer_by > now:
            continue
        tells = f"{row.number} 没有在时限内答复，已自动取消，不影响账号。"
        steps.step(session, row, Happening(OrderEvent.LAPSE, now), Told("platform", tells=tells))
    return len(ids)


def cancel_late(session: Session, *, now: datetime, after: int) -> int | None:
    """Cancel accepted orders whose work was not handed in by the end of the deadline; return the last id, None at the end.

    What was set aside is free again. One whose work was handed in and is being changed is left to people.
    """
    return _through(session, OrderState.ACCEPTED, after, lambda row: _cancel_late(session, row, now))


def approve_overlooked(session: Session, *, now: datetime, after: int) -> int | None:
    """Accept work that the brand has not looked at in time (brand-orders-rules 2.4); return the last id, None at the end."""
    return _through(session, OrderState.SUBMITTED, after, lambda row: _approve_late(session, row, now))


def settle_effects(session: Session, *, now: datetime, after: int) -> int | None:
    """Pay approved orders by effect whose days of counting are over; return the last id, None at the end."""
    return _through(session, OrderState.APPROVED, after, lambda row: _settle_late(session, row, now))


def service_rules(row: BrandOrder) -> OrderRules:
    """Return the rules of an accepted order. Raises OperatorError for one that was never accepted."""
    if row.rules_from is None:
        raise OperatorError(f"{row.number} is {row.state}, it was never accepted")
    return steps.rules_of(row)


def _cancel_late(session: Session, row: BrandOrder, now: datetime) -> None:
    deadline = service.brief_of(session, row).deadline
    if steps.platform_day(now) > deadline:
        tells = (
            f"{row.number} 过了 {deadline.month}月{deadline.day}日还没交稿，已自动取消，算一次接单后取消。"
        )
        steps.step(session, row, Happening(OrderEvent.CANCEL, now), Told("platform", "逾期没有交稿", tells))


def _approve_late(session: Session, row: BrandOrder, now: datetime) -> None:
    if now >= row.changed_at + timedelta(days=steps.rules_of(row).review_days):
        approve(session, number=row.number, now=now, note="逾期没有验收，视为通过")


def _settle_late(session: Session, row: BrandOrder, now: datetime) -> None:
    if now >= row.changed_at + timedelta(days=steps.rules_of(row).effect_days):
        settle(session, row, now=now)


def _through(
    session: Session, state: OrderState, after: int, act: Callable[[BrandOrder], None]
) -> int | None:
    rows = queries.in_state(session, states=[state], after=after, limit=_BATCH)
    for found in rows:
        row = queries.locked_order(session, order_id=found.id)
        if row is not None and row.state == state.value:
            act(row)
    return rows[-1].id if rows else None


def _plays(session: Session, row: BrandOrder, *, now: datetime) -> int:
    """Return the plays of the handed-in work on all days before today."""
    assert row.work_id is not None, "an approved order has its work"
    days = Period(date(2000, 1, 1), steps.platform_day(now), "至今")
    return sum(creators.work_plays(session, work_id=row.work_id, period=days).values())


def _step(
    session: Session, number: str, happening: Happening, tells: Callable[[BrandOrder], str], *, note: str = ""
) -> BrandOrder:
    row = _order(session, number)
    try:
        steps.step(session, row, happening, Told("brand", note, tells(row)))
    except WrongStepError as error:
        raise OperatorError(f"{row.number}: {error}") from error
    return row


def _order(session: Session, number: str) -> BrandOrder:
    digits = number.strip().upper().rpartition("-")[2]
    row = (
        queries.locked_order(session, order_id=int(digits[:18]))
        if digits.isascii() and digits.isdigit()
        else None
    )
    if row is None or row.number != number.strip().upper():
        raise OperatorError(f"there is no order {number!r}")
    return row
