"""Which tool a message means: the tools' own words, meanings and example questions, weighed together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.agent.local.amounts import find_case, find_url
from bot.agent.local.clauses import without_names
from bot.agent.local.drafts import has_draft, without_draft
from bot.agent.local.learned import Example, Learned, fit
from bot.agent.local.metrics import has_formula, without_formula
from bot.agent.local.mixed import in_chinese
from bot.agent.local.ngrams import Examples
from bot.agent.local.normalise import Said, Speller, said, speller
from bot.agent.local.people import find_author
from bot.agent.local.profiles import Profiles
from bot.agent.local.questions import own_strength, rule_strength
from bot.agent.local.rewards import find_application
from bot.agent.local.slots import QUESTION, Argument, arguments, find, hear
from bot.agent.local.speech import NO_TOOL, Utterance, learnt_from
from bot.agent.local.thesaurus import meanings
from bot.agent.local.topics import Topic, missing_topics
from bot.agent.local.weights import TOOLS, fingerprint, shipped
from tools.kernel.agent_tool import AgentTool

# How much a word says that only one tool has, by its length; each further tool that has it takes its share.
_BY_LENGTH = (0.0, 0.45, 0.85, 1.0, 1.0)
_SHARED = 0.7
# A word inside a longer word of another tool says little: 粉丝 in 粉丝迁移.
_INSIDE = 0.25
# A link or a case number in a message is there for a tool that takes one.
_TYPED_EVIDENCE = 2.0
# A message about a subject that the tool is never asked about: 课程审核过了吗 is no matter of reports.
_FOREIGN = 0.15
# A question for a rule, none of whose words is about oneself, is for the tool that knows the rules.
_RULE_EVIDENCE = 3.5
_RULE_LEAN = 0.2
_NEARLY = 0.55
# What is learnt from examples counts so much beside the words; from fewer examples of a tool nothing is learnt.
_LEARNT = 0.85
# A message that names no action leaves the tool to what it does by itself.
_UNNAMED = "-"
_ENOUGH_EXAMPLES = 20
# Where more tools are missing than this, speech is about another assistant than this one.
_MOST_ABSENT = 2
# A rule that hears what is to be done is overruled from here; where none does, examples are believed from there.
_SURE_OF_ACTION = 0.85
_POSSIBLE_ACTION = 0.4
# What is to be done does not depend on the day.
_ANY_DAY = date(2022, 8, 15)


@dataclass(frozen=True, slots=True)
class Score:
    """How well a tool fits a text; `total` decides, the parts explain."""

    tool: AgentTool
    total: float
    word: float
    meaning: float
    near: float
    learnt: float = 0.0


class Understanding:
    """What is known of a set of tools, worked out once: their words, their examples, the fallback."""

    def __init__(
        self,
        tools: Sequence[AgentTool],
        *,
        speech: Sequence[Utterance] = (),
        ready: Mapping[str, Learned] | None = None,
    ) -> None:
        """Index the tools and learn from the speech, unless what it gives is there already.

        The tool that takes a question in the creator's words answers what no other tool does.
        """
        self.tools = tuple(tools)
        self.missing: tuple[Topic, ...] = missing_topics(tools)
        self.fallback = next((tool for tool in tools if _takes_question(tool)), None)
        listed = [[_understood(word) for word in (*tool.nouns, *tool.actions)] for tool in tools]
        asks = [[_understood(ask) for ask in tool.asks] for tool in tools]
        self.spell: Speller = speller(
            [
                *(word for words in listed for word in words),
                *(word for topic in self.missing for word in topic.words),
            ]
        )
        self._nouns = _weights([tool.nouns for tool in tools])
        self._actions = _weights([tool.actions for tool in tools])
        self._examples = Examples(
            [(place, ask) for place, some in enumerate(asks) for ask in some], labels=len(self.tools)
        )
        self._profiles = Profiles(asks, listed)
        self._typed = [{argument.name for argument in arguments(tool.run)} for tool in tools]
        self._reads_formulas = any("formula" in names for names in self._typed)
        self._reads_drafts = any("draft" in names for names in self._typed)
        if ready is None:
            ready = self._learn(speech)
        # By name: what tells the tools apart under TOOLS, what tells a tool's actions apart under the tool's name.
        self.learned = ready

    def said(self, text: str) -> Said:
        """Return a message in the spelling of these tools' words."""
        spoken = said(text, spell=self.spell)
        spoken = without_formula(spoken) if self._reads_formulas else spoken
        return without_draft(spoken) if self._reads_drafts else spoken

    def rank(self, text: str) -> list[Score]:
        """Return every tool with its score for a normalised text, best first; ties keep the tools' order."""
        rule, own = rule_strength(text), own_strength(text)
        evidence = self._evidence(text, rule=rule, own=own)
        text = without_names(text)
        said_meanings = meanings(text)
        posterior = self._profiles.posterior(said_meanings, evidence=evidence)
        foreign = self._profiles.foreign(said_meanings)
        nouns, actions = _hits(text, self._nouns), _hits(text, self._actions)
        near = self._examples.nearness(text)
        learnt = self.probabilities(text)
        scores: list[Score] = []
        for place, tool in enumerate(self.tools):
            noun, action = _either(nouns.get(place, ())), _either(actions.get(place, ()))
            word = 0.5 * noun + 0.25 * action + 0.25 * noun * action
            lean = _RULE_LEAN * rule * (1 - own) * (1 if tool is self.fallback else -1)
            lean -= 0 if tool is self.fallback else _FOREIGN * foreign[place]
            like = float(near[place])
            total = 0.15 * word + 0.45 * posterior[place] + 0.5 * like + lean
            # Nearly an example: whatever the words say, this was asked before.
            total += max(0.0, like - _NEARLY)
            sure = learnt.get(tool.name, 0.0)
            total = (1 - _LEARNT) * total + _LEARNT * sure if learnt else total
            scores.append(Score(tool, total, word, posterior[place], like, sure))
        return sorted(scores, key=lambda score: -score.total)

    @property
    def is_learnt(self) -> bool:
        """Whether there were examples enough to learn from."""
        return TOOLS in self.learned

    def probabilities(self, text: str) -> dict[str, float]:
        """Return how likely each tool, small talk and other business are, learnt from examples; {} where too few are."""
        return self.learned[TOOLS].probabilities(in_chinese(without_names(text))) if self.is_learnt else {}

    def action(self, tool: AgentTool, said: Said, *, heard: str | None) -> str | None:
        """Return what a tool is to do: what a rule has heard in the message, unless examples say otherwise."""
        learned = self.learned.get(tool.name)
        if learned is None:
            return heard
        likely = learned.probabilities(in_chinese(without_names(said.text)), (heard,) if heard else ())
        best = max(likely, key=likely.__getitem__)
        # What no example does, a rule alone can hear.
        if best == _UNNAMED or (heard and (likely[best] < _SURE_OF_ACTION or heard not in likely)):
            return heard
        return best if likely[best] >= _POSSIBLE_ACTION else heard

    def likely_action(self, tool: AgentTool, said: Said, *, at_least: float) -> str | None:
        """Return what a tool is to do by the examples alone, None where they leave it open."""
        learned = self.learned.get(tool.name)
        if learned is None:
            return None
        action = next(one for one in arguments(tool.run) if one.name == "action")
        text = in_chinese(without_names(said.text))
        likely = learned.probabilities(text, _heard_action(action, said))
        best = max(likely, key=likely.__getitem__)
        return best if best != _UNNAMED and likely[best] >= at_least else None

    def _learn(self, speech: Sequence[Utterance]) -> dict[str, Learned]:
        """Learn what tells the tools apart, and each tool's actions; nothing where there are too few examples."""
        told = self._learn_tools(speech)
        learned = {TOOLS: told} if told else {}
        for tool in self.tools:
            examples = self._actions_of(tool, speech)
            if len(examples) >= _ENOUGH_EXAMPLES and len({one.label for one in examples}) > 1:
                learned[tool.name] = fit(examples)
        return learned

    def _learn_tools(self, speech: Sequence[Utterance]) -> Learned | None:
        """Learn from the tools' examples and from speech, what is said of tools that are not here included."""
        examples = [
            Example(in_chinese(without_names(self.said(text).text)), label)
            for text, label in (
                *((ask, tool.name) for tool in self.tools for ask in tool.asks),
                *((one.text, one.label) for one in speech),
            )
            if label is not None
        ]
        sizes = Counter(one.label for one in examples)
        needed = {tool.name for tool in self.tools} | NO_TOOL
        absent = set(sizes) - needed
        enough = all(sizes[label] >= _ENOUGH_EXAMPLES for label in needed)
        return fit(examples) if enough and self.tools and len(absent) <= _MOST_ABSENT else None

    def _actions_of(self, tool: AgentTool, speech: Sequence[Utterance]) -> list[Example]:
        action = next((one for one in arguments(tool.run) if one.name == "action"), None)
        if action is None:
            return []
        examples: list[Example] = []
        for one in speech:
            value = one.slots.get(tool.name, {}).get("action", _UNNAMED)
            if one.label == tool.name and value in (_UNNAMED, *(action.allowed or ())):
                said = self.said(one.text)
                text = in_chinese(without_names(said.text))
                examples.append(Example(text, str(value), _heard_action(action, said)))
        return examples

    def _evidence(self, text: str, *, rule: float, own: float) -> list[float]:
        plain = Said(text, text)
        application = find_application(plain)
        typed = {
            "url": find_url(plain),
            "apply_id": application,
            "case_id": None if application else find_case(plain),
            "target_author": find_author(plain),
        }
        found = {name for name, one in typed.items() if one is not None}
        if has_formula(text):
            found.add("formula")
        if has_draft(text):
            found.add("draft")
        typed_evidence = [
            sum(_TYPED_EVIDENCE if name in names else -_TYPED_EVIDENCE for name in found)
            for names in self._typed
        ]
        return [
            value + (_RULE_EVIDENCE * rule * (1 - own) if tool is self.fallback else 0.0)
            for tool, value in zip(self.tools, typed_evidence, strict=True)
        ]


