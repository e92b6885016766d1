"""Which metric a conversation speaks of, where the message names it or only points at it."""

from collections.abc import Sequence

from tools.creators.formulas.presets import PRESETS, preset_nodes
from tools.creators.formulas.service import Metric
from tools.kernel.agent_tool import Line

# Older lines are about something else.
_LINES = 6


def named_in(lines: Sequence[Line], own: Sequence[Metric]) -> Metric | None:
    """Return the metric named last: the creator's own before presets, the longest name that fits."""
    for line in reversed(lines[-_LINES:]):
        text = line.text.lower()
        mine = [metric for metric in own if metric.name.lower() in text]
        if mine:
            return max(mine, key=lambda metric: (text.rfind(metric.name.lower()), len(metric.name)))
        usual = [preset for preset in PRESETS if preset.name in text]
        if usual:
            longest = max(usual, key=lambda preset: len(preset.name))
            return Metric(longest.name, preset_nodes()[longest.name])
    return None
