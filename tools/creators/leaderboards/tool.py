"""The agent's door to the leaderboards."""

from enum import StrEnum

from tools.creators import service as creators
from tools.creators.accounts import Account
from tools.creators.categories import filed_under
from tools.creators.leaderboards import queries, service, value_queries
from tools.creators.leaderboards.boards import (
    PENALTY_DAYS,
    SHOWN,
    SMALLEST_BOARD,
    AskedBoard,
    Measure,
    Scope,
    asked_board,
    before,
)
from tools.creators.leaderboards.service import Own, View
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Reply, cite
from tools.kernel.charts import Chart, Series
from tools.kernel.db import Json
from tools.kernel.period import Period

_POLICY = "leaderboard-rules"
_LISTED = 10
_ON_AIR = "直播"
_HERE = ("同城", "本地")


class BoardType(StrEnum):
    """What a creator may ask a board for; the last two have none, and the answer says why."""

    GROWTH = "growth"
    FOLLOWERS = "followers"
    PLAYS = "plays"
    LIKES = "likes"
    INTERACTION = "interaction"
    COMPLETION = "completion"
    LIVE = "live"
    COMMERCE = "commerce"
    INCOME = "income"


class BoardView(StrEnum):
    """Which part of a board is meant: its top, or the creator's own place."""

    TOP = "top"
    MINE = "mine"


def leaderboard(
    call: Call,
    *,
    type: BoardType | None = None,  # noqa: A002 - the argument's name is the same in every tool (DESIGN §4)
    category: str | None = None,
    city: str | None = None,
    period: str | None = None,
    scope: BoardView = BoardView.TOP,
) -> Reply:
    """Show a public ranking of creators by followers, follower growth, plays, likes, interaction, completion or time on air, by category and city, for a day, week or month; and the creator's own rank, the gap to the next and the change."""
    if type in {BoardType.COMMERCE, BoardType.INCOME}:
        return _not_public(call)
    if category == _ON_AIR:
        # 直播榜 names what is measured, not what the works are about.
        type, category = type or BoardType.LIVE, None  # noqa: A001 - see above
    measure = Measure(type.value) if type else Measure.PLAYS
    asked = asked_board(period, on=call.on)
    account = creators.account(call.session, creator_id=call.creator_id)
    town = account.city if city in _HERE else (city or "").strip()
    for name in (category or "", filed_under(category or "")):
        if name is None:
            continue
        among = Scope(name.strip(), town)
        seen = service.view(
            call.session,
            measure=measure,
            span=asked.span,
            period=asked.period,
            scope=among,
            creator_id=account.id,
        )
        if seen is not None:
            return _shown(call, account, measure, asked, among, seen, scope)
    return _no_board(call, measure, asked, Scope((category or "").strip(), town))


def _shown(
    call: Call,
    account: Account,
    measure: Measure,
    asked: AskedBoard,
    among: Scope,
    seen: View,
    scope: BoardView,
) -> Reply:
    lines = [
        f"{among.words}{measure.words}（{asked.span.words}，{asked.period.words}），共 {seen.size:,} 个账号，按{measure.meaning}排："
    ]
    if not asked.exact:
        lines.insert(0, "榜单只出完整的一天、一周和一个月，给你看离你问的时间最近的一期。")
    if scope is BoardView.MINE and seen.own:
        lines += _around_lines(account, measure, seen, seen.own)
    else:
        lines += _top_lines(account, measure, seen)
    lines += _own_lines(call, account, measure, asked, among, seen)
    citations = tuple(_cited(call, "2.1") if seen.own is None else _cited(call, "2.2"))
    return Reply(
        text="\n".join(lines),
        facts=_facts(measure, asked, among, seen),
        citations=citations,
        buttons=_buttons(account, among, scope),
        charts=_charts(call, account, measure, asked, among),
    )


def _top_lines(account: Account, measure: Measure, seen: View) -> list[str]:
    lines: list[str] = []
    for each in seen.top[:_LISTED]:
        mark = "（你）" if each.creator_id == account.id else ""
        moved = _moved(each.rank, seen.ranks_before.get(each.creator_id), known=seen.has_before)
        lines.append(f"{each.rank}. {each.nickname}{mark}：{measure.text(each.value)}{moved}")
    return lines


def _around_lines(account: Account, measure: Measure, seen: View, own: Own) -> list[str]:
    """Return the places around the creator's own; only the first hundred have names (leaderboard-rules 2.2)."""
    names = {each.creator_id: each.nickname for each in seen.top}
    lines: list[str] = []
    for each in own.around:
        name = "你" if each.creator_id == account.id else names.get(each.creator_id, "")
        lines.append(f"第 {each.rank:,} 名{f' {name}' if name else ''}：{measure.text(each.value)}")
    return lines


