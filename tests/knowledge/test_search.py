"""Questions find the clauses that were in force on their day."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge.embed import Embedding
from knowledge.ingest import ingest
from knowledge.read import PACKAGED_POLICIES, read_policies
from knowledge.search import Policies, open_policies
from knowledge.vectors import PolicyStore, StoreError
from tests.knowledge.conftest import WritePolicy
from tests.knowledge.test_ingest import OtherModel

ON = date(2022, 8, 15)
ROOT = Path(__file__).parents[2]
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (ROOT / "knowledge" / "questions" / "test.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory, embedding: Embedding) -> Iterator[Policies]:
    """Yield the packaged policies, ingested."""
    chroma = tmp_path_factory.mktemp("packaged")
    store = PolicyStore(chroma=chroma, embedding=embedding)
    ingest(PACKAGED_POLICIES, store=store)
    yield Policies(store)
    store.close()


@pytest.fixture(scope="module")
def asked(packaged: Policies) -> list[tuple[list[str], float, list[str]]]:
    """Return of every question of the demo's day what was found, how likely, and what answers."""
    found = [
        (packaged.search(question["text"], on=ON, limit=10), question["relevant"])
        for question in QUESTIONS
        if "on" not in question
    ]
    return [
        ([f"{each.clause.policy}/{each.clause.clause}" for each in passages], passages[0].score, relevant)
        for passages, relevant in found
        if passages
    ]


@pytest.fixture
def policies(folder: Path, store: PolicyStore, write_policy: WritePolicy) -> Policies:
    """Return two versions of one policy and one of another."""
    write_policy("star", "快手之星每年保底现金最高 100 万元", version=1, until=date(2022, 7, 1))
    write_policy("star", "快手之星每年保底现金最高 120 万元", "报名不收费", version=2, since=date(2022, 7, 1))
    write_policy("live", "直播激励要求近 30 天开播 20 小时", "流量券 7 天过期")
    ingest(folder, store=store)
    return Policies(store)


class TestSearch:
    def test_gives_the_likeliest_clause_first(self, policies: Policies) -> None:
        found = policies.search("保底能拿多少钱", on=ON)

        assert found[0].clause.text == "快手之星每年保底现金最高 120 万元"
        assert len(found) == 4

    def test_gives_the_version_of_the_day(self, policies: Policies) -> None:
        found = policies.search("保底能拿多少钱", on=date(2022, 6, 30))

        assert found[0].clause.text == "快手之星每年保底现金最高 100 万元"

    def test_gives_at_most_the_limit(self, policies: Policies) -> None:
        assert [len(policies.search("直播", on=ON, limit=limit)) for limit in (0, 1, 3)] == [0, 1, 3]

    def test_finds_nothing_before_any_policy(self, policies: Policies) -> None:
        assert policies.search("保底", on=date(2020, 1, 1)) == []

    @pytest.mark.parametrize("text", ["", "  ", "？！", "😀😀"])
    def test_finds_nothing_for_a_text_without_words(self, policies: Policies, text: str) -> None:
        assert policies.search(text, on=ON) == []

    def test_ranks_every_clause_once_with_scores_that_never_rise(self, packaged: Policies) -> None:
        clauses = packaged.clauses(on=ON)

        found = packaged.search("短剧一千次播放给多少钱", on=ON, limit=10_000)

        assert sorted(id(passage.clause) for passage in found) == sorted(map(id, clauses))
        scores = [passage.score for passage in found]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)

    def test_answers_alike_from_many_threads(self, packaged: Policies) -> None:
        texts = [str(question["text"]) for question in QUESTIONS[:40]]
        alone = [packaged.search(text, on=ON) for text in texts]

        with ThreadPoolExecutor(8) as threads:
            together = list(threads.map(partial(packaged.search, on=ON), texts))

        assert together == alone

    def test_sees_what_another_process_ingests(
        self, policies: Policies, folder: Path, chroma: Path, write_policy: WritePolicy
    ) -> None:
        before = policies.search("抽奖", on=ON)[0].clause.policy
        write_policy("lottery", *(f"直播间抽奖规则第 {number} 条" for number in range(1200)))
        code = (
            "import sys; from pathlib import Path; from knowledge.embed import load_embedding;"
            "from knowledge.ingest import ingest; from knowledge.vectors import PolicyStore;"
            "ingest(Path(sys.argv[1]), store=PolicyStore(chroma=Path(sys.argv[2]), embedding=load_embedding(None)))"
        )

        subprocess.run([sys.executable, "-c", code, str(folder), str(chroma)], check=True, cwd=ROOT)

        assert before != "lottery"
        assert policies.search("抽奖", on=ON)[0].clause.policy == "lottery"

    def test_refuses_once_another_model_ingested(
        self, policies: Policies, folder: Path, chroma: Path
    ) -> None:
        other = PolicyStore(chroma=chroma, embedding=OtherModel())
        ingest(folder, store=other)

        with pytest.raises(StoreError, match="with another embedding model"):
            policies.search("保底", on=ON)
        with pytest.raises(StoreError, match="with another embedding model"):
            policies.versions("star")

        other.close()

    def test_finds_the_rule_that_a_creator_asks_for(
        self, asked: list[tuple[list[str], float, list[str]]]
    ) -> None:
        ranks = [
            next((rank for rank, key in enumerate(keys) if key in relevant), 10)
            for keys, _, relevant in asked
            if relevant
        ]

        # Floors below what docs/decisions/0002-retrieval.md reports, so that a new policy text does not fail this.
        assert np.mean(np.array(ranks) < 1) >= 0.87
        assert np.mean(np.array(ranks) < 5) >= 0.97

    def test_scores_questions_with_a_rule_above_those_without(
        self, asked: list[tuple[list[str], float, list[str]]]
    ) -> None:
        ruled = np.array([bool(relevant) for _, _, relevant in asked])
        best = np.array([score for _, score, _ in asked])

        assert (np.subtract.outer(best[ruled], best[~ruled]) > 0).mean() >= 0.95

    def test_finds_a_clause_by_how_it_is_asked_for(
        self, folder: Path, store: PolicyStore, write_policy: WritePolicy
    ) -> None:
        write_policy("live", "单场不足 30 分钟的不计入有效开播时长")
        path = write_policy("star", "合同期内可以暂停履约，每年累计不超过 60 天", "报名不收费")
        path.write_text(path.read_text("utf-8") + "? 坐月子能停播吗\n", encoding="utf-8")
        ingest(folder, store=store)

        found = Policies(store).search("坐月子停播咋整", on=ON)

        assert (found[0].clause.policy, found[0].clause.clause) == ("star", "1.2")


