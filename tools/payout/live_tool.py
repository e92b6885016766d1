"""Live incentive: hours and days on air, the month's tier, what is missing to the next, and when the money comes."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Reply, cite
from tools.kernel.db import Json
from tools.kernel.money import yuan
from tools.kernel.period import Period, month, parse_period
from tools.kernel.rules.units import Unit, quantity
from tools.payout import live, live_service, service
from tools.payout.live_service import LiveStanding
from tools.payout.posting import Purpose, incentive_settles_on
from tools.payout.program_files import packaged_programs
from tools.payout.programs import Task, find_program
from tools.payout.programs_tool import incentive_programs
from tools.payout.statement import IncomeItem, IncomeLine


def live_incentive(
    call: Call, *, action: Literal["status", "eligibility"] = "status", period: str = "this_month"
) -> Reply:
    """Tell a live host where they stand in the live incentive (直播激励): effective hours and days on air in a period, the month's tier, what is missing to the next one, place among live accounts, reward so far and when it is paid (status), or whether they may take part (eligibility)."""
    if action == "eligibility":
        return _eligibility(call)
    asked = parse_period(period, on=call.on)
    program = find_program(packaged_programs(), live.PROGRAM)
    whole = month(asked.starts_on.year, asked.starts_on.month)
    is_month = (asked.starts_on, asked.ends_on) == (whole.starts_on, whole.ends_on)
    # The programme's first month begins with the programme.
    first = program.terms[0].starts_on
    days = Period(max(asked.starts_on, first), asked.ends_on, asked.words) if asked.ends_on > first else asked
    if days.starts_on > call.on:
        return Reply(text=f"{asked.words}还没开始，没有直播数据。", facts={"effective_seconds": 0})
    found = live_service.standing(call.session, creator_id=call.creator_id, period=days, is_month=is_month)
    income = _income(call, days)
    lines = _time_lines(call, days, found, is_month=is_month)
    lines += (
        _tier_lines(call, days, found) if is_month else ["档位按自然月算，问“这个月直播激励”可以看档位。"]
    )
    lines += _reward_lines(income, days)
    return Reply(
        text="\n".join(lines),
        facts=_facts(days, found, income),
        citations=_citations(call, _clauses(found, is_month=is_month)),
        buttons=_buttons(call, days, found),
    )


def _eligibility(call: Call) -> Reply:
    explained = incentive_programs(call, action="eligibility", program=live.PROGRAM)
    assert isinstance(explained, Reply)
    note = _citations(call, ["1.4"])
    text = f"{explained.text}\n直播激励按达成的档位发奖，不是底薪，没有开播就发的工资。"
    return Reply(
        text=text,
        facts=explained.facts,
        citations=(*explained.citations, *note),
        buttons=(Button("我这个月播了多久", "这个月直播激励到哪一档了"),),
    )


def _time_lines(call: Call, days: Period, found: LiveStanding, *, is_month: bool) -> list[str]:
    shortest = live.rule_on(days.last_day).shortest_seconds // 60
    so_far = f"（到{_day(call.on)}）" if days.starts_on <= call.on < days.last_day else ""
    if days.starts_on != month(days.starts_on.year, days.starts_on.month).starts_on and is_month:
        so_far = f"（{_day(days.starts_on)}计划开始起）"
    text = f"{days.words}{so_far}有效开播 {_hours(found.time.seconds)}，{found.time.days} 天开播"
    if found.time.short_sessions:
        text += f"；另有 {found.time.short_sessions} 场不到 {shortest} 分钟，不计入"
    lines = [f"{text}。"]
    if found.among:
        lines.append(f"同粉丝量级开播的 {found.among} 个账号里，你的开播时长排第 {found.place}。")
    return lines


