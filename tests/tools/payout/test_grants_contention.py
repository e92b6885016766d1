"""Many clients want more than there is, with keys that overlap: not one fen over, and no refusal that is not true."""

import json
import random
from pathlib import Path

from tests.processes import start
from tests.tools.payout.granting_clients import (
    a_grant,
    broken,
    grant_one_by_one,
    granted_by_slices,
    guanghe,
    stored,
    with_creators,
)
from tools.kernel.db import Database

CLIENTS = 12
KEYS = 600
BUDGET_FEN = 20_000


class TestManyClients:
    def test_grant_to_the_last_fen_and_refuse_truly(self, database: Database, tmp_path: Path) -> None:
        with_creators(database)
        url = database.engine.url.render_as_string(hide_password=False)
        draw = random.Random(11)  # noqa: S311 - the same orders each time
        everything = [a_grant(number, fen=number % 97 + 1) for number in range(KEYS)]
        wanted = sum(grant.cash_fen for grant in everything)
        files = [tmp_path / f"{client}.json" for client in range(CLIENTS)]

        clients = [
            start(
                grant_one_by_one, url, str(file), guanghe(BUDGET_FEN), draw.sample(everything, KEYS * 2 // 3)
            )
            for file in files
        ]
        for client in clients:
            client.join()

        assert [client.exitcode for client in clients] == [0] * CLIENTS
        told = [tuple(answer) for file in files for answer in json.loads(file.read_text())]
        given = stored(database)
        assert wanted > BUDGET_FEN
        assert sum(given.values()) == granted_by_slices(database) <= BUDGET_FEN
        granted = [key for key, outcome, _, _ in told if outcome == "granted"]
        assert sorted(granted) == sorted(given)
        assert {key for key, outcome, _, _ in told if outcome == "duplicate"} <= given.keys()
        # What was refused did not fit at that moment, and what is left now is less still.
        left = BUDGET_FEN - sum(given.values())
        for _, outcome, fen, left_then in told:
            if outcome == "exhausted":
                assert left <= left_then < fen
        assert {outcome for _, outcome, _, _ in told} == {"granted", "duplicate", "exhausted"}
        assert broken(database) == []
