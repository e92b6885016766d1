"""A diagnosis in words, as facts, and as a chart."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from tools.creators.detectors.facts import AccountFacts, Figures
from tools.creators.detectors.finding import Finding, change_text, day_text, times_text
from tools.creators.detectors.registry import Diagnosis
from tools.kernel.charts import Chart, Drawing, Mark, Series
from tools.kernel.db import Json
from tools.kernel.money import rate_text
from tools.kernel.period import Period

# Marks, not numbers: every number of an answer is a figure.
_PLACES = "①②③"
SHOWN = len(_PLACES)
_NAMED = 4


def days_text(period: Period) -> str:
    """Return the days of a period: 8月8日—8月14日."""
    first, last = day_text(period.starts_on), day_text(period.last_day)
    return first if period.days == 1 else f"{first}—{last}"


def answer(
    nickname: str, facts: AccountFacts, diagnosis: Diagnosis, *, rules: Mapping[str, str], numbers: Json
) -> str:
    """Return the whole answer; `rules` are the names of the clauses by kind of finding, `numbers` those it says."""
    overview = numbers["overview"]
    lines = [f"{nickname}，{facts.window.words}（{overview['days_text']}）的账号诊断："]
    lines += _overview_lines(overview, compared=facts.comparable, live=facts.current.live_seconds > 0)
    lines.append("")
    shown = diagnosis.findings[:SHOWN]
    if shown:
        lines.append("最该看的" if len(shown) > 1 else "要看的只有一点")
        lines += [_finding_line(place, finding, rules) for place, finding in enumerate(shown)]
        if more := diagnosis.findings[SHOWN:]:
            named = "、".join(finding.title for finding in more[:_NAMED])
            lines.append(f"另外还有：{named}" + ("等" if len(more) > _NAMED else ""))
        worst = diagnosis.findings[0]
        lines += ["", f"下一步：{worst.words(worst.next_step)}。"]
    else:
        lines += [
            "没有发现要马上处理的问题。",
            "",
            "下一步：保持现在的更新节奏，下周这个时候再来看一次。",
        ]
    lines.append(_basis_line(facts, numbers["basis"], diagnosis.unjudged))
    return "\n".join(lines)


def numbers_of(facts: AccountFacts, diagnosis: Diagnosis) -> Json:
    """Return every number of the answer, and the findings that it has no room for."""
    return {
        "period": {
            "words": facts.window.words,
            "from": facts.window.starts_on.isoformat(),
            "to": facts.window.last_day.isoformat(),
        },
        "overview": _overview(facts),
        "basis": _basis(facts),
        "current": asdict(facts.current),
        "before": asdict(facts.before),
        "findings": [_finding_facts(finding) for finding in diagnosis.findings],
        "unjudged": list(diagnosis.unjudged),
    }


def chart_of(facts: AccountFacts) -> Chart | None:
    """Return plays and followers by day, the period marked at its first day; None where there is one day only."""
    days = facts.days
    if len(days) <= 1:
        return None
    marks = [
        Mark(at, facts.window.words) for at, each in enumerate(days) if each.day == facts.window.starts_on
    ]
    followers = tuple(None if each.followers is None else float(each.followers) for each in days)
    return Chart(
        title="每天的播放和粉丝",
        labels=tuple(day_text(each.day) for each in days),
        series=(
            Series("播放", tuple(float(each.plays) for each in days), "次", Drawing.BAR),
            Series("粉丝", followers, "人", Drawing.LINE, second_axis=True),
        ),
        marks=tuple(marks),
        note="播放是全部作品每天的播放，不含直播；粉丝是每天结束时的数",
    )


def _overview(facts: AccountFacts) -> Json:
    now, before = facts.current, facts.before
    return {
        "days": now.days,
        "days_text": days_text(facts.window),
        "span": facts.window.days,
        "plays": times_text(now.plays),
        "plays_change": change_text(now.plays, before.plays),
        "completion": rate_text(now.completed_plays, now.plays),
        "completion_before": rate_text(before.completed_plays, before.plays),
        "interaction": rate_text(now.interactions, now.plays),
        "interaction_before": rate_text(before.interactions, before.plays),
        "net_followers": _signed(now.net_followers),
        "net_followers_before": _signed(before.net_followers),
        "new_followers": f"{now.new_followers:,}",
        "lost_followers": f"{now.lost_followers:,}",
        "followers": f"{facts.followers:,}",
        "works": now.works_published,
        "works_before": before.works_published,
        "live_hours": _hours(now),
    }


def _basis(facts: AccountFacts) -> Json:
    """Return what the answer rests on: which days, and the cohort."""
    followers = [peer.followers for peer in facts.peers]
    first = facts.days[0].day if facts.days else facts.window.starts_on
    return {
        "days": days_text(Period(first, facts.window.ends_on, "")),
        "category": facts.category,
        "peers": len(followers),
        "peers_lowest": f"{min(followers, default=0):,}",
        "peers_highest": f"{max(followers, default=0):,}",
    }


def _overview_lines(overview: Json, *, compared: bool, live: bool) -> list[str]:
    def against(template: str) -> str:
        return f"（{template.format_map(overview)}）" if compared else ""

    lines = [
        "播放 {plays}".format_map(overview) + against("比前 {span} 天 {plays_change}"),
        "完播率 {completion}".format_map(overview)
        + against("前 {span} 天 {completion_before}")
        + "，互动率 {interaction}".format_map(overview)
        + against("前 {span} 天 {interaction_before}"),
        "净涨粉 {net_followers}：新增 {new_followers}，取关 {lost_followers}，现在 {followers} 粉".format_map(
            overview
        )
        + against("前 {span} 天净涨 {net_followers_before}"),
        "发布 {works} 条作品".format_map(overview)
        + against("前 {span} 天 {works_before} 条")
        + ("，开播 {live_hours} 小时".format_map(overview) if live else ""),
    ]
    if not compared:
        lines.append("再往前 {span} 天的数据不全，这次不做对比".format_map(overview))
    return [f"· {line}" for line in lines]


def _finding_line(place: int, finding: Finding, rules: Mapping[str, str]) -> str:
    rule = f"（{rules[finding.kind]}）" if finding.kind in rules else ""
    return (
        f"{_PLACES[place]} {finding.title}：{finding.words(finding.statement)}{rule}。"
        f"{finding.words(finding.cause)}。"
    )


def _basis_line(facts: AccountFacts, basis: Json, unjudged: Sequence[str]) -> str:
    words = "用到的数据：{days}的每日数据".format_map(basis)
    if facts.peers:
        words += "；同类是{category}领域粉丝数最接近的 {peers} 个账号（{peers_lowest}—{peers_highest} 粉）".format_map(
            basis
        )
    else:
        words += "；粉丝数相近的同类账号不够，没有做对比"
    if unjudged:
        words += f"。数据太少没有判断：{'、'.join(unjudged[:_NAMED])}" + (
            "等" if len(unjudged) > _NAMED else ""
        )
    return f"{words}。"


def _finding_facts(finding: Finding) -> Json:
    return {
        "kind": finding.kind,
        "title": finding.title,
        "severity": finding.severity.value,
        "weight": finding.weight.value,
        "shortfall_bp": finding.shortfall_bp,
        "evidence": asdict(finding.evidence),
        "statement": finding.words(finding.statement),
        "cause": finding.words(finding.cause),
        "next_step": finding.words(finding.next_step),
        "numbers": finding.facts,
    }


def _signed(count: int) -> str:
    return f"{count:+,}" if count else "0"


def _hours(figures: Figures) -> str:
    tenths = figures.live_seconds * 10 // 3_600
    return f"{tenths // 10}.{tenths % 10}"
