"""Decide on a message by what was said before it: a choice, a yes, or only the part that changes."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.agent.local import context, wording
from bot.agent.local.alone import SURE, affirm, decide_alone, refusing
from bot.agent.local.boundaries import refused
from bot.agent.local.decision import Decision, Kind, Role, ToolChoice
from bot.agent.local.drafts import find_draft
from bot.agent.local.intents import Score
from bot.agent.local.metric_turns import of_spoken_metric
from bot.agent.local.normalise import Said, unstretched
from bot.agent.local.questions import is_asking
from bot.agent.local.results import of_list, of_part, only_points, stays, withdrawn
from bot.agent.local.scene import Scene, asked_about, calling
from bot.agent.local.slots import QUESTION, arguments, find, hear
from bot.agent.local.smalltalk import small_talk
from bot.agent.local.strangers import points_at_stranger
from bot.agent.local.turning import turned_to_self
from bot.agent.local.unserved import speaks_of_unserved, still_unserved
from tools.kernel.agent_tool import AgentTool

# What a short message about another tool keeps from the one before: 上周数据怎么样 - 那收益呢.
_KEPT = ("period", "work_ref", "category", "program", "target_author", "url", "case_id")
# A tool that leads by this is meant, whatever was spoken of before.
_LEAD = 0.09
# A word of its own that is as clear as this starts a new subject.
_OWN_SUBJECT = 0.3
_SHORT = 14
# What was asked for may sound like a request; it is one from here.
_SURELY = 0.75
# A title or caption that was asked for may be longer.
_ASKED_FOR_DRAFT = re.compile(
    r"(?:把|发|给|贴|是什么)[^。？?]{0,6}(?:标题|文案|文字|简介)|(?:标题|文案|文字)[^。？?]{0,4}(?:发|贴|是什么)"
)
_CHECKS_DRAFTS = "draft"
_LONGEST_DRAFT = 300
# What an assistant's question asks for; the answer is taken as it is written.
_ASKED_FOR = {
    "target_author": ("哪个账号", "谁", "账号叫什么", "昵称", "哪个作者"),
    "work_ref": ("哪条", "哪个作品", "哪个视频", "标题"),
    "reason": ("哪里判错了",),
    "topic": ("什么主题", "哪方面", "什么内容"),
}


def decide_in_context(scene: Scene, said: Said) -> Decision | None:
    """Return what a message means as an answer or a follow-up, None when it stands for itself."""
    if not scene.history:
        return None
    latest = scene.history[-1]
    answered = latest.content if latest.role is Role.ASSISTANT else ""
    return (
        withdrawn(said, answered)
        or _picked(scene, said, answered)
        or _agreed(scene, said, answered)
        or of_spoken_metric(scene, said)
        or _changed(scene, said, answered)
    )


def _picked(scene: Scene, said: Said, answered: str) -> Decision | None:
    """Return what a choice from the assistant's list means: its words, or the last tool again for that item."""
    offered = context.options(answered)
    places = context.chosen(said.text, offered)
    if not _is_menu(answered) and (made := _of_result(scene, said, answered)) is not None:
        return made
    if not places:
        full = context.spelled_out(said.text, offered)
        made = decide_alone(replace(scene, history=()), scene.mind.said(full)) if full else None
        return made if made and made.kind is Kind.CALL else None
    made = [decide_alone(replace(scene, history=()), scene.mind.said(offered[place])) for place in places]
    calls = {call.tool: call for decision in made for call in decision.calls}
    base = _earlier(scene)
    tool = scene.tool(base.tool) if base else None
    if base is None or tool is None or _is_menu(answered):
        return Decision(Kind.CALL, calls=tuple(calls.values())) if calls else made[0]
    item = scene.filled(tool, scene.mind.said(offered[places[0]]))
    if any(argument.name == "work_ref" for argument in arguments(tool.run)):
        item["work_ref"] = f"ord:{places[0] + 1}"
    return calling(tool, {**base.args, **_changes(item)})


def _of_result(scene: Scene, said: Said, answered: str) -> Decision | None:
    """Return the last tool's call for a thing of the list that it has shown."""
    base = _earlier(scene)
    tool = scene.tool(base.tool) if base else None
    return of_list(scene, said, base, tool, answered) if base and tool else None


def _is_menu(answered: str) -> bool:
    """Whether the list offers things to do, by asking which; other lists are results."""
    return context.asks_back(answered) or "哪一个" in answered or "还是" in answered


