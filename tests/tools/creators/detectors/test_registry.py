import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.creators.detectors.detector_cases import CASES, HEALTHY, ON, OWN, WEEK, own, penalty, posted
from tools.creators.detectors import registry
from tools.creators.detectors.facts import AccountFacts, Figures, Peer, WorkPlays
from tools.creators.detectors.finding import Detector, Finding, Severity
from tools.creators.detectors.registry import DETECTORS, diagnose

FOLDER = Path(registry.__file__).parent
BY_KIND = {detector.kind: detector for detector in DETECTORS}
TOUCH_THE_STORE = {"models", "queries", "service"}


def found_by(detector: Detector, facts: AccountFacts) -> Finding | None:
    return detector.evaluate(facts) if detector.enough(facts) else None


def said(finding: Finding) -> str:
    return "。".join(finding.words(each) for each in (finding.statement, finding.cause, finding.next_step))


class TestDetectors:
    def test_are_at_least_fifteen_each_in_a_file_of_its_name(self) -> None:
        assert len(BY_KIND) == len(DETECTORS) >= 15
        assert all((FOLDER / f"{kind}.py").exists() for kind in BY_KIND)

    def test_have_a_case_that_fires_and_one_that_must_not(self) -> None:
        assert set(CASES) == set(BY_KIND)
        assert all(pair.fires and pair.quiet for pair in CASES.values())

    @pytest.mark.parametrize("kind", BY_KIND)
    def test_fire_where_they_must(self, kind: str) -> None:
        found = [found_by(BY_KIND[kind], facts) for facts in CASES[kind].fires]

        assert all(finding and finding.kind == kind for finding in found)

    @pytest.mark.parametrize("kind", BY_KIND)
    def test_stay_quiet_where_they_must(self, kind: str) -> None:
        found = [found_by(BY_KIND[kind], facts) for facts in CASES[kind].quiet]

        assert found == [None] * len(found)

    @pytest.mark.parametrize("kind", BY_KIND)
    def test_say_evidence_cause_and_step_with_numbers_of_their_facts_only(self, kind: str) -> None:
        for facts in CASES[kind].fires:
            finding = found_by(BY_KIND[kind], facts)
            assert finding
            assert all((finding.evidence.metric, finding.evidence.window, finding.evidence.sample))
            assert all((finding.title, finding.statement, finding.cause, finding.next_step))
            assert 0 <= finding.shortfall_bp <= 10_000
            held = " ".join(str(value) for value in finding.facts.values())
            assert all(number.rstrip(".,") in held for number in re.findall(r"\d[\d.,]*", said(finding)))

    def test_decide_without_a_store(self) -> None:
        for path in FOLDER.glob("*.py"):
            names = {
                node.module.split(".")[0]
                for node in ast.walk(ast.parse(path.read_text("utf-8")))
                if isinstance(node, ast.ImportFrom) and node.module
            }
            assert path.stem in TOUCH_THE_STORE or "sqlalchemy" not in names


class TestDiagnose:
    def test_finds_nothing_on_a_healthy_account(self) -> None:
        found = diagnose(HEALTHY)

        assert found.findings == ()

    def test_says_what_it_could_not_judge_instead_of_guessing(self) -> None:
        empty = AccountFacts(WEEK, "美食", 10, Figures(days=2), Figures())

        found = diagnose(empty)

        assert found.findings == ()
        assert {"播放变化", "完播率", "断更", "粉丝增减", "互动率", "流量集中度"} <= set(found.unjudged)

    def test_puts_the_worst_first(self) -> None:
        facts = replace(
            penalty(3, "notice"),
            current=replace(
                OWN,
                plays=5_000,
                completed_plays=1_600,
                follower_plays=1_250,
                new_followers=10,
                lost_followers=60,
            ),
        )

        found = diagnose(facts).findings

        severities = [finding.severity for finding in found]
        assert (found[0].kind, found[0].severity) == ("falling_plays", Severity.HIGH)
        assert found[-1].kind == "penalties"
        assert severities == sorted(severities, key=lambda severity: severity.rank)

    def test_puts_what_costs_plays_above_what_would_help(self) -> None:
        facts = replace(own(plays=7_000, comments=5), peers=HEALTHY.peers)

        kinds = [finding.kind for finding in diagnose(facts).findings]

        assert kinds.index("falling_plays") < kinds.index("low_comments")

    def test_names_a_gap_as_the_cause_of_the_fall(self) -> None:
        facts = replace(posted(25, 22, 19, 12), current=replace(OWN, plays=5_000, completed_plays=1_600))

        found = {finding.kind: finding for finding in diagnose(facts).findings}

        assert "8月4日到8月14日没有发新作品" in said(found["falling_plays"])
        assert "连续 11 天没发作品，到现在还没更新" in said(found["posting_gap"])

    def test_calms_when_everybody_falls(self) -> None:
        peers = tuple(replace(each, plays_before=each.figures.plays * 2) for each in HEALTHY.peers)
        facts = replace(own(plays=8_000, completed_plays=2_560), peers=peers)

        [finding] = [each for each in diagnose(facts).findings if each.kind == "falling_plays"]

        assert "同类账号也在一起降" in said(finding)

    def test_cites_the_rule_where_a_rule_is_the_cause(self) -> None:
        [found] = diagnose(penalty(3, "serious")).findings

        assert found.rule
        assert (found.rule.policy, found.rule.clause) == ("vulgarity", "1.4")
        assert "限流期" in said(found)


counts = st.integers(0, 5_000)
figures = st.builds(
    Figures,
    days=st.integers(0, 7),
    works_published=st.integers(0, 9),
    plays=st.integers(0, 50_000),
    completed_plays=counts,
    follower_plays=counts,
    watch_seconds=st.integers(0, 10**7),
    played_seconds=st.integers(0, 10**7),
    completed_seconds=st.integers(0, 10**6),
    interactions=counts,
    comments=counts,
    shares=counts,
    work_followers=counts,
    new_followers=counts,
    lost_followers=counts,
    profile_views=counts,
).map(
    lambda found: replace(
        found,
        completed_plays=min(found.completed_plays, found.plays),
        follower_plays=min(found.follower_plays, found.plays),
    )
)
anything = st.builds(
    replace,
    st.sampled_from([facts for pair in CASES.values() for facts in (*pair.fires, *pair.quiet)]),
    followers=st.integers(0, 10**7),
    current=figures,
    before=figures,
    works=st.lists(st.builds(WorkPlays, st.sampled_from(["饺子", "第3集{x}"]), counts), max_size=8).map(
        tuple
    ),
    peers=st.lists(st.builds(Peer, counts, figures, counts), max_size=12).map(tuple),
    income_fen=st.none() | counts,
)


class TestEveryFinding:
    @given(anything)
    def test_stands_whatever_the_account(self, facts: AccountFacts) -> None:
        found = diagnose(facts).findings

        assert [each.rank for each in found] == sorted(each.rank for each in found)
        for finding in found:
            held = " ".join(str(value) for value in finding.facts.values())
            assert all(number.rstrip(".,") in held for number in re.findall(r"\d[\d.,]*", said(finding)))


def test_the_cases_stand_on_the_demo_day() -> None:
    assert HEALTHY.window.ends_on == ON
