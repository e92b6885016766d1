"""The agent's door to trends."""

from datetime import date, timedelta
from enum import StrEnum

from tools.creators import service as creators
from tools.creators.categories import filed_under
from tools.creators.trends import queries, service
from tools.creators.trends.contrast import SMALLEST_COHORT, Contrast
from tools.creators.trends.factors import DAYS, Factor
from tools.creators.trends.formats import Kind
from tools.creators.trends.models import Trend
from tools.creators.trends.rising import FEWEST_CREATORS
from tools.creators.trends.service import FEWEST_EARNING, Gap
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Reply, cite
from tools.kernel.charts import Chart, Drawing, Series
from tools.kernel.db import Json
from tools.kernel.money import count_text, yuan

_POLICY = "trends-data"
_SHOWN = 5
_READ = 50
_WEEK = 7
_INTERVAL = 90
_TOGETHER = 95
_FACTORS_SHOWN = 4


class TrendType(StrEnum):
    """What a creator asks about."""

    TOPIC = "topic"
    MUSIC = "music"
    FORMAT = "format"
    CATEGORY = "category"
    EARNING = "earning"
    GAP = "gap"


def hot_trends(
    call: Call,
    *,
    type: TrendType | None = None,  # noqa: A002 - the argument's name is the same in every tool (DESIGN §4)
    category: str | None = None,
) -> Reply:
    """Show what is rising on the platform now, topics, music, formats or categories, by growth with its uncertainty; what kind of content earns; or why others get more traffic (which measured factors go with the top tenth of comparable accounts)."""
    day = queries.latest_day(call.session, on=call.on)
    if day is None:
        return Reply(text="趋势数据还没有生成，明天再来看。", buttons=(Button("看榜单", "这周榜单"),))
    asked = type or TrendType.TOPIC
    if asked is TrendType.EARNING:
        return _earning(call, day)
    if asked is TrendType.GAP:
        return _gap(call, day)
    kind = Kind(asked.value)
    # 流行什么音乐 names what is asked, not the category 音乐.
    among = "" if kind is Kind.CATEGORY or category == kind.words else (category or "").strip()
    for name in (among, filed_under(among)):
        if name is not None and (rows := _rows(call, day, kind, name)):
            return _rising(call, day, kind, name, rows)
    return _nothing(call, day, kind, among)


def _rows(call: Call, day: date, kind: Kind, category: str) -> list[Trend]:
    return queries.rising(call.session, day=day, kind=kind, category=category, count=_READ)


def _rising(call: Call, day: date, kind: Kind, category: str, rows: list[Trend]) -> Reply:
    sure = [row for row in rows if row.low > 1][:_SHOWN]
    maybe = [row for row in rows if row.low <= 1 < row.ratio][: _SHOWN - len(sure)]
    scope = category or "全站"
    lines = [f"{scope}{kind.words}，{_days(day)}比前 {_WEEK} 天："]
    if sure:
        lines.append(
            f"涨得比较明显的（{_INTERVAL}% 区间整段在 1 倍以上；比的{kind.words}多，个别仍可能是碰巧）："
        )
        lines += [_line(row) for row in sure]
    else:
        lines.append("没有能确定在涨的，变化都还在偶然波动的范围里。")
    if maybe:
        lines.append("可能在涨，还不能确定：")
        lines += [_line(row) for row in maybe]
    if sure:
        lines.append(f"下一步：围绕“{sure[0].name}”拍一条贴合内容的作品，发布后看前三天的播放。")
    else:
        lines.append("下一步：不用急着追，先按自己的节奏发，过几天再看。")
    shown = [*sure, *maybe]
    return Reply(
        text="\n".join(lines),
        facts={
            **_window(day),
            "kind": kind.value,
            "category": category,
            "interval": _INTERVAL,
            "at_least": 1,
            "three_days": 3,
            "fewest_creators": FEWEST_CREATORS,
            "rising": [_trend_facts(row) for row in sure],
            "maybe": [_trend_facts(row) for row in maybe],
        },
        citations=_cited(call, "2.1", "2.3"),
        buttons=_buttons(kind),
        charts=_chart(kind, scope, day, shown),
    )


def _line(row: Trend) -> str:
    return (
        f"· {row.name}：{row.creators:,} 位作者在发（前一周 {row.creators_before:,} 位），占比是前一周的 {row.ratio:.2f} 倍"
        f"（区间 {row.low:.2f}–{row.high:.2f}），新作品 {row.works:,} 条，播放 {count_text(row.plays)}"
    )


def _trend_facts(row: Trend) -> Json:
    return {
        "name": row.name,
        "ratio": f"{row.ratio:.2f}",
        "low": f"{row.low:.2f}",
        "high": f"{row.high:.2f}",
        "creators": row.creators,
        "creators_before": row.creators_before,
        "works": row.works,
        "plays": row.plays,
        "plays_before": row.plays_before,
    }


