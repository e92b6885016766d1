from datetime import date

from knowledge.read import Audience, Clause, Source
from knowledge.search import Passage
from tools.policies.answer import NOTHING_BELOW, answer


def passage(number: str, text: str, score: float) -> Passage:
    clause = Clause(
        "withdrawal",
        1,
        number,
        "提现规则",
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

    def test_adds_clauses_that_are_nearly_as_close_and_no_more_than_three(self) -> None:
        found = answer([passage(f"1.{place}", f"第{place}条。", 0.9 - place / 100) for place in range(5)])

        assert found is not None
        assert found.text == "第0条。[1]\n第1条。[2]\n第2条。[3]"

    def test_finds_no_rule_where_nothing_is_close(self) -> None:
        assert answer([]) is None
        assert answer([passage("1.1", "满 10 元可以提现。", NOTHING_BELOW - 0.01)]) is None
