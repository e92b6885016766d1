"""What a creator may do with brand orders."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import nsmallest
from statistics import median_low
from typing import Final

from sqlalchemy.orm import Session

from tools.commerce.orders import matching, queries, steps
from tools.commerce.orders.matching import Candidate, Eligibility, Fit, Kind, Wanted
from tools.commerce.orders.models import BrandBrief, BrandOrder
from tools.commerce.orders.quotes import PriceRange, median_fen, price_range
from tools.commerce.orders.refusals import (
    AcceptingPaused,
    BriefClosed,
    BudgetGone,
    ForbiddenWording,
    NotForYou,
    OrderUnknown,
    PriceIsFixed,
    PriceNeeded,
    PriceTooHigh,
    QuotedAlready,
    QuotedTooOften,
    TooLate,
    WorkNotOfOrder,
    WrongTime,
)
from tools.commerce.orders.rules import audience_rule, order_rules
from tools.commerce.orders.states import Happening, Order, OrderEvent, OrderState, WrongStepError
from tools.commerce.orders.steps import Told
from tools.creators import service as creators
from tools.creators.fact_words import FACTS, values_of
from tools.creators.service import CreatorFacts
from tools.kernel import case_requests
from tools.kernel.money import yuan
from tools.kernel.period import PLATFORM_ZONE
from tools.kernel.rules import words
from tools.kernel.rules.explain import Verdict, explain
from tools.kernel.rules.facts import Facts
from tools.kernel.rules.rule import Rule
from tools.kernel.rules.walk import holds
from tools.kernel.rules.ways import ways_of
from tools.payout import service as payout

_NUMBER = re.compile(r"SD-?(?:\d{8})-?(?P<id>\d{4,})", re.ASCII)
_RECENT_WORKS: Final = 10
_PRICES_BACK: Final = timedelta(days=180)
_MONTH: Final = timedelta(days=30)
_MOST_QUOTES: Final = 3  # the first and two changes


@dataclass(frozen=True, slots=True)
class Offer:
    """A brief that the creator may take, and how well it fits."""

    brief: BrandBrief
    left_fen: int
    fit: Fit


@dataclass(frozen=True, slots=True)
class Offers:
    """The best of the briefs that the creator may take, and how many there are."""

    count: int
    best: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Suggested:
    """A range from peers' prices; `peers` says who they are: 同领域同量级."""

    range: PriceRange
    peers: str


def offers(
    session: Session, *, creator_id: int, on: date, top: int, category: str | None = None, min_fen: int = 0
) -> Offers:
    """Return the briefs that the creator meets the conditions of and has no order on, the best fit first."""
    facts = creators.facts(session, creator_id=creator_id, on=on)
    if not _verdict(audience_rule(order_rules(on).rule), facts).passed:
        return Offers(0, ())
    candidate = candidate_of(session, creator_id=creator_id, facts=facts, on=on)
    values = values_of(facts)
    met: dict[str, bool] = {}
    # Many briefs want the same at the same price: each such wish is judged once.
    fits: dict[Wanted, Fit] = {}
    found: list[tuple[int, int, int, Fit, int]] = []
    rows = queries.open_briefs(session, creator_id=creator_id, on=on, category=category, min_fen=min_fen)
    for place, (brief_id, asked, audience, kind, price_fen, ceiling_fen, left_fen) in enumerate(rows):
        if audience not in met:
            met[audience] = words_hold(audience, values)
        if not met[audience]:
            continue
        wanted = Wanted(asked, Kind(kind), price_fen, ceiling_fen)
        if (fit := fits.get(wanted)) is None:
            fit = fits[wanted] = matching.fit(wanted, candidate)
        found.append((-fit.points, place, brief_id, fit, left_fen))
    best = nsmallest(top, found, key=lambda row: row[:2])
    briefs = queries.briefs(session, ids=[row[2] for row in best])
    return Offers(len(found), tuple(Offer(briefs[row[2]], row[4], row[3]) for row in best))


def eligibility(
    session: Session, *, creator_id: int, on: date, brief: BrandBrief | None = None
) -> Eligibility:
    """Return how the creator stands before the platform's conditions and, where given, a brief's."""
    facts = creators.facts(session, creator_id=creator_id, on=on)
    platform = _verdict(audience_rule(order_rules(on).rule), facts)
    return Eligibility(platform, _verdict(audience_rule(brief.audience), facts) if brief else platform)


