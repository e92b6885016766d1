"""Which places the rules mean: word edges, everyday words that cover them, and the words around them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from tools.precheck.text.findings import Disguise, Severity
from tools.precheck.text.folding import fold_visible
from tools.precheck.text.ordinary import Ordinary
from tools.precheck.text.reading import Gap, Reading
from tools.precheck.text.rules import Rule, RuleSet, View
from tools.precheck.text.words import Hit, automaton, gap_within

# More places of one rule than this tell an author nothing new, and bound what a hostile text costs.
MOST_OF_A_RULE = 20
MOST_PLACES = 50
_LONGEST_COVER = 8
_PAIR = 2
_SURE = 0.65


@dataclass(frozen=True, slots=True)
class Place:
    """One place in the original that a rule means."""

    rule: int
    span: tuple[int, int]
    severity: Severity
    confidence: float
    disguise: Disguise | None


class Judge:
    """Decides on hits."""

    def __init__(self, rules: RuleSet, ordinary: Ordinary) -> None:
        self._rules = rules.rules
        self._contexts = {
            name: (context, automaton(list(context.words))) for name, context in rules.contexts.items()
        }
        self._ordinary = ordinary
        own = {word: number for number, rule in enumerate(rules.rules) for word in rule.unless}
        self._allowed_words = list(dict.fromkeys([*rules.allowed, *own]))
        self._everywhere = set(rules.allowed)
        self._allowed: AhoCorasick = automaton(self._allowed_words)

    def judge(self, reading: Reading, hits: Iterable[Hit]) -> Iterator[Place]:
        """Yield the places that the hits mean."""
        found: Counter[int] = Counter()
        for hit in hits:
            if found[hit.rule] >= MOST_OF_A_RULE:
                continue
            gap = gap_within(reading, hit)
            if gap is None or self._is_covered(reading, hit, gap):
                continue
            span = reading.folded.span(hit.start, hit.end)
            if not self._context_holds(reading, self._rules[hit.rule], span):
                continue
            found[hit.rule] += 1
            disguise = hit.disguise or reading.disguise(span, hit.word, gap)
            yield self._place(hit.rule, span, hit.confidence, disguise)

    def judge_patterns(
        self, reading: Reading, found: Iterable[tuple[int, tuple[int, int]]]
    ) -> Iterator[Place]:
        """Yield the places of patterns that no context spares."""
        for rule, span in found:
            if self._context_holds(reading, self._rules[rule], span):
                yield self._place(rule, span, 0.9, _dress(reading.matched(span), self._rules[rule].view))

    def _place(self, rule: int, span: tuple[int, int], confidence: float, disguise: Disguise | None) -> Place:
        # What may be a chance of sound is no reason to advise against publishing.
        severity = self._rules[rule].severity if confidence >= _SURE else Severity.WARN
        return Place(rule, span, severity, confidence, disguise)

    def _context_holds(self, reading: Reading, rule: Rule, span: tuple[int, int]) -> bool:
        if rule.needs and not any(self._stands_near(reading, span, name) for name in rule.needs):
            return False
        return not any(self._stands_near(reading, span, name) for name in rule.spares)

    def _stands_near(self, reading: Reading, span: tuple[int, int], name: str) -> bool:
        """Whether one of a context's words stands within its reach of the place."""
        context, words = self._contexts[name]
        return bool(words.find_matches_as_indexes(reading.around(span, context)))

    def _is_covered(self, reading: Reading, hit: Hit, gap: Gap) -> bool:
        """Whether longer everyday words claim the characters: 路口交通 has no word across the middle."""
        first = max(0, hit.start - _LONGEST_COVER)
        window = reading.text[first : hit.end + _LONGEST_COVER]
        start, end = hit.start - first, hit.end - first
        lefts: list[int] = []
        rights: list[int] = []
        unless = self._rules[hit.rule].unless
        for number, begin, stop in self._allowed.find_matches_as_indexes(window, overlapping=True):
            word = self._allowed_words[number]
            if stop <= start or begin >= end or (word not in self._everywhere and word not in unless):
                continue
            if begin <= start and stop >= end:
                return True
            longer = stop - begin > end - start
            if begin < start:
                lefts.append(stop)
            elif stop > end:
                rights.append(begin)
            if longer and (begin < start or stop > end):
                return True
        if lefts and rights and min(rights) <= max(lefts):
            return True
        exact = hit.disguise is None and gap is Gap.NONE and end - start == _PAIR
        return exact and self._is_everyday(window, start, end)

    def _is_everyday(self, window: str, start: int, end: int) -> bool:
        """Whether two characters are the end of one everyday word and the beginning of the next."""
        words = self._ordinary.words
        left = any(window[start - more : start + 1] in words for more in (1, 2) if start >= more)
        right = any(window[end - 1 : end + more] in words for more in (1, 2))
        return left and right


def _dress(matched: str, view: View) -> Disguise | None:
    """Return how a number or address was dressed up."""
    if view is View.DIGITS and not matched.isalnum():
        return Disguise.GAP
    if view is View.DIGITS:
        return None if matched.isascii() else Disguise.FORM
    return None if fold_visible(matched) == matched.lower() else Disguise.FORM


def resolve(places: Iterable[Place], rules: tuple[Rule, ...]) -> list[Place]:
    """Return the places by severity and then by where they stand, one for each stretch of text.

    Of places that overlap in one category the graver, then the longer, then the surer one stays.
    """
    ranked = sorted(places, key=_rank)
    kept: list[Place] = []
    # The stretches that are taken, by category: at most MOST_PLACES of them, since only so many are kept.
    for place in ranked:
        if len(kept) >= MOST_PLACES:
            break
        category = rules[place.rule].category
        if not any(
            rules[other.rule].category is category and _overlap(place.span, other.span) for other in kept
        ):
            kept.append(place)
    return sorted(kept, key=lambda place: (place.severity is Severity.WARN, place.span, place.rule))


def _rank(place: Place) -> tuple[bool, int, float, tuple[int, int], int]:
    length = place.span[1] - place.span[0]
    return (place.severity is Severity.WARN, -length, -place.confidence, place.span, place.rule)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
