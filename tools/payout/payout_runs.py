"""Paying withdrawals out: told to the bank under our numbers, booked when it answers, right after a crash anywhere."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import withdrawal_service
from tools.payout.bank import Bank, BankState, BankUnavailableError
from tools.payout.withdrawal_service import Payment

logger = logging.getLogger(__name__)

_AT_ONCE = 500


@dataclass
class PayoutRun:
    """What a run did: handed to the bank, booked as paid, given back, still without an answer, unreachable."""

    sent: int = 0
    paid: int = 0
    returned: int = 0
    waiting: int = 0
    unreachable: int = 0


def pay_out(database: Database, now: datetime, *, open_bank: Callable[[date], Bank]) -> PayoutRun:
    """Send what was requested and book what the bank has answered; may be killed at any moment and run again.

    A withdrawal is marked as sent before the bank hears of it. What is marked is asked about first and submitted again
    only under the same reference, so it is paid once however often this runs.
    """
    bank = open_bank(now.astimezone(PLATFORM_ZONE).date())
    run = PayoutRun()
    _send(database, bank, run, now=now)
    _book(database, bank, run, now=now)
    return run


def _send(database: Database, bank: Bank, run: PayoutRun, *, now: datetime) -> None:
    after = 0
    while True:
        with database.reading() as session:
            ids = withdrawal_service.requested(session, after=after, limit=_AT_ONCE)
        if not ids:
            return
        for withdrawal_id in ids:
            with database.writing() as session:
                payment = withdrawal_service.begin_sending(session, withdrawal_id=withdrawal_id, now=now)
            if payment is not None:
                run.sent += _submit(bank, payment)
        after = ids[-1]


def _book(database: Database, bank: Bank, run: PayoutRun, *, now: datetime) -> None:
    after = 0
    while True:
        with database.reading() as session:
            payments = withdrawal_service.sent(session, after=after, limit=_AT_ONCE)
        if not payments:
            return
        for payment in payments:
            try:
                _answer(database, bank, run, payment, now=now)
            except BankUnavailableError:
                run.unreachable += 1
            except OperatorError:
                # One payment that people must look at does not stop the others.
                logger.exception("payout: the answer about %s is not booked", payment.reference)
                run.waiting += 1
        after = payments[-1].id


def _answer(database: Database, bank: Bank, run: PayoutRun, payment: Payment, *, now: datetime) -> None:
    reply = bank.query(payment.reference)
    match reply.state:
        case BankState.UNKNOWN:
            # It was marked as sent and the bank never heard of it: we were killed in between.
            run.sent += _submit(bank, payment)
            run.waiting += 1
        case BankState.PENDING:
            run.waiting += 1
        case BankState.PAID | BankState.FAILED:
            with database.writing() as session:
                booked = withdrawal_service.record(session, withdrawal_id=payment.id, reply=reply, now=now)
            if reply.state is BankState.PAID:
                run.paid += booked
            else:
                run.returned += booked


def _submit(bank: Bank, payment: Payment) -> bool:
    try:
        bank.submit(payment.reference, amount_fen=payment.amount_fen, account=payment.account)
    except BankUnavailableError:
        logger.warning(
            "payout: the bank did not take %s, it is asked again with the next run", payment.reference
        )
        return False
    return True
