"""Days and periods as they are said, in the symbolic forms of tools/kernel/period.py."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from bot.agent.local.found import Found
from tools.kernel.numerals import COUNT, count

_MONTHS = 12
_DAYS_OF_WEEK = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}
_ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONGEST_DAYS = 3 * 366

_Match = re.Match[str]
_Rule = tuple[re.Pattern[str], Callable[[_Match, date], str | None]]


def find_periods(text: str, *, on: date) -> tuple[Found, ...]:
    """Return the periods that a normalised text names, in the order they were said, none overlapping."""
    found: list[Found] = []
    # What was said with these words is no day of any calendar (2月31号), nor is a part of it.
    impossible: list[Found] = []
    for pattern, build in _RULES:
        for match in pattern.finditer(text):
            candidate = Found("", match.start(), match.end())
            if any(candidate.overlaps(other) for other in (*found, *impossible)):
                continue
            try:
                value = build(match, on)
            except ValueError:
                impossible.append(candidate)
                continue
            if value is not None:
                found.append(replace(candidate, value=value))
    return tuple(sorted(found, key=lambda one: one.start))


def day_of(period: str, *, on: date) -> str | None:
    """Return the single day that a period is, in the form of `date:`, None for longer ones."""
    if period == "yesterday":
        return period
    if period == "today":
        return on.isoformat()
    if found := re.fullmatch(r"range:(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)", period):
        return found[1] if found[1] == found[2] else None
    return None


def _range(first: date, last: date) -> str | None:
    return (
        f"range:{first.isoformat()}..{last.isoformat()}"
        if timedelta(0) <= last - first <= timedelta(days=_LONGEST_DAYS)
        else None
    )


def _whole(text: str) -> int:
    value = count(text)
    if value is None:
        raise ValueError(text)
    return value


def _latest_day(month: int, day: int, *, on: date, year: int | None = None) -> date:
    """Return the latest such day that has come, unless the year was said."""
    if year is not None:
        return date(year, month, day)
    this_year = date(on.year, month, day)
    return this_year if this_year <= on else date(on.year - 1, month, day)


def _year(said: str | None, *, on: date) -> int | None:
    match said:
        case None | "":
            return None
        case "今年":
            return on.year
        case "去年" | "上一年":
            return on.year - 1
        case "前年":
            return on.year - 2
        case "明年":
            return on.year + 1
        case _:
            digits = said.rstrip("年./-")
            return int(digits) if len(digits) > 2 else 2000 + int(digits)  # noqa: PLR2004 - 22年 is 2022


def _days(match: _Match, on: date) -> str | None:
    first_month, first_day = _whole(match["m1"]), _whole(match["d1"])
    year = _year(match["y1"], on=on)
    last_month = _whole(match["m2"]) if match["m2"] else first_month
    last = _latest_day(last_month, _whole(match["d2"]), on=on, year=_year(match["y2"], on=on) or year)
    # A range is the past one when its first day has come, even if its last day has not.
    first = _latest_day(first_month, first_day, on=on, year=year)
    last = date(first.year + ((last_month, last.day) < (first_month, first_day)), last_month, last.day)
    return _range(first, last)


def _one_day(match: _Match, on: date) -> str | None:
    day = _latest_day(_whole(match["m"]), _whole(match["d"]), on=on, year=_year(match["y"], on=on))
    return _range(day, day)


def _months(match: _Match, on: date) -> str | None:
    first, last = _whole(match["m1"]), _whole(match["m2"])
    starts = _latest_day(first, 1, on=on, year=_year(match["y"], on=on))
    next_month = date(starts.year + (last < first) + last // _MONTHS, last % _MONTHS + 1, 1)
    return _range(starts, next_month - timedelta(days=1))


def _month(match: _Match, on: date) -> str | None:
    number = _whole(match["m"])
    date(2000, number, 1)
    year = _year(match["y"], on=on)
    if year is None or (year == on.year and number <= on.month):
        return f"month:{number}"
    return f"month:{year:04d}-{number:02d}"


def _english_month(match: _Match, _on: date) -> str:
    return f"month:{_ENGLISH_MONTHS.index(match['m'][:3]) + 1}"


def _month_before_last(_match: _Match, on: date) -> str:
    return f"month:{(on.month - 3) % _MONTHS + 1}"


def _quarter(match: _Match, _on: date) -> str:
    return f"q:{_whole(match['q'] or match['n'])}"


def _quarter_back(match: _Match, on: date) -> str:
    current = (on.month - 1) // 3
    back = 0 if match["which"] in ("这", "本") else 1
    return f"q:{(current - back) % 4 + 1}"


def _last_n(match: _Match, _on: date) -> str | None:
    length = match["n"]
    amount = 0.5 if length == "半" else _whole(length)
    days = int(amount * {"天": 1, "日": 1, "周": 7, "星": 7, "礼": 7, "月": 30, "年": 365}[match["unit"]])
    return f"last_{days}_days" if 1 <= days <= _LONGEST_DAYS else None


def _english_n(match: _Match, _on: date) -> str | None:
    days = int(match["n"] or 1) * {"day": 1, "week": 7, "month": 30}[match["unit"]]
    return f"last_{days}_days" if 1 <= days <= _LONGEST_DAYS else None


def _weekday(match: _Match, on: date) -> str | None:
    monday = on - timedelta(days=on.weekday())
    weeks = match["which"].count("上") - match["which"].count("下")
    day = monday - timedelta(weeks=weeks) + timedelta(days=_DAYS_OF_WEEK[match["day"]])
    return _range(day, day + timedelta(days=1) if match["day"] == "末" else day)


def _weeks_back(_match: _Match, on: date) -> str | None:
    monday = on - timedelta(days=on.weekday() + 14)
    return _range(monday, monday + timedelta(days=6))


def _day_of_month(match: _Match, on: date) -> str | None:
    number = _whole(match["d"])
    this = (
        on.replace(day=number) if number <= on.day else (on.replace(day=1) - timedelta(1)).replace(day=number)
    )
    return _range(this, this)


def _days_of_month(match: _Match, on: date) -> str | None:
    first, last = _whole(match["d1"]), _whole(match["d2"])
    month = on if first <= on.day else on.replace(day=1) - timedelta(days=1)
    return _range(month.replace(day=first), month.replace(day=last))


def _half_year(match: _Match, on: date) -> str | None:
    year = _year(match["y"], on=on) or on.year
    if match["half"] == "上":
        return _range(date(year, 1, 1), date(year, 6, 30))
    return _range(date(year, 7, 1), date(year, 12, 31))


def _whole_year(match: _Match, on: date) -> str | None:
    year = _year(match["y"], on=on)
    assert year is not None
    return "this_year" if year == on.year else _range(date(year, 1, 1), date(year, 12, 31))


def _back(days: int) -> Callable[[_Match, date], str | None]:
    return lambda _match, on: _range(on - timedelta(days=days), on - timedelta(days=days))


def _named(value: str) -> Callable[[_Match, date], str | None]:
    return lambda _match, _on: value


_Y = r"(?:今年|去年|上一年|前年|明年|(?:19|20)\d\d年|\d\d年)"
_M = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_D = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_TO = r"\s?(?:到|至|-+|~|,?一直到)\s?"
_WEEK = r"(?:个?(?:周|星期|礼拜))"
# 一个礼拜了, 都过去五天了: how long something took is no period that is asked for.
_ELAPSED = r"(?!\s?(?:了|没|还没|才|前就|多了|以来))"

# The first rule that matches a place wins: the longest forms stand first.
_RULES: tuple[_Rule, ...] = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (
            rf"(?P<y1>{_Y})?\s?(?P<m1>{_M})月(?:份)?(?P<d1>{_D})[号日]?{_TO}(?P<y2>{_Y})?(?:(?P<m2>{_M})月(?:份)?)?(?P<d2>{_D})[号日]?(?!\d|月)",
            _days,
        ),
        (
            (
                r"(?P<y1>20\d\d[-/.])?(?P<m1>1[0-2]|0?[1-9])[-/.](?P<d1>3[01]|[12]\d|0?[1-9])(?:\s?(?:到|至|~|--?)\s?)"
                r"(?P<y2>20\d\d[-/.])?(?P<m2>1[0-2]|0?[1-9])[-/.](?P<d2>3[01]|[12]\d|0?[1-9])(?!\d)"
            ),
            _days,
        ),
        (rf"(?P<y>{_Y})?\s?(?P<m>{_M})月(?:份)?(?P<d>{_D})[号日](?!\d)", _one_day),
        (r"(?P<y>20\d\d[-/.])(?P<m>1[0-2]|0?[1-9])[-/.](?P<d>3[01]|[12]\d|0?[1-9])(?!\d)", _one_day),
        (rf"(?<![月\d])(?P<d1>{_D})[号日]{_TO}(?P<d2>{_D})[号日]", _days_of_month),
        (rf"(?P<y>{_Y})?\s?(?P<m1>{_M})(?:月(?:份)?)?{_TO}(?P<m2>{_M})月(?:份)?", _months),
        (rf"(?P<y>{_Y})\s?(?P<m>{_M})月(?:份)?", _month),
        (rf"(?<![\d个.])(?P<y>)(?P<m>{_M})月(?:份)?(?!饼|子|嫂|季)", _month),
        (
            (
                r"(?<![a-z])(?P<m>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
                r"|sep(?:t|tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
            ),
            _english_month,
        ),
        (r"第?(?P<q>[一二三四1-4])个?季度|(?<![a-z0-9])q(?P<n>[1-4])(?![a-z0-9])", _quarter),
        (r"(?P<which>这|本|上)一?个?季度", _quarter_back),
        (rf"(?P<y>{_Y})?的?(?P<half>[上下])半年", _half_year),
        (
            rf"(?<!都)(?:最近|近|过去|前)的?这?(?P<n>{COUNT}|半)(?:个)?(?P<unit>天|日|周|星|礼|月|年)(?:期|拜)?{_ELAPSED}",
            _last_n,
        ),
        (r"(?:last|past)\s(?P<n>\d{1,3})\s(?P<unit>day|week|month)s?", _english_n),
        (rf"上上{_WEEK}(?![一二三四五六日天末])", _weeks_back),
        (r"上上个?月", _month_before_last),
        (
            rf"(?P<which>上上|上|这|本|下)一?{_WEEK}的?(?P<day>[一二三四五六日天末])(?![条个号共直农])",
            _weekday,
        ),
        (rf"上一?{_WEEK}|last week", _named("last_week")),
        (rf"(?:这|本|当)一?{_WEEK}|this week", _named("this_week")),
        (rf"下一?{_WEEK}|next week", _named("next_week")),
        (r"上一?个?月|last month", _named("last_month")),
        (r"(?:这一?个?|本|当|现)月|this month", _named("this_month")),
        (r"大前天|大前儿", _back(3)),
        (r"前天|前日|前儿", _back(2)),
        (r"昨天|昨日|昨儿个?|昨个儿?|昨晚|昨夜|yesterday", _named("yesterday")),
        (r"今天|今日|今儿个?|今个儿?|今晚|today", _named("today")),
        (r"(?P<y>(?:19|20)\d\d年|前年)", _whole_year),
        (r"去年|上一年|last year", _named("last_year")),
        (r"月榜", _named("last_month")),
        (r"日榜", _named("yesterday")),
        (r"今年|本年|this year", _named("this_year")),
        (
            rf"(?<![\d一二三四五六七八九十第微农小大账信])(?P<d>{_D})[号](?=当?天|那天|的|发|$|收|,|那条)",
            _day_of_month,
        ),
    )
)
