"""What a creator earned, by source and period, what can be withdrawn, and what settles when."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal, assert_never

from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Proposal, Reply, cite
from tools.kernel.charts import Chart
from tools.kernel.db import Json
from tools.kernel.holidays import working_calendar
from tools.kernel.money import rate_text, yuan
from tools.kernel.period import Period, parse_period
from tools.kernel.working_days import Deadline
from tools.payout import service, withdraw_tool, withdrawal_service
from tools.payout.income_chart import income_chart
from tools.payout.posting import Purpose
from tools.payout.program_files import packaged_programs
from tools.payout.queries import Movement, UnsettledLine
from tools.payout.service import Balance, LastWithdrawal
from tools.payout.statement import IncomeItem, IncomeLine, compared_with, item_words, source_filter
from tools.payout.withdrawals import ARRIVAL_CLAUSE, HOLD_CLAUSE, LATE_CLAUSE, WithdrawalState, rules_on

_SHOWN_MOVEMENTS = 15
# The clause of earnings-settlement that says when each kind of income settles.
_SETTLEMENT_POLICY = "earnings-settlement"
_SETTLEMENT_CLAUSES = {
    Purpose.INCENTIVE: "1.1",
    Purpose.BRAND_ORDERS: "1.3",
    Purpose.GOODS: "1.4",
    Purpose.COURSES: "1.5",
    Purpose.LIVE_GIFTS: "1.5",
}


def earnings_and_payouts(
    call: Call,
    *,
    action: Literal["summary", "balance", "list", "withdraw", "cancel"] = "summary",
    period: str = "this_month",
    compare: Literal["previous"] | None = None,
    source: str | None = None,
    amount: str | None = None,
) -> Reply | Proposal:
    """Tell the creator what they earned by source in a period (summary), each single movement (list), or what can be withdrawn now and what settles when (balance); withdraw proposes paying `amount` yuan, or all, to the creator's bank account, with the tax shown, to be confirmed; cancel proposes taking back the withdrawal that the bank has not got yet; `compare` previous sets the period beside the one before, `source` is a programme or 直播, 带货, 短视频, 短剧, 商单, 课程."""
    if action == "balance":
        return _balance_reply(call)
    if action == "withdraw":
        return withdraw_tool.propose(call, amount=amount)
    if action == "cancel":
        return withdraw_tool.propose_cancel(call)
    days = parse_period(period, on=call.on)
    wanted = source_filter(source, packaged_programs())
    label = "".join((source or "").split())[:20]
    if days.starts_on > call.on:
        return Reply(text=f"{days.words}还没开始，没有收入可查。", facts={"income_fen": 0})
    if action == "list":
        return _list_reply(call, days, wanted=wanted, label=label)
    return _summary_reply(call, days, wanted=wanted, label=label, compare=compare is not None)


def _summary_reply(
    call: Call, days: Period, *, wanted: Callable[[IncomeItem], bool], label: str, compare: bool
) -> Reply:
    lines = _income(call, days, wanted)
    total_fen = sum(line.amount_fen for line in lines)
    balance = service.balance(call.session, creator_id=call.creator_id)
    facts: Json = {
        "starts_on": days.starts_on.isoformat(),
        "ends_on": days.ends_on.isoformat(),
        "income_fen": total_fen,
        "available_fen": balance.available_fen,
        "sources": [_line_fact(line) for line in lines],
    }
    title = f"{_words(days, on=call.on)}{label}收入"
    text = [f"{title} {yuan(total_fen)} 元{'：' if lines else '，这段时间没有进账。'}"]
    if compare:
        before = compared_with(days, on=call.on)
        earlier = _income(call, before, wanted)
        text += _comparison(lines, earlier, before=before)
        facts["previous"] = {
            "starts_on": before.starts_on.isoformat(),
            "ends_on": before.ends_on.isoformat(),
            "income_fen": sum(line.amount_fen for line in earlier),
            "sources": [_line_fact(line) for line in earlier],
        }
    else:
        text += [f"· {_name(line.item)} {yuan(line.amount_fen)} 元" for line in lines]
    if unsettled_fen := sum(line.unsettled_fen for line in lines):
        facts["unsettled_fen"] = unsettled_fen
        text.append(f"其中 {yuan(unsettled_fen)} 元待结算。")
    text.append(f"现在可提现 {yuan(balance.available_fen)} 元。")
    buttons = [Button("待结算什么时候到账", "我的余额和待结算")] if unsettled_fen else []
    if not compare:
        buttons.append(Button("和前一段比", f"{title}比之前多了还是少了"))
    chart = _chart(call, days, wanted=wanted, title=f"{title}：{yuan(total_fen)} 元")
    charts = (chart,) if chart is not None else ()
    return Reply(text="\n".join(text), facts=facts, buttons=tuple(buttons), charts=charts)


