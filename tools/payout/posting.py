"""What a transfer is before it is stored: its body, its fingerprint, and whether it may be posted."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never

# The largest movement is the opening of the largest pool: 100 billion impressions (FACTS S1).
LARGEST_AMOUNT = 1_000_000_000_000
# The key of an income's settlement is this and the income's own key: it is settled once.
SETTLEMENT_PREFIX = "settle:"


class OwnerKind(StrEnum):
    """What kind of owner an account has; only an external one may owe: it is the world outside the platform's books."""

    EXTERNAL = "external"
    BUDGET = "budget"
    SLICE = "slice"  # a leased part of a budget
    UNSETTLED = "unsettled"
    CREATOR = "creator"
    RESERVED = "reserved"  # a creator's money on its way to the bank: neither theirs to use nor gone

    @property
    def may_owe(self) -> bool:
        """Whether the balance may fall below zero."""
        return self is OwnerKind.EXTERNAL


class Asset(StrEnum):
    """What is moved: cash in fen, traffic in impressions."""

    CASH = "cash"
    TRAFFIC = "traffic"


class Purpose(StrEnum):
    """Why something is moved."""

    INCENTIVE = "incentive"  # a programme's reward or share; the transfer names the programme
    LIVE_GIFTS = "live_gifts"
    GOODS = "goods"
    BRAND_ORDERS = "brand_orders"
    COURSES = "courses"
    FUNDING = "funding"  # a budget is opened
    SETTLEMENT = "settlement"  # a creator's unsettled income becomes withdrawable
    WITHDRAWAL = "withdrawal"
    TAX = "tax"
    LEASE = "lease"  # a budget's part goes to a slice, or comes back
    REVERSAL = "reversal"  # takes back the transfer that it corrects
    DELIVERY = "delivery"  # a traffic coupon is put on a work
    LAPSE = "lapse"  # a traffic coupon ran out unused
    SERVICE_FEE = "service_fee"  # the platform's share of an order, a sale or a course
    REFUND = "refund"  # a brand gets back what its brief did not spend

    @property
    def is_income(self) -> bool:
        """Whether a creator earns by it."""
        match self:
            case (
                Purpose.INCENTIVE
                | Purpose.LIVE_GIFTS
                | Purpose.GOODS
                | Purpose.BRAND_ORDERS
                | Purpose.COURSES
            ):
                return True
            case (
                Purpose.FUNDING
                | Purpose.SETTLEMENT
                | Purpose.WITHDRAWAL
                | Purpose.TAX
                | Purpose.LEASE
                | Purpose.REVERSAL
                | Purpose.DELIVERY
                | Purpose.LAPSE
                | Purpose.SERVICE_FEE
                | Purpose.REFUND
            ):
                return False
            case _:
                assert_never(self)


class KeyReusedError(ValueError):
    """The key was used before for another body: two different movements must not share a name."""


class OverdrawnError(ValueError):
    """The debit account does not hold enough; nothing was posted."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds an account: a creator's owner name is their id, a budget's its pool's account name."""

    kind: OwnerKind
    name: str


@dataclass(frozen=True, slots=True)
class Posting:
    """A transfer that shall be posted; everything but the moment of posting.

    `reserved` makes it two-phase: pending until it is posted or voided.
    """

    key: str
    debit: Owner
    credit: Owner
    asset: Asset
    amount: int
    purpose: Purpose
    day: date
    program: str | None = None
    settles_on: date | None = None
    source: str = ""
    note: str = ""
    rules_from: date | None = None
    corrects: str | None = None
    reserved: bool = False

    def __post_init__(self) -> None:
        assert 0 < self.amount <= LARGEST_AMOUNT, f"{self.key}: amount {self.amount}"
        assert self.debit != self.credit, f"{self.key}: both legs are {self.debit}"

    @property
    def fingerprint(self) -> str:
        """A hash of the body: the same for a retry at another moment, another for any other movement."""
        return fingerprint(
            key=self.key,
            debit=self.debit,
            credit=self.credit,
            asset=self.asset,
            amount=self.amount,
            purpose=self.purpose,
            day=self.day,
            program=self.program,
            settles_on=self.settles_on,
            source=self.source,
            note=self.note,
            **self._rarely_given(),
        )

    def _rarely_given(self) -> dict[str, object]:
        rare = {"rules_from": self.rules_from, "corrects": self.corrects, "reserved": self.reserved or None}
        return {name: value for name, value in rare.items() if value is not None}


