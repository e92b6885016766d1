import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.kernel.rules.rules_of_tests import conditions
from tools.kernel.rules.parse import parse
from tools.kernel.rules.tree import (
    AllOf,
    AnyOf,
    Arithmetic,
    Comparison,
    Items,
    Literal,
    Name,
    Negative,
    Node,
    Not,
    Operator,
    RuleError,
    Sign,
    written,
)

A, B, C = Name("a"), Name("b"), Name("c")


class TestParse:
    @pytest.mark.parametrize(
        ("text", "tree"),
        [
            ("a || b && c", AnyOf((A, AllOf((B, C))))),
            ("(a || b) && c", AllOf((AnyOf((A, B)), C))),
            ("!a && b", AllOf((Not(A), B))),
            ("a - b - c", Arithmetic(Sign.MINUS, Arithmetic(Sign.MINUS, A, B), C)),
            ("a + b * c", Arithmetic(Sign.PLUS, A, Arithmetic(Sign.TIMES, B, C))),
            ("a-1", Arithmetic(Sign.MINUS, A, Literal(1))),
            ("a + 1 >= 2", Comparison(Operator.AT_LEAST, Arithmetic(Sign.PLUS, A, Literal(1)), Literal(2))),
            ("-9223372036854775808", Literal(-(2**63))),
            ("--5", Negative(Literal(-5))),
            ("-a", Negative(A)),
            ("a in [1, -2]", Comparison(Operator.IN, A, Items((1, -2)))),
            ("'it\\'s' == \"\\\\n\\n\"", Comparison(Operator.EQUAL, Literal("it's"), Literal("\\n\n"))),
            ("a // why\n  && b", AllOf((A, B))),
            ("true", Literal(True)),  # noqa: FBT003 - the value that stands in the text
        ],
    )
    def test_reads_as_cel_does(self, text: str, tree: Node) -> None:
        assert parse(text) == tree

    @pytest.mark.parametrize(
        ("text", "line", "reason"),
        [
            ("", 1, "column 1: expected a fact, a value or '(', found the end of the rule"),
            ("a >=", 1, "column 5: expected a fact, a value or '(', found the end of the rule"),
            ("a >= 1\n&& b >=\n", 2, "column 8: expected a fact, a value or '(', found the end of the rule"),
            ("(a >= 1", 1, "column 8: expected ')', found the end of the rule"),
            ("a >= 1)", 1, "column 7: expected &&, || or the end of the rule, found ')'"),
            ("a b", 1, "column 3: expected &&, || or the end of the rule, found 'b'"),
            ("1 < a < 5", 1, "column 7: expected && between two comparisons, found '<'"),
            ("a & b", 1, "column 3: unexpected '&': write && for and"),
            ("a | b", 1, "column 3: unexpected '|': write || for or"),
            ("a = 1", 1, "column 3: unexpected '=': write == to compare"),
            ("a ? b : c", 1, "column 3: unexpected '?': a choice (? :) is not part of the rule language"),
            ("a.b", 1, "column 2: unexpected '.': a field or a fraction is not part of the rule language"),
            ("a > 1.5", 1, "column 5: '1.5' is not a whole number: facts are whole (4.5 points are 450 hundredths)"),
            ("a > 0x10", 1, "column 5: '0x10' is not a whole number: facts are whole (4.5 points are 450 hundredths)"),
            ("a > 9223372036854775808", 1, "column 5: 9223372036854775808 does not fit 64 bits"),
            ("a > " + "9" * 3000, 1, "column 5: 999999999999999999999999 does not fit 64 bits"),
            ("size(a) > 1", 1, "column 1: size(…) is a call; rules have no functions"),
            ("a in []", 1, "column 7: expected a number, a string, true or false, found ']'"),
            ("a in [b]", 1, "column 7: expected a number, a string, true or false, found 'b'"),
            ("a in [-'x']", 1, "column 8: expected a number, found \"'x'\""),
            ("null == a", 1, "column 1: expected a fact or a value, found 'null'"),
            ("'abc", 1, "column 1: unexpected \"'\": the string has no end"),
            ("'a\nb' == a", 1, "column 1: unexpected \"'\": the string has no end"),
            ("'\\q' == a", 1, "column 2: unknown escape \\q"),
            ("粉丝 > 1", 1, "column 1: unexpected '粉': no part of a rule begins with it"),
            ("(" * 40 + "a" + ")" * 40, 1, "column 32: nested deeper than 30"),
            ("!" * 40 + "a", 1, "column 1: more than 30 signs in a row"),
            ("a" + " + a" * 40, 1, "column 123: more than 30 terms in a row"),
            ("a" * 5_000, 1, "column 1: 5000 characters; a rule has at most 4000"),
        ],
    )  # fmt: skip
    def test_refuses_with_the_place_and_what_was_expected(self, text: str, line: int, reason: str) -> None:
        with pytest.raises(RuleError) as refused:
            parse(text)

        assert (refused.value.line, str(refused.value)) == (line, reason)

    @given(conditions())
    def test_reads_back_what_is_written(self, tree: Node) -> None:
        assert parse(written(tree)) == tree

    @given(st.text(st.sampled_from("a1 '\"\\!<>=&|()[],+-*/%in\n.粉") | st.characters(), max_size=40))
    def test_never_fails_in_any_other_way(self, text: str) -> None:
        try:
            tree = parse(text)
        except RuleError as error:
            assert error.column >= 1  # noqa: PT017 - either outcome is right
        else:
            assert parse(written(tree)) == tree
