"""A thousand conversations with a hostile model, and how many of them kept every promise (DESIGN §2)."""

import logging
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bot.app import prepare_app
from bot.measures.figure import Figure, figure
from bot.measures.hostile_world import World
from bot.settings import Settings

logger = logging.getLogger(__name__)

_CONVERSATIONS = 1_000
_SHOWN = 20


def measure_hostile() -> Iterator[Figure]:
    """Yield how many conversations kept every promise, of all; what was broken is logged with its seed."""
    with tempfile.TemporaryDirectory() as home:
        app, _ = prepare_app(Settings(home=Path(home)), demo=True)
        world = World(app)
        started = time.perf_counter()
        broken: dict[int, list[str]] = {}
        for seed in range(_CONVERSATIONS):
            if found := list(world.breaches(seed)):
                broken[seed] = found
        seconds = time.perf_counter() - started
        world.close()
        app.close()
    for seed, found in list(broken.items())[:_SHOWN]:
        logger.warning("seed %d: %s", seed, "; ".join(found))
    kept = _CONVERSATIONS - len(broken)
    yield figure("hostile.kept", kept, unit="", limit=_CONVERSATIONS, n=_CONVERSATIONS)
    yield figure("hostile.conversations_per_second", kept / seconds, unit="1/s", limit=1, n=_CONVERSATIONS)
