"""Labelled speech of creators, voice by voice: what the engine learns from, and the voices kept apart to test it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.agent.local.decision import Role, Turn

_FOLDER = Path(__file__).parent / "speech"
# Whole voices apart: nothing is learnt from them and no rule is made after them.
HELD_OUT = ("beauty", "elder", "farmer", "livestreamer", "nurse")
# Labels that are no tool.
SMALL_TALK = "chitchat"
OUT_OF_SCOPE = "out_of_scope"
OTHER_PEOPLE = "other_people"
OWN_RULES = "own_rules"
NO_TOOL = frozenset({SMALL_TALK, OUT_OF_SCOPE, OTHER_PEOPLE, OWN_RULES})


@dataclass(frozen=True, slots=True)
class Utterance:
    """A message and what should be done with it.

    `expect` is call, call_with_confirmation, clarify, reply, decline, refuse or refuse_other_tenant; `tools` the exact
    set to call; `slots` by tool the arguments that were said, in the symbolic forms of DESIGN §4.
    """

    name: str
    text: str
    history: tuple[Turn, ...]
    tools: frozenset[str]
    slots: Mapping[str, Mapping[str, str]]
    expect: str

    @property
    def label(self) -> str | None:
        """The one thing that the words alone mean, None where they mean several, or too little."""
        if self.history:
            return None
        match self.expect:
            case "refuse":
                return OWN_RULES
            case "refuse_other_tenant":
                return OTHER_PEOPLE
            case "reply":
                return SMALL_TALK
            case "decline":
                return OUT_OF_SCOPE
            case _:
                return next(iter(self.tools)) if len(self.tools) == 1 else None


def voices() -> tuple[str, ...]:
    """Return the names of all voices."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.jsonl")))


def spoken_by(voice: str) -> tuple[Utterance, ...]:
    """Return what a voice says, in the order it was written down."""
    return read_speech(_FOLDER / f"{voice}.jsonl")


def learnt_from() -> tuple[Utterance, ...]:
    """Return what all voices say that are not held out."""
    return tuple(one for voice in voices() if voice not in HELD_OUT for one in spoken_by(voice))


def read_speech(path: Path) -> tuple[Utterance, ...]:
    """Return the utterances of a file of JSON lines."""
    return tuple(_utterance(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines())


def _utterance(row: dict[str, Any]) -> Utterance:
    return Utterance(
        name=row["id"],
        text=row["text"],
        history=tuple(Turn(Role(turn["role"]), turn["content"]) for turn in row["history"]),
        tools=frozenset(row["tools"]) - {SMALL_TALK, OUT_OF_SCOPE},
        slots=row["slots"],
        expect=row["expect"],
    )
