"""Decide on a message by itself: small talk, other business, then the tools."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.agent.local import wording
from bot.agent.local.boundaries import Boundary, declined
from bot.agent.local.clauses import Clause, clauses, coordinated, without_corrected, without_names
from bot.agent.local.decision import Decision, Kind
from bot.agent.local.intents import Score
from bot.agent.local.normalise import Said, unstretched
from bot.agent.local.questions import is_asking, is_vague, own_strength, platform_words, rule_strength
from bot.agent.local.scene import Scene, calling
from bot.agent.local.smalltalk import Talk, small_talk
from bot.agent.local.speech import OUT_OF_SCOPE, SMALL_TALK
from bot.agent.local.topics import Topic
from bot.agent.local.unserved import carries_business, declining, is_rule, topic_of, unserved

# From SURE a tool is run; below POSSIBLE it is not even suggested. Set on the speech of bot/agent/local/speech.
SURE = 0.33
POSSIBLE = 0.20
# Between the two, a tool is run when it leads by this.
_LEAD = 0.09
# Two tools nearer than this are a tie.
_CLOSE = 0.04
# A clause with this score is a request of its own.
_SECOND = 0.40
# It must have a word of the tool's own, or be like one of its examples.
_SAID = 0.2
# A tool that is named beside another one, without a clause of its own.
_NAMED = 0.3
# And the whole must not be about one of them alone: 投券作品与自然流量对比.
_PART = 0.05
# Without "also" between them, the whole message must speak for it too.
_IN_ALL = 0.35
# Unless examples know the clause for a request of its own.
_BY_ITSELF = 0.9
_ALSO_IN_ALL = 0.03
_SHORTEST_REQUEST = 4
# What a clause that asks for nothing counts.
_TOLD = 0.75
# A denial that is so near to a tool's own example is what the tool is for: 我不想跟机器人聊了.
_KNOWN_DENIAL = 0.55
# What examples tell of a message: it is declined or small talk though no rule hears it, or ours though one does.
_SURELY_NOT_OURS = 0.5
_LIKELIEST = 0.22
# Below this a message that no tool claims is asked about rather than declined.
_PERHAPS_NOT_OURS = 0.3
_SURELY_ABSENT = 0.8
_SURELY_TALK = 0.5
_LONGEST_TALK = 24
_SURELY_OURS = 0.9
_OURS = 0.7
# With a word of a tool's own it takes more to be other business.
_NOT_OURS_AT_ALL = 0.75
# What a tool is for though it is said as a no: 别再推活动了.
_DENYING = ("mute", "dislike", "decline")
_MOST_CHOICES = 3
_TWO = 2


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A tool that is meant, and where in the message its request starts, or its words where they were completed."""

    score: Score
    start: int = 0
    words: str = ""


def decide_alone(scene: Scene, said: Said) -> Decision:
    """Return what to do with a message, whatever was said before it."""
    if (kind := small_talk(unstretched(said.text))) is not None:
        return Decision(Kind.REPLY, text=wording.small_talk(kind))
    affirmed = affirm(scene, said)
    if (made := _no_tool(scene, said, affirmed)) is not None:
        return made
    parts = [part for part in clauses(affirmed.text) if small_talk(part.text) is None]
    if not parts:
        denied = affirmed.text != said.text
        text = wording.NOT_DONE if denied else wording.small_talk(Talk.AGREED)
        return Decision(Kind.REPLY, text=text)
    lost = unserved(scene, parts)
    if lost:
        return _partly(scene, affirmed, parts, lost)
    wanted = _wanted(scene, affirmed, parts)
    return _calls(scene, affirmed, wanted) if wanted else _unsure(scene, affirmed)


def _no_tool(scene: Scene, said: Said, affirmed: Said) -> Decision | None:
    """Return what is said where no tool is meant: other business, too little, small talk; by rules and by examples."""
    likely = scene.mind.probabilities(affirmed.text)
    ours = max((likely.get(tool.name, 0.0) for tool in scene.mind.tools), default=0.0)
    reason = declined(said.text)
    if reason is not None and ours < (_OURS if reason is Boundary.OTHER_BUSINESS else _SURELY_OURS):
        return _decline(scene, reason)
    if is_vague(without_names(affirmed.text)) and affirmed.text.strip(" ,"):
        return _which(scene.mind.rank(affirmed.text))
    if (absent := _absent(scene, likely)) is not None and not is_rule(affirmed.text, whole=affirmed.text):
        return declining(scene, absent)
    enough = _NOT_OURS_AT_ALL if _has_our_word(scene, affirmed) else _SURELY_NOT_OURS
    if likely.get(OUT_OF_SCOPE, 0.0) >= enough:
        return _decline(scene, None)
    if likely.get(SMALL_TALK, 0.0) >= _SURELY_TALK and len(said.text) <= _LONGEST_TALK:
        return Decision(Kind.REPLY, text=wording.small_talk(Talk.AGREED))
    return None


