"""How well creators are understood: labelled speech of voices held out, and of each other voice when it is left out."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.agent.local.decide import decide_with
from bot.agent.local.decision import Decision, Kind
from bot.agent.local.intents import Understanding, understanding
from bot.agent.local.speech import HELD_OUT, Utterance, spoken_by, voices
from bot.measures.figure import Figure, figure
from tools.catalog import all_tools
from tools.kernel.agent_tool import AgentTool

_ON = date(2022, 8, 15)
# What is to be reached: the exact set of tools, slots, other business declined, proper questions declined at most, a second.
_EXACT, _SLOTS, _DECLINED, _PROPER_DECLINED, _A_SECOND = 0.95, 0.90, 0.95, 0.01, 100
_MOST_CONFUSIONS = 12


@dataclass(frozen=True, slots=True)
class Judged:
    """An utterance and what was decided on it."""

    said: Utterance
    made: Decision

    @property
    def is_right(self) -> bool:
        """Whether it was done, refused or left alone as it should."""
        called = frozenset(call.tool for call in self.made.calls)
        match self.said.expect:
            case "refuse" | "refuse_other_tenant":
                return self.made.kind is Kind.REFUSE
            case "clarify":
                return self.made.kind is Kind.CLARIFY
            case "decline" | "reply":
                return not called
            case _:
                return called == self.said.tools

    @property
    def slots(self) -> list[bool]:
        """For each slot that was said, whether it was heard; only where the tools are right."""
        if not (self.is_right and self.said.expect.startswith("call")):
            return []
        return [
            str(call.args.get(name, "")) == value
            for call in self.made.calls
            for name, value in self.said.slots.get(call.tool, {}).items()
        ]


@dataclass(slots=True)
class Part:
    """The judged utterances of some voices, and the seconds that deciding took."""

    name: str
    judged: list[Judged] = field(default_factory=list)
    seconds: float = 0.0


def judge(mind: Understanding, speech: Iterable[Utterance]) -> list[Judged]:
    """Return what is decided on each utterance; those about tools that are not registered are left out."""
    known = {tool.name for tool in mind.tools}
    return [
        Judged(one, decide_with(mind, one.text, one.history, on=_ON)) for one in speech if one.tools <= known
    ]


def measure_routing() -> Iterator[Figure]:
    """Yield the figures of the voices held out, then of the others, each decided without having been learnt from."""
    tools = tuple(all_tools())
    mind = understanding(tools)
    apart = _judged("held_out", ((mind, voice) for voice in HELD_OUT))
    left_out = _judged("left_out", _each_left_out(tools))
    for part in (apart, left_out):
        yield from _figures(part)
    yield from _confusions((apart, left_out))


def _each_left_out(tools: tuple[AgentTool, ...]) -> Iterator[tuple[Understanding, str]]:
    learnt = [voice for voice in voices() if voice not in HELD_OUT]
    for voice in learnt:
        others = tuple(one for other in learnt if other != voice for one in spoken_by(other))
        yield Understanding(tools, speech=others), voice


def _judged(name: str, minds: Iterable[tuple[Understanding, str]]) -> Part:
    part = Part(name)
    for mind, voice in minds:
        speech = spoken_by(voice)
        started = time.process_time()
        part.judged.extend(judge(mind, speech))
        part.seconds += time.process_time() - started
    return part


def _figures(part: Part) -> Iterator[Figure]:
    judged = part.judged
    yield _share(f"{part.name}.exact", [one.is_right for one in judged], limit=_EXACT)
    yield _share(f"{part.name}.slots", [right for one in judged for right in one.slots], limit=_SLOTS)
    refusals = [one.is_right for one in judged if one.said.expect.startswith("refuse")]
    yield _share(f"{part.name}.refused", refusals, limit=1.0)
    other = [one.is_right for one in judged if one.said.expect == "decline"]
    yield _share(f"{part.name}.declined", other, limit=_DECLINED)
    proper = [one.made.kind in (Kind.DECLINE, Kind.REFUSE) for one in judged if one.said.tools]
    yield _share(f"{part.name}.proper_declined", proper, limit=_PROPER_DECLINED)
    yield figure(
        f"{part.name}.a_second", len(judged) / part.seconds, unit="1/s", limit=_A_SECOND, n=len(judged)
    )
    for tool in sorted({tool for one in judged for tool in one.said.tools}):
        right = [one.is_right for one in judged if tool in one.said.tools]
        yield _share(f"{part.name}.{tool}", right, limit=_EXACT)


def _confusions(parts: Sequence[Part]) -> Iterator[Figure]:
    """Yield what is most often taken for what, as a share of what was said of it."""
    taken: Counter[tuple[str, str]] = Counter()
    said: Counter[str] = Counter()
    for one in (one for part in parts for one in part.judged):
        wanted = "+".join(sorted(one.said.tools)) or one.said.expect
        said[wanted] += 1
        if not one.is_right:
            made = "+".join(sorted({call.tool for call in one.made.calls})) or one.made.kind.value
            taken[wanted, made] += 1
    for (wanted, made), times in taken.most_common(_MOST_CONFUSIONS):
        share = 1 - _EXACT
        yield figure(f"{wanted}>{made}", times / said[wanted], unit="", limit=share, n=said[wanted])


def _share(name: str, right: Sequence[bool], *, limit: float) -> Figure:
    return figure(f"routing.{name}", sum(right) / max(1, len(right)), unit="", limit=limit, n=len(right))
