"""Ingestion: the same twice changes nothing, a broken folder changes nothing, a killed one is repaired."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.embed import Embedding
from knowledge.ingest import Ingested, ingest
from knowledge.read import PolicyError
from knowledge.vectors import PolicyStore
from tests.knowledge.conftest import WritePolicy

ON = date(2022, 8, 15)


def texts(store: PolicyStore) -> list[str]:
    return [clause.text for clause in store.load().in_force(ON).clauses]


class OtherModel:
    """A second embedding: letters counted into four dimensions."""

    name = "letters-4"
    dimensions = 4

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        counts = np.array([[ord(text[0]) % 7, len(text), 1, 2] for text in texts], np.float32)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


class TestIngest:
    def test_adds_documents_once(self, folder: Path, store: PolicyStore, write_policy: WritePolicy) -> None:
        write_policy("star", "保底现金")
        write_policy("live", "开播二十小时", "流量券")

        first, second = ingest(folder, store=store), ingest(folder, store=store)

        assert first == Ingested(added=2, updated=0, removed=0, unchanged=0)
        assert second == Ingested(added=0, updated=0, removed=0, unchanged=2)
        assert texts(store) == ["开播二十小时", "流量券", "保底现金"]

    def test_replaces_the_clauses_of_a_changed_document(
        self, folder: Path, store: PolicyStore, write_policy: WritePolicy
    ) -> None:
        write_policy("star", "保底现金", "流量")
        ingest(folder, store=store)
        write_policy("star", "保底现金一百万")

        done = ingest(folder, store=store)

        assert done == Ingested(added=0, updated=1, removed=0, unchanged=0)
        assert texts(store) == ["保底现金一百万"]

    def test_removes_the_clauses_of_a_removed_document(
        self, folder: Path, store: PolicyStore, write_policy: WritePolicy
    ) -> None:
        write_policy("star", "保底现金")
        gone = write_policy("live", "开播")
        ingest(folder, store=store)
        gone.unlink()

        done = ingest(folder, store=store)

        assert done == Ingested(added=0, updated=0, removed=1, unchanged=1)
        assert texts(store) == ["保底现金"]

    def test_changes_nothing_where_one_document_is_broken(
        self, folder: Path, store: PolicyStore, write_policy: WritePolicy
    ) -> None:
        write_policy("star", "保底现金")
        ingest(folder, store=store)
        revision = store.revision()
        write_policy("star", "改了")
        write_policy("live", "开播").write_text("坏了", encoding="utf-8")

        with pytest.raises(PolicyError):
            ingest(folder, store=store)

        assert store.revision() == revision
        assert texts(store) == ["保底现金"]

    def test_changes_nothing_where_versions_overlap(
        self, folder: Path, store: PolicyStore, write_policy: WritePolicy
    ) -> None:
        write_policy("star", "保底现金")
        ingest(folder, store=store)
        write_policy("star", "新的", version=2, since=date(2022, 7, 1))

        with pytest.raises(PolicyError, match="begins on"):
            ingest(folder, store=store)

        assert texts(store) == ["保底现金"]

    def test_embeds_everything_again_with_another_model(
        self, folder: Path, chroma: Path, store: PolicyStore, write_policy: WritePolicy
    ) -> None:
        write_policy("star", "保底现金")
        ingest(folder, store=store)
        other = PolicyStore(chroma=chroma, embedding=OtherModel())

        done = ingest(folder, store=other)

        assert done == Ingested(added=1, updated=0, removed=0, unchanged=0)
        assert other.load().in_force(ON).vectors.shape == (1, 4)
        assert store.revision() == ""
        other.close()

    def test_leaves_the_old_documents_when_killed_and_repairs_them_next_time(
        self, folder: Path, chroma: Path, embedding: Embedding, write_policy: WritePolicy
    ) -> None:
        old, new = [f"旧规则{number}" for number in range(700)], [f"新规则{number}" for number in range(700)]
        write_policy("live", *old)
        write_policy("star", *old)
        prepare = PolicyStore(chroma=chroma, embedding=embedding)
        ingest(folder, store=prepare)
        prepare.close()
        write_policy("live", *new)
        write_policy("star", *new)

        command = [sys.executable, "-m", "tests.knowledge.test_ingest", str(folder), str(chroma)]
        killed = subprocess.run(command, check=False, cwd=Path(__file__).parents[2])

        assert killed.returncode == -signal.SIGKILL
        store = PolicyStore(chroma=chroma, embedding=embedding)
        assert texts(store) == old + old
        assert ingest(folder, store=store) == Ingested(added=0, updated=2, removed=0, unchanged=0)
        assert texts(store) == new + new
        assert store.stored_records() == 1400
        store.close()

    def test_stores_how_creators_ask(
        self, folder: Path, store: PolicyStore, write_policy: WritePolicy
    ) -> None:
        path = write_policy("star", "保底现金", "报名不收费")
        path.write_text(path.read_text("utf-8") + "? 要交钱吗 | 收报名费吗\n", encoding="utf-8")
        (folder / "no-rule.txt").write_text("讲个笑话\n", encoding="utf-8")

        done = ingest(folder, store=store)

        stored = store.load()
        assert done == Ingested(added=2, updated=0, removed=0, unchanged=0)
        assert [clause.asked for clause in stored.clauses] == [(), ("要交钱吗", "收报名费吗")]
        assert stored.asked_of.tolist() == [1, 1, -1]

    def test_embeds_a_document_again_where_only_its_questions_changed(
        self, folder: Path, store: PolicyStore, write_policy: WritePolicy
    ) -> None:
        path = write_policy("star", "保底现金")
        ingest(folder, store=store)
        path.write_text(path.read_text("utf-8") + "? 能拿多少\n", encoding="utf-8")

        done = ingest(folder, store=store)

        assert done == Ingested(added=0, updated=1, removed=0, unchanged=0)
        assert store.stored_records() == 2
        assert len(store.load().asked) == 1


class DeadlyModel:
    """The shipped embedding, which kills its process once the first batch of clauses is stored."""

    def __init__(self, model: Embedding) -> None:
        self.name, self.dimensions, self._model, self._calls = model.name, model.dimensions, model, 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self._calls += 1
        if self._calls > 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return self._model.encode(texts)


if __name__ == "__main__":
    from knowledge.embed import load_embedding

    deadly = DeadlyModel(load_embedding(None))
    ingest(Path(sys.argv[1]), store=PolicyStore(chroma=Path(sys.argv[2]), embedding=deadly))