def _agreed(scene: Scene, said: Said, answered: str) -> Decision | None:
    if not context.agrees(said.text):
        return None
    if "确认" in answered and "按钮" in answered:
        return Decision(Kind.REPLY, text=wording.PRESS_THE_BUTTON)
    deed = context.offered_deed(answered)
    if deed is None:
        return None
    made = decide_alone(replace(scene, history=()), scene.mind.said(deed))
    if made.kind is not Kind.CALL:
        return None
    return replace(made, calls=tuple(_with_earlier_words(scene, call) for call in made.calls))


def _changed(scene: Scene, said: Said, answered: str) -> Decision | None:
    """Return the last call with what a short message changes in it: 那上个月呢, 美妆的, 不对是七月."""
    base = _earlier(scene)
    tool = scene.tool(base.tool) if base else None
    if base is None or tool is None:
        return still_unserved(scene, said, answered)
    if speaks_of_unserved(scene, said.text):
        return None
    pointed = _is_about_oneself(scene, tool) and points_at_stranger(said.text)
    if pointed and hear(said, on=scene.on).work is None:
        return refusing(scene)
    if (made := _typed_draft(scene, said, base, tool, answered)) is not None:
        return made
    affirmed = affirm(scene, said)
    own = None
    changes = _changes_what_was_set(scene, affirmed, base, tool) or stays(scene, affirmed, tool)
    if not changes or not only_points(scene, affirmed, tool):
        own = _own_subject(scene, scene.mind.rank(affirmed.text), tool) or _meant_alone(scene, said, tool)
    return turned_to_self(scene, said, base, tool) or (
        _of_another(scene, own, said, base)
        if own
        else _same_again(scene, affirmed, base, tool, answered) or of_part(scene, affirmed, base, tool)
    )


def _changes_what_was_set(scene: Scene, affirmed: Said, base: ToolChoice, tool: AgentTool) -> bool:
    """Whether a message only gives another value of what the last call was for: 那青云计划的呢 after 光合计划's income."""
    heard = hear(affirmed, on=scene.on)
    named = [
        argument for argument in arguments(tool.run) if argument.name in ("program", "source", "category")
    ]
    found = [find(argument, heard) for argument in named if argument.name in base.args]
    return context.is_change(affirmed.text, [(one.start, one.end) for one in found if one is not None])


def _same_again(
    scene: Scene, affirmed: Said, base: ToolChoice, tool: AgentTool, answered: str
) -> Decision | None:
    """Return the last call with the changes, where the message says nothing else, or answers what was asked."""
    heard = hear(affirmed, on=scene.on)
    found = {
        argument.name: one
        for argument in arguments(tool.run)
        if argument.name != QUESTION and (one := find(argument, heard)) is not None
    }
    if context.is_change(affirmed.text, [(one.start, one.end) for one in found.values()]):
        changes = {name: one.value for name, one in found.items()}
        kept = _asked_again(base, affirmed)
        if changes.get("action", kept.get("action")) != kept.get("action"):
            # A sum was named for what was to be done then, not for this.
            kept.pop("amount", None)
        return calling(tool, {**kept, **changes})
    clear = scene.mind.rank(affirmed.text)[0].total >= SURE
    if clear or not context.asks_back(answered) or len(affirmed.text) > _SHORT:
        return None
    return _answered(tool, base, affirmed, answered)


def _typed_draft(
    scene: Scene, said: Said, base: ToolChoice, tool: AgentTool, answered: str
) -> Decision | None:
    """Return the check of the title or caption that was asked for, None when the message is something else."""
    takes = any(argument.name == _CHECKS_DRAFTS for argument in arguments(tool.run))
    if not (takes and _ASKED_FOR_DRAFT.search(answered)) or len(said.text) > _LONGEST_DRAFT:
        return None
    if small_talk(unstretched(said.text)) is not None or affirm(scene, said).text != said.text:
        return None
    best = scene.mind.rank(said.text)[0]
    if is_asking(said.text) or (best.total >= _SURELY and best.tool not in (tool, scene.mind.fallback)):
        return None
    found = find_draft(said)
    return calling(tool, {**base.args, _CHECKS_DRAFTS: found.value if found else f"text:{said.plain}"})


def _of_another(scene: Scene, tool: AgentTool, said: Said, base: ToolChoice) -> Decision | None:
    """Return the call of another tool with what the message leaves to the one before, None when it leaves nothing."""
    if tool is scene.mind.fallback:
        return asked_about(scene, tool, said, str(base.args.get("program", "")))
    return _kept(scene, tool, said, base) if len(said.text) <= _SHORT else None


def _is_about_oneself(scene: Scene, tool: AgentTool) -> bool:
    """Whether a tool shows the creator's own affairs, and takes nothing of another account's."""
    named = any(argument.name in ("target_author", "case_id") for argument in arguments(tool.run))
    return tool is not scene.mind.fallback and not named


