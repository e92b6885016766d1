"""A broadcast under Telegram's limits, through a kill -9 and a restart, over a loopback Bot API that answers 429.

The clock is not scaled; the rate is: four times Telegram's on both sides, so that ten thousand notices take two minutes, unless the real rate is asked for. The time in which nothing may be sent (the flood waits that the server asked for) or
nobody is there to send (between the kill and the first message of the next process) is no time of the rate.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from bot.app import prepare_app
from bot.channels.telegram_turnstile import Limits, Rate
from bot.measures.bot_api import TOKEN, BotApi
from bot.measures.bot_api_wire import Flood
from bot.measures.figure import Figure, figure
from bot.measures.telegram_child import Child, Running, running
from bot.messages import Channel, Outbound, outbound_body
from bot.settings import Settings
from tools.kernel.db import Database
from tools.notices.topics import Lane
from tools.support import service as support
from tools.support.deliveries import service as deliveries

_REAL_PER_SECOND = 25
# What Telegram itself is said to refuse beyond; our own limit leaves it room for the network's jitter.
_REFUSED_BEYOND = 30
_SCALE = 4
_FIRST_CHAT = 100_000
_FLOOD_SECONDS = 2
_ON_ITS_WAY_SECONDS = 0.1
_PATIENCE_SECONDS = 900
_TEXT = "活动提醒 {number}：新一期同城美食活动今天开始报名，回复“报名”就能参加。"


@dataclass(frozen=True, slots=True)
class _Ran:
    """What the server saw."""

    at: Sequence[float]
    chats: Counter[int]
    idle_seconds: float
    early: int
    looked_for: int
    refused: int


def measure_broadcast(*, notices: int = 10_000, real_rate: bool = False) -> Iterator[Figure]:
    """Yield how fast and how exactly a broadcast arrives; `limit` is what is allowed or was asked."""
    per_second = _REAL_PER_SECOND if real_rate else _SCALE * _REAL_PER_SECOND
    with tempfile.TemporaryDirectory() as folder, BotApi() as api:
        home = Path(folder)
        app, _ = prepare_app(Settings(home=home), demo=True)
        _leave(app.database, notices, app.clock())
        beyond = _REFUSED_BEYOND * per_second // _REAL_PER_SECOND
        api.limit(Limits(total=Rate(beyond, 1.0), chat=Rate(1, 0.9)))
        ran = _run(api, Child(api.url, TOKEN, str(home), per_second), notices, app.database)
        ended = _outcomes(app.database)
        app.close()
    once = sum(count == 1 for count in ran.chats.values())
    sent = ended.get(deliveries.Outcome.SENT, 0)
    rate = len(ran.at) / (ran.at[-1] - ran.at[0] - ran.idle_seconds)
    yield figure("broadcast.rate", rate, unit="1/s", limit=per_second, n=len(ran.at))
    yield figure("broadcast.arrived_once", once, unit="chat", limit=notices, n=len(ran.at))
    yield figure("broadcast.logged_as_sent", sent, unit="row", limit=notices, n=notices)
    yield figure("broadcast.most_in_a_second", _most(ran.at), unit="1/s", limit=beyond, n=len(ran.at))
    yield figure("broadcast.in_flood_waits", ran.early, unit="call", limit=1, n=ran.refused)
    yield figure("broadcast.looked_for_after_kill", ran.looked_for, unit="call", limit=notices, n=1)


def _leave(database: Database, notices: int, now: datetime) -> None:
    """Put the broadcast into the log, as the notices of an activity are."""
    for first in range(0, notices, 1_000):
        with database.writing() as session:
            for number in range(first, min(first + 1_000, notices)):
                here = support.conversation(
                    session,
                    channel=Channel.TELEGRAM,
                    address=str(_FIRST_CHAT + number),
                    thread="",
                    creator=None,
                    now=now,
                )
                text = _TEXT.format(number=number)
                support.append_notice(
                    session,
                    conversation_id=here.id,
                    key=f"broadcast:{number}",
                    text=text,
                    body=outbound_body(Outbound(text=text)),
                    now=now,
                    lane=Lane.BULK,
                )


def _outcomes(database: Database) -> dict[deliveries.Outcome | None, int]:
    with database.reading() as session:
        return deliveries.outcomes(session, key_prefix="broadcast:")


def _run(api: BotApi, child: Child, notices: int, database: Database) -> _Ran:
    """Let the broadcast run: a flood wait on the way, a kill in the middle, another flood wait after the restart."""
    with running(child) as bot:
        _wait(api, bot, notices // 5)
        api.plan("sendMessage", Flood(_FLOOD_SECONDS))
        _wait(api, bot, notices // 2)
    killed_at = time.monotonic()
    before = api.count_shown()
    with running(child) as bot:
        _wait(api, bot, 3 * notices // 4)
        api.plan("sendMessage", Flood(_FLOOD_SECONDS))
        _wait(api, bot, notices)
        # Also what was in doubt is settled: whoever would be told twice has been told.
        api.until(lambda: None not in _outcomes(database), seconds=_PATIENCE_SECONDS)
    return _seen(api, killed_at=killed_at, before=before)


def _wait(api: BotApi, bot: Running, number: int) -> None:
    def come() -> bool:
        bot.check()
        return api.count_shown() >= number

    api.until(come, seconds=_PATIENCE_SECONDS)


def _seen(api: BotApi, *, killed_at: float, before: int) -> _Ran:
    shown = api.all_shown()
    at = [one.at for one in shown]
    dead_seconds = at[before] - killed_at
    calls = api.calls("sendMessage")
    # A request that was on its way when the server said stop arrives within a moment.
    early = sum(
        flood.at + _ON_ITS_WAY_SECONDS < call.at < flood.at + flood.retry_after
        for flood in api.floods
        for call in calls
    )
    waits = sum(
        later - earlier
        for earlier, later in pairwise(at)
        if any(earlier <= flood.at + _ON_ITS_WAY_SECONDS <= later for flood in api.floods)
    )
    chats = Counter(one.chat for one in shown)
    looked_for = len(api.calls("editMessageText"))
    return _Ran(at, chats, dead_seconds + waits, early, looked_for, len(api.floods))


def _most(at: Sequence[float]) -> int:
    """Return the most messages in any second."""
    most, first = 0, 0
    for last, moment in enumerate(at):
        while at[first] <= moment - 1:
            first += 1
        most = max(most, last - first + 1)
    return most
