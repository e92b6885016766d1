"""Programme files as people write them: YAML in `programs/`, refused with file, line and reason when anything is off."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from tools.kernel.errors import OperatorError
from tools.kernel.money import AmountError, parse_yuan
from tools.payout.facts import Fact, Unit
from tools.payout.programs import (
    Alternative,
    Budget,
    Per,
    Program,
    Reference,
    Requirement,
    Reward,
    Step,
    Term,
)

PACKAGED_PROGRAMS = Path(__file__).parent / "programs"

# The largest packaged file is 3 KB; a file beyond this is not a programme.
_LARGEST_BYTES = 64 * 1024
_LARGEST_BOUND = 10**12

_Words = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
_Amount = Annotated[int, Field(ge=0, le=_LARGEST_BOUND)]
_Bound = Annotated[int, Field(ge=-_LARGEST_BOUND, le=_LARGEST_BOUND)]
_ClauseNumber = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*(\.[1-9][0-9]*)+$")]


class _File(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _Referring(_File):
    policy: _Words
    clause: _ClauseNumber

    def reference(self) -> Reference:
        return Reference(self.policy, self.clause)


class _Clause(_Referring):
    fact: Annotated[Fact, Field(strict=False)]
    at_least: _Bound | None = None
    at_most: _Bound | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give exactly one of at_least and at_most")
        if self.fact.unit is Unit.FLAG and self.at_least != 1:
            raise ValueError(f"{self.fact} is yes or no: write at_least: 1")
        return self

    def value(self) -> Requirement:
        return Requirement(self.fact, self.at_least, self.at_most, self.reference())


class _Alternative(_File):
    name: _Words
    clauses: list[_Clause]

    def value(self) -> Alternative:
        return Alternative(self.name, tuple(clause.value() for clause in self.clauses))


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


class _Term(_File):
    starts_on: Annotated[date, Field(alias="from")]
    ends_on: Annotated[date | None, Field(alias="until")]
    eligibility: Annotated[list[_Alternative], Field(min_length=1)]
    rewards: Annotated[list[_Reward], Field(min_length=1)]
    step: _Step

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.ends_on is not None and self.ends_on <= self.starts_on:
            raise ValueError(f"until {self.ends_on} is not after from {self.starts_on}")
        return self

    def value(self) -> Term:
        return Term(
            self.starts_on,
            self.ends_on,
            tuple(alternative.value() for alternative in self.eligibility),
            tuple(reward.value() for reward in self.rewards),
            self.step.value(),
        )


class _Program(_File):
    id: _Name
    place: Annotated[int, Field(ge=1, le=99)]
    name: _Words
    also_called: list[_Words] = []
    about: _Words
    domains: list[_Words] = []
    policies: Annotated[list[_Words], Field(min_length=1)]
    budget: _Budget | None = None
    terms: Annotated[list[_Term], Field(min_length=1)]

    @model_validator(mode="after")
    def _terms_in_order(self) -> Self:
        for earlier, later in pairwise(self.terms):
            if earlier.ends_on is None or later.starts_on < earlier.ends_on:
                raise ValueError(
                    f"the term from {later.starts_on} begins before the one from {earlier.starts_on} ends"
                )
        return self

    def value(self) -> Program:
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
        )


@cache
def packaged_programs() -> tuple[Program, ...]:
    """Return the programmes that ship with the package, in the order that creators are shown."""
    return read_programs(PACKAGED_PROGRAMS)


def read_programs(folder: Path) -> tuple[Program, ...]:
    """Return every programme of the folder, by place and id.

    Raises OperatorError for a missing or empty folder, the first file that is wrong, a name that two programmes share,
    and a pool that two files give different amounts.
    """
    paths = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not paths:
        raise OperatorError(f"{folder}: the folder holds no programme files (<id>.yaml)")
    programs = [read_program(path) for path in paths]
    _check_names(programs)
    _check_pools(programs)
    return tuple(sorted(programs, key=lambda program: (program.place, program.id)))


def read_program(path: Path) -> Program:
    """Return the programme of one file. Raises OperatorError with file, line, key and reason."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise OperatorError(f"{path.name}: cannot be read: {error.strerror}") from error
    if len(content) > _LARGEST_BYTES:
        raise OperatorError(
            f"{path.name}: {len(content)} bytes; a programme file has at most {_LARGEST_BYTES}"
        )
    root, document = _parse(path.name, content)
    try:
        program = _Program.model_validate(document).value()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        reason = first["msg"].removeprefix("Value error, ")
        raise OperatorError(_where(path.name, root, first["loc"]) + reason) from error
    if program.id != path.stem:
        raise OperatorError(
            _where(path.name, root, ("id",)) + f"{program.id!r} but the file is named {path.stem!r}"
        )
    return program


