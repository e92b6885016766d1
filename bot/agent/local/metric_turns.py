"""What a message means after a custom metric was spoken of: its name alone, 低于1%提醒我, 改名叫…, 那上个月呢."""

from dataclasses import replace

from bot.agent.local import context
from bot.agent.local.alone import decide_alone
from bot.agent.local.decision import Decision, Role, ToolChoice
from bot.agent.local.metrics import ACTIONS
from bot.agent.local.normalise import Said
from bot.agent.local.results import only_points
from bot.agent.local.scene import Scene, calling
from bot.agent.local.slots import arguments, find, hear
from tools.kernel.agent_tool import AgentTool

# What is done to a metric that need not be named again.
_DEEDS = ("rename", "delete", "alert", "cancel")
_NAMED_BY = ("metric", "new_name")
_SHORT = 24
_SHORTEST_NAME = 2


def of_spoken_metric(scene: Scene, said: Said) -> Decision | None:
    """Return the call for a metric that the conversation has named; None when the message is about something else."""
    tool = _metric_tool(scene)
    if tool is None:
        return None
    heard, base = scene.heard(tool, said), _latest_call(scene)
    spoken = base is not None and base.tool == tool.name
    if "formula" in heard:
        # It stands for itself: nothing of the formula before belongs to it.
        return decide_alone(replace(scene, history=()), said) if spoken else None
    named = _named(scene, tool, said)
    if named is not None:
        return calling(tool, {**heard, "metric": named, "action": heard.get("action", "show")})
    if base is None or not spoken or len(said.text) > _SHORT:
        return None
    deed = heard.get("action") in _DEEDS
    if not deed and not (_says_nothing_else(scene, tool, said) and only_points(scene, said, tool)):
        return None
    pointing = "metric" not in heard or heard.get("action") == "rename"
    return calling(tool, {"action": "show", **(_before(base) if pointing else {}), **heard})


def _says_nothing_else(scene: Scene, tool: AgentTool, said: Said) -> bool:
    """Whether all of the message is arguments of the tool: 那上个月呢, 加个互动率的指标."""
    message = hear(said, on=scene.on)
    found = [one for argument in arguments(tool.run) if (one := find(argument, message)) is not None]
    return context.is_change(said.text, [(one.start, one.end) for one in found])


def _metric_tool(scene: Scene) -> AgentTool | None:
    return next(
        (
            tool
            for tool in scene.mind.tools
            if any(one.name == "action" and one.allowed == ACTIONS for one in arguments(tool.run))
        ),
        None,
    )


def _named(scene: Scene, tool: AgentTool, said: Said) -> str | None:
    """Return the metric of this conversation that the message names, the longest name that fits."""
    names = {
        str(call.args[key])
        for turn in scene.history
        for call in turn.calls
        if call.tool == tool.name
        for key in _NAMED_BY
        if key in call.args
    }
    text = said.plain.lower()
    fitting = [name for name in names if len(name) >= _SHORTEST_NAME and name.lower() in text]
    return max(fitting, key=len, default=None)


def _latest_call(scene: Scene) -> ToolChoice | None:
    """Return the call that the last answer came of."""
    for turn in reversed(scene.history):
        if turn.role is Role.ASSISTANT and turn.calls:
            return turn.calls[-1]
    return None


def _before(base: ToolChoice) -> dict[str, str]:
    """Return which metric the last call was about; what was done with it then is over."""
    if base.args.get("action") == "rename" and "new_name" in base.args:
        return {"metric": str(base.args["new_name"])}
    kept = ("metric",) if "metric" in base.args else ("formula",)
    return {name: str(base.args[name]) for name in kept if name in base.args}
