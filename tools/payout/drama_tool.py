"""短剧分账: what each series earned in a period, by level and effective plays, and what is still to come."""

import unicodedata
from collections.abc import Sequence
from datetime import date

from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Reply, cite
from tools.kernel.db import Json
from tools.kernel.errors import Refusal
from tools.kernel.money import yuan
from tools.kernel.period import Period, parse_period
from tools.kernel.rules.ways import Reference
from tools.payout import drama_rules, drama_service
from tools.payout.drama_rules import DramaRules, Level
from tools.payout.drama_service import SeriesRevenue

_SHOWN = 10
# The month's shares settle on the 15th of the next one.
_SETTLEMENT = Reference("drama-revenue-rules", "3.3")
_MODES = {
    "S+": Level.S_PLUS,
    "SPLUS": Level.S_PLUS,
    "S": Level.S,
    "A": Level.A,
    "P": Level.P,
    "成长": Level.P,
    "激励成长": Level.P,
}


class ModeUnknown(Refusal):
    """The text names no level."""

    template = "短剧分账没有“{text}”这个等级，等级有 S+、S、A 和成长模式 P。"


def short_drama_revenue(call: Call, *, period: str = "this_month", mode: str | None = None) -> Reply:
    """Tell what the creator's short dramas earned in a period by series, level and effective plays, and what waits to be paid; `mode` limits it to one level: S+, S, A or the growth mode P, and tells its price."""
    days = parse_period(period, on=call.on)
    level = _level(mode)
    if days.starts_on > call.on:
        return Reply(text=f"{days.words}还没开始，没有短剧分账可查。", facts={"amount_fen": 0, "series": []})
    rules = _rules_of(call.on)
    found = drama_service.revenue(call.session, creator_id=call.creator_id, period=days)
    if not found:
        return _nothing(call, rules, level)
    shown = [item for item in found if level is None or level in item.levels]
    lines = [_price(rules, level)] if level else []
    lines += _amounts(shown, days, level=level, on=call.on)
    lines += _unpaid(shown)
    lines += _pending(shown)
    return Reply(
        text="\n".join(lines),
        facts=_facts(shown, days, level),
        citations=(*_citations(call, _references(rules, shown), on=call.on), *_old_conditions(call, shown)),
        buttons=(
            Button("什么时候到账", "我的余额和待结算"),
            Button("有效播放怎么算", "短剧分账的有效播放怎么算"),
        ),
    )


def _amounts(shown: Sequence[SeriesRevenue], days: Period, *, level: Level | None, on: date) -> list[str]:
    until = f"（到{on.month}月{on.day}日）" if days.starts_on < on < days.last_day else ""
    what = f"{level.words}{' ' if level is Level.P else ''}" if level else ""
    played = [item for item in shown if item.effective_plays or item.fraud_plays]
    total_fen = sum(item.amount_fen for item in shown)
    if not played:
        return [f"{days.words}{until}{what}短剧没有有效播放，分账 0.00 元。"]
    lines = [f"{days.words}{until}{what}短剧分账 {yuan(total_fen)} 元："]
    lines += [_line(item) for item in played[:_SHOWN]]
    if (more := len(played) - _SHOWN) > 0:
        rest_fen = sum(item.amount_fen for item in played[_SHOWN:])
        lines.append(f"· 还有 {more} 部，共 {yuan(rest_fen)} 元")
    return lines


def _line(item: SeriesRevenue) -> str:
    levels = "→".join(level.words for level in item.levels)
    text = f"· 《{item.name}》{levels}：有效播放 {item.effective_plays:,} 次，分账 {yuan(item.amount_fen)} 元"
    if item.fraud_plays:
        text += f"，剔除刷量 {item.fraud_plays:,} 次"
    if item.unpaid_plays:
        text += f"，其中 {item.unpaid_plays:,} 次按当天的规则不计价"
    return text


def _pending(shown: Sequence[SeriesRevenue]) -> list[str]:
    waiting_fen = sum(item.waiting_fen for item in shown)
    ungranted_fen = sum(item.ungranted_fen for item in shown)
    carried_fen = sum(item.carried_fen for item in shown)
    lines: list[str] = []
    if waiting_fen:
        lines.append(f"已核算、待结算 {yuan(waiting_fen)} 元，次月 15 日计入可提现余额。")
    if ungranted_fen:
        lines.append(f"还有 {yuan(ungranted_fen)} 元等下一次每日核算。")
    if carried_fen:
        lines.append(f"刷量剔除后有 {yuan(carried_fen)} 元从以后的分账里扣，不用你补交。")
    return lines or ["没有待结算的短剧分账。"]


def _unpaid(shown: Sequence[SeriesRevenue]) -> list[str]:
    """Return what earlier rules asked for, where plays of their days earned nothing."""
    earlier = [rules for item in shown if (rules := _earlier_rules(item)) is not None]
    return [
        f"{rules.ends_on.month}月{rules.ends_on.day}日前的细则要求有 1 部剧满 {rules.episodes.count} 集，成长模式 P 也还没有，"
        "没达到的播放不计价。"
        for rules in earlier[:1]
        if rules.ends_on is not None
    ]


def _old_conditions(call: Call, shown: Sequence[SeriesRevenue]) -> tuple[Citation, ...]:
    days = [item.unpaid_on for item in shown if item.unpaid_on is not None and item.unpaid_plays]
    rules = _rules_of(max(days)) if days else None
    return _citations(call, [rules.episodes.reference], on=max(days)) if rules else ()