def _chart(call: Call, days: Period, *, wanted: Callable[[IncomeItem], bool], title: str) -> Chart | None:
    found = service.movements(call.session, creator_id=call.creator_id, period=days)
    incomes = [
        (line.day, line.item, line.amount_fen) for line in found if line.amount_fen > 0 and wanted(line.item)
    ]
    return income_chart(incomes, days, on=call.on, title=title, name=_name)


def _comparison(lines: Sequence[IncomeLine], earlier: Sequence[IncomeLine], *, before: Period) -> list[str]:
    """Return a line for each source with both amounts, the difference of the totals, and where most of it lies."""
    now = {line.item: line.amount_fen for line in lines}
    then = {line.item: line.amount_fen for line in earlier}
    items = [*now, *(item for item in then if item not in now)]
    text = [
        f"· {_name(item)} {yuan(now.get(item, 0))} 元，{before.words} {yuan(then.get(item, 0))} 元，"
        f"{_difference(now.get(item, 0) - then.get(item, 0))}"
        for item in items
    ]
    total, total_before = sum(now.values()), sum(then.values())
    change = total - total_before
    share = f"（{rate_text(abs(change), total_before)}）" if change and total_before else ""
    text.append(f"{before.words}合计 {yuan(total_before)} 元，现在{_difference(change)}{share}。")
    falling = min(items, key=lambda item: now.get(item, 0) - then.get(item, 0), default=None)
    if change < 0 and falling is not None:
        text.append(
            f"少得最多的是{_name(falling)}，少 {yuan(then.get(falling, 0) - now.get(falling, 0))} 元。"
        )
    return text


def _balance_reply(call: Call) -> Reply:
    balance = service.balance(call.session, creator_id=call.creator_id)
    text = [f"现在可提现 {yuan(balance.available_fen)} 元。"]
    held_fen, reason = withdrawal_service.held(call.session, creator_id=call.creator_id)
    frozen_fen = balance.available_fen if held_fen is None else min(held_fen, balance.available_fen)
    if frozen_fen:
        free_fen = balance.available_fen - frozen_fen
        text = [
            f"账户余额 {yuan(balance.available_fen)} 元，其中 {yuan(frozen_fen)} 元因“{reason}”被冻结，现在可提现 {yuan(free_fen)} 元。"
        ]
    if balance.unsettled:
        text.append(f"待结算 {yuan(balance.unsettled_fen)} 元：")
        text += [
            f"· {_name(line.item)} {yuan(line.amount_fen)} 元，{_settles(line)}" for line in balance.unsettled
        ]
    else:
        text.append("没有待结算的收入。")
    if balance.impressions:
        text.append(f"另有流量奖励 {balance.impressions:,} 次曝光，流量不能提现。")
    if balance.last_withdrawal:
        text.append(_last_withdrawal(balance.last_withdrawal, on=call.on))
    clauses = [(_SETTLEMENT_POLICY, _SETTLEMENT_CLAUSES[line.item.purpose]) for line in balance.unsettled]
    if balance.available_fen:
        clauses.append(("withdrawal-rules", "1.1"))
    if frozen_fen:
        clauses.append(("withdrawal-rules", HOLD_CLAUSE))
    if balance.last_withdrawal and balance.last_withdrawal.state.is_open:
        late = call.on > _arrival(balance.last_withdrawal).day
        clauses.append(("withdrawal-rules", LATE_CLAUSE if late else ARRIVAL_CLAUSE))
    if balance.impressions:
        clauses.append(("withdrawal-rules", "3.3"))
    return Reply(
        text="\n".join(text),
        facts=_balance_facts(balance),
        citations=_citations(call, clauses),
        buttons=(Button("本月收入", "这个月收入多少"), Button("收支明细", "这个月的收支明细")),
    )