def _tier_lines(call: Call, days: Period, found: LiveStanding) -> list[str]:
    if not found.tiers:
        first = find_program(packaged_programs(), live.PROGRAM).terms[0].starts_on
        return [f"直播激励从 {_long_day(first)}开始，{days.words}没有档位奖励。"]
    lines: list[str] = []
    if found.reached:
        lines.append(f"已经到「{found.reached.name}」一档：{_reward(found.reached)}。")
    over = days.ends_on <= call.on
    if found.next and not over:
        missing = found.next.goal - found.time.seconds
        left_days = (days.ends_on - call.on).days
        per_day = -(-missing // left_days)
        lines.append(
            f"离「{found.next.name}」还差 {_hours(missing, up=True)}（{_reward(found.next)}），"
            f"{_day(days.last_day)} 24:00 前还有 {left_days} 天，平均每天播 {_hours(per_day, up=True)}。"
        )
    elif found.next and not found.reached:
        missing = _hours(found.next.goal - found.time.seconds, up=True)
        lines.append(f"没到最低的「{found.next.name}」一档，差 {missing}。")
    lines.append(_claim_line(call, days, found))
    return lines


def _claim_line(call: Call, days: Period, found: LiveStanding) -> str:
    if found.closed_by:
        return f"{_day(found.closed_by)}因直播违规被禁播，{days.words}的直播激励资格已取消。"
    paid_on = _day(incentive_settles_on(days.last_day))
    if found.claim is None:
        if days.ends_on <= call.on:
            return f"{days.words}你没有领取直播激励，所以没有档位奖励。"
        return f"你还没领取{days.words}的直播激励，月底前领了才发，已播的时长一样计入。"
    match found.claim.state:
        case "granted":
            return f"档位奖励已经核发，现金 {yuan(found.claim.cash_fen)} 元，{paid_on}进可提现余额。"
        case "expired":
            return f"{days.words}已经结算，没有达到发奖的档位。"
        case _:
            return f"{days.words}的直播激励你已经领取，月底结算，现金 {paid_on}进可提现余额。"


def _reward_lines(income: IncomeLine | None, days: Period) -> list[str]:
    if income is None:
        return [f"{days.words}还没有直播激励的现金入账。"]
    waits = (
        f"，其中 {yuan(income.unsettled_fen)} 元待结算，{_day(incentive_settles_on(days.last_day))}前进可提现余额"
        if income.unsettled_fen
        else "，已经全部进可提现余额"
    )
    return [f"{days.words}直播激励已入账 {yuan(income.amount_fen)} 元{waits}。"]


def _income(call: Call, days: Period) -> IncomeLine | None:
    wanted = IncomeItem(Purpose.INCENTIVE, live.PROGRAM)
    lines = service.income(call.session, creator_id=call.creator_id, period=days)
    return next((line for line in lines if line.item == wanted), None)


def _clauses(found: LiveStanding, *, is_month: bool) -> list[str]:
    clauses = ["1.3"]
    if is_month and found.tiers:
        clauses += ["2.5", "2.2", "2.6" if found.claim is None else "2.1"]
    if found.closed_by:
        clauses.append("3.1")
    return [*clauses, "2.3"]


def _buttons(call: Call, days: Period, found: LiveStanding) -> tuple[Button, ...]:
    buttons: list[Button] = []
    claimable = found.tiers and found.claim is None and not found.closed_by and call.on < days.ends_on
    if claimable:
        buttons.append(Button("领取本月直播激励", "领直播激励任务"))
    return (*buttons, Button("我符合条件吗", "直播激励我能不能参加"))


def _facts(days: Period, found: LiveStanding, income: IncomeLine | None) -> Json:
    return {
        "starts_on": days.starts_on.isoformat(),
        "ends_on": days.ends_on.isoformat(),
        "effective_seconds": found.time.seconds,
        "days_on_air": found.time.days,
        "short_sessions": found.time.short_sessions,
        "place": found.place,
        "among": found.among,
        "tier": found.reached and found.reached.id,
        "next_tier": found.next and found.next.id,
        "missing_seconds": found.next.goal - found.time.seconds if found.next else 0,
        "claim": found.claim and found.claim.state,
        "closed_by": found.closed_by and found.closed_by.isoformat(),
        "reward_fen": income.amount_fen if income else 0,
        "unsettled_fen": income.unsettled_fen if income else 0,
    }


def _reward(tier: Task) -> str:
    return f"{yuan(tier.cash_fen)} 元 + {tier.impressions:,} 次曝光"


def _hours(seconds: int, *, up: bool = False) -> str:
    return quantity(seconds, Unit.SECONDS, up=up)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _long_day(day: date) -> str:
    return f"{day.year}年{_day(day)}"


def _citations(call: Call, clauses: Iterable[str]) -> tuple[Citation, ...]:
    found = [call.policies.clause(live.POLICY, number, on=call.on) for number in dict.fromkeys(clauses)]
    return tuple(cite(clause) for clause in found if clause is not None)


TOOL = AgentTool(
    live_incentive,
    asks=(
        "直播激励我到哪一档了",
        "这个月直播激励还差几个小时",
        "我这个月有效开播多久了",
        "直播激励的钱什么时候发",
        "说好的播满20小时给现金怎么没发",
        "上个月直播的奖励我没收到",
        "颜值主播有没有底薪",
        "直播激励我能不能参加",
        "主播激励要什么条件",
        "开播有没有补贴拿",
        "我播了二十多个小时咋没奖励",
        "直播激励下一档还差多少",
        "开播时长够了没",
        "我直播时长排第几",
        "直播补贴到账了吗",
        "这周播了多长时间算有效",
        "才艺主播能拿直播激励吗",
        "七月份直播激励是多少",
        "直播激励这期能拿多少现金",
        "播了一个月一分钱直播激励没有，查一下",
        "直播有没有底薪",
        "说播满20小时给现金，我播了22个小时一毛没见着，骗人吧",
        "我直播够资格拿激励不",
        "开播激励进度",
        "有效开播时长怎么才这么点，给我看看",
        "live 激励我 qualify 吗",
        "直播奖励啥时候结算",
        "直播激励查询",
        "激励下一档还差多久直播的",
        "直播时长够没",
        "说播满给钱我都播完了钱呢",
        "上个月直播的奖励给我多少",
        "有效时长咋少算我两小时",
        "播了三十个小时激励呢",
        "跳舞的主播有没有底薪",
        "直播奖励什么时候打款",
        "我直播现在第几档",
        "再播多久升一档",
        "直播激励够不够资格拿",
        "本月有效开播天数",
    ),
    nouns=(
        "直播激励",
        "主播激励",
        "开播激励",
        "直播补贴",
        "直播奖励",
        "开播时长",
        "有效开播",
        "直播时长",
        "底薪",
        "档位",
        "主播",
    ),
    actions=("到哪一档", "还差", "播满", "播了", "参加", "符合", "没收到", "到账", "排第几"),
)