def _meant_alone(scene: Scene, said: Said, base: AgentTool) -> AgentTool | None:
    """Return another tool that a message means by more than what it changes: 上个月挣了多少 after a diagnosis."""
    heard = hear(said, on=scene.on)
    rest = list(said.text)
    spans: list[tuple[int, int]] = []
    for argument in arguments(base.run):
        # 快手之星呢 only names another programme; what is to be done is a matter of the tool.
        if argument.name not in (QUESTION, "action") and (one := find(argument, heard)) is not None:
            rest[one.start : one.end] = " " * (one.end - one.start)
            spans.append((one.start, one.end))
    first, *others = scene.mind.rank("".join(rest))
    whole = scene.mind.rank(said.text)[0]
    if whole.learnt >= _SURELY and not context.is_change(said.text, spans, left=0):
        first, others = whole, []
    lead = first.total - max((score.total for score in others), default=0.0)
    if first.tool is base or first.total < SURE or lead < _LEAD:
        return None
    alone = decide_alone(replace(scene, history=()), said)
    return first.tool if any(call.tool == first.tool.name for call in alone.calls) else None


def _own_subject(scene: Scene, ranked: list[Score], base: AgentTool) -> AgentTool | None:
    """Return the tool that the message names by itself, other than the one spoken of."""
    best = next((score for score in ranked if score.tool is not scene.mind.fallback), None)
    if best is None or best.tool is base:
        return None
    return best.tool if best.word >= _OWN_SUBJECT and best.total >= SURE / 2 else None


def _kept(scene: Scene, tool: AgentTool, said: Said, base: ToolChoice) -> Decision | None:
    """Return a call of another tool for the same days, works or people, when the message only points: 那收益呢."""
    if not (said.text.startswith(("那", "它", "他")) or said.text.rstrip("?.! ").endswith("呢")):
        return None
    names = {argument.name for argument in arguments(tool.run)}
    kept = {name: str(base.args[name]) for name in _KEPT if name in names and name in base.args}
    return calling(tool, {**kept, **scene.filled(tool, said)})


def _asked_again(base: ToolChoice, said: Said) -> dict[str, str]:
    args = {name: str(value) for name, value in base.args.items()}
    if QUESTION in args:
        # The search needs the subject, which only the earlier question names.
        args[QUESTION] = f"{args[QUESTION]} {said.plain}"
    return args


def _answered(tool: AgentTool, base: ToolChoice, said: Said, answered: str) -> Decision | None:
    """Return the last call with the answer to what the assistant asked, taken as it was written."""
    names = {argument.name for argument in arguments(tool.run)}
    for name, words in _ASKED_FOR.items():
        if name in names and any(word in answered for word in words):
            value = said.plain.strip(' 。，,.！!？?“”"')
            args = {key: str(old) for key, old in base.args.items()}
            return calling(tool, {**args, name: f"title:{value}" if name == "work_ref" else value})
    return None


def _with_earlier_words(scene: Scene, call: ToolChoice) -> ToolChoice:
    """Return the call with what the creator's last message had named for it."""
    before = context.last(scene.history, Role.USER)
    tool = scene.tool(call.tool)
    if before is None or tool is None:
        return call
    earlier = scene.filled(tool, scene.mind.said(before.content))
    return ToolChoice(call.tool, {**_changes(earlier), **call.args})


def _earlier(scene: Scene) -> ToolChoice | None:
    """Return the call that the conversation is about: the last one run, or the one that was being made clear."""
    for place in range(len(scene.history) - 1, -1, -1):
        turn = scene.history[place]
        if turn.role is Role.ASSISTANT and turn.calls:
            return turn.calls[-1]
        if turn.role is Role.USER:
            answer = "".join(one.content for one in scene.history[place + 1 : place + 2])
            return _meant(replace(scene, history=scene.history[:place]), turn.content, answer=answer)
    return None


def _meant(scene: Scene, text: str, *, answer: str) -> ToolChoice | None:
    """Return the call that an earlier message led to, or would have led to had it been clear."""
    said = scene.mind.said(text)
    if refused(said, on=scene.on, likely=scene.mind.probabilities(said.text)):
        return None
    made = decide_in_context(scene, said) or decide_alone(scene, said)
    if made.calls:
        return made.calls[-1]
    if made.kind is not Kind.CLARIFY:
        return None
    ranked = [
        score for score in scene.mind.rank(f"{said.text} {answer}") if score.tool is not scene.mind.fallback
    ]
    if not ranked or ranked[0].word < _OWN_SUBJECT:
        return None
    return ToolChoice(ranked[0].tool.name, dict(_changes(scene.filled(ranked[0].tool, said))))


def _changes(args: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in args.items() if name != QUESTION}
