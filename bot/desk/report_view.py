"""A report as its reviewer reads it: what it says, what may be decided, what happened."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.channels.web_plain import tag
from bot.desk.frame import hidden
from bot.desk.keys import Form
from tools.detection.reports.kinds import PATHS, Choice, Kind, Measure
from tools.detection.reports.states import OPEN, Event, State
from tools.kernel.db import Json

REVIEWS = "/desk/reviews"
LONGEST_REASON = 500
_MALICIOUS = tag(
    "label",
    inside=[tag("input", type="checkbox", name="malicious", value="yes"), tag("span", " 恶意举报")],
    class_="check",
)
VERDICTS: Mapping[str, str] = {
    "copy": "机器判断：搬运",
    "review": "机器判断：存疑",
    "clear": "机器判断：没有发现搬运",
}
_CHOICES: Mapping[Choice, str] = {choice: choice.measure.words for choice in Choice}


def state_words(state: State) -> str:
    """Return the state as a reviewer reads it, who is neither side; the room's words are the reporter's."""
    match state:
        case State.SUBMITTED:
            return "新提交"
        case State.CONTESTED:
            return "举报人申诉，待复核"
        case State.APPEALED:
            return "被举报人申诉，待复核"
        case _:
            return state.words


def show_facts(body: Json, reporter: str) -> str:
    """Return what the report says, and what a machine said to it."""
    link = body["suspect_url"]
    facts: tuple[tuple[str, object], ...] = (
        ("类型", PATHS[Kind(body["kind"])].words),
        ("状态", state_words(State(body["state"]))),
        ("举报人", reporter),
        ("原作", body["title"] and f"《{body['title']}》 {body['work'] or ''}"),
        ("被举报链接", link),
        ("被举报账号", body["suspect_author"]),
        ("被举报作品", body["suspect_work"]),
        ("举报理由", body["reason"]),
        (
            "机器判断",
            body["verdict"] and f"{VERDICTS.get(body['verdict'], body['verdict'])}（{body['score']:.2f}）",
        ),
        (
            "处理",
            body["measure"] and f"{Measure(body['measure']).words}{'' if body['in_force'] else '（已解除）'}",
        ),
        ("说明", body["note"]),
    )
    rows = [part for name, value in facts if value for part in (tag("dt", name), tag("dd", str(value)))]
    picture = (
        tag(
            "img",
            src=f"{REVIEWS}/{body['case_id']}/picture",
            alt="机器比对的画面：左边是原作，右边是被举报作品",
            class_="attached",
        )
        if body["picture"]
        else ""
    )
    return tag("section", inside=[tag("dl", inside=rows), picture], aria_label="案件内容", class_="card")


def show_decisions(body: Json, csrf: str, form: Form) -> list[str]:
    """Return the forms of the decisions that may follow the report's state, what was typed before in its place."""
    forms = [
        _form(body, csrf, typed=form if form.get("decision") == one.name else {}, decision=one)
        for one in _possible(body)
    ]
    return [tag("h2", "处理"), tag("div", inside=forms, class_="decisions")] if forms else []


@dataclass(frozen=True, slots=True)
class _Decision:
    """A decision that may be made: `needs` is what its words are for, empty where it needs none."""

    name: str
    label: str
    needs: str = ""
    fields: tuple[str, ...] = ()


def _possible(body: Json) -> Iterator[_Decision]:
    state = State(body["state"])
    if state is State.SUBMITTED:
        yield _Decision("accept", "受理")
    if state in {State.SUBMITTED, State.REVIEWING, State.APPEALED, State.CONTESTED}:
        label = {State.APPEALED: "维持原处理", State.CONTESTED: "改判成立"}.get(state, "判定成立")
        fields = _suspect_fields(body, Kind(body["kind"]), state)
        yield _Decision("uphold", label, "成立的理由（双方都会看到）", tuple(fields))
    if state in {State.SUBMITTED, State.REVIEWING, State.CONTESTED}:
        label = "维持不成立" if state is State.CONTESTED else "判定不成立"
        yield _Decision(
            "reject", label, "不成立的理由（双方都会看到）", (_MALICIOUS,) if state in OPEN else ()
        )
    if state in {State.SUBMITTED, State.REVIEWING}:
        yield _Decision("ask", "请举报人补充", "还缺什么材料（举报人会看到）")
    if state in {State.UPHELD, State.APPEALED}:
        yield _Decision("restore", "改判并恢复", "改判的理由（双方都会看到）")


