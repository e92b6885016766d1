"""What creators got of the caps of programmes, counted while their accounts are held: two at once can't both pass."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy.orm import Session

from tools.payout import budget_queries, cap_queries
from tools.payout.caps import NO_CAPS, Caps, Limit, Share, limits
from tools.payout.posting import Asset
from tools.payout.programs import Program


def hold_and_count(
    session: Session,
    wanted: Collection[tuple[str, date, int]],
    *,
    programs: Mapping[str, Program],
    accounts: Mapping[Asset, Mapping[int, int]],
) -> Caps:
    """Return the caps of these programmes, days and creators, the capped creators' accounts held until the end.

    `accounts` maps each asset's creators to the account that rewards go to. Whether a key is taken must be read after
    this: what another transaction granted meanwhile is counted here.
    """
    days = {(program, day) for program, day, _ in wanted}
    found = {(program, day): limits(programs[program], day) for program, day in days}
    if not any(found.values()):
        return NO_CAPS
    counted: dict[tuple[str, Limit], dict[int, int]] = {}
    for program, day, creator_id in wanted:
        for limit in found[program, day]:
            # Without an account of the asset, none of it is granted now.
            if (account := accounts.get(limit.asset, {}).get(creator_id)) is not None:
                counted.setdefault((program, limit), {})[account] = creator_id
    budget_queries.lock_to_move(session, {account for creators in counted.values() for account in creators})
    got: dict[Share, int] = {}
    for (program, limit), creators in counted.items():
        sums = cap_queries.granted_to(session, creators, program=program, period=limit.period)
        for account, amount in sums.items():
            got[limit.share(creator_id=creators[account], program=program)] = amount
    return Caps(found, got)
