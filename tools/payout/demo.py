"""The demo's money: what the demo accounts earned since two months before the day, and what was paid out to them.

Every amount is drawn from the account, the kind of income and the day, so that loading again on any later day adds
what is new and changes nothing.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel.money import FEN_PER_YUAN
from tools.kernel.period import PLATFORM_ZONE, last_days
from tools.payout import (
    demo_contracts,
    demo_dramas,
    demo_rewards,
    income_days,
    money_moves,
    queries,
    service,
    withdrawal_service,
)
from tools.payout.bank import BankReply, BankState
from tools.payout.models import Withdrawal
from tools.payout.posting import (
    Asset,
    Owner,
    OwnerKind,
    Posting,
    Purpose,
    incentive_settles_on,
)
from tools.payout.program_files import packaged_programs
from tools.payout.programs import Program, find_program
from tools.payout.tax import withheld_fen

_MONTHS_BACK = 2
_WORKS = 500
_PUBLISHED_DAYS = 35
_PAYDAYS = (5, 20)
# Withdrawals are whole hundreds of yuan, and something always stays.
_STEP_FEN = 100 * FEN_PER_YUAN
_DAILY_LIMIT_FEN = 20_000 * FEN_PER_YUAN  # withdrawal-rules 1.3, the stricter version
# earnings-settlement 1.3 to 1.5: gifts the day after, goods after receipt and seven days, brand orders within seven.
_SETTLES_AFTER_DAYS = {Purpose.LIVE_GIFTS: 1, Purpose.GOODS: 10, Purpose.BRAND_ORDERS: 7, Purpose.COURSES: 7}
_EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of income of one account: on these weekdays between `low_yuan` and `high_yuan`."""

    handle: str
    purpose: Purpose
    low_yuan: int
    high_yuan: int
    weekdays: tuple[int, ...] = _EVERY_DAY
    program: str | None = None
    note: str = ""


STREAMS = (
    Stream("laotie", Purpose.INCENTIVE, 180, 320, (_SUNDAY,), "guanghe", "周任务"),
    Stream("laotie", Purpose.BRAND_ORDERS, 180, 420, (_FRIDAY,)),
    Stream("laotie", Purpose.GOODS, 18, 85, (2, _SATURDAY, _SUNDAY)),
    Stream("xinren", Purpose.INCENTIVE, 40, 90, (_SUNDAY,), "guanghe", "周任务"),
    Stream("xinren", Purpose.INCENTIVE, 10, 30, (_SUNDAY,), "lifecycle", "成长期任务"),
    Stream("duanju", Purpose.BRAND_ORDERS, 400, 1_200, (3,)),
    Stream("duanju", Purpose.GOODS, 15, 70, (1, 3, _SATURDAY)),
    Stream("zhubo", Purpose.LIVE_GIFTS, 260, 1_400, (0, 2, _SUNDAY)),
    Stream("dianshang", Purpose.GOODS, 380, 1_900),
    Stream("mingxing", Purpose.BRAND_ORDERS, 6_000, 18_000, (3,)),
    Stream("mingxing", Purpose.GOODS, 600, 2_400, (1, _FRIDAY, _SATURDAY)),
    Stream("yuanchuang", Purpose.INCENTIVE, 150, 280, (_SUNDAY,), "guanghe", "周任务"),
    Stream("yuanchuang", Purpose.GOODS, 10, 60, (_SATURDAY,)),
    Stream("fangmao", Purpose.GOODS, 2, 15, (_SATURDAY,)),
)


@dataclass(frozen=True, slots=True)
class Activity:
    """An account of the demo, and the days on which it published and was live: who did nothing earns nothing."""

    creator_id: int
    work_days: frozenset[date]
    live_days: frozenset[date]

    def weekdays(self, stream: Stream, day: date) -> tuple[int, ...]:
        """Return the weekdays of a stream; gifts come when the account is live, as far as its live days are known."""
        if stream.purpose is not Purpose.LIVE_GIFTS or not self.live_days or day < min(self.live_days):
            return stream.weekdays
        return _EVERY_DAY if day in self.live_days else ()

    def earns(self, program: str | None, day: date) -> bool:
        """Whether a weekly task of the programme can have been done by that day."""
        if program in ("guanghe", "lifecycle"):
            return any(day - _WEEK < published <= day for published in self.work_days)
        return True