def _has_our_word(scene: Scene, said: Said) -> bool:
    return any(score.word >= _NAMED for score in scene.mind.rank(said.text)[:2])


def _absent(scene: Scene, likely: Mapping[str, float]) -> Topic | None:
    """Return the business that examples say is meant, where its tool is not here."""
    best = max(likely, key=likely.__getitem__, default=None)
    if best is None or likely[best] < _SURELY_ABSENT or scene.tool(best) is not None:
        return None
    return next((topic for topic in scene.mind.missing if topic.tool == best), None)


def _partly(scene: Scene, said: Said, parts: Sequence[Clause], lost: Sequence[Clause]) -> Decision:
    """Return what to do with a message that speaks of business without a tool, beside other things or not."""
    kept = said.text
    for part in lost:
        kept = kept[: part.start] + "," * (part.end - part.start) + kept[part.end :]
    rest, others = Said(said.plain, kept), [part for part in parts if part not in lost]
    wanted = _wanted(scene, rest, others) if others and carries_business(kept) else []
    latest = max((part.start for part in others), default=0)
    asking = [part for part in lost if part.asks or part.start > latest]
    if wanted and not asking:
        # 我那条商单视频，被人搬运了: only the setting of another request.
        return _calls(scene, said, wanted)
    words = ",".join(part.text for part in asking or lost)
    topic = next(topic for part in lost if (topic := topic_of(scene, part.text)))
    made = _calls(scene, rest, wanted) if wanted else None
    fallback = scene.mind.fallback
    if fallback is not None and is_rule(words, whole=words if wanted else said.text):
        rules = calling(fallback, scene.filled(fallback, said))
        if made is None or any(call.tool == fallback.name for call in made.calls):
            return rules
        return replace(made, calls=(*made.calls, *rules.calls)) if made.calls else made
    if made is None:
        return declining(scene, topic)
    if made.kind is not Kind.CALL:
        return made
    apart = declining(scene, topic)
    return replace(made, text=apart.text, buttons=apart.buttons)


def refusing(scene: Scene, reason: Boundary = Boundary.OTHER_PEOPLE) -> Decision:
    """Return that this is not done for anybody."""
    return Decision(Kind.REFUSE, text=wording.boundary(reason), buttons=wording.offers(scene.mind.tools))


def affirm(scene: Scene, said: Said) -> Said:
    """Return the message with what it denies blotted out."""
    kept = without_corrected(said.text)
    for part in clauses(kept):
        if part.denied and not _is_known(scene, part.text):
            kept = kept[: part.start] + "," * (part.end - part.start) + kept[part.end :]
    return Said(said.plain, kept)


def _is_known(scene: Scene, text: str) -> bool:
    ranked = scene.mind.rank(text)
    if any(score.near >= _KNOWN_DENIAL for score in ranked):
        return True
    action = (
        scene.mind.likely_action(ranked[0].tool, Said(text, text), at_least=_KNOWN_DENIAL) if ranked else None
    )
    return action in _DENYING and ranked[0].learnt >= _KNOWN_DENIAL


def _wanted(scene: Scene, said: Said, parts: Sequence[Clause]) -> list[_Wanted]:
    """Return the tools to run, in the order they are asked for; none when no tool is clearly meant."""
    by_clause = [(part, scene.mind.rank(without_names(part.text))) for part in parts]
    ranked = _combined(scene.mind.rank(said.text), by_clause)
    if not ranked:
        return []
    several = _several(scene, by_clause, ranked)
    if len(several) < _TWO and len(parts) == 1:
        several = _both(scene, parts[0], ranked)
    if len(several) >= _TWO:
        return several
    if not _is_sure(ranked):
        return []
    tied = [score for score in ranked[:2] if ranked[0].total - score.total < _CLOSE]
    return [_Wanted(_settle(scene, said, tied))]


def _is_sure(ranked: Sequence[Score]) -> bool:
    first, second = ranked[0].total, max((score.total for score in ranked[1:2]), default=0.0)
    return first >= SURE or (first >= POSSIBLE + (SURE - POSSIBLE) / 2 and first - second >= _LEAD)


def _combined(whole: Sequence[Score], by_clause: Sequence[tuple[Clause, Sequence[Score]]]) -> list[Score]:
    """Return the tools by the whole message and by its best clause: a long story ends in one request."""
    best: dict[str, float] = {}
    for part, scores in by_clause:
        for score in scores:
            worth = score.total if part.asks else _TOLD * score.total
            best[score.tool.name] = max(best.get(score.tool.name, 0.0), worth)
    combined = [
        replace(score, total=max(score.total, 0.4 * score.total + 0.6 * best.get(score.tool.name, 0.0)))
        for score in whole
    ]
    return sorted(combined, key=lambda score: -score.total)