def _last_withdrawal(last: LastWithdrawal, *, on: date) -> str:
    asked = f"上次提现 {last.number}：{_day(last.requested_on)}申请 {yuan(last.amount_fen)} 元"
    match last.state:
        case WithdrawalState.PAID:
            net_fen = last.amount_fen - last.tax_fen
            return f"{asked}，代扣税 {yuan(last.tax_fen)} 元，到账 {yuan(net_fen)} 元（{last.destination}）。"
        case WithdrawalState.RETURNED:
            reason = f"，原因：{last.reason}" if last.reason else ""
            return f"{asked}，银行已退回{reason}，钱已经回到可提现余额，核对卡号和户名后可以重新提现。"
        case WithdrawalState.CANCELLED:
            return f"{asked}，已撤销，钱已经回到可提现余额。"
        case WithdrawalState.REQUESTED | WithdrawalState.SENT:
            return f"{asked}，{last.state.words}（{last.destination}），{_arrives(last, on=on)}"
        case _:
            assert_never(last.state)


def _arrives(last: LastWithdrawal, *, on: date) -> str:
    """Return by when the money is there, or that it should be there already (withdrawal-rules 2.1 and 2.3)."""
    by = _arrival(last)
    if on > by.day:
        working_days = rules_on(last.requested_on).working_days
        return f"已经超过 {working_days} 个工作日{by.remark}，可以转 1V1 人工核查。"
    return f"最晚 {_day(by.day)}到账{by.remark}。"


def _arrival(last: LastWithdrawal) -> Deadline:
    return working_calendar().after(last.requested_on, rules_on(last.requested_on).working_days)


def _list_reply(call: Call, days: Period, *, wanted: Callable[[IncomeItem], bool], label: str) -> Reply:
    found = service.movements(call.session, creator_id=call.creator_id, period=days)
    # What was paid out belongs to no source: it is shown only when no source was asked for.
    lines = [line for line in found if (wanted(line.item) if line.amount_fen > 0 else not label)]
    title = f"{_words(days, on=call.on)}{label}明细"
    if not lines:
        return Reply(text=f"{title}：这段时间没有进账，也没有提现。", facts={"count": 0})
    text = [f"{title}，共 {len(lines)} 笔："]
    text += [_movement(line) for line in lines[:_SHOWN_MOVEMENTS]]
    if (more := len(lines) - _SHOWN_MOVEMENTS) > 0:
        text.append(f"还有 {more} 笔没列出来，说短一点的时间段可以看全，比如“上周的明细”。")
    return Reply(
        text="\n".join(text),
        facts={"count": len(lines), "movements": [_movement_fact(line) for line in lines[:_SHOWN_MOVEMENTS]]},
    )


def _income(call: Call, days: Period, wanted: Callable[[IncomeItem], bool]) -> list[IncomeLine]:
    lines = service.income(call.session, creator_id=call.creator_id, period=days)
    return [line for line in lines if wanted(line.item)]


def _words(days: Period, *, on: date) -> str:
    return f"{days.words}（到{_day(on)}）" if days.starts_on < on < days.last_day else days.words


def _name(item: IncomeItem) -> str:
    return item_words(item, packaged_programs())


