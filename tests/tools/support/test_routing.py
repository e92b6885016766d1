from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tools.support.routing import MOST_AT_ONCE, Candidate, Need, route, team_for
from tools.support.skills import Skill
from tools.support.tiers import ServiceTier

NEED = Need(ServiceTier.STANDARD, Skill.PAYOUT)
ONE = Candidate(1, "客服组", frozenset({Skill.PAYOUT}), load=0, on_shift=True)

CANDIDATES = st.lists(
    st.builds(
        Candidate,
        agent=st.integers(1, 9),
        team=st.sampled_from(["客服组", "专员组"]),
        skills=st.frozensets(st.sampled_from(Skill)),
        load=st.integers(0, MOST_AT_ONCE + 1),
        on_shift=st.booleans(),
        away=st.booleans(),
        idle_rank=st.integers(0, 9),
    ),
    unique_by=lambda one: one.agent,
    max_size=9,
)
NEEDS = st.builds(
    Need,
    tier=st.sampled_from(ServiceTier),
    skill=st.sampled_from(Skill),
    specialist=st.none() | st.integers(1, 9),
    barred=st.frozensets(st.integers(1, 9), max_size=2),
)


class TestRoute:
    @given(NEEDS, CANDIDATES)
    def test_chooses_only_who_can_take_it_and_somebody_if_anybody_can(
        self, need: Need, people: list[Candidate]
    ) -> None:
        able = {one.agent for one in people if one.is_here and one.has_room and one.agent not in need.barred}

        chosen = route(need, people)

        assert (chosen.agent in able) if able else (chosen.agent is None)
        if need.specialist in able:
            assert chosen.agent == need.specialist

    @given(NEEDS, CANDIDATES)
    def test_does_not_depend_on_the_order_of_people(self, need: Need, people: list[Candidate]) -> None:
        assert route(need, people) == route(need, people[::-1])

    def test_prefers_the_skill_then_the_smaller_load_then_who_waited_longest(self) -> None:
        unskilled = replace(ONE, agent=2, skills=frozenset[Skill]())
        busy = replace(ONE, agent=3, load=2)
        rested = replace(ONE, agent=4, idle_rank=1)

        assert route(NEED, [unskilled, busy, replace(ONE, idle_rank=2), rested]).agent == 4
        assert route(NEED, [unskilled, busy]).agent == 3
        assert route(NEED, [unskilled]).agent == 2

    def test_lets_people_on_duty_serve_while_the_specialist_is_away(self) -> None:
        own = replace(ONE, agent=7, team="专员组", away=True)
        colleague = replace(ONE, agent=8, team="专员组", skills=frozenset[Skill](), load=3)
        need = replace(NEED, tier=ServiceTier.STAR, specialist=7)

        chosen = route(need, [ONE, own, colleague])

        assert chosen.agent == 8
        assert chosen.why.startswith("专员不在岗")
        assert route(need, [ONE, replace(own, away=False), colleague]).agent == 7

    def test_says_why_nobody_can(self) -> None:
        assert route(NEED, []).why == "现在没有客服在班"
        assert route(NEED, [replace(ONE, load=MOST_AT_ONCE)]).why == "在班的客服都满了"


class TestTeamFor:
    def test_is_the_specialists_team_or_the_common_one(self) -> None:
        own = replace(ONE, agent=7, team="专员组", on_shift=False)

        assert team_for(replace(NEED, specialist=7), [ONE, own], common="客服组") == "专员组"
        assert team_for(NEED, [ONE, own], common="客服组") == "客服组"