def _own_lines(
    call: Call, account: Account, measure: Measure, asked: AskedBoard, among: Scope, seen: View
) -> list[str]:
    if seen.own is None:
        return [_absent(call, account, measure, asked.period, among)]
    own = seen.own
    moved = _moved(own.standing.rank, own.rank_before, known=seen.has_before)
    lines = [f"你排第 {own.standing.rank:,} 名：{measure.text(own.standing.value)}{moved}。"]
    if own.gap is None:
        lines.append("下一步：你在榜首，保持更新节奏，看看第二名最近在做什么。")
    else:
        lines.append(f"下一步：离前一名还差 {measure.gap_text(own.gap)}，{_advice(measure)}")
    return lines


def _moved(rank: int, rank_before: int | None, *, known: bool) -> str:
    if not known:
        return ""
    if rank_before is None:
        return "（上期没在榜）"
    if rank_before == rank:
        return "（与上期持平）"
    return (
        f"（比上期升 {rank_before - rank:,} 名）"
        if rank_before > rank
        else f"（比上期降 {rank - rank_before:,} 名）"
    )


def _advice(measure: Measure) -> str:
    match measure:
        case Measure.COMPLETION:
            return "可以让我看看哪一秒走的人最多。"
        case Measure.LIVE:
            return "把固定开播时间排进这周。"
        case _:
            return "可以问我“为什么别人流量比我高”。"


def _absent(call: Call, account: Account, measure: Measure, period: Period, among: Scope) -> str:
    if among.category not in {"", account.category}:
        return f"你的账号领域是{account.category}，不在这个榜里。"
    if among.city not in {"", account.city}:
        return f"你的账号城市是{account.city}，不在这个榜里。"
    value, active, punished = value_queries.own_state(
        call.session, creator_id=account.id, measure=measure, period=period
    )
    if punished:
        return f"你没上榜：近 {PENALTY_DAYS} 天内有严重违规处罚，期满后恢复参加。"
    if not active:
        return "你没上榜：这段时间没有发布作品，也没有开播。下一步：发一条作品，下一期就能参加。"
    if value <= 0:
        return f"你没上榜：这段时间{measure.meaning}没有大于 0。"
    return "你没上榜：这一期生成时还没有你的数据，下一期再看。"


def _no_board(call: Call, measure: Measure, asked: AskedBoard, among: Scope) -> Reply:
    everybody = queries.board(
        call.session, measure=measure, span=asked.span, starts_on=asked.period.starts_on, scope=Scope()
    )
    facts: Json = {"smallest_board": SMALLEST_BOARD, "period": _period(asked)}
    if everybody:
        text = (
            f"{among.words}{measure.words}（{asked.period.words}）参加的账号不到 {SMALLEST_BOARD} 个，"
            "人太少，排名没有意义，这一期不出榜。下一步：看全站榜，或者换个领域、城市。"
        )
        return Reply(
            text=text,
            facts=facts,
            citations=tuple(_cited(call, "2.1")),
            buttons=(Button("看全站榜", f"全站{measure.words}"),),
        )
    newest = service.newest_period(call.session, measure=measure, span=asked.span)
    shown = (
        f"现在能看的最近一期是{newest.starts_on.month}月{newest.starts_on.day}日开始的。" if newest else ""
    )
    return Reply(
        text=f"{asked.period.words}的{measure.words}（{asked.span.words}）没有数据：还没生成，或者太早、已经不保留了。{shown}",
        facts={**facts, "newest": [newest.starts_on.month, newest.starts_on.day] if newest else None},
        citations=tuple(_cited(call, "1.1")),
        buttons=(Button("看最近的周榜", "这周榜单"),),
    )


def _not_public(call: Call) -> Reply:
    return Reply(
        text="收入、打赏和带货成交不做公开榜单：榜单只公开昵称、名次和公开数据。可以看粉丝、涨粉、播放、点赞、互动、完播和直播时长榜。",
        citations=tuple(_cited(call, "2.5")),
        buttons=(Button("看涨粉榜", "看看涨粉榜"), Button("看直播榜", "看下直播榜")),
    )


def _charts(
    call: Call, account: Account, measure: Measure, asked: AskedBoard, among: Scope
) -> tuple[Chart, ...]:
    path = queries.path(call.session, measure=measure, span=asked.span, scope=among, creator_id=account.id)
    if sum(rank is not None for _, _, rank, _ in path) < 2:  # noqa: PLR2004 - one point is no line
        return ()
    labels = tuple(f"{starts_on.month}月{starts_on.day}日" for starts_on, _, _, _ in path)
    return (
        Chart(
            title=f"{account.nickname}在{among.words}{measure.words}的名次",
            labels=labels,
            series=(Series("名次（越小越靠前）", tuple(rank for _, _, rank, _ in path), unit="名"),),
            note=f"{asked.span.words}，标的是每期第一天；断开的是没上榜的一期。",
        ),
    )