def _difference(fen: int) -> str:
    if fen == 0:
        return "持平"
    return f"{'多' if fen > 0 else '少'} {yuan(abs(fen))} 元"


def _settles(line: UnsettledLine) -> str:
    if line.first_on == line.last_on:
        return f"{_day(line.first_on)}可提现"
    return f"{_day(line.first_on)}到{_day(line.last_on)}陆续可提现"


def _movement(line: Movement) -> str:
    sign = "+" if line.amount_fen > 0 else ""
    waits = "（待结算）" if line.amount_fen > 0 else "（处理中）"
    state = "" if line.settled else waits
    return f"· {_day(line.day)} {_name(line.item)} {sign}{yuan(line.amount_fen)} 元{state}"


def _line_fact(line: IncomeLine) -> Json:
    return {
        "source": line.item.program or line.item.purpose.value,
        "name": _name(line.item),
        "amount_fen": line.amount_fen,
        "unsettled_fen": line.unsettled_fen,
    }


def _movement_fact(line: Movement) -> Json:
    return {
        "day": line.day.isoformat(),
        "source": line.item.program or line.item.purpose.value,
        "amount_fen": line.amount_fen,
        "settled": line.settled,
    }


def _balance_facts(balance: Balance) -> Json:
    return {
        "available_fen": balance.available_fen,
        "unsettled_fen": balance.unsettled_fen,
        "impressions": balance.impressions,
        "unsettled": [
            {
                "source": line.item.program or line.item.purpose.value,
                "amount_fen": line.amount_fen,
                "first_on": line.first_on.isoformat(),
                "last_on": line.last_on.isoformat(),
            }
            for line in balance.unsettled
        ],
    }


def _citations(call: Call, clauses: Sequence[tuple[str, str]]) -> tuple[Citation, ...]:
    found = [call.policies.clause(policy, clause, on=call.on) for policy, clause in dict.fromkeys(clauses)]
    return tuple(cite(clause) for clause in found if clause is not None)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


TOOL = AgentTool(
    earnings_and_payouts,
    asks=(
        "付费课赚了多少",
        "这个星期进账多少",
        "前天直播收到的礼物有多少钱",
        "我的钱为什么提不出来",
        "上个月挣了多少",
        "这个月收入多少钱",
        "我账户里还有多少能提现",
        "七月份的收益明细给我拉一下",
        "昨天赚了几块",
        "直播打赏这周到手多少",
        "带货佣金上月有多少",
        "光合计划的钱啥时候到账",
        "余额查询",
        "这个月跟上个月比赚多了还是少了",
        "今年一共进账多少",
        "还有多少钱没结算",
        "我的钱什么时候能提",
        "收入按来源分开看看",
        "最近一周的流水",
        "上次提现到账了多少，扣了多少税",
        "提现提交好几天了怎么还没到账",
        "六月份我总共拿了多少米",
        "待结算的那笔是啥",
        "我这月咋才这么点钱，少在哪了",
        "二季度总收入",
        "my income last month",
        "能提多少出来",
        "8月1号到10号挣的钱",
        "帮我提现500块",
        "把余额全部提出来",
        "我要提现",
        "提 2000 到银行卡",
        "把钱全部提现到银行卡",
        "刚才那笔提现我不要了",
        "提现取消一下",
        "撤销刚才的提现",
        "刚提交的提现申请我想撤掉",
        "提现点错了，帮我撤回来",
        "那笔提现先不提了，退回余额",
        "商单的款子进来没",
        "卖货赚的和打赏赚的各是多少",
    ),
    nouns=(
        "收入",
        "收益",
        "余额",
        "佣金",
        "打赏",
        "流水",
        "明细",
        "账单",
        "进账",
        "工资",
        "钱",
        "结算",
        "提现",
        "income",
        "earnings",
    ),
    actions=("挣", "赚", "到账", "提", "提现", "结算", "进账", "对比", "拉", "查", "撤销", "取消", "撤回"),
    commit=withdraw_tool.commit,
)