def _parse(name: str, content: bytes) -> tuple[yaml.Node, object]:
    """Return the file's tree, which knows its lines, and its values; every key stands once."""
    try:
        text = content.decode("utf-8-sig")
        loader = yaml.SafeLoader(text)
        root: yaml.Node | None = loader.get_single_node()
        if root is None:
            raise OperatorError(f"{name}:1: the file is empty")
        for key in _repeated_keys(root):
            raise OperatorError(f"{name}:{key.start_mark.line + 1}: {key.value} is given twice")
        document: object = loader.construct_document(root)  # pyright: ignore[reportUnknownMemberType] - its stub leaves the argument untyped
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise OperatorError(f"{name}:{line}: the file is not UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise OperatorError(f"{name}:{line}: not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise OperatorError(f"{name}:1: not YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise OperatorError(f"{name}:1: not YAML: nested too deep") from error
    except ValueError as error:
        # PyYAML builds days and numbers without a mark: 2022-13-01.
        raise OperatorError(f"{name}: {error}") from error
    return root, document


def _repeated_keys(root: yaml.Node) -> Iterator[yaml.ScalarNode]:
    # A list of nodes to see, not recursion: an anchor may point back to where it stands.
    waiting: list[yaml.Node] = [root]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            names: set[str] = set()
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in names:
                        yield key
                    names.add(key.value)
                waiting.append(value)


def _where(name: str, root: yaml.Node, path: Sequence[int | str]) -> str:
    """Return "file:line: key: " of a place in the tree, the nearest line above when the key is missing."""
    node = root
    for step in path:
        found = _child(node, step)
        if found is None:
            break
        node = found
    key = ".".join(str(step) for step in path)
    line = node.start_mark.line + 1
    return f"{name}:{line}: {key}: " if key else f"{name}:{line}: "


def _child(node: yaml.Node, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        items: list[yaml.Node] = node.value
        return items[step] if step < len(items) else None
    if isinstance(node, yaml.MappingNode):
        pairs: list[tuple[yaml.Node, yaml.Node]] = node.value
        return next((value for key, value in pairs if key.value == step), None)
    return None


def _check_names(programs: Sequence[Program]) -> None:
    owners: dict[str, str] = {}
    for program in programs:
        for name in dict.fromkeys((program.id, program.name, *program.also_called)):
            if (owner := owners.setdefault(name.casefold(), program.id)) != program.id:
                raise OperatorError(f"{program.id}.yaml: {name!r} is also a name of {owner}.yaml")


def _check_pools(programs: Sequence[Program]) -> None:
    pools: dict[str, Program] = {}
    for program in programs:
        if program.budget is None:
            continue
        first = pools.setdefault(program.budget.pool, program)
        if first.budget != program.budget:
            raise OperatorError(
                f"{program.id}.yaml: budget: the pool {program.budget.pool!r} has other amounts in {first.id}.yaml"
            )


def _fen(text: str) -> int:
    amount_fen = parse_yuan(text)
    if amount_fen < 0:
        raise AmountError(f"below zero: {text}")
    return amount_fen
