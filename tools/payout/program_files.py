"""Programme files as people write them: YAML in `programs/`, refused with file, line and reason when anything is off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from knowledge.read import Policy
from tools.kernel.errors import OperatorError
from tools.kernel.rules.tree import RuleError
from tools.kernel.rules.ways import Reference
from tools.kernel.yaml_lines import parse_yaml, referring_nodes, where
from tools.payout.program_schema import FaultInsideError, ProgramFile
from tools.payout.programs import Program, uncovered_day

PACKAGED_PROGRAMS = Path(__file__).parent / "programs"

# The largest packaged file is 7 KB; a file beyond this is not a programme.
_LARGEST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Checked:
    """What a folder of programme files holds: the programmes that can be read, and every fault by file and line."""

    programs: tuple[Program, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    path: Path
    root: yaml.Node
    program: Program

    def fault(self, reason: str, *at: int | str) -> str:
        return where(self.path.name, self.root, at) + reason


@cache
def packaged_programs() -> tuple[Program, ...]:
    """Return the programmes that ship with the package, in the order that creators are shown."""
    return read_programs(PACKAGED_PROGRAMS)


def read_programs(folder: Path) -> tuple[Program, ...]:
    """Return every programme of the folder, by place and id.

    Raises OperatorError for a missing or empty folder, the first file that is wrong, a name that two programmes share,
    and a pool that two files give different amounts.
    """
    found = [_read(path) for path in _paths(folder)]
    for fault in _faults_between(found):
        raise OperatorError(fault)
    return _in_order(found)


def read_program(path: Path) -> Program:
    """Return the programme of one file. Raises OperatorError with file, line, key and reason."""
    return _read(path).program


def check_folder(folder: Path, *, policies: Sequence[Policy]) -> Checked:
    """Return every fault of the folder's files: each file's first, those between files, and clauses not in force.

    Raises OperatorError for a missing or empty folder.
    """
    found: list[_Read] = []
    faults: list[str] = []
    for path in _paths(folder):
        try:
            found.append(_read(path))
        except OperatorError as error:
            faults.append(str(error))
    faults += _faults_between(found)
    for item in found:
        faults += _faults_of_references(item, policies)
    return Checked(_in_order(found), tuple(faults))


def _paths(folder: Path) -> list[Path]:
    paths = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not paths:
        raise OperatorError(f"{folder}: the folder holds no programme files (<id>.yaml)")
    return paths


def _in_order(found: Sequence[_Read]) -> tuple[Program, ...]:
    programs = (item.program for item in found)
    return tuple(sorted(programs, key=lambda program: (program.place, program.id)))


def _read(path: Path) -> _Read:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise OperatorError(f"{path.name}: cannot be read: {error.strerror}") from error
    if len(content) > _LARGEST_BYTES:
        raise OperatorError(
            f"{path.name}: {len(content)} bytes; a programme file has at most {_LARGEST_BYTES}"
        )
    root, document = parse_yaml(path.name, content)
    try:
        program = ProgramFile.model_validate(document).value()
    except ValidationError as error:
        raise OperatorError(_told(path.name, root, error)) from error
    if program.id != path.stem:
        raise OperatorError(
            where(path.name, root, ("id",)) + f"{program.id!r} but the file is named {path.stem!r}"
        )
    return _Read(path, root, program)


def _told(name: str, root: yaml.Node, error: ValidationError) -> str:
    """Return the first fault with its file, line and key."""
    first = error.errors(include_url=False, include_input=False)[0]
    cause: object = first.get("ctx", {}).get("error")
    path = (*first["loc"], *cause.path) if isinstance(cause, FaultInsideError) else first["loc"]
    below = cause.line if isinstance(cause, RuleError) else 0
    return where(name, root, path, below=below) + first["msg"].removeprefix("Value error, ")


def _faults_between(found: Sequence[_Read]) -> Iterator[str]:
    yield from _shared_names(found)
    pools: dict[str, Program] = {}
    for item in found:
        if (budget := item.program.budget) is None:
            continue
        first = pools.setdefault(budget.pool, item.program)
        if first.budget != budget:
            yield item.fault(f"the pool {budget.pool!r} has other amounts in {first.id}.yaml", "budget")


def _shared_names(found: Sequence[_Read]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for item in found:
        program = item.program
        places: list[tuple[str, tuple[int | str, ...]]] = [(program.id, ("id",)), (program.name, ("name",))]
        places += [(name, ("also_called", place)) for place, name in enumerate(program.also_called)]
        for name, at in places:
            if (owner := owners.setdefault(name.casefold(), program.id)) != program.id:
                yield item.fault(f"{name!r} is also a name of {owner}.yaml", *at)


def _faults_of_references(item: _Read, policies: Sequence[Policy]) -> Iterator[str]:
    known = {policy.id for policy in policies}
    for place, policy in enumerate(item.program.policies):
        if policy not in known:
            yield item.fault(f"there is no policy {policy!r}", "policies", place)
    for key, dated in (("terms", item.program.terms), ("shares", item.program.shares)):
        for place, rules in enumerate(dated):
            named = referring_nodes(item.root, (key, place))
            for policy, clause, line in sorted(named, key=lambda found: found[2]):
                if (day := uncovered_day(rules, Reference(policy, clause), policies)) is not None:
                    yield f"{item.path.name}:{line}: {policy} {clause} is not in force on {day}"
