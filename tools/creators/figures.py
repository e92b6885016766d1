"""A penalty on an account, as plain values."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Penalty:
    """A penalty: `severity` is notice, general or serious; `policy` and `clause` the rule that was broken."""

    day: date
    severity: str
    policy: str
    clause: str
    note: str
