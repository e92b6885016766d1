"""The catalogue read from its files; what is wrong in one is named by file and line."""

from functools import lru_cache
from pathlib import Path

from tools.creators.inspiration.catalogue import Catalogue, Draw, Idea, Season, Shelf, Shot
from tools.creators.inspiration.documents import Place, read_document
from tools.kernel.errors import OperatorError

PACKAGED = Path(__file__).parent
_IDEA_KEYS = ("id", "title", "words", "draws", "hooks", "script", "cover", "music", "titles")
_LONGEST_TITLE = 20
_LONGEST_WORD = 8
_LONGEST_HOOK = 32
_LONGEST_SHOT = 36
_LONGEST_LINE = 44
_MOST_SHOTS = 6
_LONGEST_SHOT_SECONDS = 60
_DAYS = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


@lru_cache(maxsize=1)
def packaged() -> Catalogue:
    """Return the catalogue that comes with the program, read once a process."""
    return read_catalogue(PACKAGED)


def read_catalogue(folder: Path) -> Catalogue:
    """Return the catalogue of a folder: seasons.yaml, and one file a category in catalogue/.

    Raises OperatorError naming file and line; ids, titles and categories stand once in the whole catalogue.
    """
    seasons = read_seasons("seasons.yaml", _text(folder / "seasons.yaml"))
    tags = frozenset(season.tag for season in seasons)
    shelves: list[Shelf] = []
    seen: dict[str, str] = {}
    for path in sorted((folder / "catalogue").glob("*.yaml")):
        shelf = read_shelf(path.name, _text(path), tags=tags)
        names = [
            shelf.category,
            *shelf.also,
            *(name for idea in shelf.ideas for name in (idea.id, idea.title)),
        ]
        for name in names:
            if name in seen:
                raise OperatorError(f"{path.name}:1: {name} is given in {seen[name]} too")
            seen[name] = path.name
        shelves.append(shelf)
    if not shelves:
        raise OperatorError(f"{folder.name}/catalogue: no file of a category")
    return Catalogue(tuple(shelves), seasons)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise OperatorError(f"{path.name}: no such file") from error
    except UnicodeDecodeError as error:
        raise OperatorError(f"{path.name}: not UTF-8") from error


def read_shelf(file: str, text: str, *, tags: frozenset[str]) -> Shelf:
    """Return the category of one file; a topic's `when` names known seasons."""
    found = read_document(file, text).fields(
        needed=("category", "version", "dated", "topics"), optional=("also",)
    )
    category = found["category"].text(longest=8)
    return Shelf(
        category=category,
        also=found["also"].texts(fewest=1, most=8, longest=8) if "also" in found else (),
        version=found["version"].number(lowest=1, highest=10_000),
        dated=found["dated"].day(),
        ideas=tuple(
            _idea(place, category=category, tags=tags) for place in found["topics"].items(fewest=1, most=200)
        ),
    )


def _idea(place: Place, *, category: str, tags: frozenset[str]) -> Idea:
    found = place.fields(needed=_IDEA_KEYS, optional=("when",))
    when = found["when"].texts(fewest=1, most=8, longest=20) if "when" in found else ()
    for tag in when:
        if tag not in tags:
            raise found["when"].fault(f"unknown season {tag}")
    draws = found["draws"].text(longest=20)
    if draws not in set(Draw):
        raise found["draws"].fault(f"draws must be one of {', '.join(Draw)}, not {draws}")
    return Idea(
        id=found["id"].text(longest=40),
        category=category,
        title=found["title"].text(longest=_LONGEST_TITLE),
        words=found["words"].texts(fewest=3, most=12, longest=_LONGEST_WORD),
        when=when,
        draws=Draw(draws),
        hooks=found["hooks"].texts(fewest=2, most=6, longest=_LONGEST_HOOK),
        script=tuple(_shot(item) for item in found["script"].items(fewest=3, most=_MOST_SHOTS)),
        cover=found["cover"].text(longest=_LONGEST_LINE),
        music=found["music"].text(longest=_LONGEST_LINE),
        titles=found["titles"].texts(fewest=2, most=6, longest=_LONGEST_HOOK),
    )


def _shot(place: Place) -> Shot:
    seconds, picture, words = place.items(fewest=3, most=3)
    return Shot(
        seconds=seconds.number(lowest=1, highest=_LONGEST_SHOT_SECONDS),
        picture=picture.text(longest=_LONGEST_SHOT),
        words=words.text(longest=_LONGEST_SHOT),
    )


def read_seasons(file: str, text: str) -> tuple[Season, ...]:
    """Return the seasons, each with its own tag."""
    seasons: list[Season] = []
    for place in read_document(file, text).items(fewest=1, most=60):
        season = _season(place)
        if any(each.tag == season.tag for each in seasons):
            raise place.fault(f"{season.tag} is given twice")
        seasons.append(season)
    return tuple(seasons)


def _season(place: Place) -> Season:
    found = place.fields(needed=("tag", "words"), optional=("from", "until", "lead", "days"))
    tag, words = found["tag"].text(longest=20), found["words"].text(longest=8)
    if ("from" in found, "until" in found, "lead" in found, "days" in found) == (True, True, False, False):
        return Season(tag, words, (_month_day(found["from"]), _month_day(found["until"])), 0, ())
    if ("from" in found, "until" in found, "lead" in found, "days" in found) == (False, False, True, True):
        days = tuple(item.day() for item in found["days"].items(fewest=1, most=60))
        return Season(tag, words, None, found["lead"].number(lowest=1, highest=60), days)
    raise place.fault("a season has from and until, or lead and days")


def _month_day(place: Place) -> tuple[int, int]:
    value = place.text(longest=5)
    month, dash, day = value.partition("-")
    if not (dash and month.isdecimal() and day.isdecimal() and 1 <= int(day) <= _DAYS.get(int(month), 0)):
        raise place.fault(f"{value!r} is not a month and day such as 03-01")
    return int(month), int(day)
