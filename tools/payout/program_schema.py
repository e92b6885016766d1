"""The shape of a programme file: what its keys hold, checked as far as one file alone can be."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from tools.creators.fact_words import FACTS
from tools.kernel.money import AmountError, parse_yuan
from tools.kernel.rules.rule import read_rule
from tools.kernel.rules.tokens import LONGEST_TEXT
from tools.kernel.rules.tree import RuleError
from tools.kernel.rules.ways import Reference, Way, ways_of
from tools.payout.drama_rules import Bound, DramaRules, EffectivePlay, Level, Prices
from tools.payout.programs import (
    Alternative,
    Budget,
    Cap,
    CapPer,
    Eligibility,
    Metric,
    Per,
    Program,
    Reward,
    ScreeningStep,
    Stage,
    Step,
    Task,
    Term,
)

_LARGEST_BOUND = 10**12

_Words = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
_Amount = Annotated[int, Field(ge=0, le=_LARGEST_BOUND)]
_ClauseNumber = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*(\.[1-9][0-9]*)+$")]


class _File(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _Referring(_File):
    policy: _Words
    clause: _ClauseNumber

    def reference(self) -> Reference:
        return Reference(self.policy, self.clause)


def _condition(text: str) -> str:
    read_rule(text, FACTS)
    return text


_RuleText = Annotated[str, StringConstraints(max_length=LONGEST_TEXT), AfterValidator(_condition)]


class FaultInsideError(ValueError):
    """A fault that several keys make together, told at the one that is to be changed."""

    def __init__(self, reason: str, *path: int | str) -> None:
        super().__init__(reason)
        self.path = path


class _Basis(_Referring):
    rule: _RuleText


class _Eligibility(_File):
    rule: _RuleText
    ways: Annotated[list[_Words], Field(min_length=1)]
    clauses: list[_Basis]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        self.value()
        return self

    def value(self) -> Eligibility:
        rule = read_rule(self.rule, FACTS)
        ways = self._ways()
        references = self._references()
        asked = {clause for way in ways for clause in way}
        for place, (clauses, _) in enumerate(references):
            if unasked := next((clause for clause in clauses if clause not in asked), None):
                raise FaultInsideError(f"the rule does not ask for {unasked.text}", "clauses", place)
        # One object for a clause that several ways ask for: it is judged once.
        found = {
            clause: replace(clause, reference=reference)
            for clauses, reference in references
            for clause in clauses
        }
        for clause in asked:
            if clause not in found:
                raise FaultInsideError(f"no policy clause is named for {clause.text}", "clauses")
        return Eligibility(
            rule,
            tuple(
                Alternative(name, tuple(found[clause] for clause in way))
                for name, way in zip(self.ways, ways, strict=True)
            ),
        )

    def _ways(self) -> tuple[Way, ...]:
        try:
            ways = ways_of(read_rule(self.rule, FACTS))
        except RuleError as error:
            raise FaultInsideError(str(error), "rule") from error
        if len(ways) != len(self.ways):
            raise FaultInsideError(
                f"{len(self.ways)} names for {len(ways)} ways to meet the rule (those that || makes)", "ways"
            )
        return ways

    def _references(self) -> list[tuple[Way, Reference]]:
        found: list[tuple[Way, Reference]] = []
        for place, basis in enumerate(self.clauses):
            ways = ways_of(read_rule(basis.rule, FACTS))
            if len(ways) != 1:
                raise FaultInsideError("one clause, or several joined by &&", "clauses", place, "rule")
            found.append((ways[0], basis.reference()))
        return found


class _Reward(_Referring):
    words: _Words
    cash_yuan: str | None = None
    impressions: _Amount | None = None

    @model_validator(mode="after")
    def _exact(self) -> Self:
        _fen(self.cash_yuan or "0")
        return self

    def value(self) -> Reward:
        cash_fen = None if self.cash_yuan is None else _fen(self.cash_yuan)
        return Reward(self.words, self.reference(), cash_fen, self.impressions)


class _Step(_Referring):
    words: _Words

    def value(self) -> Step:
        return Step(self.words, self.reference())


class _Task(_File):
    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    name: _Words
    stage: Annotated[Stage, Field(strict=False)]
    metric: Annotated[Metric, Field(strict=False)]
    goal: Annotated[int, Field(ge=1, le=_LARGEST_BOUND)]
    days: Annotated[int, Field(ge=1, le=366)]
    cash_fen: _Amount = 0
    impressions: _Amount = 0
    who: _RuleText
    policy: Annotated[list[str], Field(min_length=2, max_length=2)]

    def value(self) -> Task:
        policy, clause = self.policy
        return Task(
            id=self.id,
            name=self.name,
            stage=self.stage,
            metric=self.metric,
            goal=self.goal,
            days=self.days,
            cash_fen=self.cash_fen,
            impressions=self.impressions,
            who=self.who,
            policy=Reference(policy, clause),
        )


class _Cap(_Referring):
    per: Annotated[CapPer, Field(strict=False)]
    cash_yuan: str | None = None
    impressions: _Amount | None = None

    @model_validator(mode="after")
    def _exact(self) -> Self:
        _fen(self.cash_yuan or "0")
        if self.cash_yuan is None and self.impressions is None:
            raise ValueError("give cash_yuan, impressions or both")
        return self

    def value(self) -> Cap:
        cash_fen = None if self.cash_yuan is None else _fen(self.cash_yuan)
        return Cap(self.per, cash_fen, self.impressions, self.reference())


class _Screening(_Referring):
    id: _Name
    words: _Words
    days: Annotated[int, Field(ge=1, le=366)]
    working_days: bool

    def value(self) -> ScreeningStep:
        return ScreeningStep(self.id, self.words, self.days, self.working_days, self.reference())


class _Budget(_File):
    pool: _Name
    cash_yuan: str = "0"
    impressions: _Amount = 0
    per: Annotated[Per, Field(strict=False)]

    @model_validator(mode="after")
    def _exact(self) -> Self:
        _fen(self.cash_yuan)
        return self

    def value(self) -> Budget:
        return Budget(self.pool, _fen(self.cash_yuan), self.impressions, self.per)


class _Dated(_File):
    starts_on: Annotated[date, Field(alias="from")]
    ends_on: Annotated[date | None, Field(alias="until")]

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.ends_on is not None and self.ends_on <= self.starts_on:
            raise ValueError(f"until {self.ends_on} is not after from {self.starts_on}")
        return self


class _Term(_Dated):
    eligibility: _Eligibility
    rewards: Annotated[list[_Reward], Field(min_length=1)]
    step: _Step
    tasks: list[_Task] = []
    caps: list[_Cap] = []
    screening: list[_Screening] = []

    def value(self) -> Term:
        return Term(
            self.starts_on,
            self.ends_on,
            self.eligibility.value(),
            tuple(reward.value() for reward in self.rewards),
            self.step.value(),
            tuple(task.value() for task in self.tasks),
            tuple(cap.value() for cap in self.caps),
            tuple(step.value() for step in self.screening),
        )


class _Episodes(_Referring):
    least: Annotated[int, Field(ge=1, le=1_000)]


class _Days(_Referring):
    first: Annotated[int, Field(ge=1, le=3_660)]


class _Prices(_Referring):
    yuan_per_thousand: Annotated[dict[Annotated[Level, Field(strict=False)], str], Field(min_length=1)]

    @model_validator(mode="after")
    def _exact(self) -> Self:
        if Level.STOPPED in self.yuan_per_thousand:
            raise FaultInsideError(
                "a series that is stopped has no price", "yuan_per_thousand", Level.STOPPED
            )
        for level, text in self.yuan_per_thousand.items():
            try:
                fen = _fen(text)
            except AmountError as error:
                raise FaultInsideError(str(error), "yuan_per_thousand", level) from error
            if not fen:
                raise FaultInsideError("a level without a price is left out", "yuan_per_thousand", level)
        return self

    def value(self) -> Prices:
        prices = {level: _fen(text) for level, text in self.yuan_per_thousand.items()}
        return Prices(prices, self.reference())


class _EffectivePlay(_Referring):
    seconds: Annotated[int, Field(ge=1, le=3_600)]
    times_a_day: Annotated[int, Field(ge=1, le=1_000)]

    def value(self) -> EffectivePlay:
        return EffectivePlay(self.seconds, self.times_a_day, self.reference())


class _Shares(_Dated):
    version: Annotated[int, Field(ge=1)]
    episodes: _Episodes
    days: _Days
    prices: _Prices
    effective_play: _EffectivePlay

    def value(self) -> DramaRules:
        return DramaRules(
            self.version,
            self.starts_on,
            self.ends_on,
            Bound(self.episodes.least, self.episodes.reference()),
            Bound(self.days.first, self.days.reference()),
            self.prices.value(),
            self.effective_play.value(),
        )


class ProgramFile(_File):
    """A whole file."""

    id: _Name
    place: Annotated[int, Field(ge=1, le=99)]
    name: _Words
    also_called: list[_Words] = []
    about: _Words
    domains: list[_Words] = []
    policies: Annotated[list[_Words], Field(min_length=1)]
    budget: _Budget | None = None
    terms: Annotated[list[_Term], Field(min_length=1)]
    shares: list[_Shares] = []

    @model_validator(mode="after")
    def _terms_in_order(self) -> Self:
        for earlier, later in pairwise(self.terms):
            if earlier.ends_on is None or later.starts_on < earlier.ends_on:
                raise ValueError(
                    f"the term from {later.starts_on} begins before the one from {earlier.starts_on} ends"
                )
        return self

    @model_validator(mode="after")
    def _shares_in_order(self) -> Self:
        """Require one version after the other without a day between: every play has one price or none."""
        for place, (earlier, later) in enumerate(pairwise(self.shares), start=1):
            if later.starts_on != earlier.ends_on:
                raise FaultInsideError(
                    f"version {later.version} begins on {later.starts_on}, version {earlier.version} ends before "
                    f"{earlier.ends_on}: they must meet", "shares", place, "from",
                )  # fmt: skip
            if later.version <= earlier.version:
                raise FaultInsideError(
                    f"version {later.version} comes after version {earlier.version}",
                    "shares",
                    place,
                    "version",
                )
        return self

    def value(self) -> Program:
        """Return what the file says."""
        return Program(
            id=self.id,
            place=self.place,
            name=self.name,
            also_called=tuple(self.also_called),
            about=self.about,
            domains=tuple(self.domains),
            policies=tuple(self.policies),
            budget=None if self.budget is None else self.budget.value(),
            terms=tuple(term.value() for term in self.terms),
            shares=tuple(each.value() for each in self.shares),
        )


def _fen(text: str) -> int:
    amount_fen = parse_yuan(text)
    if amount_fen < 0:
        raise AmountError(f"below zero: {text}")
    return amount_fen
