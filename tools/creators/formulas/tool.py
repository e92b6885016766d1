"""The agent's door to custom metrics."""

from collections.abc import Mapping
from typing import Literal, assert_never

from tools.creators import service as creators
from tools.creators.formulas import asks, service, wording
from tools.creators.formulas.alerts import read_threshold
from tools.creators.formulas.heard import named_in
from tools.creators.formulas.parse import parse
from tools.creators.formulas.presets import preset_called
from tools.creators.formulas.service import Curve, Metric
from tools.creators.formulas.tree import FormulaError, written
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Proposal, Reply, cite
from tools.kernel.db import Json
from tools.kernel.errors import Refusal
from tools.kernel.period import parse_period

_RULES, _DEFINITIONS = "custom-metrics-rules", "metrics-definitions"


class WhichMetric(Refusal):
    """Nothing says which metric is meant."""

    template = "你说的是哪个指标？{hint}"


class FormulaMissing(Refusal):
    """A metric is to be made of a name alone, and it is no usual one."""

    template = "“{name}”不是现成的指标，请把算法告诉我，比如“{name}=涨粉/播放*1000”。能用的数据有播放、完播、点赞、评论、转发、收藏、涨粉、掉粉、粉丝、观看时长。"


def custom_metrics(  # noqa: PLR0911 - an answer for each action
    call: Call,
    *,
    action: Literal["list", "show", "create", "rename", "delete", "alert", "cancel"] = "list",
    metric: str | None = None,
    formula: str | None = None,
    new_name: str | None = None,
    threshold: str | None = None,
    period: str = "last_30_days",
    work_ref: str | None = None,
) -> Reply | Proposal:
    """Creators' own metrics: list them with their alerts, show one over a period or for one work (or try a `formula`), create one under the name `metric` from a formula like 涨粉/播放*1000, rename it to `new_name`, delete it, set an alert (`threshold` like <1% or >500), cancel the alert."""
    own = service.own_metrics(call.session, creator_id=call.creator_id)
    match action:
        case "list":
            return _listing(call, own)
        case "show":
            return _show(call, own, metric, formula, period, work_ref)
        case "create":
            return _create(call, own, metric, formula)
        case "rename":
            return _rename(call, own, metric, new_name)
        case "delete":
            found = _own(call, own, metric)
            summary = f"删除指标「{found.name}」（{written(found.node)}）"
            summary += "，它的提醒和提醒记录一起删掉。" if found.threshold else "，提醒记录一起删掉。"
            return _proposal(call, summary, {"do": "delete", "name": found.name}, clauses=("1.2",))
        case "alert":
            return _alert(call, own, metric, threshold)
        case "cancel":
            found = _own(call, own, metric, with_alert=True)
            if found.threshold is None:
                return Reply(text=f"「{found.name}」本来就没有设提醒。", facts={"metric": found.name})
            bound = found.threshold.words(found.node)
            return _proposal(
                call, f"取消「{found.name}」{bound}时的提醒。", {"do": "cancel", "name": found.name}
            )
        case _:
            assert_never(action)


def commit_custom_metrics(call: Call, payload: Mapping[str, object]) -> Reply:
    """Do what was confirmed: save, rename, delete, set or cancel an alert."""
    session, creator_id, name = call.session, call.creator_id, str(payload["name"])
    match payload["do"]:
        case "save":
            saved = service.save(
                session, creator_id=creator_id, name=name, formula=str(payload["formula"]), now=call.now
            )
            text = f"「{saved.name}」保存好了。随时说“{saved.name}最近怎么样”看走势，或者说“{saved.name}低于多少提醒我”。"
        case "rename":
            saved = service.rename(
                session, creator_id=creator_id, name=name, new_name=str(payload["new_name"])
            )
            text = f"改好了，「{name}」现在叫「{saved.name}」，提醒照旧。"
        case "delete":
            text = f"「{service.delete(session, creator_id=creator_id, name=name)}」已删除。"
            return Reply(text=text, facts={"deleted": name}, buttons=(_LIST,))
        case "alert":
            return _watch(call, name, payload)
        case "cancel":
            own = service.own_metrics(session, creator_id=creator_id)
            found = service.metric_called(own, name)
            if found.id is not None:
                service.clear_alert(session, metric_id=found.id)
            return Reply(text=f"「{name}」的提醒取消了。", facts={"metric": name}, buttons=(_see(name),))
        case other:
            raise AssertionError(other)
    return Reply(
        text=text,
        facts={"metric": saved.name, "formula": written(saved.node)},
        buttons=(_see(saved.name), _LIST),
    )