def _chart(kind: Kind, scope: str, day: date, rows: list[Trend]) -> tuple[Chart, ...]:
    if len(rows) < 2:  # noqa: PLR2004 - one bar compares nothing
        return ()
    spans = "；".join(f"{row.name} {row.low:.2f}–{row.high:.2f}" for row in rows)
    return (
        Chart(
            title=f"{scope}{kind.words}的作者占比：{_days(day)}是前 {_WEEK} 天的几倍",
            labels=tuple(row.name for row in rows),
            series=(
                Series("倍数", tuple(round(row.ratio, 2) for row in rows), unit="倍", drawing=Drawing.BAR),
            ),
            note=f"{_INTERVAL}% 区间：{spans}。区间包含 1 就还不能确定在涨。",
        ),
    )


def _nothing(call: Call, day: date, kind: Kind, category: str) -> Reply:
    where = f"{category}领域的" if category else ""
    return Reply(
        text=(
            f"{_days(day)}{where}{kind.words}数据太少：要有至少 {FEWEST_CREATORS} 位作者在发才判断涨跌，现在没有够数的。"
            "下一步：看全站的，或者过几天再看。"
        ),
        facts={**_window(day), "fewest_creators": FEWEST_CREATORS},
        citations=_cited(call, "1.3"),
        buttons=(Button(f"看全站{kind.words}", f"最近全站什么{kind.words}热"),),
    )


def _earning(call: Call, day: date) -> Reply:
    rows = queries.earning(call.session, day=day)
    facts: Json = {**_window(day), "days": queries.EARNING_DAYS, "fewest": FEWEST_EARNING, "thousand": 1_000}
    if not rows:
        return Reply(
            text=(
                f"近 {queries.EARNING_DAYS} 天没有哪个领域有至少 {FEWEST_EARNING} 个有收入的账号，样本太少，"
                "不能说哪类内容更赚钱。下一步：先看你自己的收入构成。"
            ),
            facts=facts,
            citations=_cited(call, "1.4"),
            buttons=(Button("看我的收益", "看看我的收益"),),
        )
    lines = [f"截至{_last(day)}的 {queries.EARNING_DAYS} 天，按领域汇总，每千次播放的收入："]
    lines += [
        f"· {row.category}：{yuan(row.fen_per_thousand_plays)} 元，{row.creators:,} 个账号里 {row.earning:,} 个有收入"
        for row in rows[:_SHOWN]
    ]
    lines.append(f"只列有收入账号满 {FEWEST_EARNING} 个的领域，是汇总不是承诺。下一步：看看你能报哪些激励。")
    return Reply(
        text="\n".join(lines),
        facts={
            **facts,
            "categories": [
                {
                    "category": row.category,
                    "yuan": yuan(row.fen_per_thousand_plays),
                    "creators": row.creators,
                    "earning": row.earning,
                }
                for row in rows
            ],
        },
        citations=_cited(call, "1.4", "2.3"),
        buttons=(Button("有哪些激励能报", "有哪些激励我能报"), Button("看我的收益", "看看我的收益")),
    )


def _gap(call: Call, day: date) -> Reply:
    account = creators.account(call.session, creator_id=call.creator_id)
    found = service.gap(call.session, account=account, day=day)
    if found is None:
        return Reply(
            text=f"近 {DAYS} 天发过作品的可比账号不到 {SMALLEST_COHORT} 个，人太少，不能说流量高的作者做了什么不同。过几天再看。",
            facts={"days": DAYS, "smallest_cohort": SMALLEST_COHORT},
            buttons=(Button("帮我诊断账号", "帮我诊断一下账号"),),
        )
    clear = [each for each in found.contrasts if each.separates and _differs(each)][:_FACTORS_SHOWN]
    same = [Factor(each.factor).words for each in found.contrasts if not each.separates]
    lines = [_cohort_line(day, found)]
    if clear:
        lines.append("流量高的这些作者，和其余账号明显不同的是：")
        lines += [_factor_line(each, found) for each in clear]
    else:
        lines.append("量过的几项里，没有哪一项能确定和其余账号不同。")
    if same:
        lines.append(f"看不出明显差别的：{'、'.join(same)}。")
    lines.append("这是一起出现的差别，不等于照做就会涨。" + _step(clear, found))
    return Reply(
        text="\n".join(lines),
        facts=_gap_facts(day, found),
        citations=_cited(call, "2.3"),
        buttons=(Button("帮我诊断账号", "帮我诊断一下账号"), Button("我在榜上排第几", "我在榜上排第几")),
    )


def _differs(each: Contrast) -> bool:
    """Whether the medians differ as they are shown: most of either side may do without live sessions."""
    factor = Factor(each.factor)
    return factor.text(each.top_median) != factor.text(each.rest_median)


def _cohort_line(day: date, found: Gap) -> str:
    return (
        f"截至{_last(day)}的 {DAYS} 天，{found.cohort.words}发过作品的 {found.size:,} 个账号里，"
        f"播放最高的 10% 是 {found.top:,} 个。"
    )


