"""Which tool a message means: the tools' own words, meanings and example questions, weighed together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.agent.local.amounts import find_case, find_url
from bot.agent.local.clauses import without_names
from bot.agent.local.drafts import has_draft, without_draft
from bot.agent.local.metrics import has_formula, without_formula
from bot.agent.local.ngrams import Examples
from bot.agent.local.normalise import Said, Speller, said, speller
from bot.agent.local.people import find_author
from bot.agent.local.profiles import Profiles
from bot.agent.local.questions import own_strength, rule_strength
from bot.agent.local.rewards import find_application
from bot.agent.local.slots import QUESTION, arguments
from bot.agent.local.thesaurus import meanings
from bot.agent.local.topics import Topic, missing_topics
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


@dataclass(frozen=True, slots=True)
class Score:
    """How well a tool fits a text; `total` decides, the parts explain."""

    tool: AgentTool
    total: float
    word: float
    meaning: float
    near: float


class Understanding:
    """What is known of a set of tools, worked out once: their words, their examples, the fallback."""

    def __init__(self, tools: Sequence[AgentTool]) -> None:
        """Index the tools; the one that takes a question in the creator's words answers what no other tool does."""
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
            scores.append(Score(tool, total, word, posterior[place], like))
        return sorted(scores, key=lambda score: -score.total)

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
    return Understanding(tools)


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