def _watch(call: Call, name: str, payload: Mapping[str, object]) -> Reply:
    own = service.own_metrics(call.session, creator_id=call.creator_id)
    found = service.metric_called(own, name)
    if found.id is None:
        formula = written(found.node)
        service.save(call.session, creator_id=call.creator_id, name=name, formula=formula, now=call.now)
    threshold = read_threshold(str(payload["threshold"]), node=found.node)
    service.set_alert(call.session, creator_id=call.creator_id, name=name, threshold=threshold, on=call.on)
    text = f"设好了：「{name}」{threshold.words(found.node)}时提醒你，每天 10:00 后按前一天的完整数据看一次。"
    return Reply(
        text=text,
        facts={"metric": name, "threshold": threshold.words(found.node), "at": "10:00"},
        buttons=(_see(name),),
    )


def _listing(call: Call, own: list[Metric]) -> Reply:
    fired = service.fired_lately(call.session, creator_id=call.creator_id, on=call.on)
    values = {one.name: _latest(call, one) for one in own}
    return Reply(
        text=wording.listing(own, values, fired, most=service.MOST_METRICS),
        facts={
            "metrics": [_facts(one) | {"value": wording.latest(values[one.name], one.node)} for one in own],
            "count": len(own),
            "most": service.MOST_METRICS,
            "fired_count": len(fired),
            "fired": [wording.fired_fact(one) for one in fired],
        },
        citations=_cited(call, _RULES, "1.2"),
        buttons=tuple(_see(one.name) for one in own[:2])
        or (Button("建一个千播涨粉", "建个指标 千播涨粉=涨粉/播放*1000"),),
    )


def _show(
    call: Call, own: list[Metric], name: str | None, formula: str | None, period: str, work_ref: str | None
) -> Reply:
    found = _asked(call, own, name, formula)
    if work_ref:
        work = creators.resolve_work(call.session, creator_id=call.creator_id, work_ref=work_ref, on=call.on)
        curve = service.curve_of_work(call.session, work=work, node=found.node, on=call.on)
        if curve is None:
            return Reply(text=f"《{work.title}》还没有数据，发布第二天就能看。", facts={"title": work.title})
        return _shown(call, found, curve, of=f"《{work.title}》")
    asked = parse_period(period, on=call.on)
    curve = service.curve(call.session, creator_id=call.creator_id, node=found.node, asked=asked, on=call.on)
    if curve is None:
        text = f"{asked.words}没有能算的数据；自定义指标只回算最近 {service.DAYS_BACK} 天。"
        return Reply(
            text=text,
            facts={"days": service.DAYS_BACK, "period": asked.words},
            citations=_cited(call, _RULES, "1.3"),
        )
    return _shown(call, found, curve)


def _shown(call: Call, found: Metric, curve: Curve, *, of: str = "") -> Reply:
    fired = [
        one
        for one in service.fired_lately(call.session, creator_id=call.creator_id, on=call.on)
        if one.metric == found.name and not of
    ]
    preset = preset_called(found.name)
    defined = _cited(call, _DEFINITIONS, preset.clause) if preset and preset.clause else ()
    missing = any(not wording.has_value(value) for _, value in curve.values)
    buttons = (
        ((Button("设个提醒", f"{found.name}低于多少提醒我"),) if not found.threshold else ())
        if found.id
        else (Button("保存成我的指标", f"建个指标 {found.name}={written(found.node)}"),)
    )
    return Reply(
        text=wording.shown(found, curve, fired, of=of),
        facts=_facts(found)
        | wording.curve_facts(found, curve)
        | {"fired_count": len(fired), "fired": [wording.fired_fact(one) for one in fired]},
        citations=(*defined, *(_cited(call, _RULES, "1.3") if missing else ())),
        buttons=(*buttons, _LIST),
        charts=wording.charts(found, curve, of=of),
    )


def _create(call: Call, own: list[Metric], name: str | None, formula: str | None) -> Reply | Proposal:
    if not formula:
        if not name:
            return Reply(
                text=wording.how_to(),
                facts={"most": service.MOST_METRICS},
                citations=_cited(call, _RULES, "1.1"),
                buttons=(Button("建一个互动率", "帮我加个互动率的指标"),),
            )
        try:
            found = service.metric_called([], name)
        except service.MetricUnknown as error:
            if "留存" in name:
                return _by_second(call, name)
            raise FormulaMissing(name=name.strip()[:20]) from error
        formula, name = written(found.node), found.name
    node = parse(formula, named=service.nodes_by_name(own))
    if not name:
        return _show(call, own, None, formula, "last_30_days", None)
    name = service.checked_name(name)
    earlier = next((one for one in own if one.name.lower() == name.lower()), None)
    if earlier and earlier.node == node:
        return _show(call, own, earlier.name, None, "last_30_days", None)
    if earlier is None:
        service.check_room(own)
    metric = Metric(earlier.name if earlier else name, node)
    latest = _latest(call, metric)
    return _proposal(
        call,
        wording.preview(metric, earlier, latest),
        {"do": "save", "name": metric.name, "formula": written(node)},
        clauses=("1.2", "1.3"),
        facts=_facts(metric) | {"value": wording.latest(latest, node)},
    )


