"""Rewards of programmes: cash and impressions of one reward go together or not at all, and once."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from tools.kernel.errors import Refusal
from tools.kernel.money import yuan
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import budgets, cap_counts, queries, service
from tools.payout.accounts import ensure_accounts
from tools.payout.caps import Excess
from tools.payout.granting import Demand, Pool
from tools.payout.posting import (
    Asset,
    OverdrawnError,
    Owner,
    OwnerKind,
    Posting,
    Purpose,
    incentive_settles_on,
)
from tools.payout.programs import CapPer, Program


class BudgetExhausted(Refusal):
    """The programme's pool does not hold the reward; nothing was granted."""

    template = "{program}的奖励池暂时不够发这份奖励，达成记录已经保留，补足后自动发放。"


class CapReached(Refusal):
    """The creator would get more from the programme than its cap; nothing was granted."""

    template = "{program}每人{per}最多发{limit}，你{per}已经拿到{got}，这份奖励超出上限，不能发放。"

    def __init__(self, *, program: Program, excess: Excess) -> None:
        per = {CapPer.DAY: "当天", CapPer.MONTH: "当月", CapPer.YEAR: "当年"}[excess.limit.per]
        amounts = (excess.limit.amount, excess.got)
        if excess.limit.asset is Asset.CASH:
            limit, got = (f"{yuan(amount)}元" for amount in amounts)
        else:
            limit, got = (f"{amount:,}流量" for amount in amounts)
        super().__init__(program=program.name, per=per, limit=limit, got=got)
        self.reason = excess.reason


def grant_reward(
    session: Session,
    *,
    creator_id: int,
    program: Program,
    task: str,
    cash_fen: int,
    impressions: int,
    key: str,
    now: datetime,
    earned_on: date | None = None,
) -> bool:
    """Move a reward from the programme's pool to the creator; False when this key was granted before.

    Cash waits for its settlement (earnings-settlement 1.1), impressions are there at once. `earned_on` is the day
    that the reward belongs to, the day of `now` when it is left out. Raises BudgetExhausted, CapReached, and
    KeyReusedError when the key stands for another reward.
    """
    assert cash_fen >= 0
    assert impressions >= 0
    day = earned_on or now.astimezone(PLATFORM_ZONE).date()
    postings = _postings(
        creator_id=creator_id, program=program, task=task, cash_fen=cash_fen, impressions=impressions,
        key=key, day=day,
    )  # fmt: skip
    if not postings:
        return False
    service.open_budget(session, program=program, on=day, now=now)
    # What leases hold unspent is not exhausted: a refusal must be true.
    budgets.free_up(session, wanted=_from_budgets(postings), now=now)
    _check_caps(session, postings, creator_id=creator_id, program=program, day=day)
    try:
        return service.post_transfers(session, postings, now=now) > 0
    except OverdrawnError as error:
        raise BudgetExhausted(program=program.name) from error


def _check_caps(
    session: Session, postings: list[Posting], *, creator_id: int, program: Program, day: date
) -> None:
    """Hold the creator's accounts and raise CapReached when what is new of the reward passes a cap."""
    # All accounts are there before one is held: one who opens the payer's waits for nobody who waits for it.
    ids = ensure_accounts(
        session, {(owner, item.asset) for item in postings for owner in (item.debit, item.credit)}
    )
    accounts = {item.asset: {creator_id: ids[item.credit, item.asset]} for item in postings}
    asked = Demand(program.id, postings[0].debit.name, day, day)
    for item in postings:
        asked.amounts(item.asset)[creator_id] = item.amount
    caps = cap_counts.hold_and_count(session, [asked], programs={program.id: program}, accounts=accounts)
    posted = queries.fingerprints(session, [item.key for item in postings])
    wanted = {item.asset: item.amount for item in postings if item.key not in posted}
    if over := caps.excess(creator_id=creator_id, program=program.id, day=day, wanted=wanted, got=caps.got):
        raise CapReached(program=program, excess=over)


def _from_budgets(postings: list[Posting]) -> dict[Pool, int]:
    return {
        Pool(item.debit.name, item.asset): item.amount
        for item in postings
        if item.debit.kind is OwnerKind.BUDGET
    }


def _postings(
    *, creator_id: int, program: Program, task: str, cash_fen: int, impressions: int, key: str, day: date
) -> list[Posting]:
    term = program.term(day)
    payer = (
        Owner(OwnerKind.EXTERNAL, f"program:{program.id}")
        if program.budget is None
        else Owner(OwnerKind.BUDGET, program.budget.account(day))
    )
    legs = (
        (Asset.CASH, cash_fen, OwnerKind.UNSETTLED, incentive_settles_on(day)),
        (Asset.TRAFFIC, impressions, OwnerKind.CREATOR, None),
    )
    return [
        Posting(
            key=f"{key}:{asset}",
            debit=payer,
            credit=Owner(kind, str(creator_id)),
            asset=asset,
            amount=amount,
            purpose=Purpose.INCENTIVE,
            day=day,
            program=program.id,
            settles_on=settles_on,
            source=key,
            note=task,
            rules_from=term and term.starts_on,
        )
        for asset, amount, kind, settles_on in legs
        if amount
    ]