class TestSearchNotInForce:
    def test_gives_clauses_of_policies_that_have_no_version_in_force(self, packaged: Policies) -> None:
        before = packaged.search_not_in_force("快手之星怎么报名", on=date(2022, 6, 20), limit=1)
        today = packaged.search_not_in_force("快手之星怎么报名", on=ON, limit=5)

        assert before[0].clause.policy.startswith("star")
        assert {passage.clause.policy for passage in today} == {"coldstart-merchants"}

    def test_gives_nothing_where_every_policy_is_in_force(self, policies: Policies) -> None:
        assert policies.search_not_in_force("保底", on=ON) == []


class TestClause:
    def test_gives_the_clause_as_it_stood_on_the_day(self, policies: Policies) -> None:
        old, new = (policies.clause("star", "1.1", on=day) for day in (date(2022, 6, 30), date(2022, 7, 1)))

        assert old is not None
        assert new is not None
        assert (old.version, new.version) == (1, 2)

    @pytest.mark.parametrize(
        ("policy", "clause"), [("star", "1.2"), ("star", "9.9"), ("moon", "1.1"), ("", "")]
    )
    def test_gives_none_for_a_clause_that_was_not_in_force(
        self, policies: Policies, policy: str, clause: str
    ) -> None:
        assert policies.clause(policy, clause, on=date(2022, 6, 30)) is None


class TestClauses:
    def test_gives_every_packaged_clause_in_force(self, packaged: Policies) -> None:
        expected = [
            c for policy in read_policies(PACKAGED_POLICIES) for c in policy.clauses if c.holds_on(ON)
        ]

        assert packaged.clauses(on=ON) == expected


class TestVersions:
    def test_gives_each_version_with_its_days(self, policies: Policies) -> None:
        assert policies.versions("star") == [
            (1, date(2022, 1, 1), date(2022, 7, 1)),
            (2, date(2022, 7, 1), None),
        ]

    def test_gives_none_for_a_policy_that_is_not_there(self, policies: Policies) -> None:
        assert policies.versions("moon") == []


class TestOpenPolicies:
    def test_opens_what_was_ingested(self, policies: Policies, chroma: Path, embedding: Embedding) -> None:
        opened = open_policies(chroma=chroma, embedding=embedding)

        assert opened.clauses(on=ON) == policies.clauses(on=ON)
        opened.close()

    def test_says_that_nothing_was_ingested(self, tmp_path: Path, embedding: Embedding) -> None:
        empty = tmp_path / "empty"
        empty.mkdir()

        for folder in (tmp_path / "nowhere", empty):
            with pytest.raises(StoreError, match="no policies were ingested"):
                open_policies(chroma=folder, embedding=embedding)

        assert not (tmp_path / "nowhere").exists()

    @pytest.mark.usefixtures("policies")
    def test_says_that_another_model_ingested(self, chroma: Path) -> None:
        with pytest.raises(StoreError, match="with another embedding model"):
            open_policies(chroma=chroma, embedding=OtherModel())