def _buttons(account: Account, among: Scope, scope: BoardView) -> tuple[Button, ...]:
    own = Button("我排第几", "我在榜上排第几")
    category = Button(f"看{account.category}榜", f"{account.category}榜单")
    why = Button("为什么别人流量高", "为什么别人流量比我高")
    if scope is BoardView.MINE:
        return (category, why)
    return (own, why) if among.category == account.category else (own, category)


def _facts(measure: Measure, asked: AskedBoard, among: Scope, seen: View) -> Json:
    return {
        "measure": measure.value,
        "span": asked.span.value,
        "period": _period(asked),
        "before": before(asked.span, asked.period).starts_on.isoformat(),
        "category": among.category,
        "city": among.city,
        "size": seen.size,
        "top": [
            {
                "place": each.place,
                "rank": each.rank,
                "nickname": each.nickname,
                "value": each.value,
                "text": measure.text(each.value),
                "rank_before": seen.ranks_before.get(each.creator_id),
                "moved": _steps(each.rank, seen.ranks_before.get(each.creator_id)),
            }
            for each in seen.top
        ],
        "shown_at_most": SHOWN,
        "own": seen.own and _own_facts(measure, seen.own),
    }


def _own_facts(measure: Measure, own: Own) -> Json:
    return {
        "rank": own.standing.rank,
        "value": own.standing.value,
        "text": measure.text(own.standing.value),
        "gap": own.gap,
        "gap_text": None if own.gap is None else measure.gap_text(own.gap),
        "rank_before": own.rank_before,
        "moved": _steps(own.standing.rank, own.rank_before),
        # Beside the first hundred no name is public: a neighbour is a rank and a value.
        "around": [
            {"rank": each.rank, "value": each.value, "text": measure.text(each.value)} for each in own.around
        ],
    }


def _steps(rank: int, rank_before: int | None) -> int | None:
    return None if rank_before is None else abs(rank_before - rank)


def _period(asked: AskedBoard) -> Json:
    return {
        "words": asked.period.words,
        "from": asked.period.starts_on.isoformat(),
        "to": asked.period.last_day.isoformat(),
    }


def _cited(call: Call, *clauses: str) -> list[Citation]:
    found = (call.policies.clause(_POLICY, clause, on=call.on) for clause in clauses)
    return [cite(clause) for clause in found if clause]


TOOL = AgentTool(
    leaderboard,
    asks=(
        "这周榜单",
        "看看涨粉榜",
        "美食榜前十是谁",
        "我在美食榜排多少",
        "我排第几名",
        "最近涨粉最猛的是哪些号，学习学习",
        "母婴category的ranking top 50",
        "看下主播榜",
        "全站播放榜看一下",
        "昨天的播放榜",
        "上周三农榜单给我瞅瞅",
        "沈阳的美食榜单",
        "粉丝最多的号是哪些，给个排行",
        "互动榜第一名是谁",
        "完播率排行榜",
        "上个月的涨粉排行",
        "我离前一名还差多少，榜上的",
        "我的名次比上周升了还是降了",
        "我怎么没上榜",
        "点赞榜都有谁",
        "同城榜单我排第几",
        "leaderboard for beauty creators",
        "我在全站排名多少",
        "榜单前一百里有我吗",
        "美妆领域涨粉榜",
        "周榜出来了没，看看排名",
        "游戏区谁播放最高，排行看下",
        "直播榜前几名",
        "我这周排名变化",
        "七月份的播放排行榜",
        "我们号在榜上位列第几",
        "主播开播时长榜",
        "离第一名还差多少",
        "播放榜前一百调一下",
        "谁涨粉最快给我看榜",
        "名次掉了没",
        "短剧榜前十",
        "榜上第一到底是谁",
        "上期榜单还能看吗",
        "这礼拜谁排头里",
        "主播榜谁第一",
        "为什么榜上找不到我",
        "离上一名差多少",
        "昨日榜单",
        "剧号在短剧榜排第几",
    ),
    nouns=(
        "榜单",
        "榜",
        "排行榜",
        "排行",
        "排名",
        "名次",
        "涨粉榜",
        "播放榜",
        "周榜",
        "日榜",
        "月榜",
        "上榜",
        "第几名",
        "前十",
        "ranking",
        "leaderboard",
    ),
    actions=("排第几", "排多少", "看榜", "上榜", "第一是谁", "前几名"),
)
