"""Whether there is a rule at all."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.evidence import Signs, elsewhere, evidence

SHARES = st.floats(0, 1)
USUAL = Signs(astray=0.4, kin=0.4, side=0.1)


class TestEvidence:
    @given(SHARES, SHARES, st.floats(0, 0.5))
    def test_grows_with_either_signal_and_stays_a_probability(
        self, cosine: float, words: float, more: float
    ) -> None:
        least = evidence(cosine, words, text="", signs=USUAL)

        assert 0 < least <= evidence(cosine + more, words, text="", signs=USUAL) < 1
        assert 0 < least <= evidence(cosine, words + more, text="", signs=USUAL) < 1

    @given(st.floats(0, 0.9), st.floats(0.01, 0.1))
    def test_falls_the_nearer_a_question_without_a_rule_is(self, astray: float, more: float) -> None:
        near, far = (
            evidence(0.6, 1.5, text="", signs=Signs(astray=at, kin=0.4, side=0.1))
            for at in (astray + more, astray)
        )

        assert near < far

    def test_falls_where_another_platform_is_meant_that_the_clause_does_not_name(self) -> None:
        signs = Signs(astray=0.2, kin=0.4, side=0.5, elsewhere=frozenset({"抖音"}))

        silent, naming = (
            evidence(0.6, 1.5, text=text, signs=signs) for text in ("保证金", "抖音上发过的作品")
        )

        assert silent < 0.5 < naming


class TestElsewhere:
    def test_names_other_platforms(self) -> None:
        assert elsewhere("抖音和b站的视频") == {"抖音", "b站"}
        assert elsewhere("快手的视频") == frozenset()
