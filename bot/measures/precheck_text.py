"""The text rules of the pre-publish check, beside a bare Aho-Corasick automaton over the same words and text."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ahocorasick_rs import AhoCorasick, Implementation

from bot.measures.figure import Figure, figure, percentile
from tools.creators.vocabulary import CITIES, TOPICS
from tools.precheck.text.rulebook import RuleBook, load_rules

_CHARACTERS = 1_000_000
_CAPTIONS = 4_000
_CAPTION_CHARACTERS = 120
_CAPTION_LIMIT_MS = 1.0
_OWN_WORDS = 50_000
# What a platform sees is mostly harmless: one caption in fifty holds a word of the rules, every tenth title Latin letters.
_OFFENDING = 0.02
_LATIN = 0.1
_ROUNDS = 25


def measure_precheck_text() -> Iterator[Figure]:
    """Yield the speed with the packaged rules and with an operator's 50,000 words more, then the time a caption takes."""
    book = load_rules()
    yield _speed("precheck.text_per_s", book)
    with tempfile.TemporaryDirectory(prefix="guanghe-words-") as folder:
        own = Path(folder) / "own.txt"
        own.write_text("\n".join(_own_words()), "utf-8")
        yield _speed("precheck.text_50k_words_per_s", load_rules([own]))
    taken = [_seconds(lambda caption=caption: book.check(caption)) for caption in _captions(book, _CAPTIONS)]
    yield figure(
        "precheck.caption_p95",
        1_000 * percentile(taken, 0.95),
        unit="ms",
        limit=_CAPTION_LIMIT_MS,
        n=_CAPTIONS,
    )


def _speed(name: str, book: RuleBook) -> Figure:
    """Return characters a second of the whole check, beside the automaton alone in its quickest kind that fits."""
    text = "\n".join(_captions(book, _CHARACTERS // _CAPTION_CHARACTERS))
    words = sorted({word for rule in book.rules for word in rule.words})
    kind = Implementation.DFA if len(words) < _OWN_WORDS else Implementation.ContiguousNFA
    bare = AhoCorasick(words, implementation=kind)
    mine: list[float] = []
    its: list[float] = []
    for _ in range(_ROUNDS):
        mine.append(_seconds(lambda: book.check(text)))
        its.append(_seconds(lambda: bare.find_matches_as_indexes(text, overlapping=True)))
    return figure(name, len(text) / min(mine), unit="1/s", limit=len(text) / min(its), n=len(text))


def _captions(book: RuleBook, count: int) -> list[str]:
    """Return captions of 120 characters as the synthetic platform writes them, some with a word of the rules."""
    draw = random.Random(1)  # noqa: S311 - a sample, not a secret
    cities = [city for city, _ in CITIES]
    words = [word for rule in book.rules for word in rule.words]
    captions: list[str] = []
    for _ in range(count):
        caption = ""
        while len(caption) < _CAPTION_CHARACTERS:
            topic = draw.choice(TOPICS)
            title = draw.choice(topic.titles).format(
                thing=draw.choice(topic.things), place=draw.choice(cities)
            )
            tag = " vlog 3" if draw.random() < _LATIN else ""
            caption += f"{title}{tag} #{topic.category}！"
        if draw.random() < _OFFENDING:
            caption = draw.choice(words) + caption
        captions.append(caption[:_CAPTION_CHARACTERS])
    return captions


def _own_words() -> list[str]:
    """Return what an operator's list may look like: names and phrases of two to six characters."""
    draw = random.Random(2)  # noqa: S311 - a sample, not a secret
    common = [chr(code) for code in range(0x4E00, 0x9FA6)]
    words = {"".join(draw.choices(common, k=draw.randint(2, 6))) for _ in range(_OWN_WORDS)}
    return sorted(words)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
