import pytest

from tests.tools.kernel.rules.rules_of_tests import FACTS
from tools.kernel.rules.facts import LARGEST_INT, SMALLEST_INT, Facts
from tools.kernel.rules.rule import read_rule
from tools.kernel.rules.walk import holds


class TestHolds:
    @pytest.mark.parametrize(
        ("text", "facts", "met"),
        [
            ("works == 3", {}, True),  # its declared default
            ("open_to_all && !verified", {}, True),
            ("-7 / 2 == -3", {}, True),
            ("-7 % 2 == -1", {}, True),
            ("7 % -2 == 1", {}, True),
            ("followers / 0 == 0", {}, False),
            ("!(followers / 0 == 0)", {}, False),
            ("false && followers / 0 == 0 || true", {}, True),
            ("followers / 0 == 0 || true", {}, True),
            ("followers + 1 > followers", {"followers": LARGEST_INT}, False),
            ("-followers > 0", {"followers": SMALLEST_INT}, False),
            ("followers / -1 > 0", {"followers": SMALLEST_INT}, False),
            ("followers % -1 == 0", {"followers": SMALLEST_INT}, True),
            ('category in ["三农", "美食"]', {}, True),
            ('category > "a"', {"category": "Z"}, False),
        ],
    )
    def test_follows_cel_to_its_edges(self, text: str, facts: Facts, met: bool) -> None:  # noqa: FBT001 - a parameter of the table
        assert holds(read_rule(text, FACTS), facts) is met