def fingerprint(**body: object) -> str:
    """Return the SHA-256 of a transfer's body."""
    parts = {
        name: [value.kind, value.name] if isinstance(value, Owner) else value for name, value in body.items()
    }
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def decide(
    postings: Sequence[Posting], *, posted: Mapping[str, str], balances: Mapping[tuple[Owner, Asset], int]
) -> tuple[Posting, ...]:
    """Return the postings that are new, in order, each key once.

    `posted` maps the keys that exist to their fingerprints; `balances` holds every account that the postings touch and
    that may not owe. Raises KeyReusedError and OverdrawnError.
    """
    known = dict(posted)
    left = dict(balances)
    new: list[Posting] = []
    for posting in postings:
        if (before := known.get(posting.key)) is not None:
            if before != posting.fingerprint:
                raise KeyReusedError(f"{posting.key} was posted with another body")
            continue
        known[posting.key] = posting.fingerprint
        _move(posting, left)
        new.append(posting)
    return tuple(new)


def limited_accounts(postings: Iterable[Posting]) -> set[tuple[Owner, Asset]]:
    """Return the accounts among the legs whose balance must stay at or above zero."""
    return {
        (owner, posting.asset)
        for posting in postings
        for owner in (posting.debit, posting.credit)
        if not owner.kind.may_owe
    }


@dataclass(frozen=True, slots=True)
class Change:
    """By how much an account's kept balance and its reserved part move."""

    balance: int = 0
    reserved: int = 0


def changes(postings: Iterable[Posting]) -> dict[tuple[Owner, Asset], Change]:
    """Return what new postings change in the accounts that keep a balance."""
    moved: dict[tuple[Owner, Asset], Change] = {}
    for posting in postings:
        amount = posting.amount
        legs = (
            ((posting.debit, Change(0, amount)),)
            if posting.reserved
            else ((posting.debit, Change(-amount)), (posting.credit, Change(amount)))
        )
        for owner, change in legs:
            if not owner.kind.may_owe:
                before = moved.get((owner, posting.asset), Change())
                moved[owner, posting.asset] = Change(
                    before.balance + change.balance, before.reserved + change.reserved
                )
    return moved


def settlement(income: Posting) -> Posting:
    """Return the movement that makes an unsettled income withdrawable."""
    assert income.credit.kind is OwnerKind.UNSETTLED
    assert income.settles_on is not None
    return Posting(
        key=SETTLEMENT_PREFIX + income.key,
        debit=income.credit,
        credit=Owner(OwnerKind.CREATOR, income.credit.name),
        asset=income.asset,
        amount=income.amount,
        purpose=Purpose.SETTLEMENT,
        day=income.settles_on,
        program=income.program,
        source=income.key,
    )


def reversal(income: Posting, *, day: date) -> Posting:
    """Return the movement that takes an unsettled income back to who paid it.

    It has the key of the settlement: an income ends once, settled or reversed, whoever is quicker.
    """
    assert income.credit.kind is OwnerKind.UNSETTLED
    return Posting(
        key=SETTLEMENT_PREFIX + income.key,
        debit=income.credit,
        credit=income.debit,
        asset=income.asset,
        amount=income.amount,
        purpose=Purpose.REVERSAL,
        day=day,
        program=income.program,
        source=income.key,
        corrects=income.key,
    )


def withdrawal_key(number: str) -> str:
    """Return the key of the transfer that pays a withdrawal out."""
    return f"withdrawal:{number}:paid"


def withdrawal_tax_key(number: str) -> str:
    """Return the key of the transfer that withholds a withdrawal's tax."""
    return f"withdrawal:{number}:tax"


def incentive_settles_on(earned_on: date) -> date:
    """Return the 15th of the month after (earnings-settlement 1.1); weekends do not move it (1.2)."""
    year, month = (earned_on.year, earned_on.month + 1) if earned_on.month < 12 else (earned_on.year + 1, 1)  # noqa: PLR2004 - the months of a year
    return date(year, month, 15)


def _move(posting: Posting, left: dict[tuple[Owner, Asset], int]) -> None:
    debit, credit = (posting.debit, posting.asset), (posting.credit, posting.asset)
    if debit in left:
        if left[debit] < posting.amount:
            raise OverdrawnError(
                f"{posting.key} moves {posting.amount} {posting.asset} out of "
                f"{posting.debit.kind} {posting.debit.name}, which holds {left[debit]}"
            )
        left[debit] -= posting.amount
    if credit in left and not posting.reserved:
        left[credit] += posting.amount
