"""What creators got of the caps of programmes, counted while their accounts are held: two at once can't both pass."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from tools.payout import budget_queries, cap_queries
from tools.payout.caps import NO_CAPS, Caps, Limit, Share, limits
from tools.payout.granting import Demand
from tools.payout.posting import Asset
from tools.payout.programs import Program

# What is limited together, the rewards of one programme that one limit counts: how much each account shall get.
_Wanted = dict[tuple[str, Limit], dict[int, int]]
_Limits = dict[tuple[str, date], tuple[Limit, ...]]
_Accounts = Mapping[Asset, Mapping[int, int]]


def hold_and_count(
    session: Session,
    demands: Sequence[Demand],
    *,
    programs: Mapping[str, Program],
    accounts: _Accounts,
) -> Caps:
    """Return the caps that these demands come near to, every account that shall get something held until the end.

    `accounts` maps each asset's creators to the account that rewards go to. Whether a key is taken must be read after
    this: what another transaction granted meanwhile is counted here.
    """
    owners = {
        accounts[asset][creator]: creator
        for demand in demands
        for asset in Asset
        for creator in demand.amounts(asset)
    }
    budget_queries.lock_to_move(session, owners)
    found = {(demand.program, demand.day): limits(programs[demand.program], demand.day) for demand in demands}
    wanted = _wanted(demands, found, accounts)
    # Most creators are far below: the database adds up for all, and only who is near a limit is looked at one by one.
    near = {
        owners[account]
        for (program, limit), amounts in wanted.items()
        for account in cap_queries.near_limit(
            session, amounts, program=program, period=limit.period, limit=limit.amount
        )
    }
    if not near:
        return NO_CAPS
    got: dict[Share, int] = {}
    for (program, limit), amounts in wanted.items():
        held = [account for account in amounts if owners[account] in near]
        sums = cap_queries.granted_to(session, held, program=program, period=limit.period)
        for account, amount in sums.items():
            got[limit.share(creator_id=owners[account], program=program)] = amount
    return Caps(found, got, near)


def _wanted(demands: Sequence[Demand], found: _Limits, accounts: _Accounts) -> _Wanted:
    wanted: _Wanted = {}
    for demand in demands:
        for limit in found[demand.program, demand.day]:
            sums = wanted.setdefault((demand.program, limit), {})
            for creator, amount in demand.amounts(limit.asset).items():
                account = accounts[limit.asset][creator]
                sums[account] = sums.get(account, 0) + amount
    return wanted