def _several(
    scene: Scene, by_clause: Sequence[tuple[Clause, Sequence[Score]]], ranked: Sequence[Score]
) -> list[_Wanted]:
    """Return the tools that different clauses ask for, each clearly.

    A clause of rules inside a story explains the request; it is a request of its own only after "also".
    """
    asked: dict[str, tuple[_Wanted, bool]] = {}
    for place, (part, scores) in enumerate(by_clause):
        best = scores[0]
        enough = SURE if part.joined else _SECOND
        clear = best.total >= enough and all(best.total - other.total >= _CLOSE for other in scores[1:2])
        known = max(best.word, best.near, best.learnt) >= _SAID or best.tool is scene.mind.fallback
        linked = part.joined or any(other.joined for other, _ in by_clause[place + 1 : place + 2])
        whole = next(score for score in ranked if score.tool is best.tool)
        in_all = whole.total >= _IN_ALL and (whole.learnt >= _PART or not scene.mind.is_learnt)
        alone = (
            best.learnt >= _BY_ITSELF and whole.learnt >= _ALSO_IN_ALL and len(part.text) >= _SHORTEST_REQUEST
        )
        if clear and known and (linked or (part.asks and in_all) or alone):
            asked.setdefault(best.tool.name, (_Wanted(best, part.start), linked))
    rules = scene.mind.fallback
    if rules is not None and rules is not ranked[0].tool and rules.name in asked and not asked[rules.name][1]:
        del asked[rules.name]
    return [wanted for wanted, _ in asked.values()]


def _both(scene: Scene, clause: Clause, ranked: Sequence[Score]) -> list[_Wanted]:
    """Return two tools that one clause names side by side: 收益和账号数据."""
    sides = coordinated(clause.text)
    if sides is None or ranked[0].tool is scene.mind.fallback:
        return []
    named = [scene.mind.rank(side)[0] for side in sides]
    tools = {score.tool.name for score in named}
    if len(tools) == 1 or any(max(score.word, score.near) < _NAMED or score.total < SURE for score in named):
        return []
    if scene.mind.is_learnt and any(score.learnt < _PART for score in ranked if score.tool.name in tools):
        return []
    completed = sides[0] not in clause.text
    return [_Wanted(score, words=side if completed else "") for score, side in zip(named, sides, strict=True)]


def _settle(scene: Scene, said: Said, tied: Sequence[Score]) -> Score:
    """Return the one of a tie: the rules give way when the message is about the creator's own affairs."""
    fallback = scene.mind.fallback
    rules = [score for score in tied if score.tool is fallback]
    others = [score for score in tied if score.tool is not fallback]
    if rules and others:
        return (others if own_strength(said.text) > rule_strength(said.text) else rules)[0]
    return max(tied, key=lambda score: score.meaning + score.word)


def _calls(scene: Scene, said: Said, wanted: Sequence[_Wanted]) -> Decision:
    """Return the calls; each takes its arguments from its own part of the message."""
    bounds = [0, *(one.start for one in wanted[1:]), len(said.text)]
    apart = len({one.start for one in wanted}) == len(wanted) > 1
    decisions: list[Decision] = []
    for place, one in enumerate(wanted):
        part = slice(bounds[place], bounds[place + 1])
        own = Said(said.plain[part], said.text[part]) if apart else said
        own = Said(one.words, one.words) if one.words else own
        decisions.append(calling(one.score.tool, scene.filled(one.score.tool, own)))
    unclear = [decision for decision in decisions if decision.kind is not Kind.CALL]
    if unclear:
        return unclear[0]
    return Decision(Kind.CALL, calls=tuple(call for decision in decisions for call in decision.calls))


def _unsure(scene: Scene, said: Said) -> Decision:
    """Ask back, look the rules up, or say what can be done."""
    ranked = scene.mind.rank(said.text)
    about_us = platform_words(said.text) > 0
    fallback = scene.mind.fallback
    if ranked and ranked[0].learnt >= _LIKELIEST:
        return calling(ranked[0].tool, scene.filled(ranked[0].tool, said))
    if fallback is not None and about_us and is_asking(said.text):
        return calling(fallback, scene.filled(fallback, said))
    if about_us or any(max(score.total, score.learnt) >= POSSIBLE for score in ranked):
        return _which(ranked)
    foreign = scene.mind.probabilities(said.text).get(OUT_OF_SCOPE, 0.0) if scene.mind.is_learnt else 1.0
    return _decline(scene, None) if foreign >= _PERHAPS_NOT_OURS else _which(ranked)


def _which(ranked: Sequence[Score]) -> Decision:
    likely = [score.tool for score in ranked if score.total >= POSSIBLE][:_MOST_CHOICES]
    tools = likely if len(likely) > 1 else [score.tool for score in ranked[:_MOST_CHOICES]]
    return Decision(Kind.CLARIFY, text=wording.which_of(tools), buttons=wording.offers(tools))


def _decline(scene: Scene, reason: Boundary | None) -> Decision:
    text = wording.boundary(reason) if reason is not None else wording.UNKNOWN
    return Decision(Kind.DECLINE, text=text, buttons=wording.offers(scene.mind.tools))