def _by_second(call: Call, name: str) -> Reply:
    text = f"“{name}”要按秒看单条作品，按天的公式里算不出来：说“逐秒看看最新那条”就有。想每天跟踪的话，可以先用完播率代替，说“加个完播率的指标”。"
    return Reply(
        text=text,
        facts={"metric": name},
        citations=_cited(call, _DEFINITIONS, "1.4"),
        buttons=(Button("逐秒看最新那条", "逐秒看看最新那条"), Button("加完播率", "加个完播率的指标")),
    )


def _rename(call: Call, own: list[Metric], name: str | None, new_name: str | None) -> Proposal:
    found = _own(call, own, name)
    if not new_name:
        raise WhichMetric(hint=f"要把「{found.name}」改成什么名字？说“改名叫……”。")
    new_name = service.checked_name(new_name)
    service.check_free([one for one in own if one.id != found.id], new_name)
    payload: Json = {"do": "rename", "name": found.name, "new_name": new_name}
    return _proposal(call, f"把指标「{found.name}」改名为「{new_name}」，公式和提醒不变。", payload)


def _alert(call: Call, own: list[Metric], name: str | None, threshold: str | None) -> Reply | Proposal:
    found = _asked(call, own, name, None)
    if not threshold:
        curve = _latest(call, found)
        text = f"「{found.name}」{wording.latest(curve, found.node)}。要在低于还是高于多少时提醒你？比如“低于 1%提醒我”。"
        return Reply(text=text, facts=_facts(found) | {"value": wording.latest(curve, found.node)})
    bound = read_threshold(threshold, node=found.node)
    if found.id is None:
        service.checked_name(found.name)
        service.check_room(own)
    curve = _latest(call, found)
    payload: Json = {"do": "alert", "name": found.name, "threshold": threshold}
    return _proposal(
        call,
        wording.alert_preview(found, bound, curve),
        payload,
        facts=_facts(found) | {"bound": bound.words(found.node), "value": wording.latest(curve, found.node)},
    )


def _asked(call: Call, own: list[Metric], name: str | None, formula: str | None) -> Metric:
    """Return the metric that is meant: a formula to try, the one named, or the one last spoken of."""
    if formula:
        return Metric(name or "试算", parse(formula, named=service.nodes_by_name(own)))
    if name:
        try:
            return service.metric_called(own, name)
        except service.MetricUnknown:
            heard = named_in(call.transcript[-1:], own)
            if heard is None:
                return _as_formula(own, name)
            return heard
    heard = named_in(call.transcript, own)
    if heard is not None:
        return heard
    if len(own) == 1:
        return own[0]
    raise WhichMetric(
        hint=f"你有：{'、'.join(one.name for one in own)}。"
        if own
        else "你还没有自定义指标，说“建个指标 名字=公式”就能建。"
    )


def _as_formula(own: list[Metric], name: str) -> Metric:
    """Return what a model put under `metric` although it is a formula. Raises MetricUnknown."""
    try:
        return Metric("试算", parse(name, named=service.nodes_by_name(own)))
    except FormulaError:
        return service.metric_called(own, name)


def _own(call: Call, own: list[Metric], name: str | None, *, with_alert: bool = False) -> Metric:
    """Return one of the creator's own metrics, which a preset is not. Raises MetricUnknown and WhichMetric."""
    watched = [one for one in own if one.threshold]
    if not name and with_alert and len(watched) == 1 and named_in(call.transcript[-1:], own) is None:
        return watched[0]
    found = _asked(call, own, name, None)
    if found.id is None:
        raise service.MetricUnknown(name=found.name, hint="它是现成的指标，没有存成你自己的。")
    return found


def _latest(call: Call, metric: Metric) -> Curve | None:
    asked = parse_period("last_7_days", on=call.on)
    return service.curve(call.session, creator_id=call.creator_id, node=metric.node, asked=asked, on=call.on)


def _proposal(
    call: Call, summary: str, payload: Json, *, clauses: tuple[str, ...] = (), facts: Json | None = None
) -> Proposal:
    return Proposal(
        summary=summary,
        payload=payload,
        facts=facts or {key: value for key, value in payload.items() if key != "do"},
        citations=tuple(citation for clause in clauses for citation in _cited(call, _RULES, clause)),
    )


def _cited(call: Call, policy: str, clause: str) -> tuple[Citation, ...]:
    found = call.policies.clause(policy, clause, on=call.on)
    return (cite(found),) if found else ()


def _facts(metric: Metric) -> Json:
    threshold = metric.threshold.words(metric.node) if metric.threshold else None
    return {
        "metric": metric.name,
        "formula": written(metric.node),
        "saved": metric.id is not None,
        "threshold": threshold,
    }


def _see(name: str) -> Button:
    return Button(f"看{name}", f"看看{name}指标的走势")


_LIST = Button("我的指标", "我有哪些自定义指标")

TOOL = AgentTool(
    custom_metrics,
    asks=asks.ASKS,
    nouns=asks.NOUNS,
    actions=asks.ACTIONS,
    commit=commit_custom_metrics,
)