def gaps(found: Eligibility) -> list[str]:
    """Return what is missing, in words."""
    verdicts = (found.platform,) if found.brief is found.platform else (found.platform, found.brief)
    return [words.gap_words(clause, FACTS) for verdict in verdicts for clause in verdict.nearest.failed]


def met(found: Eligibility) -> list[str]:
    """Return what is fulfilled, in words."""
    return [words.clause_words(clause, FACTS) for clause in found.platform.nearest.clauses if clause.passed]


def orders(session: Session, *, creator_id: int) -> list[tuple[BrandOrder, BrandBrief]]:
    """Return the creator's orders with their briefs, the latest change first."""
    rows = queries.orders_of(session, creator_id=creator_id)
    found = queries.briefs(session, ids={row.brief_id for row in rows})
    return [(row, found[row.brief_id]) for row in rows]


def find(session: Session, *, creator_id: int, reference: str) -> BrandOrder | BrandBrief:
    """Return the creator's order with this number, or the brief with this key. Raises OrderUnknown."""
    plain = "".join(reference.split()).upper()
    if number := _NUMBER.fullmatch(plain):
        row = queries.order(session, order_id=int(number["id"][:18]))
        if row is not None and row.creator_id == creator_id and _plain(row.number) == _plain(plain):
            return row
    for brief in queries.all_briefs(session) if number is None else ():
        if _plain(brief.key) == _plain(plain):
            return queries.order_of(session, brief_id=brief.id, creator_id=creator_id) or brief
    raise OrderUnknown(reference=reference.strip()[:30])


def suggested(session: Session, *, creator_id: int, now: datetime) -> Suggested | None:
    """Return what peers asked in the last half year; None when they are too few to say."""
    account = creators.account(session, creator_id=creator_id)
    for category, who in (
        (account.category, f"{account.category}领域、{account.tier.words}"),
        (None, account.tier.words),
    ):
        prices = queries.peer_prices(
            session, tier=account.tier.value, category=category, but=creator_id, since=now - _PRICES_BACK
        )
        found = price_range([median_low(own) for own in prices.values()])
        if found is not None:
            return Suggested(found, who)
    return None


