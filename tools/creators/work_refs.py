"""Which work a creator means: symbolic references (DESIGN §4) against the list of their works."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tools.kernel.errors import Refusal

_SHOWN_CHOICES = 5


@dataclass(frozen=True, slots=True)
class WorkSummary:
    """A work with its totals up to the day asked."""

    id: int
    public_id: str
    title: str
    kind: str
    category: str
    published_at: datetime
    duration_seconds: int
    original: bool
    series: str | None
    drama_level: str | None
    plays: int
    likes: int
    comments: int
    shares: int
    favourites: int
    new_followers: int
    completed_plays: int
    watch_seconds: int


@dataclass(frozen=True, slots=True)
class WorkLabel:
    """What is needed to tell a creator's works apart; `published_on` is the platform's day."""

    id: int
    public_id: str
    title: str
    published_on: date


class WorkUnknown(Refusal):
    """None of this creator's works is the one meant; another creator's work looks exactly the same."""

    template = "在你的作品里没有找到{words}。可以说“最新那条”“第二条”，或者直接发作品标题、作品 ID。"


class WorkAmbiguous(Refusal):
    """Several works fit; `facts["choices"]` holds their labels, newest first."""

    template = "有 {count} 条作品都对得上{words}：{titles}。你指的是哪一条？发作品 ID 最准。"

    def __init__(self, *, words: str, choices: Sequence[WorkLabel]) -> None:
        shown = "、".join(f"《{label.title}》（{label.public_id}）" for label in choices[:_SHOWN_CHOICES])
        super().__init__(words=words, count=len(choices), titles=shown, choices=tuple(choices))


def choose_work(work_ref: str, labels: Sequence[WorkLabel], *, on: date) -> WorkLabel:
    """Return the label that a reference means, in a list that is newest first.

    Forms: latest, previous, ord:2 (the second of the list), ord:-1 (the last), id:…, title:… (exact, then a unique
    part of a title), date:yesterday, date:2022-08-14. Raises WorkUnknown and WorkAmbiguous.
    """
    form, _, rest = work_ref.strip().partition(":")
    match form:
        case "latest":
            return _at(labels, 0, words="任何作品")
        case "previous":
            return _at(labels, 1, words="再前面一条作品")
        case "ord":
            return _by_place(rest, labels)
        case "id":
            found = [label for label in labels if label.public_id.casefold() == rest.strip().casefold()]
            return _only(found, words=f"ID 是“{rest[:40]}”的作品")
        case "title":
            return _by_title(rest, labels)
        case "date":
            return _by_day(rest, labels, on=on)
        case _:
            raise WorkUnknown(words=f"“{work_ref[:40]}”这条作品")


def _at(labels: Sequence[WorkLabel], place: int, *, words: str) -> WorkLabel:
    if not -len(labels) <= place < len(labels):
        raise WorkUnknown(words=words)
    return labels[place]


def _by_place(text: str, labels: Sequence[WorkLabel]) -> WorkLabel:
    # Six digits are more works than anybody has; longer numbers would only slow the parser down.
    if not re.fullmatch(r"-?[1-9]\d{0,5}", text, re.ASCII):
        raise WorkUnknown(words=f"“第 {text[:20]} 条”作品")
    place = int(text)
    words = f"第 {place} 条作品" if place > 0 else f"倒数第 {-place} 条作品"
    return _at(labels, place - 1 if place > 0 else place, words=words)


def _by_title(text: str, labels: Sequence[WorkLabel]) -> WorkLabel:
    words = f"标题是“{text[:40]}”的作品"
    wanted = _plain(text)
    if not wanted:
        raise WorkUnknown(words=words)
    titles = [(_plain(label.title), label) for label in labels]
    exact = [label for title, label in titles if title == wanted]
    return _only(exact or [label for title, label in titles if wanted in title], words=words)


def _by_day(text: str, labels: Sequence[WorkLabel], *, on: date) -> WorkLabel:
    words = f"{text[:20]} 发布的作品"
    try:
        day = _named_day(text, on=on)
    except ValueError:
        raise WorkUnknown(words=words) from None
    words = f"{day.month}月{day.day}日发布的作品"
    return _only([label for label in labels if label.published_on == day], words=words)


def _named_day(text: str, *, on: date) -> date:
    match text:
        case "today":
            return on
        case "yesterday":
            return on - timedelta(days=1)
        case _:
            return date.fromisoformat(text)


def _only(found: Sequence[WorkLabel], *, words: str) -> WorkLabel:
    if not found:
        raise WorkUnknown(words=words)
    if len(found) > 1:
        raise WorkAmbiguous(words=words, choices=found)
    return found[0]


def _plain(title: str) -> str:
    # People type titles without the spaces, emoji and punctuation that they published them with.
    return "".join(c for c in unicodedata.normalize("NFKC", title).casefold() if c.isalnum())
