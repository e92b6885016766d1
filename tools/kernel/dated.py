"""Rules with the days that they hold: a YAML list beside the code that applies them."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter


class Term(BaseModel):
    """Rules from a day on, until before another; None means open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    starts_on: date
    ends_on: date | None
    policy: str


T = TypeVar("T", bound=Term)


class NoRulesError(ValueError):
    """No rules were in force on the day."""


def read_terms(path: Path, model: type[T]) -> tuple[T, ...]:
    """Return a packaged file's terms, the oldest first; they follow each other without a gap."""
    terms = TypeAdapter(list[model]).validate_python(yaml.safe_load(path.read_text("utf-8")))
    for earlier, later in pairwise(terms):
        assert earlier.ends_on == later.starts_on, f"{path.name}: {earlier.ends_on} to {later.starts_on}"
    return tuple(terms)


def term_on(terms: Sequence[T], day: date) -> T:
    """Return the rules in force on a day. Raises NoRulesError."""
    for term in terms:
        if term.starts_on <= day and (term.ends_on is None or day < term.ends_on):
            return term
    raise NoRulesError(f"no rules are in force on {day}")
