"""The syllables of Chinese, tones left out: how characters are read, and which Latin letters spell them."""

import unicodedata
from functools import cache

# Neighbours that dialects and input methods mix up.
_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_NASALS = (("ing", "in"), ("eng", "en"))


@cache
def readings() -> tuple[dict[int, int], dict[str, int]]:
    """Return the syllable of each character (the commonest reading), and the syllables' numbers by spelling, from 1.

    They are pypinyin's; there are fewer than 512.
    """
    # pypinyin loads 47,000 phrases on import, which only a check pays for.
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415

    numbers: dict[str, int] = {}
    by_reading: dict[str, int] = {}
    found: dict[int, int] = {}
    for code, spelled in pinyin_dict.items():
        reading = spelled.split(",", 1)[0]
        number = by_reading.get(reading)
        if number is None:
            plain = _plain(reading)
            number = by_reading[reading] = numbers.setdefault(plain, len(numbers) + 1)
        found[code] = number
    return found, numbers


@cache
def spellings() -> dict[str, int]:
    """Return the syllables that a run of Latin letters is read as; single letters are none, but for a, e and o."""
    _, numbers = readings()
    return {
        name: number
        for name, number in numbers.items()
        if name.isascii() and (len(name) > 1 or name in "aeo")
    }


@cache
def merged() -> list[int]:
    """Return, by a syllable's number, the number of the one that it is easily mistaken for (itself where none)."""
    _, numbers = readings()
    found = [0] * (len(numbers) + 1)
    for name, number in numbers.items():
        plain = name
        for long, short in _MERGED:
            plain = short + plain[len(long) :] if plain.startswith(long) else plain
        for long, short in _NASALS:
            plain = plain[: -len(long)] + short if plain.endswith(long) else plain
        found[number] = numbers.get(plain, number)
    return found


def _plain(reading: str) -> str:
    decomposed = unicodedata.normalize("NFD", reading)
    # ü is typed v; the two dots are the one mark that changes the syllable.
    return "".join(
        "v" if letter == "u" and following == "\u0308" else letter
        for letter, following in zip(decomposed, decomposed[1:] + " ", strict=True)
        if not unicodedata.combining(letter)
    )
