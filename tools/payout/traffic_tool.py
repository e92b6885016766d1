"""Traffic coupons: which a creator holds, putting one on a work, and what one measurably did."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal

from tools.creators import service as creators
from tools.creators.service import WorkSummary
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Proposal, Reply, cite
from tools.kernel.db import Json
from tools.kernel.money import rate_text
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import coupon_service, coupons
from tools.payout.coupon_service import Used
from tools.payout.coupons import Effect
from tools.payout.models import TrafficCoupon
from tools.payout.program_files import packaged_programs

_SHOWN = 8
_SHOWN_EFFECTS = 3


def traffic_boost(
    call: Call,
    *,
    action: Literal["list", "use", "effect"] = "list",
    work_ref: str | None = None,
    coupon: str | None = None,
) -> Reply | Proposal:
    """List the creator's traffic coupons (流量券), put one on an own work to be confirmed (use, the latest work when none is named), or show what used coupons brought: plays from the coupon beside the work's plays without it (effect); `coupon` is a number like LQ000012 or its impressions."""
    match action:
        case "list":
            return _listing(call)
        case "use":
            return _use(call, work_ref=work_ref or "latest", number=coupon)
        case "effect":
            return _effect(call, work_ref=work_ref)


def commit_use(call: Call, payload: Mapping[str, object]) -> Reply:
    """Put the confirmed coupon on the work after checking everything again."""
    work = _work(call, f"id:{payload['work']}")
    coupon_id = payload["coupon"]
    assert isinstance(coupon_id, int)
    row = coupon_service.use(
        call.session, coupon_id=coupon_id, creator_id=call.creator_id, work=work, now=call.now
    )
    return Reply(
        text=f"流量券 {row.number}（{row.impressions:,} 次曝光）已经投给《{work.title}》，24 小时内投放完。",
        facts={"coupon": row.number, "work": work.public_id, "impressions": row.impressions},
        citations=_citations(call, "1.3", "2.2"),
        buttons=(Button("看投放效果", "流量券投放效果怎么样"),),
    )


def _listing(call: Call) -> Reply:
    rows = coupon_service.held(call.session, creator_id=call.creator_id)
    open_rows = coupon_service.usable(rows, now=call.now)
    used = [row for row in rows if row.state == "used"]
    facts: Json = {"coupons": [_fact(row) for row in open_rows], "used": len(used)}
    if not open_rows:
        expired = len(rows) - len(used)
        past = f"之前用过 {len(used)} 张，过期 {expired} 张。" if rows else ""
        return Reply(
            text=f"你现在没有可用的流量券。{past}做完成长周期任务会发流量券。",
            facts=facts,
            citations=_citations(call, "1.1"),
            buttons=(Button("看能领的任务", "有什么任务可以领"),),
        )
    total = sum(row.impressions for row in open_rows)
    lines = [f"你有 {len(open_rows)} 张流量券，共 {total:,} 次曝光："]
    lines += [_line(row, call.now) for row in open_rows[:_SHOWN]]
    if (more := len(open_rows) - _SHOWN) > 0:
        lines.append(f"还有 {more} 张晚一点过期的没列出来。")
    return Reply(
        text="\n".join(lines),
        facts=facts,
        citations=_citations(call, "1.2", "1.4"),
        buttons=(
            Button("投给最新作品", "给最新那条投一张流量券"),
            Button("看投放效果", "流量券投放效果怎么样"),
        ),
    )


def _use(call: Call, *, work_ref: str, number: str | None) -> Proposal:
    work = _work(call, work_ref)
    row = coupon_service.choose(
        call.session, creator_id=call.creator_id, number=number, work=work, now=call.now
    )
    summary = (
        f"投放流量券 {row.number}：\n作品：《{work.title}》（{work.public_id}），现在播放 {work.plays:,} 次\n"
        f"曝光：{row.impressions:,} 次，{_moment(row.valid_until)}前有效\n"
        "确认后 24 小时内投放完，不能撤回；曝光是展示次数，不等于播放。"
    )
    return Proposal(
        summary=summary,
        payload={"coupon": row.id, "work": work.public_id},
        facts={"coupon": _fact(row), "work": work.public_id, "title": work.title, "plays": work.plays},
        citations=_citations(call, "1.2", "1.3", "2.1"),
    )


def _effect(call: Call, *, work_ref: str | None) -> Reply:
    work = _work(call, work_ref) if work_ref and work_ref.strip() else None
    found = coupon_service.effects(
        call.session, creator_id=call.creator_id, on=call.on, now=call.now, work=work
    )
    if not found:
        what = f"《{work.title}》" if work else "你"
        return Reply(
            text=f"{what}还没有用过流量券，没有投放效果可看。",
            facts={"used": 0},
            buttons=(Button("看我的流量券", "我有哪些流量券"),),
        )
    shown = found[:_SHOWN_EFFECTS]
    lines = [line for used in shown for line in _effect_lines(used)]
    if any(used.effect for used in shown):
        lines.append("作品播放本来会随时间变化，所以只算券直接带来的播放，不把前后的差都算成券的功劳。")
    return Reply(
        text="\n".join(lines),
        facts={"used": len(found), "effects": [_effect_fact(used) for used in shown]},
        citations=_citations(call, "2.1", "2.2"),
        buttons=(Button("看我的流量券", "我有哪些流量券"),),
    )


def _effect_lines(used: Used) -> list[str]:
    row = used.coupon
    assert row.used_at is not None
    used_on = row.used_at.astimezone(PLATFORM_ZONE)
    head = f"《{used.work.title}》{used_on.month}月{used_on.day}日用了 {row.impressions:,} 次曝光券（{row.number}）："
    if used.effect is None:
        state = "还在投放" if used.delivering else "投放数据还没有出来"
        return [f"{head}{state}，已投放 {used.delivered:,} 次曝光，效果在投放结束后 24 小时内可以看。"]
    found = used.effect
    before = (
        f"· 投放前 {coupons.COMPARED_DAYS} 天里有数据的 {found.days_before} 天，自然播放日均 "
        f"{found.organic_before // found.days_before:,} 次"
        if found.days_before
        else f"· 投放前 {coupons.COMPARED_DAYS} 天这条作品还没有数据，没有可比的自然播放"
    )
    same_days = (
        f"· 投放的 {found.days} 天一共 {found.plays:,} 次播放：有券 {found.boosted:,} 次"
        f"（{rate_text(found.boosted, found.plays)}），没券的自然播放 {found.organic:,} 次，"
        f"日均 {found.organic // found.days:,} 次"
    )
    lines = [
        head,
        f"· 投放 {found.impressions:,} 次曝光，带来 {found.boosted:,} 次播放，每 100 次曝光 {_per_hundred(found)} 次播放",
        same_days,
        before,
    ]
    if not used.delivering and (short := row.impressions - used.delivered) > 0:
        lines.append(f"· 还差 {short:,} 次曝光没投到，会自动补足")
    return lines


def _per_hundred(found: Effect) -> str:
    tenths = found.boosted * 1_000 // found.impressions if found.impressions else 0
    return f"{tenths // 10}.{tenths % 10}"


def _line(row: TrafficCoupon, now: datetime) -> str:
    name = next((program.name for program in packaged_programs() if program.id == row.program), "活动")
    soon = "，快过期了" if (row.valid_until - now).days < 1 else ""
    return f"· {row.number}：{row.impressions:,} 次曝光（{name}），{_moment(row.valid_until)}前有效{soon}"


def _work(call: Call, work_ref: str) -> WorkSummary:
    return creators.resolve_work(call.session, creator_id=call.creator_id, work_ref=work_ref, on=call.on)


def _moment(at: datetime) -> str:
    """Return the end as the last day that is inside: 8月21日 24:00."""
    last = date.fromordinal(at.astimezone(PLATFORM_ZONE).date().toordinal() - 1)
    return f"{last.month}月{last.day}日 24:00 "


def _fact(row: TrafficCoupon) -> Json:
    return {
        "number": row.number,
        "program": row.program,
        "impressions": row.impressions,
        "valid_until": row.valid_until.isoformat(),
    }


def _effect_fact(used: Used) -> Json:
    found = used.effect
    return {
        "coupon": used.coupon.number,
        "work": used.work.public_id,
        "delivered": used.delivered,
        "boosted_plays": found and found.boosted,
        "organic_plays": found and found.organic,
        "days": found and found.days,
        "organic_plays_before": found and found.organic_before,
        "days_before": found and found.days_before,
    }


def _citations(call: Call, *clauses: str) -> tuple[Citation, ...]:
    return tuple(_cited(call, clauses))


def _cited(call: Call, clauses: Iterable[str]) -> Iterable[Citation]:
    for number in clauses:
        if clause := call.policies.clause(coupons.POLICY, number, on=call.on):
            yield cite(clause)


TOOL = AgentTool(
    traffic_boost,
    asks=(
        "我有哪些流量券",
        "流量券还有几张",
        "给最新那条投一张流量券",
        "用流量券推一下我昨天的视频",
        "流量券投放效果怎么样",
        "投了券带来多少播放",
        "我的曝光券什么时候过期",
        "把券用在播放最高的那条上",
        "上热门的券还有没有",
        "帮我投券",
        "流量券怎么才涨这么点播放，看看效果",
        "给第二条作品加点流量",
        "奖励的流量在哪用",
        "我那张5000曝光的券投给最新作品",
        "券快过期了，投到最新那条吧",
        "青云的流量券还剩多少",
        "投放数据给我看下",
        "用券推广一下这条视频",
        "看看我的流量券余额",
        "流量券效果好不好，带来几个播放",
        "给我那条锅包肉投流量券",
        "最近一次投券的效果",
        "有没有可以用的曝光券",
        "把流量券都列出来",
        "my traffic coupons",
        "投流量券给《地三鲜怎么做不费油》",
        "推流券投出去以后播放多了多少",
        "做任务送的流量券在哪看",
        "我还有几张流量券",
        "投券带来的播放占比",
        "投券作品和自然流量对比",
        "券砸到最新那条上",
        "第一条上券",
        "取一张券投最新一集",
        "投完涨了多少播放",
        "券啥时候到期",
        "投了等于没投看看效果",
        "给我刚发的那条使一张券",
        "券还剩几张",
        "use my coupon on the latest video",
    ),
    nouns=("流量券", "曝光券", "券", "推流券", "投券", "投放", "投放效果", "流量", "coupon", "coupons"),
    actions=("投", "用", "投券", "用券", "推", "推广", "加热", "效果", "过期", "还有几张"),
    commit=commit_use,
)
