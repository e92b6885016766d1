"""Withdrawing in the chat: what would arrive is shown first, and nothing moves before the creator confirms."""

from collections.abc import Mapping, Sequence
from datetime import date

from tools.kernel.agent_tool import Button, Call, Citation, Proposal, Reply, cite
from tools.kernel.holidays import working_calendar
from tools.kernel.money import yuan
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import withdrawal_service, withdrawals
from tools.payout.withdrawals import Offer

_TAX_POLICY = "tax-withholding"
_TAX_STEPS = ((800_00, "2.1"), (4_000_00, "2.2"), (25_000_00, "2.3"))
_TAX_ABOVE = "2.4"
_CANCELLING = ((withdrawals.POLICY, withdrawals.CANCEL_CLAUSE), (withdrawals.POLICY, withdrawals.ONCE_CLAUSE))


def propose(call: Call, *, amount: str | None) -> Proposal:
    """Return the withdrawal that the creator may confirm; raises the refusals of tools/payout/withdrawals.py."""
    offer = withdrawal_service.offer(call.session, creator_id=call.creator_id, amount=amount, now=call.now)
    lines = [
        f"提现 {yuan(offer.amount_fen)} 元到{offer.account_words}：",
        f"代扣个人所得税 {yuan(offer.tax_fen)} 元，到手 {yuan(offer.net_fen)} 元。",
    ]
    if offer.limited:
        lines.append(f"每天最多提 {yuan(offer.rules.daily_limit_fen)} 元，剩下的明天可以接着提。")
    if offer.frozen_fen:
        lines.append(f"另有 {yuan(offer.frozen_fen)} 元因“{offer.hold_reason}”被冻结，这次不能提。")
    lines.append(f"提完账户里还剩 {yuan(offer.left_fen)} 元。")
    by = working_calendar().after(call.on, offer.rules.working_days)
    lines.append(
        f"确认后 {offer.rules.working_days} 个工作日内到账，周末和节假日不算，最晚 {_day(by.day)}{by.remark}。"
        "金额确认后不能修改。"
    )
    return Proposal(
        summary="\n".join(lines),
        payload={
            "amount_fen": offer.amount_fen,
            "tax_fen": offer.tax_fen,
            "account": offer.account,
        },
        facts={
            "amount_fen": offer.amount_fen,
            "tax_fen": offer.tax_fen,
            "net_fen": offer.net_fen,
            "left_fen": offer.left_fen,
            "frozen_fen": offer.frozen_fen,
            "destination": offer.account_words,
        },
        citations=_citations(call, _clauses(offer), on=call.on),
    )


def propose_cancel(call: Call) -> Proposal:
    """Return the cancelling that the creator may confirm; raises the refusals of tools/payout/withdrawals.py."""
    row = withdrawal_service.cancellable(call.session, creator_id=call.creator_id, now=call.now)
    asked_on = row.requested_at.astimezone(PLATFORM_ZONE).date()
    lines = [
        f"撤销提现 {row.number}（{_day(asked_on)}申请，{yuan(row.amount_fen)} 元，{row.destination}）：",
        f"确认后 {yuan(row.amount_fen)} 元马上回到可提现余额"
        + (f"，代扣的税 {yuan(row.tax_fen)} 元也不扣了。" if row.tax_fen else "。"),
    ]
    if asked_on == call.on:
        lines.append("撤销也算用掉今天的 1 次，明天 0:00 以后可以重新提。")
    lines.append("每笔只能撤销 1 次；确认之前银行先处理了，就撤不了了。")
    return Proposal(
        summary="\n".join(lines),
        payload={"cancel": row.id},
        facts={"withdrawal": row.number, "amount_fen": row.amount_fen, "tax_fen": row.tax_fen},
        citations=_citations(call, _CANCELLING, on=call.on),
    )


def commit(call: Call, payload: Mapping[str, object]) -> Reply:
    """Do what was confirmed: reserve an amount, or give a reserved one back."""
    return _cancel(call, payload) if "cancel" in payload else _withdraw(call, payload)


def _cancel(call: Call, payload: Mapping[str, object]) -> Reply:
    withdrawal_id = payload["cancel"]
    assert isinstance(withdrawal_id, int)
    row = withdrawal_service.cancel(
        call.session, creator_id=call.creator_id, withdrawal_id=withdrawal_id, now=call.now
    )
    untaxed = "，没有扣税" if row.tax_fen else ""
    return Reply(
        text=f"提现 {row.number} 已撤销，{yuan(row.amount_fen)} 元已经回到可提现余额{untaxed}。",
        facts={"withdrawal": row.number, "amount_fen": row.amount_fen, "state": row.state},
        citations=_citations(call, _CANCELLING, on=call.on),
        buttons=(Button("查余额", "我的余额和待结算"),),
    )


def _withdraw(call: Call, payload: Mapping[str, object]) -> Reply:
    """Reserve the confirmed amount, if everything still is as it was shown."""
    amount_fen, tax_fen, account = payload["amount_fen"], payload["tax_fen"], payload["account"]
    assert isinstance(amount_fen, int)
    assert isinstance(tax_fen, int)
    assert isinstance(account, str)
    row = withdrawal_service.request(
        call.session,
        creator_id=call.creator_id,
        amount_fen=amount_fen,
        tax_fen=tax_fen,
        account=account,
        now=call.now,
    )
    rules = withdrawals.rules_on(call.on)
    by = working_calendar().after(call.on, rules.working_days)
    cancel = "银行处理之前可以撤销。" if rules.cancellable else ""
    return Reply(
        text=(
            f"提现申请已提交，编号 {row.number}：{yuan(row.net_fen)} 元最晚 {_day(by.day)}"
            f"到{row.destination}{by.remark}。{cancel}如果银行退回，钱会回到可提现余额，原因在提现记录里。"
        ),
        facts={
            "withdrawal": row.number,
            "amount_fen": row.amount_fen,
            "tax_fen": row.tax_fen,
            "net_fen": row.net_fen,
            "state": row.state,
        },
        citations=_citations(call, [(withdrawals.POLICY, withdrawals.ARRIVAL_CLAUSE)], on=call.on),
        buttons=(
            Button("查余额", "我的余额和待结算"),
            *([Button("撤销这笔提现", "撤销刚才的提现")] if cancel else []),
        ),
    )


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _clauses(offer: Offer) -> list[tuple[str, str]]:
    step = next((clause for limit, clause in _TAX_STEPS if offer.amount_fen <= limit), _TAX_ABOVE)
    clauses = [(_TAX_POLICY, step), (withdrawals.POLICY, withdrawals.ARRIVAL_CLAUSE)]
    if offer.limited:
        clauses.append((withdrawals.POLICY, withdrawals.LIMIT_CLAUSE))
    if offer.frozen_fen:
        clauses.append((withdrawals.POLICY, withdrawals.HOLD_CLAUSE))
    return clauses


def _citations(call: Call, clauses: Sequence[tuple[str, str]], *, on: date) -> tuple[Citation, ...]:
    found = [call.policies.clause(policy, clause, on=on) for policy, clause in clauses]
    return tuple(cite(clause) for clause in found if clause is not None)