@lru_cache(maxsize=8)
def understanding(tools: tuple[AgentTool, ...]) -> Understanding:
    """Return what is known of these tools, worked out at the first call."""
    speech = learnt_from()
    return Understanding(tools, speech=speech, ready=shipped(fingerprint(tools, speech)))


def _heard_action(action: Argument, said: Said) -> tuple[str, ...]:
    found = find(action, hear(said, on=_ANY_DAY))
    return (found.value,) if found else ()


def _takes_question(tool: AgentTool) -> bool:
    return any(argument.name == QUESTION and argument.required for argument in arguments(tool.run))


def _understood(text: str) -> str:
    # The figures in an example's formula and the words of its draft are no subject of the tool.
    return without_draft(without_formula(said(text))).text


def _weights(words_by_tool: Sequence[Sequence[str]]) -> Mapping[str, tuple[tuple[int, ...], float]]:
    """Return for each word the tools that have it and what it says."""
    owners: dict[str, list[int]] = {}
    for place, words in enumerate(words_by_tool):
        for word in dict.fromkeys(_understood(word) for word in words):
            if word:
                owners.setdefault(word, []).append(place)
    return {
        word: (tuple(places), _BY_LENGTH[min(len(word), 4)] / len(places) ** _SHARED)
        for word, places in owners.items()
    }


def _hits(text: str, weights: Mapping[str, tuple[tuple[int, ...], float]]) -> dict[int, list[float]]:
    """Return for each tool the weights of its words in the text, a word inside a longer one counting little."""
    found = [word for word in weights if word in text]
    hits: dict[int, list[float]] = {}
    for word in found:
        places, weight = weights[word]
        # The word may also stand by itself elsewhere in the text.
        covered = sum(text.count(outer) for outer in found if word != outer and word in outer)
        share = _INSIDE if covered >= text.count(word) else 1.0
        for place in places:
            hits.setdefault(place, []).append(weight * share)
    return hits


def _either(weights: Sequence[float]) -> float:
    """Return the weights joined: each further word adds to what the others leave open."""
    missing = 1.0
    for weight in weights:
        missing *= 1 - min(weight, 1.0) * 0.75
    return 1 - missing
