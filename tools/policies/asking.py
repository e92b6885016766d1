"""What a policy question says beside its matter: a day in the past, two programmes to compare, the asker's own case."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = re.compile(
    r"(?:(?P<year>20\d\d)\s*年\s*)?(?P<month>1[0-2]|0?[1-9])\s*月(?:\s*(?P<day>[12]\d|3[01]|0?[1-9])\s*[日号])?"
)
_HAN_MONTH = re.compile(r"(?<![个\d一二三四五六七八九十])(?P<month>十[一二]?|[一二三四五六七八九])月(?!底前)")
_HAN = {word: number for number, word in enumerate("一二三四五六七八九十", start=1)} | {
    "十一": 11,
    "十二": 12,
}
_LAST_MONTH = re.compile(r"上个?月")
_LAST_YEAR = re.compile(r"去年")
# “以前怎么规定的”: the version before, whatever its days were.
_BEFORE = re.compile(
    r"以前|之前的?(?:规定|规则|政策|标准|门槛|要求|版本)|原来的?|原先|早先|旧版|老规[则定]|改版前|调整前|升级前|过去"
)
_COMPARE = re.compile(r"区别|差别|不同|不一样|对比|比较|相比|哪个[好多高强]|和.{1,8}比|跟.{1,8}比|比.{1,8}多")
_JOINING = re.compile(
    r"(?:有什么|有啥|有哪些|都?是)?(?:区别|差别|不同|不一样|对比|比较|相比)|[和跟与同比]|之间|哪个|的(?=[，？?]|$)"
)
_SELF = re.compile(r"我(?!们)|本人|自己")


@dataclass(frozen=True, slots=True)
class Subject:
    """A programme that a question may name: `policies` are the ids of its documents."""

    name: str
    also_called: tuple[str, ...]
    policies: tuple[str, ...]


def day_meant(text: str, *, on: date) -> date | None:
    """Return the day whose rules are asked about, None for today's; a month without a year is the latest one."""
    if found := _DAY.search(text):
        day = _latest(int(found["month"]), int(found["day"] or 1), year=found["year"], on=on)
    elif found := _HAN_MONTH.search(text):
        day = _latest(_HAN[found["month"]], 1, year=None, on=on)
    elif _LAST_MONTH.search(text):
        day = (on.replace(day=1) - timedelta(days=1)).replace(day=1)
    elif _LAST_YEAR.search(text):
        day = date(on.year - 1, on.month, 1)
    else:
        return None
    return day if day is not None and day < on else None


def asks_for_the_version_before(text: str) -> bool:
    """Whether the question is about the rules that applied before those of today."""
    return _BEFORE.search(text) is not None


def is_about_asker(text: str) -> bool:
    """Whether the asker's own figures belong to the answer."""
    return _SELF.search(text) is not None


def compared(text: str, subjects: Iterable[Subject]) -> Sequence[tuple[Subject, str]]:
    """Return the programmes that the question compares, each with the question as it would be asked of it alone.

    They come in the order in which the question names them; none for other questions. A name inside a longer one (光合 in
    光合优创) does not count as named.
    """
    if not _COMPARE.search(text):
        return ()
    names = {name: subject for subject in subjects for name in (subject.name, *subject.also_called)}
    if not names:
        return ()
    pattern = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
    named = list(dict.fromkeys(names[found[0]] for found in pattern.finditer(text)))
    matter = _JOINING.sub("", pattern.sub("", text)).strip("，。？！,?! ")
    return [(subject, f"{subject.name}{matter}") for subject in named] if len(named) > 1 else ()


def _latest(month: int, day: int, *, year: str | None, on: date) -> date | None:
    """Return that day of the year named, or of the latest year in which it is past; None for 30 February."""
    try:
        if year:
            return date(int(year), month, day)
        this_year = date(on.year, month, day)
        return this_year if this_year <= on else date(on.year - 1, month, day)
    except ValueError:
        return None