def _earlier_rules(item: SeriesRevenue) -> DramaRules | None:
    rules = _rules_of(item.unpaid_on) if item.unpaid_on is not None else None
    return rules if rules is not None and rules.ends_on is not None and item.unpaid_plays else None


def _rules_of(day: date) -> DramaRules | None:
    return drama_rules.rules_on(drama_service.all_rules(), day)


def _nothing(call: Call, rules: DramaRules | None, level: Level | None) -> Reply:
    lines = [_price(rules, level)] if level else []
    lines.append("你的账号还没有短剧分账的数据。")
    if rules is not None:
        lines.append(f"参加分账要有 1 部公开发布满 {rules.episodes.count} 集的短剧，并完成实名认证。")
    references = [rules.episodes.reference, rules.prices.reference] if rules else []
    return Reply(
        text="\n".join(lines),
        facts={"amount_fen": 0, "series": [], "mode": level and level.value},
        citations=_citations(call, references, on=call.on),
        buttons=(Button("我还差什么", "短剧分账我还差什么条件"),),
    )


def _price(rules: DramaRules | None, level: Level | None) -> str:
    assert level is not None
    price_fen = rules.prices.fen_per_thousand.get(level) if rules else None
    if rules is None or price_fen is None:
        return f"{level.words}现在不计价。"
    return f"{level.words}：每 1,000 次有效播放 {yuan(price_fen)} 元，零头按比例算；{rules.effective_play.words}。"


def _level(mode: str | None) -> Level | None:
    plain = "".join(unicodedata.normalize("NFKC", mode or "").split()).upper()
    for word in ("模式", "级", "档", "MODE"):
        plain = plain.replace(word, "")
    if not plain:
        return None
    if (level := _MODES.get(plain)) is None:
        # 成长模式 P names the mode twice.
        level = next((found for word, found in _MODES.items() if plain == f"成长{word}"), None)
    if level is None:
        raise ModeUnknown(text=(mode or "").strip()[:20])
    return level


def _references(rules: DramaRules | None, shown: Sequence[SeriesRevenue]) -> list[Reference]:
    references = [rules.prices.reference, rules.effective_play.reference] if rules else []
    if any(item.waiting_fen or item.ungranted_fen for item in shown):
        references.append(_SETTLEMENT)
    return references


def _facts(shown: Sequence[SeriesRevenue], days: Period, level: Level | None) -> Json:
    return {
        "starts_on": days.starts_on.isoformat(),
        "ends_on": days.ends_on.isoformat(),
        "mode": level and level.value,
        "amount_fen": sum(item.amount_fen for item in shown),
        "effective_plays": sum(item.effective_plays for item in shown),
        "waiting_fen": sum(item.waiting_fen for item in shown),
        "carried_fen": sum(item.carried_fen for item in shown),
        "series": [
            {
                "name": item.name,
                "levels": [each.value for each in item.levels],
                "effective_plays": item.effective_plays,
                "fraud_plays": item.fraud_plays,
                "unpaid_plays": item.unpaid_plays,
                "amount_fen": item.amount_fen,
            }
            for item in shown
        ],
    }


def _citations(call: Call, references: Sequence[Reference], *, on: date) -> tuple[Citation, ...]:
    found = [call.policies.clause(each.policy, each.clause, on=on) for each in references]
    return tuple(cite(clause) for clause in found if clause is not None)


TOOL = AgentTool(
    short_drama_revenue,
    asks=(
        "昨日短剧分账",
        "短剧分账上周的到了吗",
        "P模式是不是一千播放五块，我能到手几个子儿",
        "这个月短剧分了多少钱",
        "我的短剧有效播放是多少",
        "短剧上个月分账明细",
        "S+ 那部剧赚了多少",
        "短剧分账怎么才这么点",
        "七月的短剧收益给我看看",
        "成长模式 P 的短剧挣了多少",
        "每部短剧分别分了多少钱",
        "短剧千次播放给多少钱",
        "我那部 A 级短剧这周分账",
        "短剧分账还有多少没结算",
        "剧集分账今年一共多少",
        "最近七天短剧播放分成",
        "短剧分账这个季度有多少",
        "short drama revenue last month",
        "短剧的钱啥时候算给我",
        "S 级短剧和 P 模式分别赚多少",
        "短剧分账昨天有多少进账",
        "有效播放一共多少次，能分多少",
        "我拍的短剧这月能拿多少分账",
        "哪部短剧分账最多",
        "短剧分成到账了没",
        "小短剧上周给我分了几块钱",
        "短剧分了多少钱",
        "上个月短剧分账到没到",
        "各剧集分账明细拉一下",
        "我的剧有效播放多少了",
        "S级的短剧给我分了多少钱",
        "S+级剧目的分账单价和收入",
        "昨天短剧进账",
        "剧分成到账没",
        "短剧待结算的还有多少",
        "A级的剧给我分了几块",
        "P模式的剧我挣了多少",
        "上周短剧分账",
    ),
    nouns=("短剧", "短剧分账", "分账", "分成", "有效播放", "剧集", "P模式", "成长模式", "S+", "千次播放"),
    actions=("分了多少", "分账", "分成", "赚", "到手", "结算", "算"),
)
