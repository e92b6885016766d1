"""Whether and how much a creator may withdraw, by the rules in force on the day (policy withdrawal-rules)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never

from tools.kernel.errors import Refusal
from tools.kernel.money import FEN_PER_YUAN, AmountError, parse_yuan, yuan
from tools.payout.tax import withheld_fen

POLICY = "withdrawal-rules"
ONCE_CLAUSE = "1.2"
LIMIT_CLAUSE = "1.3"
ARRIVAL_CLAUSE = "2.1"
CANCEL_CLAUSE = "2.2"
LATE_CLAUSE = "2.3"
HOLD_CLAUSE = "3.2"
_FEN_PER_WAN = 10_000 * FEN_PER_YUAN
_ALL = frozenset(("", "all", "全部", "所有", "全提", "全部提现", "都提", "全额"))
_CURRENCY = re.compile(r"^(?:¥|￥|rmb|cny)|(?:元|块钱|块|圆|人民币|rmb|cny|yuan)$", re.IGNORECASE)
_WAN = re.compile(r"(?P<whole>\d{1,6})(?:\.(?P<part>\d{1,6}))?(?:万|w)", re.IGNORECASE | re.ASCII)


class WithdrawalState(StrEnum):
    """How far a withdrawal is."""

    REQUESTED = "requested"
    SENT = "sent"
    PAID = "paid"
    RETURNED = "returned"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether the money is still on its way."""
        return self in (WithdrawalState.REQUESTED, WithdrawalState.SENT)

    @property
    def words(self) -> str:
        """The state as creators read it (withdrawal-rules 2.3)."""
        match self:
            case WithdrawalState.REQUESTED | WithdrawalState.SENT:
                return "处理中"
            case WithdrawalState.PAID:
                return "已到账"
            case WithdrawalState.RETURNED:
                return "已退回"
            case WithdrawalState.CANCELLED:
                return "已撤销"
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class WithdrawalRules:
    """The rules from `starts_on` until before `ends_on` (None: open); one withdrawal a day in both.

    `cancellable` is whether one that the bank does not have yet may be cancelled.
    """

    starts_on: date
    ends_on: date | None
    least_fen: int
    daily_limit_fen: int
    working_days: int
    cancellable: bool


RULES = (
    # withdrawal-rules version 1: 1.1, 1.3, 2.1, 2.2.
    WithdrawalRules(
        date(2021, 1, 1), date(2022, 7, 1), 10 * FEN_PER_YUAN, 20_000 * FEN_PER_YUAN, 5, cancellable=False
    ),
    # withdrawal-rules version 2: 1.1, 1.3, 2.1, 2.2.
    WithdrawalRules(date(2022, 7, 1), None, 10 * FEN_PER_YUAN, 50_000 * FEN_PER_YUAN, 3, cancellable=True),
)


class AmountUnclear(Refusal):
    """The text is no exact amount above zero."""

    template = "“{text}”不是能提的金额。请写大于 0 的金额，最多两位小数，比如 500 或 500.50 元。"


class BelowMinimum(Refusal):
    """Less than the rules pay out."""

    template = "提现最低 {least} 元，{amount} 元还不够，可以先留在账户里累计，不会过期。"


class AboveBalance(Refusal):
    """More than can be withdrawn now."""

    template = "现在可提现 {available} 元，提不了 {amount} 元。"


class AboveDailyLimit(Refusal):
    """More than a day allows."""

    template = "每个账号每天最多提现 {limit} 元，{amount} 元可以分几天提，今天先提 {limit} 元以内。"


class WithdrawnToday(Refusal):
    """The day's withdrawal was made; another one must wait."""

    template = "今天已经提现过一次（{number}，{amount} 元），每天最多 1 次，明天 0:00 以后可以再提。"


class NotVerified(Refusal):
    """Withdrawing needs the real name."""

    template = "提现前要先完成实名认证，在快手 App 的账号与安全里认证后再来提现。"


class NoBankAccount(Refusal):
    """There is no account to pay to."""

    template = "你还没有绑定收款账户。先在收入中心绑定和实名认证人同名的银行卡，再来提现。"


class EverythingHeld(Refusal):
    """What is there is frozen."""

    template = "现在提不了：{held} 元因“{reason}”被冻结，核查结束后会解冻或者扣回。可以转 1V1 人工问进展。"


class OfferChanged(Refusal):
    """What was shown is no longer what would happen."""

    template = "你确认之前，税额、收款账户或提现规则有变化，这次没有提现。请重新发起，确认新的金额。"


class NothingToCancel(Refusal):
    """No withdrawal of this creator is on its way."""

    template = "你没有正在处理的提现，不用撤销。提现记录可以问“上次提现到账了没”。"


class CancelTooLate(Refusal):
    """The payout run took it: the bank may have it."""

    template = (
        "提现 {number}（{amount} 元）已经交给银行处理，不能撤销了。如果银行退回，钱会自动回到可提现余额。"
    )


