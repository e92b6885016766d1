"""Every SELECT of short-drama shares."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import BigInteger, cast, func, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from tools.payout.drama import PlayDay, Rating, Share
from tools.payout.drama_models import DramaDay, DramaRating, DramaSeries, DramaShare
from tools.payout.drama_rules import Level
from tools.payout.models import LedgerTransfer
from tools.payout.posting import SETTLEMENT_PREFIX, Purpose

# Both databases take at least this many parameters in one statement, twice over.
_BATCH = 5_000
# The keys of shares in the ledger begin with this.
KEY_PREFIX = "drama:"


def series_by_name(
    session: Session, names: Collection[tuple[int, str]]
) -> dict[tuple[int, str], DramaSeries]:
    """Return the known series by creator and name."""
    ordered = sorted(names)
    found: dict[tuple[int, str], DramaSeries] = {}
    for start in range(0, len(ordered), _BATCH):
        rows = session.scalars(
            select(DramaSeries).where(
                tuple_(DramaSeries.creator_id, DramaSeries.name).in_(ordered[start : start + _BATCH])
            )
        )
        found |= {(row.creator_id, row.name): row for row in rows}
    return found


def series_of(session: Session, *, creator_ids: Collection[int], lock: bool = False) -> list[DramaSeries]:
    """Return the series of these creators, by id; locked until the transaction ends when asked for."""
    query = (
        select(DramaSeries).where(DramaSeries.creator_id.in_(sorted(creator_ids))).order_by(DramaSeries.id)
    )
    return list(session.scalars(query.with_for_update(key_share=True) if lock else query))


def creators_after(session: Session, *, creator_id: int, limit: int) -> list[int]:
    """Return the next creators that have a series, by id."""
    rows = session.scalars(
        select(DramaSeries.creator_id)
        .where(DramaSeries.creator_id > creator_id)
        .distinct()
        .order_by(DramaSeries.creator_id)
        .limit(limit)
    )
    return list(rows)


def ratings(session: Session, *, series_ids: Collection[int]) -> dict[int, tuple[Rating, ...]]:
    """Return the ratings of these series, ascending by day."""
    rows = session.scalars(
        select(DramaRating)
        .where(DramaRating.series_id.in_(sorted(series_ids)))
        .order_by(DramaRating.series_id, DramaRating.from_day)
    )
    found: dict[int, tuple[Rating, ...]] = {}
    for row in rows:
        found[row.series_id] = (*found.get(row.series_id, ()), Rating(row.from_day, Level(row.level)))
    return found


def play_days(session: Session, *, series_ids: Collection[int]) -> dict[int, list[PlayDay]]:
    """Return the plays of these series by day, ascending."""
    rows = session.execute(
        select(
            DramaDay.series_id,
            DramaDay.day,
            cast(func.sum(DramaDay.effective_plays), BigInteger),
            cast(func.sum(DramaDay.fraud_plays), BigInteger),
        )
        .where(DramaDay.series_id.in_(sorted(series_ids)))
        .group_by(DramaDay.series_id, DramaDay.day)
        .order_by(DramaDay.series_id, DramaDay.day)
    )
    found: dict[int, list[PlayDay]] = {}
    for series_id, day, effective, fraud in rows:
        found.setdefault(series_id, []).append(PlayDay(day, effective, fraud))
    return found


def days_of_works(session: Session, keys: Collection[tuple[int, date]]) -> dict[tuple[int, date], DramaDay]:
    """Return the days that are stored, by work and day."""
    works = sorted({work_id for work_id, _ in keys})
    wanted = set(keys)
    found: dict[tuple[int, date], DramaDay] = {}
    for start in range(0, len(works), _BATCH):
        rows = session.scalars(select(DramaDay).where(DramaDay.work_id.in_(works[start : start + _BATCH])))
        found |= {(row.work_id, row.day): row for row in rows if (row.work_id, row.day) in wanted}
    return found


def shares(session: Session, *, series_ids: Collection[int]) -> dict[tuple[int, int], list[Share]]:
    """Return the shares that stand by series and rules, and whether each can be withdrawn already."""
    settled = aliased(LedgerTransfer)
    rows = session.execute(
        select(DramaShare, settled.id.is_not(None))
        .outerjoin(settled, settled.key == literal(SETTLEMENT_PREFIX).concat(DramaShare.key))
        .where(DramaShare.series_id.in_(sorted(series_ids)), ~DramaShare.taken_back)
        .order_by(DramaShare.series_id, DramaShare.rules, DramaShare.number)
    )
    found: dict[tuple[int, int], list[Share]] = {}
    for row, is_settled in rows:
        share = Share(row.number, row.day, row.amount_fen, settled=is_settled)
        found.setdefault((row.series_id, row.rules), []).append(share)
    return found


def last_numbers(session: Session, *, series_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """Return the number of the latest share by series and rules, those taken back included."""
    rows = session.execute(
        select(DramaShare.series_id, DramaShare.rules, func.max(DramaShare.number))
        .where(DramaShare.series_id.in_(sorted(series_ids)))
        .group_by(DramaShare.series_id, DramaShare.rules)
    )
    return {(series_id, rules): number or 0 for series_id, rules, number in rows}


def share_rows(
    session: Session, *, series_id: int, rules: int, numbers: Iterable[int]
) -> Sequence[DramaShare]:
    """Return the rows of these shares."""
    return session.scalars(
        select(DramaShare).where(
            DramaShare.series_id == series_id, DramaShare.rules == rules, DramaShare.number.in_(list(numbers))
        )
    ).all()


def shares_and_transfers(session: Session) -> list[tuple[DramaShare, int | None, bool]]:
    """Return every share with the amount of its transfer (None: there is none) and whether that was taken back."""
    paid, reversed_by = aliased(LedgerTransfer), aliased(LedgerTransfer)
    rows = session.execute(
        select(DramaShare, paid.amount, reversed_by.id.is_not(None))
        .outerjoin(paid, paid.key == DramaShare.key)
        .outerjoin(reversed_by, reversed_by.corrects == paid.key)
        .order_by(DramaShare.id)
    )
    return [(share, amount, is_reversed) for share, amount, is_reversed in rows]


def transfers_without_share(session: Session) -> list[str]:
    """Return the keys of drama shares in the ledger that no share stands behind."""
    rows = session.scalars(
        select(LedgerTransfer.key)
        .outerjoin(DramaShare, LedgerTransfer.key == DramaShare.key)
        .where(
            LedgerTransfer.purpose == Purpose.INCENTIVE.value,
            LedgerTransfer.key.startswith(KEY_PREFIX, autoescape=True),
            DramaShare.id.is_(None),
        )
        .order_by(LedgerTransfer.id)
    )
    return list(rows)