def check_quote(
    session: Session, *, creator_id: int, brief: BrandBrief, price_fen: int | None, now: datetime
) -> int:
    """Return the price at which the creator may offer to take a brief now; raises the refusals of quotes."""
    on = steps.platform_day(now)
    if brief.closed_at is not None or brief.deadline < on:
        raise BriefClosed(brand=brief.brand)
    if price_fen is not None and Kind(brief.kind) is not Kind.BID and price_fen != brief.price_fen:
        raise PriceIsFixed(kind=Kind(brief.kind).words, price=yuan(brief.price_fen))
    if Kind(brief.kind) is Kind.BID and price_fen is None:
        raise PriceNeeded(key=brief.key, example=brief.price_fen // 200, range="")
    check_standing(session, creator_id=creator_id, brief=brief, now=now)
    asked = price_fen if Kind(brief.kind) is Kind.BID and price_fen is not None else brief.ceiling_fen
    if asked > brief.ceiling_fen:
        raise PriceTooHigh(most=yuan(brief.ceiling_fen), asked=yuan(asked))
    existing = queries.order_of(session, brief_id=brief.id, creator_id=creator_id)
    if existing is not None:
        _check_again(existing, asked)
    return asked


def quote(
    session: Session, *, creator_id: int, brief_key: str, price_fen: int | None, now: datetime
) -> BrandOrder:
    """Offer to take a brief, or change the offer's price; raises what check_quote raises."""
    brief = queries.brief_by_key(session, key=brief_key, lock=True)
    if brief is None:
        raise OrderUnknown(reference=brief_key)
    asked = check_quote(session, creator_id=creator_id, brief=brief, price_fen=price_fen, now=now)
    row = queries.order_of(session, brief_id=brief.id, creator_id=creator_id)
    if row is None:
        return steps.open_order(
            session, brief, creator_id=creator_id, order=Order(OrderState.QUOTED, asked), now=now, told=Told()
        )
    row.price_fen, row.quotes, row.changed_at = asked, row.quotes + 1, now
    steps.note_event(session, row, "quote", now=now, told=Told(note=yuan(asked)))
    return row


def check_accept(session: Session, *, row: BrandOrder, now: datetime) -> BrandBrief:
    """Return the brief of an order that may be accepted now; raises the refusals of accepting."""
    brief = queries.briefs(session, ids={row.brief_id})[row.brief_id]
    _wants(row, OrderEvent.ACCEPT, "接单")
    assert row.answer_by is not None
    if now >= row.answer_by:
        raise TooLate(number=row.number, limit=moment(row.answer_by))
    check_standing(session, creator_id=row.creator_id, brief=brief, now=now)
    if brief.budget_fen - queries.taken_fen(session, brief_id=brief.id) < row.price_fen:
        raise BudgetGone(brand=brief.brand)
    return brief


def accept(session: Session, *, creator_id: int, order_id: int, now: datetime) -> BrandOrder:
    """Accept an order; its price is set aside. Raises what check_accept raises."""
    row = own(session, creator_id=creator_id, order_id=order_id)
    check_accept(session, row=row, now=now)
    steps.accept(session, row, now=now)
    return row


def decline(session: Session, *, creator_id: int, order_id: int, now: datetime) -> BrandOrder:
    """Refuse an invitation or a placed order, or take a quote back."""
    return _simple(session, creator_id, order_id, Happening(OrderEvent.DECLINE, now), "拒绝")


def cancel(session: Session, *, creator_id: int, order_id: int, now: datetime) -> BrandOrder:
    """Give an accepted order back: what was set aside is free again."""
    return _simple(session, creator_id, order_id, Happening(OrderEvent.CANCEL, now), "取消")


def dispute(session: Session, *, creator_id: int, order_id: int, reason: str, now: datetime) -> BrandOrder:
    """Hold everything of an order until a person has decided, who is asked for here; the money stays set aside."""
    row = _simple(session, creator_id, order_id, Happening(OrderEvent.DISPUTE, now), "提出争议", note=reason)
    case_requests.request_case(
        session,
        creator_id=creator_id,
        business="商单争议",
        reference=row.number,
        reason=reason or "创作者提出争议",
        key=f"order:{row.id}:dispute:{now.isoformat()}",
        now=now,
    )
    return row


def check_submit(
    session: Session, *, row: BrandOrder, work_ref: str, now: datetime
) -> tuple[BrandBrief, creators.WorkSummary]:
    """Return the brief and the work that may be handed in; raises the refusals of handing in."""
    _wants(row, OrderEvent.SUBMIT, "交稿")
    on = steps.platform_day(now)
    work = creators.resolve_work(
        session, creator_id=row.creator_id, work_ref=work_ref, on=on + timedelta(days=1)
    )
    brief = queries.briefs(session, ids={row.brief_id})[row.brief_id]
    accepted_at = queries.last_event_at(session, order_id=row.id, event=OrderEvent.ACCEPT)
    if accepted_at is None or work.published_at < accepted_at:
        raise WorkNotOfOrder(title=work.title, reason="是接单之前发布的")
    if queries.work_is_used(session, work_id=work.id, but=row.id):
        raise WorkNotOfOrder(title=work.title, reason="已经用在另一单上")
    if broken := matching.broken_wording(work.title, forbidden=[str(each) for each in brief.forbidden]):
        raise ForbiddenWording(words="、".join(f"“{each}”" for each in broken))
    return brief, work


def submit(session: Session, *, creator_id: int, order_id: int, work_ref: str, now: datetime) -> BrandOrder:
    """Hand a published work in for the brand to look at; raises what check_submit raises."""
    row = own(session, creator_id=creator_id, order_id=order_id)
    _, work = check_submit(session, row=row, work_ref=work_ref, now=now)
    row.work_id = work.id
    steps.step(session, row, Happening(OrderEvent.SUBMIT, now), Told(note=work.title))
    return row


def check_standing(session: Session, *, creator_id: int, brief: BrandBrief, now: datetime) -> None:
    """Raise NotForYou or AcceptingPaused when the creator may not take this brief now."""
    on = steps.platform_day(now)
    found = eligibility(session, creator_id=creator_id, on=on, brief=brief)
    if not found.passed:
        raise NotForYou(gaps="；".join(gaps(found)))
    if (pause := paused_until(session, creator_id=creator_id, now=now)) is not None:
        raise AcceptingPaused(count=pause[1], until=f"{pause[0].month}月{pause[0].day}日")


def paused_until(session: Session, *, creator_id: int, now: datetime) -> tuple[date, int] | None:
    """Return until which day (exclusive) accepting is paused and after how many cancellations; None when it is not."""
    rules = order_rules(steps.platform_day(now))
    window = _MONTH + timedelta(days=rules.pause_days)
    times = queries.given_back(session, creator_id=creator_id, since=now - window)
    for last in range(len(times) - 1, rules.cancels_in_30_days - 2, -1):
        first = last - rules.cancels_in_30_days + 1
        ends = times[last] + timedelta(days=rules.pause_days)
        if times[last] - times[first] < _MONTH and now < ends:
            return steps.platform_day(ends), rules.cancels_in_30_days
    return None


def candidate_of(session: Session, *, creator_id: int, facts: CreatorFacts, on: date) -> Candidate:
    """Return what of a creator the fit depends on."""
    works = creators.works(session, creator_id=creator_id, on=on, limit=_RECENT_WORKS)
    since = datetime(on.year, on.month, on.day, tzinfo=PLATFORM_ZONE) - _PRICES_BACK
    outcomes = queries.outcomes(session, creator_id=creator_id)
    return Candidate(
        category=creators.account(session, creator_id=creator_id).category,
        plays=median_low([work.plays for work in works]) if works else 0,
        own_price_fen=median_fen(queries.prices_of(session, creator_id=creator_id, since=since)),
        done=outcomes.get(OrderState.SETTLED.value, 0),
        failed=outcomes.get(OrderState.CANCELLED.value, 0),
        violations_180d=facts.violations_180d,
        chosen=payout.qualifies_for("youchuang", facts, on=on),
    )


def wanted_of(brief: BrandBrief) -> Wanted:
    """Return what of a brief the fit depends on."""
    return Wanted(brief.category, Kind(brief.kind), brief.price_fen, brief.ceiling_fen)


def words_hold(rule: str, values: Facts) -> bool:
    """Whether a rule's text holds for a creator's figures."""
    return holds(audience_rule(rule), values)


def own(session: Session, *, creator_id: int, order_id: int) -> BrandOrder:
    """Return the creator's own order, locked. Raises OrderUnknown."""
    row = queries.locked_order(session, order_id=order_id)
    if row is None or row.creator_id != creator_id:
        raise OrderUnknown(reference=str(order_id))
    return row


def brief_of(session: Session, row: BrandOrder) -> BrandBrief:
    """Return the brief of an order."""
    return queries.briefs(session, ids={row.brief_id})[row.brief_id]


def steps_of(session: Session, row: BrandOrder) -> Sequence[tuple[str, datetime, str]]:
    """Return what happened to an order: the event, its moment and what was said."""
    return [(each.event, each.at, each.note) for each in queries.events(session, order_id=row.id)]


def moment(at: datetime) -> str:
    """Return an instant as creators read it."""
    local = at.astimezone(PLATFORM_ZONE)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def _check_again(existing: BrandOrder, asked: int) -> None:
    state = OrderState(existing.state)
    if state is not OrderState.QUOTED or existing.price_fen == asked:
        raise QuotedAlready(number=existing.number, state=state.words)
    if existing.quotes >= _MOST_QUOTES:
        raise QuotedTooOften(number=existing.number)


def _verdict(rule: Rule, facts: CreatorFacts) -> Verdict:
    return explain(rule, ways_of(rule), values_of(facts))


def _wants(row: BrandOrder, event: OrderEvent, what: str) -> None:
    if OrderState(row.state) not in event.follows:
        raise WrongTime(number=row.number, state=OrderState(row.state).words, what=what)


def _simple(
    session: Session, creator_id: int, order_id: int, happening: Happening, what: str, *, note: str = ""
) -> BrandOrder:
    row = own(session, creator_id=creator_id, order_id=order_id)
    try:
        steps.step(session, row, happening, Told(note=note))
    except WrongStepError as error:
        raise WrongTime(number=row.number, state=OrderState(row.state).words, what=what) from error
    return row


def _plain(text: str) -> str:
    return text.replace("-", "").upper()