class NotCancellable(Refusal):
    """The rules of the day know no cancelling."""

    template = "按现在的提现规则，申请提交后不能撤销，{number} 等到账或退回后再操作。"


@dataclass(frozen=True, slots=True)
class Wallet:
    """All that a decision about a withdrawal depends on.

    `held_fen` of `balance_fen` is frozen, all of it when None; `today` is the withdrawal of the day that counts.
    """

    balance_fen: int
    held_fen: int | None
    hold_reason: str
    verified: bool
    account: str | None
    account_words: str
    today: tuple[str, int] | None

    @property
    def frozen_fen(self) -> int:
        """How much of the balance can't leave."""
        return self.balance_fen if self.held_fen is None else min(self.held_fen, self.balance_fen)

    @property
    def available_fen(self) -> int:
        """What may leave."""
        return self.balance_fen - self.frozen_fen


@dataclass(frozen=True, slots=True)
class Offer:
    """A withdrawal that is allowed, as the creator confirms it; `left_fen` stays in the account."""

    amount_fen: int
    tax_fen: int
    account: str
    account_words: str
    left_fen: int
    frozen_fen: int
    hold_reason: str
    rules: WithdrawalRules
    limited: bool

    @property
    def net_fen(self) -> int:
        """What arrives."""
        return self.amount_fen - self.tax_fen


def rules_on(day: date) -> WithdrawalRules:
    """Return the rules in force on that day; before the first ones nothing can be withdrawn."""
    for rules in RULES:
        if rules.starts_on <= day and (rules.ends_on is None or day < rules.ends_on):
            return rules
    raise LookupError(f"no withdrawal rules for {day}")


def parse_amount(text: str | None) -> int | None:
    """Return the fen that a creator's text means, None for everything; raises AmountUnclear.

    Full-width digits, 元 and 块, and 1.5万 are understood; nothing is rounded.
    """
    plain = "".join(unicodedata.normalize("NFKC", text or "").split())
    if plain.casefold() in _ALL:
        return None
    number = _CURRENCY.sub("", _CURRENCY.sub("", plain))
    try:
        amount_fen = _wan_fen(number) if _WAN.fullmatch(number) else parse_yuan(number)
    except AmountError:
        amount_fen = 0
    if amount_fen <= 0:
        raise AmountUnclear(text=(text or "").strip()[:20])
    return amount_fen


def check_cancel(state: WithdrawalState, *, number: str, amount_fen: int, on: date) -> None:
    """Raise the refusal where a withdrawal in this state may not be cancelled on that day."""
    match state:
        case WithdrawalState.PAID | WithdrawalState.RETURNED | WithdrawalState.CANCELLED:
            raise NothingToCancel
        case WithdrawalState.SENT:
            raise CancelTooLate(number=number, amount=yuan(amount_fen))
        case WithdrawalState.REQUESTED:
            if not rules_on(on).cancellable:
                raise NotCancellable(number=number)
        case _:
            assert_never(state)


def decide(wallet: Wallet, *, amount_fen: int | None, on: date) -> Offer:
    """Return the withdrawal of the amount, or of all that the day allows; raises the refusal that comes first."""
    rules = rules_on(on)
    if not wallet.verified:
        raise NotVerified
    if wallet.account is None:
        raise NoBankAccount
    if wallet.today is not None:
        number, fen = wallet.today
        raise WithdrawnToday(number=number, amount=yuan(fen))
    wanted = min(wallet.available_fen, rules.daily_limit_fen) if amount_fen is None else amount_fen
    _check(wallet, rules, wanted)
    return Offer(
        amount_fen=wanted,
        tax_fen=withheld_fen(wanted, on=on),
        account=wallet.account,
        account_words=wallet.account_words,
        left_fen=wallet.balance_fen - wanted,
        frozen_fen=wallet.frozen_fen,
        hold_reason=wallet.hold_reason,
        rules=rules,
        limited=amount_fen is None and wanted < wallet.available_fen,
    )


def _check(wallet: Wallet, rules: WithdrawalRules, wanted: int) -> None:
    if wallet.frozen_fen and wanted <= wallet.balance_fen and (wanted > wallet.available_fen or not wanted):
        raise EverythingHeld(held=yuan(wallet.frozen_fen), reason=wallet.hold_reason)
    if wanted > wallet.available_fen:
        raise AboveBalance(available=yuan(wallet.available_fen), amount=yuan(wanted))
    if wanted < rules.least_fen:
        raise BelowMinimum(least=yuan(rules.least_fen), amount=yuan(wanted))
    if wanted > rules.daily_limit_fen:
        raise AboveDailyLimit(limit=yuan(rules.daily_limit_fen), amount=yuan(wanted))


def _wan_fen(text: str) -> int:
    found = _WAN.fullmatch(text)
    assert found is not None
    # Six decimals of ten thousand yuan are whole fen: nothing is cut.
    return int(found["whole"]) * _FEN_PER_WAN + int((found["part"] or "").ljust(6, "0"))
