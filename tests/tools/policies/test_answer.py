from datetime import date

from knowledge.read import Audience, Clause, Source
from knowledge.search import Passage
from tools.policies.answer import NOTHING_BELOW, answer


def passage(
    number: str, text: str, score: float, *, policy: str = "withdrawal", title: str = "提现规则"
) -> Passage:
    clause = Clause(
        policy,
        1,
        number,
        title,
        "门槛",
        text,
        date(2022, 1, 1),
        None,
        Audience.CREATORS,
        Source.SAMPLE,
    )
    return Passage(clause, score)


class TestAnswer:
    def test_quotes_the_best_clause_with_its_mark(self) -> None:
        found = answer([passage("1.1", "满 10 元可以提现。", 0.9), passage("3.2", "不相干。", 0.4)])

        assert found is not None
        assert found.text == "满 10 元可以提现。[1]"
        assert [clause.clause for clause in found.clauses] == ["1.1"]

    def test_leaves_out_what_is_about_something_else(self) -> None:
        others = [
            passage("1.1", "不相干。", 0.89, policy="live"),
            passage("1.2", "细则。", 0.8, policy="withdrawal-rules"),
        ]

        found = answer([passage("1.1", "满 10 元可以提现。", 0.9), *others])

        assert found is not None
        assert [clause.policy for clause in found.clauses] == ["withdrawal", "withdrawal-rules"]

    def test_prefers_the_policy_that_is_about_the_topic_to_one_that_mentions_it(self) -> None:
        mentioning = passage("1.1", "流量奖励不能提现。", 0.95, policy="live", title="直播激励")
        about = passage("3.3", "提现不收手续费。", 0.6)

        found = answer([mentioning, about], topic="提现")

        assert found is not None
        assert [clause.policy for clause in found.clauses] == ["withdrawal"]

    def test_adds_clauses_that_are_nearly_as_close_and_no_more_than_three(self) -> None:
        found = answer([passage(f"1.{place}", f"第{place}条。", 0.9 - place / 100) for place in range(5)])

        assert found is not None
        assert found.text == "第0条。[1]\n第1条。[2]\n第2条。[3]"

    def test_finds_no_rule_where_nothing_is_close(self) -> None:
        assert answer([]) is None
        assert answer([passage("1.1", "满 10 元可以提现。", NOTHING_BELOW - 0.01)]) is None
