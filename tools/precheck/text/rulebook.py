"""The rules, ready to check texts."""

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from unicodedata import unidata_version

from tools.precheck.text.findings import TextFinding
from tools.precheck.text.hearing import SoundFinder
from tools.precheck.text.judging import Judge, Place, resolve
from tools.precheck.text.ordinary import ordinary_words
from tools.precheck.text.patterns import PatternFinder
from tools.precheck.text.reading import read
from tools.precheck.text.rewriting import Rewriter
from tools.precheck.text.rule_files import read_rules
from tools.precheck.text.rules import Context, Rule, RuleSet
from tools.precheck.text.words import WordFinder

# Goes up with every change of the engine that can change a verdict.
ENGINE = 1


class RuleBook:
    """Checks texts against a set of rules; the same text and version always give the same findings."""

    def __init__(self, rules: RuleSet) -> None:
        ordinary = ordinary_words()
        self.rules: tuple[Rule, ...] = rules.rules
        self.contexts: dict[str, Context] = rules.contexts
        self.words = WordFinder(rules.rules, rules.shapes)
        self._sounds = SoundFinder(rules.rules, ordinary)
        self._patterns = PatternFinder(rules.rules)
        self._judge = Judge(rules, ordinary)
        self._rewriter = Rewriter(rules.rules, self.places)
        parts = (str(ENGINE), unidata_version, version("pypinyin"), rules.digest)
        # The tables that are made at the first use are made now, not in the first creator's check.
        self.places("wei xin 你好 12345")
        self.version = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def check(self, text: str) -> tuple[TextFinding, ...]:
        """Return what the text may break: blocks before warnings, then by place; at most fifty findings."""
        places = self.places(text)
        rewrites = self._rewriter.rewrite(text, places) if places else []
        return tuple(
            self._finding(text, place, rewrite) for place, rewrite in zip(places, rewrites, strict=True)
        )

    def places(self, text: str) -> list[Place]:
        """Return the places alone, without the words for the author."""
        reading = read(text)
        scan = self.words.scan(reading)
        found = [
            *self._judge.judge(reading, self.words.hits(reading, scan)),
            *self._judge.judge(reading, self._sounds.find(reading)),
            *self._judge.judge_patterns(reading, self._patterns.find(reading, scan.triggers)),
        ]
        return resolve(found, self.rules)

    def _finding(self, text: str, place: Place, rewrite: str) -> TextFinding:
        rule = self.rules[place.rule]
        matched = text[slice(*place.span)]
        return TextFinding(
            rule=rule.id,
            category=rule.category,
            severity=place.severity,
            policy=rule.policy,
            clause=rule.clause,
            span=place.span,
            matched=matched,
            why=rule.why.replace("{word}", matched),
            advice=rule.advice.replace("{word}", matched),
            rewrite=rewrite,
            confidence=place.confidence,
            disguise=place.disguise,
        )


def load_rules(paths: Sequence[Path] = ()) -> RuleBook:
    """Return the packaged rules, and those of an operator's own lists, ready to check texts.

    Raises OperatorError, naming file, row and column, for a list that is wrong.
    """
    return RuleBook(read_rules(paths))