@dataclass(frozen=True, slots=True)
class TrafficStream:
    """Impressions that a programme grants an account on these weekdays."""

    handle: str
    program: str
    impressions: int
    weekdays: tuple[int, ...] = (_SUNDAY,)


TRAFFIC_STREAMS = (
    TrafficStream("laotie", "guanghe", 5_000),
    TrafficStream("xinren", "guanghe", 3_000),
)
DESTINATIONS = {
    "laotie": "建设银行 尾号 6621",
    "duanju": "招商银行 尾号 0937",
    "zhubo": "工商银行 尾号 3318",
    "dianshang": "农业银行 尾号 7740",
    "mingxing": "招商银行 尾号 8806",
    "yuanchuang": "邮储银行 尾号 2159",
}


def load(session: Session, *, on: date) -> None:
    """Make the demo's ledger exist up to the day; the accounts of the creators room must be there."""
    accounts = _accounts(session, on=on)
    first = _months_before(on, _MONTHS_BACK)
    _open_budgets(session, first=first, on=on)
    dramas = accounts["duanju"].creator_id if "duanju" in accounts else None
    for handle, destination in DESTINATIONS.items():
        if account := accounts.get(handle):
            withdrawal_service.set_account(
                session,
                creator_id=account.creator_id,
                account=_token(account.creator_id),
                words=destination,
            )
    reached = first
    for checkpoint in _checkpoints(first, on):
        now = datetime.combine(checkpoint, time(10), PLATFORM_ZONE)
        earned = list(_earned(accounts, first=reached, before=checkpoint))
        service.post_transfers(session, earned, now=now)
        demo_dramas.load(session, creator_id=dramas, first=reached, before=checkpoint)
        service.settle_due(session, now=now)
        if checkpoint.day in _PAYDAYS:
            for handle, destination in DESTINATIONS.items():
                if account := accounts.get(handle):
                    _withdraw(session, creator_id=account.creator_id, destination=destination, now=now)
        reached = checkpoint
    demo_rewards.load(session, on=on)
    demo_contracts.load(session, on=on)
    income_days.publish(session, period=last_days(_PUBLISHED_DAYS, on=on))


def _accounts(session: Session, *, on: date) -> dict[str, Activity]:
    found: dict[str, Activity] = {}
    for handle in dict.fromkeys(stream.handle for stream in STREAMS):
        if account := creators.find_account(session, handle=handle):
            works = creators.works(session, creator_id=account.id, on=on, limit=_WORKS)
            days = [(work.kind, work.published_at.astimezone(PLATFORM_ZONE).date()) for work in works]
            found[handle] = Activity(
                account.id,
                work_days=frozenset(day for kind, day in days if kind != "live"),
                live_days=frozenset(day for kind, day in days if kind == "live"),
            )
    return found


def _earned(accounts: dict[str, Activity], *, first: date, before: date) -> Iterator[Posting]:
    for day in _days(first, before):
        for stream in STREAMS:
            account = accounts.get(stream.handle)
            if (
                account
                and _pays(account.weekdays(stream, day), stream.program, day)
                and account.earns(stream.program, day)
            ):
                yield _income(stream, creator_id=account.creator_id, day=day)
        for traffic in TRAFFIC_STREAMS:
            account = accounts.get(traffic.handle)
            if (
                account
                and _pays(traffic.weekdays, traffic.program, day)
                and account.earns(traffic.program, day)
            ):
                yield _traffic(traffic, creator_id=account.creator_id, day=day)


