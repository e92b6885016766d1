"""The caps of a programme: what one creator may get from it in a period, all of their rewards together."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, assert_never

from tools.kernel.money import yuan
from tools.kernel.period import Period, month
from tools.payout.posting import Asset
from tools.payout.programs import Cap, CapPer, Program

# What is counted together: the rewards of one creator from a programme, of one asset, in a period.
Share = tuple[int, str, Asset, date, date]


@dataclass(frozen=True, slots=True)
class Limit:
    """A cap of one asset in the period that a day lies in."""

    per: CapPer
    period: Period
    asset: Asset
    amount: int

    def share(self, *, creator_id: int, program: str) -> Share:
        """Return what counts toward this limit."""
        return creator_id, program, self.asset, self.period.starts_on, self.period.ends_on


@dataclass(frozen=True, slots=True)
class Excess:
    """A cap that a reward would pass, and what the creator has of it already."""

    limit: Limit
    got: int

    @property
    def reason(self) -> str:
        """Why the reward is refused, for operators."""
        if self.limit.asset is Asset.CASH:
            amounts = f"{yuan(self.got)} of {yuan(self.limit.amount)} yuan"
        else:
            amounts = f"{self.got:,} of {self.limit.amount:,} impressions"
        return f"the creator's cap for this {self.limit.per} is reached: {amounts}"


@dataclass(frozen=True, slots=True)
class Caps:
    """The limits of programmes on the days that were asked for, and what the creators near one got so far.

    All that is wanted fits for a creator who is not in `near`.
    """

    limits: Mapping[tuple[str, date], tuple[Limit, ...]]
    got: Mapping[Share, int]
    near: Collection[int] = frozenset()

    def excess(
        self,
        *,
        creator_id: int,
        program: str,
        day: date,
        wanted: Mapping[Asset, int],
        got: Mapping[Share, int],
    ) -> Excess | None:
        """Return the first cap that these amounts would pass after what the creator got, None when all hold."""
        for limit in self.limits.get((program, day), ()):
            if amount := wanted.get(limit.asset, 0):
                before = got.get(limit.share(creator_id=creator_id, program=program), 0)
                if before + amount > limit.amount:
                    return Excess(limit, before)
        return None

    def count(
        self, got: dict[Share, int], *, creator_id: int, program: str, day: date, given: Mapping[Asset, int]
    ) -> None:
        """Add what was given to `got`, once for each period that a limit counts."""
        for share in {
            limit.share(creator_id=creator_id, program=program)
            for limit in self.limits.get((program, day), ())
        }:
            got[share] = got.get(share, 0) + given.get(share[2], 0)


NO_CAPS: Final = Caps({}, {})


def limits(program: Program, day: date) -> tuple[Limit, ...]:
    """Return the caps of the rules in force on that day, none while the programme is not in force."""
    term = program.term(day)
    if term is None:
        return ()
    return tuple(
        Limit(cap.per, cap_period(cap.per, day), asset, amount)
        for cap in term.caps
        for asset, amount in amounts_of(cap).items()
    )


def largest_limit(program: Program, per: CapPer, asset: Asset, period: Period) -> int | None:
    """Return the highest cap of the rules in force in the period, None when some of them limit nothing."""
    highest = 0
    for term in program.terms:
        if period.ends_on <= term.starts_on or (term.ends_on and term.ends_on <= period.starts_on):
            continue
        capped = [amounts_of(cap)[asset] for cap in term.caps if cap.per is per and asset in amounts_of(cap)]
        if not capped:
            return None
        highest = max(highest, min(capped))
    return highest


def amounts_of(cap: Cap) -> dict[Asset, int]:
    """Return what the cap limits."""
    amounts = {Asset.CASH: cap.cash_fen, Asset.TRAFFIC: cap.impressions}
    return {asset: amount for asset, amount in amounts.items() if amount is not None}


def cap_period(per: CapPer, day: date) -> Period:
    """Return the business days that are counted together with that day."""
    match per:
        case CapPer.DAY:
            return Period(day, day + timedelta(days=1), str(day))
        case CapPer.MONTH:
            return month(day.year, day.month)
        case CapPer.YEAR:
            # A contract year is star_service's own to keep: nothing of 快手之星 is granted as a reward.
            return Period(date(day.year, 1, 1), date(day.year + 1, 1, 1), f"{day.year}年")
        case _:
            assert_never(per)
