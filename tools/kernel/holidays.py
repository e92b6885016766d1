"""The packaged holiday years, read from holidays.yaml and checked."""

from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from tools.kernel.working_days import HolidayYear, WorkingCalendar

_FILE = Path(__file__).parent / "holidays.yaml"
_SATURDAY = 5


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _Off(_Strict):
    name: str
    starts_on: Annotated[date, Field(alias="from")]
    ends_on: Annotated[date, Field(alias="until")]

    def days(self) -> frozenset[date]:
        count = (self.ends_on - self.starts_on).days
        return frozenset(self.starts_on + timedelta(days=step) for step in range(count))


class _Year(_Strict):
    year: int
    notice: str
    holidays: list[_Off]
    worked: list[date]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for each in self.holidays:
            if each.ends_on <= each.starts_on:
                raise ValueError(f"{each.name}: until {each.ends_on} is not after from {each.starts_on}")
        for earlier, later in pairwise(self.holidays):
            if later.starts_on < earlier.ends_on:
                raise ValueError(f"{later.name} begins before {earlier.name} ends")
        off = frozenset[date]().union(*(each.days() for each in self.holidays))
        for day in self.worked:
            if day.weekday() < _SATURDAY or day in off:
                raise ValueError(f"{day} is worked anyway, or off")
        for day in off.union(self.worked):
            if day.year != self.year:
                raise ValueError(f"{day} is not in {self.year}")
        return self

    def value(self) -> HolidayYear:
        off = frozenset[date]().union(*(each.days() for each in self.holidays))
        return HolidayYear(self.year, self.notice, off, frozenset(self.worked))


def read_years(text: str) -> WorkingCalendar:
    """Return the calendar of a YAML text. Raises ValueError for a day outside of its year, or worked and off at once."""
    years = TypeAdapter(list[_Year]).validate_python(yaml.safe_load(text))
    return WorkingCalendar({each.year: each.value() for each in years})


@cache
def working_calendar() -> WorkingCalendar:
    """Return the calendar of the years that ship with the package."""
    return read_years(_FILE.read_text("utf-8"))
