import pytest

from tests.tools.kernel.rules.rules_of_tests import FACTS
from tools.kernel.rules.rule import read_rule
from tools.kernel.rules.tree import RuleError


class TestReadRule:
    def test_knows_the_facts_that_it_asks_for(self) -> None:
        rule = read_rule("works >= 4 && (verified || works * 2 > followers)", FACTS)

        assert [fact.name for fact in rule.facts] == ["followers", "verified", "works"]
        assert rule.values({"works": 7, "live_seconds": 9}) == {"followers": 0, "verified": False, "works": 7}

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("fans > 1", "column 1: no fact is called 'fans'; known are category, followers, growth_bp, "),
            ("followers", "column 1: the rule is not a condition: compare the value with a bound"),
            ("followers > '1'", "column 11: > compares values of one type: expected int, found string"),
            ("followers == true", "column 11: == compares values of one type: expected int, found bool"),
            ("verified > false", "column 10: > has no meaning between conditions"),
            ("verified && followers", "column 13: && joins conditions: expected bool, found int"),
            ("works > 1 || category", "column 14: || joins conditions: expected bool, found string"),
            ("!followers", "column 1: ! takes a condition: expected bool, found int"),
            ("-verified == 1", "column 1: - takes a number: expected int, found bool"),
            ("category + 'x' == 'y'", "column 10: + takes numbers: expected int, found string"),
            ("works % verified == 1", "column 7: % takes numbers: expected int, found bool"),
            ("works in followers", "column 7: in takes a list: [1, 2]"),
            ("works in [1, 'a']", "column 10: the list holds a string, expected int"),
            ("[1] == works", "column 1: a list stands only after in"),
        ],
    )
    def test_refuses_what_does_not_fit_together(self, text: str, reason: str) -> None:
        with pytest.raises(RuleError) as refused:
            read_rule(text, FACTS)

        assert str(refused.value).startswith(reason)
