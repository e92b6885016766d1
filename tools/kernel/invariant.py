"""Invariants: what must hold in the store at any moment, checked by `guanghe audit`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Invariant:
    """A statement about the store; `violations` yields one exact line for each row that breaks it."""

    name: str
    violations: Callable[[Session], Iterable[str]]