def _factor_line(each: Contrast, found: Gap) -> str:
    factor = Factor(each.factor)
    own = found.own.get(each.factor)
    mine = f"，你 {factor.text(own)}" if own is not None else ""
    more = "更高" if each.delta > 0 else "更低"
    return (
        f"· {factor.words}{more}：他们中位数 {factor.text(each.top_median)}，其余 {factor.text(each.rest_median)}{mine}"
        f"（差异 {each.delta:+.2f}，{_TOGETHER}% 区间 {each.low:+.2f} 到 {each.high:+.2f}）"
    )


def _step(clear: list[Contrast], found: Gap) -> str:
    """Return the next step: the clearest habit or rate in which the account is on the side of the rest."""
    for each in clear:
        own = found.own.get(each.factor)
        if own is None or (own - each.top_median) * each.delta >= 0:
            continue
        factor = Factor(each.factor)
        return f"下一步：先试着把{factor.words}往 {factor.text(each.top_median)}靠，两周后再比一次。"
    return "下一步：这几项你已经不差，看看单条作品哪一秒走的人多。"


def _gap_facts(day: date, found: Gap) -> Json:
    return {
        **_window(day),
        "days": DAYS,
        "cohort": found.cohort.words,
        "cohort_of": [found.cohort.category, found.cohort.tier],
        "size": found.size,
        "top": found.top,
        "top_percent": 10,
        "interval": _TOGETHER,
        "factors": [
            {
                "factor": each.factor,
                "delta": f"{each.delta:+.2f}",
                "low": f"{each.low:+.2f}",
                "high": f"{each.high:+.2f}",
                "top_median": Factor(each.factor).text(each.top_median),
                "rest_median": Factor(each.factor).text(each.rest_median),
                "own": None if (own := found.own.get(each.factor)) is None else Factor(each.factor).text(own),
                "separates": each.separates,
            }
            for each in found.contrasts
        ],
    }


def _buttons(kind: Kind) -> tuple[Button, ...]:
    others = {
        Kind.TOPIC: Button("热门音乐", "最近哪个BGM用的人多"),
        Kind.FORMAT: Button("什么形式在涨", "最近什么形式的作品涨得快"),
    }
    return (
        *(button for other, button in others.items() if other is not kind),
        Button("为什么别人流量高", "为什么别人流量比我高"),
    )


def _days(day: date) -> str:
    first = day - timedelta(days=_WEEK)
    return f"{first.month}月{first.day}日—{_last(day)}"


def _last(day: date) -> str:
    last = day - timedelta(days=1)
    return f"{last.month}月{last.day}日"


def _window(day: date) -> Json:
    return {"window": _days(day), "last_day": _last(day), "week": _WEEK}


def _cited(call: Call, *clauses: str) -> tuple[Citation, ...]:
    found = (call.policies.clause(_POLICY, clause, on=call.on) for clause in clauses)
    return tuple(cite(clause) for clause in found if clause)


TOOL = AgentTool(
    hot_trends,
    asks=(
        "最近什么热点",
        "美食这块现在什么话题热",
        "最近哪个BGM用的人多",
        "别给我娱乐圈的，只要美食热点",
        "现在什么BGM火",
        "最近啥火",
        "有什么热门话题",
        "这几天流行什么",
        "为什么别人流量比我高",
        "凭啥人家流量那么好",
        "什么内容能赚钱，看看趋势",
        "哪类内容变现好，看看趋势",
        "最近什么形式的作品涨得快",
        "哪个领域最近热度高",
        "三农热点有哪些",
        "蹭什么热点好",
        "最近有啥趋势",
        "热搜话题给我几个",
        "现在什么音乐火",
        "美妆圈最近什么话题在涨",
        "what's trending now",
        "trending topics in food",
        "平台现在什么类型的视频火",
        "哪些话题正在飙升",
        "宠物类的热点话题",
        "最近全站什么话题热",
        "这周热门音乐有哪些",
        "热点趋势看一下",
        "为啥同行流量都比我好",
        "多长的视频最近热度高",
        "什么内容现在能赚到钱",
        "啥样的视频现在能挣着钱",
        "为啥人家随便发发就爆我的就不行",
        "同体量的号流量比我们高是什么原因",
        "这两天什么突然火起来了",
        "大伙儿现在都爱看啥",
        "做饭的现在都拍啥火",
        "现在火的那首歌叫啥",
        "有什么梗可以蹭",
        "什么题材在涨",
        "最近时兴拍啥",
        "凭啥他拍个啥都能火",
        "现在都用什么曲子火",
        "什么类型起飞了",
        "最近啥热乎",
        "热门配乐有哪些",
    ),
    nouns=(
        "热点",
        "趋势",
        "热门话题",
        "热搜",
        "话题",
        "BGM",
        "热度",
        "热门音乐",
        "trending",
        "trend",
        "别人流量",
        "最赚钱",
    ),
    actions=("火", "热", "飙升", "在涨", "蹭热点", "流行什么"),
)
