"""YAML read node by node, so that whatever is wrong is named by file and line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import yaml

from tools.kernel.errors import OperatorError


@dataclass(frozen=True, slots=True)
class Place:
    """A node of a file; what it should hold is read from it, or refused with the file's name and the line."""

    file: str
    node: yaml.Node

    def fault(self, problem: str) -> OperatorError:
        """Return the error for this place."""
        return OperatorError(f"{self.file}:{self.node.start_mark.line + 1}: {problem}")

    def text(self, *, longest: int) -> str:
        """Return the one-line text."""
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.fault("not a text")
        if not (value := str(self.node.value).strip()):
            raise self.fault("empty")
        if len(value) > longest:
            raise self.fault(f"{len(value)} characters, more than {longest}")
        return value

    def number(self, *, lowest: int, highest: int) -> int:
        """Return the whole number."""
        value = self.text(longest=12)
        if not value.isdecimal() or not lowest <= int(value) <= highest:
            raise self.fault(f"{value!r} is not a whole number from {lowest} to {highest}")
        return int(value)

    def day(self) -> date:
        """Return the day."""
        value = self.text(longest=10)
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise self.fault(f"{value!r} is not a day such as 2022-08-01") from error

    def items(self, *, fewest: int, most: int) -> list["Place"]:
        """Return the places of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.fault("not a list")
        found = [Place(self.file, node) for node in self.node.value]
        if not fewest <= len(found) <= most:
            raise self.fault(f"{len(found)} items, not {fewest} to {most}")
        return found

    def texts(self, *, fewest: int, most: int, longest: int) -> tuple[str, ...]:
        """Return the texts of a list, each of them once."""
        found: list[str] = []
        for item in self.items(fewest=fewest, most=most):
            value = item.text(longest=longest)
            if value in found:
                raise item.fault(f"{value} is given twice")
            found.append(value)
        return tuple(found)

    def fields(self, *, needed: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, "Place"]:
        """Return the places of a mapping by key: all that are needed, and no unknown one."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.fault("not a mapping")
        found: dict[str, Place] = {}
        for key, value in self._pairs(self.node):
            name = str(key.node.value)
            if name not in needed and name not in optional:
                raise key.fault(f"unknown key {name}")
            if name in found:
                raise key.fault(f"{name} is given twice")
            found[name] = value
        for name in needed:
            if name not in found:
                raise self.fault(f"{name} is missing")
        return found

    def _pairs(self, node: yaml.MappingNode) -> Iterator[tuple["Place", "Place"]]:
        for key, value in node.value:
            yield Place(self.file, key), Place(self.file, value)


def read_document(file: str, text: str) -> Place:
    """Return the root of a YAML text. Raises OperatorError."""
    # The C parser is ten times faster, where PyYAML was built with it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise OperatorError(f"{file}:{line}: not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise OperatorError(f"{file}:1: not YAML: {' '.join(str(error).split())}") from error
    if node is None:
        raise OperatorError(f"{file}:1: the file is empty")
    return Place(file, node)
