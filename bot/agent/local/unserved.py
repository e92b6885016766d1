"""Parts of a message about business that has no tool yet: they are never answered by a neighbouring tool."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.agent.local import context, wording
from bot.agent.local.clauses import Clause, without_names
from bot.agent.local.decision import Decision, Kind, Role
from bot.agent.local.normalise import Said
from bot.agent.local.questions import own_strength
from bot.agent.local.scene import Scene, asked_about
from bot.agent.local.slots import Argument, find, hear
from bot.agent.local.thesaurus import meanings
from bot.agent.local.topics import Asked, Topic, asked_of, find_topic_in, without_topic

# A tool claims a clause when it is as sure as this of what the clause says beside the topic.
_CLAIMS = 0.33
# What a follow-up about a topic may change.
_CHANGING = ("period", "work_ref", "category", "program", "min_price", "max_price", "case_id")
_SHORT = 14
_ONLY_NAMED = re.compile(r"[那换成看的呢么吗\s?.!]*")
# So near to a tool's own example, the clause is that tool's.
_KNOWN = 0.55
# What a clause must say beside the topic to be another tool's: 商单的钱到账了吗 is about money. That something is asked for,
# stands somewhere or is a work says nothing of whose business it is.
_BUSINESS = frozenset(
    {
        *("money", "payout", "programme", "guanghe", "qingyun", "theft", "impostor", "report_now"),
        *("person", "decline", "health"),
    }
)
_OWN = frozenset({"account", "data"})
# 成长任务的奖励怎么发 is a rule, although rewards are what programmes give.
_RULED = frozenset({"programme", "guanghe", "qingyun"})


def unserved(scene: Scene, parts: Sequence[Clause]) -> list[Clause]:
    """Return the clauses about a topic that no tool has, and which no tool claims for another reason."""
    return [part for part in parts if topic_of(scene, part.text) and not _claimed(scene, part.text)]


def topic_of(scene: Scene, text: str) -> Topic | None:
    """Return the topic without a tool that a text speaks of."""
    return find_topic_in(without_names(text), scene.mind.missing)


def speaks_of_unserved(scene: Scene, text: str) -> bool:
    """Whether a message is about a topic without a tool by more than its name: 那商单的呢 after one's income is not."""
    topic = topic_of(scene, text)
    if topic is None or _claimed(scene, text):
        return False
    return not _ONLY_NAMED.fullmatch(without_topic(text, [topic]))


def declining(scene: Scene, topic: Topic) -> Decision:
    """Return that this cannot be done here yet, and what can be done instead."""
    return Decision(
        Kind.DECLINE, text=wording.not_yet(topic), buttons=wording.instead(topic, scene.mind.tools)
    )


def _claimed(scene: Scene, text: str) -> bool:
    if any(score.near >= _KNOWN for score in scene.mind.rank(text)):
        return True
    rest = without_topic(without_names(text), scene.mind.missing)
    best = scene.mind.rank(rest)[0]
    business = _BUSINESS - _RULED if asked_of(text) is Asked.RULE else _BUSINESS
    sure = best.total >= _CLAIMS and best.tool is not scene.mind.fallback
    return sure and carries_business(rest, business)


def carries_business(text: str, business: frozenset[str] = _BUSINESS | _OWN) -> bool:
    """Whether a text says by itself whose business it is: 给个说法没 does not."""
    said = meanings(text)
    return bool(said & business) or ("report" in said and bool(said & {"filed", "progress"}))


def is_rule(words: str, *, whole: str) -> bool:
    """Whether a message asks for the rules of a topic; the clauses about the topic may only name it."""
    named = asked_of(words) is Asked.RULE or own_strength(words) == 0
    return named and asked_of(whole) is Asked.RULE


def still_unserved(scene: Scene, said: Said, answered: str) -> Decision | None:
    """Return that business without a tool cannot be done for what the message changes either: 美妆的."""
    topic = _topic_before(scene)
    if topic is None or topic_of(scene, said.text) is not None:
        return None
    found = [
        one
        for name in _CHANGING
        if (one := find(Argument(name, None, required=False), hear(said, on=scene.on)))
    ]
    fallback = scene.mind.fallback
    if fallback is not None and asked_of(said.text) is Asked.RULE:
        return asked_about(scene, fallback, said, topic.rule)
    changes = context.is_change(said.text, [(one.start, one.end) for one in found])
    answers = context.asks_back(answered) and len(said.text) <= _SHORT
    unclear = scene.mind.rank(said.text)[0].total < _CLAIMS
    return declining(scene, topic) if changes or (answers and unclear) else None


def _topic_before(scene: Scene) -> Topic | None:
    """Return the topic without a tool that the creator last spoke of."""
    for place in range(len(scene.history) - 1, -1, -1):
        turn = scene.history[place]
        if turn.role is Role.ASSISTANT and turn.calls:
            return None
        if turn.role is Role.USER:
            said = scene.mind.said(turn.content)
            earlier = replace(scene, history=scene.history[:place])
            return topic_of(scene, said.text) or (
                _topic_before(earlier) if len(said.text) <= _SHORT else None
            )
    return None