def _income(stream: Stream, *, creator_id: int, day: date) -> Posting:
    draw = zlib.crc32(f"{stream.handle}:{stream.purpose}:{day}".encode())
    low_fen = stream.low_yuan * FEN_PER_YUAN
    spread_fen = (stream.high_yuan - stream.low_yuan) * FEN_PER_YUAN
    if stream.program is not None:
        settles_on = incentive_settles_on(day)
        payer = _payer(_program(stream.program), day)
    else:
        settles_on = day + timedelta(days=_SETTLES_AFTER_DAYS[stream.purpose])
        payer = Owner(OwnerKind.EXTERNAL, stream.purpose.value)
    return Posting(
        key=f"demo:{stream.handle}:{stream.program or stream.purpose}:{day}",
        debit=payer,
        credit=Owner(OwnerKind.UNSETTLED, str(creator_id)),
        asset=Asset.CASH,
        amount=low_fen + draw % spread_fen,
        purpose=stream.purpose,
        day=day,
        program=stream.program,
        settles_on=settles_on,
        source="demo",
        note=stream.note,
    )


def _traffic(stream: TrafficStream, *, creator_id: int, day: date) -> Posting:
    return Posting(
        key=f"demo:{stream.handle}:{stream.program}:traffic:{day}",
        debit=_payer(_program(stream.program), day),
        credit=Owner(OwnerKind.CREATOR, str(creator_id)),
        asset=Asset.TRAFFIC,
        amount=stream.impressions,
        purpose=Purpose.INCENTIVE,
        day=day,
        program=stream.program,
        source="demo",
        note="流量奖励",
    )


def _payer(program: Program, day: date) -> Owner:
    if program.budget is None:
        return Owner(OwnerKind.EXTERNAL, f"program:{program.id}")
    return Owner(OwnerKind.BUDGET, program.budget.account(day))


def _open_budgets(session: Session, *, first: date, on: date) -> None:
    """Open the pools of every day on which the demo pays; one account for each year, day or programme."""
    now = datetime.combine(on, time(0), PLATFORM_ZONE)
    opened: set[str] = set()
    for day in (*_days(first, on), on):
        for program in packaged_programs():
            budget = program.budget
            if budget and program.term(day) and budget.account(day) not in opened:
                opened.add(budget.account(day))
                service.open_budget(session, program=program, on=day, now=now)


def _withdraw(session: Session, *, creator_id: int, destination: str, now: datetime) -> None:
    """Pay out most of what the account held on that day, once for each moment.

    Not what it holds now: loading again finds the money of the days after.
    """
    if queries.withdrawal_at(session, creator_id=creator_id, requested_at=now):
        return
    day = now.astimezone(PLATFORM_ZONE).date()
    held_fen = queries.cash_held_on(session, creator_id=creator_id, day=day)
    amount_fen = min(held_fen * 4 // 5 // _STEP_FEN * _STEP_FEN, _DAILY_LIMIT_FEN)
    if amount_fen <= 0:
        return
    tax_fen = withheld_fen(amount_fen, on=day)
    row = Withdrawal(
        creator_id=creator_id,
        amount_fen=amount_fen,
        tax_fen=tax_fen,
        destination=destination,
        account=_token(creator_id),
        state="sent",
        requested_at=now,
        sent_at=now,
    )
    session.add(row)
    session.flush()
    money_moves.reserve(session, row, now=now)
    paid_at = now + timedelta(days=1)
    reply = BankReply(BankState.PAID, row.net_fen, paid_at.astimezone(PLATFORM_ZONE).date())
    withdrawal_service.record(session, withdrawal_id=row.id, reply=reply, now=paid_at)


def _token(creator_id: int) -> str:
    return f"demo-{creator_id:06}"


def _program(program: str) -> Program:
    return find_program(packaged_programs(), program)


def _pays(weekdays: tuple[int, ...], program: str | None, day: date) -> bool:
    return day.weekday() in weekdays and (program is None or _program(program).term(day) is not None)


def _checkpoints(first: date, on: date) -> list[date]:
    """Return the paydays since `first` and the day itself, in order: what happens must happen in its order."""
    paydays = [day for day in _days(first, on) if day.day in _PAYDAYS]
    return [*paydays, on]


def _days(first: date, before: date) -> Iterator[date]:
    for days in range((before - first).days):
        yield first + timedelta(days=days)


def _months_before(on: date, months: int) -> date:
    index = on.year * 12 + on.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