def _form(body: Json, csrf: str, *, typed: Form, decision: _Decision) -> str:
    box = tag(
        "textarea",
        typed.get("reason", ""),
        name="reason",
        rows="2",
        required="",
        maxlength=str(LONGEST_REASON),
    )
    words = [tag("label", inside=[tag("span", decision.needs), box])] if decision.needs else []
    press = tag("button", decision.label, type="submit", name="decision", value=decision.name, class_="send")
    return tag(
        "form",
        inside=[hidden("csrf", csrf), *words, *decision.fields, press],
        method="post",
        action=f"{REVIEWS}/{body['case_id']}",
        class_="decision",
    )


def _suspect_fields(body: Json, kind: Kind, state: State) -> list[str]:
    """Return the fields for what the report leaves open: the copy, the impostor, the measure."""
    if state is State.APPEALED:
        return []
    fields: list[str] = []
    if PATHS[kind].needs_work and kind is not Kind.OFF_PLATFORM and not body["suspect_work"]:
        fields.append(
            tag("label", inside=[tag("span", "搬运作品的作品号"), tag("input", name="copy", required="")])
        )
    if kind is Kind.IMPERSONATION:
        fields.append(
            tag(
                "label",
                inside=[tag("span", "冒充者的账号（举报里没写清时填）"), tag("input", name="account")],
            )
        )
    allowed = [choice for choice in Choice if choice.measure in PATHS[kind].measures]
    if len(allowed) > 1:
        options = [
            tag("option", "按原作者选的方式", value=""),
            *(tag("option", _CHOICES[one], value=one.value) for one in allowed),
        ]
        fields.append(
            tag("label", inside=[tag("span", "处理方式"), tag("select", inside=options, name="measure")])
        )
    return fields


def show_history(body: Json) -> list[str]:
    """Return the appeals and the steps, the oldest first."""
    steps = [
        tag(
            "li",
            inside=[
                tag("time", step["at"].replace("T", " ")[:16]),
                tag("b", f" {_event(step['event'])}"),
                tag("span", f" {step['by']}", class_="quiet"),
                tag("div", step["note"] or "", class_="words"),
            ],
        )
        for step in body["steps"]
    ]
    appeals = [
        tag(
            "li",
            f"{appeal['at'].replace('T', ' ')[:16]} {'被举报人' if appeal['side'] == 'accused' else '举报人'}申诉：{appeal['reason']}",
        )
        for appeal in body["appeals"]
    ]
    parts = [tag("h2", "申诉"), tag("ul", inside=appeals)] if appeals else []
    return [*parts, tag("h2", "经过"), tag("ol", inside=steps, class_="rows")]


_EVENTS: Mapping[Event, str] = {
    Event.SUBMIT: "提交举报",
    Event.EXAMINE: "机器比对",
    Event.ACCEPT: "受理",
    Event.ASK: "请求补充材料",
    Event.SUPPLY: "补交材料",
    Event.LAPSE: "逾期关闭",
    Event.WITHDRAW: "撤回",
    Event.UPHOLD: "判定成立",
    Event.REJECT: "判定不成立",
    Event.APPEAL: "被举报人申诉",
    Event.CONTEST: "举报人申诉",
    Event.RESTORE: "改判恢复",
}


def _event(event: str) -> str:
    return _EVENTS[Event(event)]
