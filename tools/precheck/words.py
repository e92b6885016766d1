"""What a creator reads of a check, and the same as facts. Pure."""

from collections.abc import Mapping
from datetime import datetime

from tools.kernel.agent_tool import Button
from tools.kernel.db import Json
from tools.precheck.media.media_rules import MEDIA_RULES
from tools.precheck.service import CheckState, Judgement
from tools.precheck.text.findings import Severity
from tools.precheck.verdict import Finding, Verdict

_MOST_SHOWN = 6
_LONGEST_SAID = 40
_LONGEST_REWRITE = 120
_LONGEST_NOTICE = 1000
_MARKS = {Severity.BLOCK: "✗", Severity.WARN: "!"}
_DISPUTE = Button("不认同，转人工核实", "转人工，发布前诊断的结果我不认同")
_HISTORY = Button("诊断记录", "看看我的诊断记录")
_RULES = Button("审核规则", "作品发出去要审核多久，审核分几级")
_PROGRESS = Button("看进度", "发布前诊断到哪一步了")
_MEDIA = frozenset(rule.id for rule in MEDIA_RULES)
PREDICTION = "这是预测，不是裁决：发布后仍要经过正式审核。"


def answer(judgement: Judgement, *, titles: Mapping[str, str] | None = None) -> str:
    """Return the verdict, the findings one by one, and what comes next; `titles` are those of the policies, by id."""
    titles = titles or {}
    if judgement.state is not CheckState.DONE or judgement.verdict is None:
        return _waiting(judgement, titles)
    lines = [f"预测结果：{judgement.verdict.words}。{PREDICTION}"]
    lines += [_line(place, one, titles) for place, one in enumerate(judgement.findings[:_MOST_SHOWN], 1)]
    if (more := len(judgement.findings) - _MOST_SHOWN) > 0:
        lines.append(f"还有 {more} 处较轻的问题，改完再检测一次会列出来。")
    lines += judgement.problems
    lines.append(_standing(judgement))
    return "\n".join(lines)


def notice(judgement: Judgement) -> str:
    """Return the words for the creator when a long look has ended."""
    name = _name(judgement)
    return f"{name}的发布前诊断好了。{answer(judgement)}"[:_LONGEST_NOTICE]


def facts(judgement: Judgement) -> Json:
    """Return everything that the answer says as data."""
    return {
        "number": judgement.number,
        "state": judgement.state.value,
        "progress": judgement.progress,
        "verdict": judgement.verdict and judgement.verdict.value,
        "rules_version": judgement.rules_version,
        "asked_at": judgement.asked_at.isoformat(),
        "judged_at": judgement.judged_at and judgement.judged_at.isoformat(),
        "judged_before": judgement.known,
        "problems": list(judgement.problems),
        "findings": [finding_facts(one) for one in judgement.findings],
    }


def finding_facts(one: Finding) -> Json:
    """Return a finding as the command line and a model read it; places in words start at 0, their end is exclusive."""
    return {
        "rule": one.rule,
        "severity": one.severity.value,
        "part": one.part.value,
        "policy": one.policy,
        "clause": one.clause,
        "span": list(one.span) if one.span else None,
        "at_s": one.at_s,
        "said": one.said,
        "why": one.why,
        "advice": one.advice,
        "rewrite": one.rewrite,
        "confidence": one.confidence,
    }


def buttons(judgement: Judgement) -> tuple[Button, ...]:
    """Return what can be done next: dispute the prediction, read the rules, look again."""
    if judgement.state is not CheckState.DONE:
        return (_PROGRESS, _RULES)
    if judgement.verdict is Verdict.PASS:
        return (_RULES, _HISTORY)
    return (_DISPUTE, _RULES, _HISTORY)


def listed(judgements: list[Judgement]) -> str:
    """Return the creator's checks, one a line, newest first."""
    if not judgements:
        return "你还没有做过发布前诊断。把标题、文案、封面或视频发给我就能检测。"
    lines = [f"最近 {len(judgements)} 次发布前诊断："]
    for one in judgements:
        result = one.verdict.words if one.verdict else f"检测中 {one.progress}%"
        lines.append(
            f"· {moment(one.asked_at)} {_name(one)}：{result}，{len(one.findings)} 处问题，编号 {one.number}"
        )
    lines.append("同一份草稿在规则没有变之前，结果不会变；改过之后再发给我检测一次。")
    return "\n".join(lines)


def moment(at: datetime) -> str:
    """Return the minute as a creator reads it."""
    return f"{at.month}月{at.day}日 {at:%H:%M}"


def _waiting(judgement: Judgement, titles: Mapping[str, str]) -> str:
    found = judgement.findings
    lines: list[str] = []
    if judgement.draft["title"] or judgement.draft["text"]:
        lines.append(f"文字先看完了：{len(found)} 处要改。" if found else "文字先看完了：没有发现问题。")
        lines += [_line(place, one, titles) for place, one in enumerate(found[:_MOST_SHOWN], 1)]
    what = "视频" if judgement.draft["video"] else "图片"
    stands = f"已完成 {judgement.progress}%" if judgement.progress else "排队中"
    lines.append(
        f"{what}正在检测画面、字幕、声音和疑似搬运（{stands}），一般几分钟内好，好了我发通知给你。诊断编号 {judgement.number}。"
    )
    return "\n".join(lines)


def _line(place: int, one: Finding, titles: Mapping[str, str]) -> str:
    said = one.said if len(one.said) <= _LONGEST_SAID else f"{one.said[:_LONGEST_SAID]}…"
    quoted = f"（{said}）" if one.rule in _MEDIA else f"“{said}”"
    parts = [
        f"{place}. {_MARKS[one.severity]} {one.part.words}{_where(one)}{quoted}：{one.why.rstrip('。')}{_clause(one, titles)}。"
    ]
    parts.append(f"建议：{one.advice.rstrip('。')}。")
    if one.rewrite and len(one.rewrite) <= _LONGEST_REWRITE:
        parts.append(f"可以改成：“{one.rewrite}”。")
    return "".join(parts)


def _clause(one: Finding, titles: Mapping[str, str]) -> str:
    """Return which clause it is, by the policy's title where that is known; advice of the trade has none."""
    if not one.clause:
        return ""
    title = titles.get(one.policy)
    return f"（《{title}》{one.clause}）" if title else f"（{one.policy} {one.clause}）"


def _where(one: Finding) -> str:
    if one.at_s is not None:
        return f"第 {one.at_s:g} 秒"
    return f"第 {one.span[0] + 1} 个字起" if one.span else ""


def _standing(judgement: Judgement) -> str:
    assert judgement.judged_at is not None
    when = moment(judgement.judged_at)
    before = "这份草稿之前检测过，规则没有变，结果不变。" if judgement.known else ""
    return f"{before}诊断编号 {judgement.number}，{when} 按规则版本 {judgement.rules_version} 判定。"


def _name(judgement: Judgement) -> str:
    draft = judgement.draft
    if title := draft["title"]:
        return f"《{title[:20]}》"
    for part in ("video", "cover"):
        if draft[part]:
            return f"“{draft[part]['name'][:30]}”"
    return f"“{draft['text'][:20]}”"
