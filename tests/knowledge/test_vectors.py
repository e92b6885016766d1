"""What Chroma stores comes back the same, from a folder or from a server."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from knowledge.embed import Embedding
from knowledge.ingest import Ingested, ingest
from knowledge.read import read_policies
from knowledge.search import open_policies
from knowledge.vectors import PAGE, PolicyStore, StoreError, indexed_text
from tests.knowledge.conftest import WritePolicy

ON = date(2022, 8, 15)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a real Chroma server on this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "chroma"), "run", "--path", str(tmp_path / "server")]
    with subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)], stdout=subprocess.DEVNULL
    ) as process:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                assert process.poll() is None
                Event().wait(0.05)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


class TestInForce:
    def test_gives_back_clauses_and_vectors(
        self, folder: Path, store: PolicyStore, embedding: Embedding, write_policy: WritePolicy
    ) -> None:
        write_policy("star", *"一二三四五六七八九十", until=date(2023, 1, 1))
        write_policy("live", "开播", "流量券")
        ingest(folder, store=store)

        stored = store.load().in_force(ON)

        expected = [clause for policy in read_policies(folder) for clause in policy.clauses]
        assert list(stored.clauses) == expected
        vectors = embedding.encode([indexed_text(clause) for clause in expected])
        np.testing.assert_allclose(stored.vectors, vectors, atol=1e-6)

    def test_gives_the_version_of_the_day(
        self, folder: Path, store: PolicyStore, write_policy: WritePolicy
    ) -> None:
        write_policy("star", "旧", version=1, until=date(2022, 7, 1))
        write_policy("star", "新", version=2, since=date(2022, 7, 1))
        ingest(folder, store=store)

        days = [date(2021, 12, 31), date(2022, 1, 1), date(2022, 6, 30), date(2022, 7, 1), date(9999, 12, 30)]
        found = ["".join(clause.text for clause in store.load().in_force(day).clauses) for day in days]

        assert found == ["", "旧", "旧", "新", "新"]

    def test_takes_what_asks_for_a_policy_that_is_not_in_force_for_what_no_rule_answers(
        self, folder: Path, store: PolicyStore, write_policy: WritePolicy
    ) -> None:
        for name, since in (("live", date(2022, 1, 1)), ("star", date(2022, 9, 1))):
            path = write_policy(name, "规则", since=since)
            path.write_text(path.read_text("utf-8") + f"? {name} 怎么报名\n", encoding="utf-8")
        ingest(folder, store=store)

        stored = store.load()

        assert stored.in_force(ON).asked_of.tolist() == [0, -1]
        assert stored.in_force(date(2022, 9, 1)).asked_of.tolist() == [0, 1]
        assert [clause.policy for clause in stored.not_in_force(ON).clauses] == ["star"]
        assert stored.not_in_force(ON).asked_of.tolist() == [0]

    def test_forgets_what_asks_for_another_version(
        self, folder: Path, store: PolicyStore, write_policy: WritePolicy
    ) -> None:
        for version, since, until in ((1, date(2022, 1, 1), date(2022, 7, 1)), (2, date(2022, 7, 1), None)):
            path = write_policy("live", "规则", version=version, since=since, until=until)
            path.write_text(path.read_text("utf-8") + "? 怎么报名\n", encoding="utf-8")
        ingest(folder, store=store)

        stored = store.load()

        assert stored.in_force(ON).asked_of.tolist() == [0]
        assert stored.not_in_force(ON).clauses == ()

    def test_reads_more_records_than_one_answer_of_chroma_holds(
        self, folder: Path, store: PolicyStore, write_policy: WritePolicy
    ) -> None:
        write_policy("star", *map(str, range(PAGE + 1)))
        ingest(folder, store=store)

        stored = store.load()

        assert [clause.text for clause in stored.clauses] == [str(number) for number in range(PAGE + 1)]


class TestPut:
    def test_leaves_old_clauses_to_be_swept(
        self, folder: Path, store: PolicyStore, write_policy: WritePolicy
    ) -> None:
        write_policy("star", "旧一", "旧二")
        ingest(folder, store=store)
        write_policy("star", "新")
        store.put(read_policies(folder))
        before = (store.stored_records(), [clause.text for clause in store.load().in_force(ON).clauses])

        done = ingest(folder, store=store)

        assert before == (3, ["新"])
        assert done == Ingested(added=0, updated=0, removed=0, unchanged=1)
        assert store.stored_records() == 1


class TestPolicyStore:
    def test_works_on_a_server(
        self, server: str, folder: Path, embedding: Embedding, write_policy: WritePolicy
    ) -> None:
        write_policy("star", "保底现金")
        write_policy("live", "开播二十小时")
        store = PolicyStore(chroma=server, embedding=embedding)

        done = ingest(folder, store=store)

        policies = open_policies(chroma=server, embedding=embedding)
        assert done.added == 2
        assert policies.search("开播多久", on=ON)[0].clause.policy == "live"
        policies.close()
        store.close()

    def test_says_when_no_server_answers(self, embedding: Embedding) -> None:
        with pytest.raises(StoreError, match=r"^http://127\.0\.0\.1:1: Chroma cannot be opened"):
            PolicyStore(chroma="http://127.0.0.1:1", embedding=embedding)
