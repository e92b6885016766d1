import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.creators import diagnosis
from tools.creators.diagnosis import DETECTORS, Finding, Severity, change_text, diagnose, times_text
from tools.creators.figures import AccountFacts, Figures, PeerFigures, Penalty, WorkPlays
from tools.kernel.period import last_days

ON = date(2022, 8, 15)
WEEK = last_days(7, on=ON)
# Eight peers who hold their plays, with 30 % completion and 5 % interaction.
PEERS = (PeerFigures(1_000, 1_000, 300, 50),) * 8
HEALTHY = AccountFacts(
    window=WEEK,
    followers=10_000,
    current=Figures(7, 3, 10_000, 3_200, 550, 80, 20),
    before=Figures(7, 3, 10_000, 3_200, 550, 80, 20),
    works=tuple(WorkPlays(f"作品{number}", 2_000) for number in range(5)),
    best=WorkPlays("锅包肉", 9_000),
    posted_on=tuple(ON - timedelta(days=back) for back in range(28, 0, -3)),
    peers=PEERS,
)


def kinds(facts: AccountFacts) -> list[str]:
    return [finding.kind for finding in diagnose(facts).findings]


def only(facts: AccountFacts) -> Finding:
    [finding] = diagnose(facts).findings
    return finding


def said(finding: Finding) -> str:
    return "。".join(finding.words(each) for each in (finding.statement, finding.cause, finding.next_step))


class TestDiagnose:
    def test_finds_nothing_on_a_healthy_account(self) -> None:
        found = diagnose(HEALTHY)

        assert found.findings == ()
        assert found.unjudged == ()

    def test_says_what_it_could_not_judge_instead_of_guessing(self) -> None:
        empty = AccountFacts(WEEK, 10, Figures(days=2), Figures())

        found = diagnose(empty)

        assert found.findings == ()
        assert found.unjudged == ("播放变化", "完播率", "更新频率", "粉丝增减", "互动率", "流量集中度")

    def test_puts_the_worst_first(self) -> None:
        facts = replace(
            HEALTHY,
            current=Figures(7, 3, 5_000, 1_600, 275, 10, 60),
            penalties=(Penalty(ON - timedelta(days=3), "notice", "vulgarity", "1.4", "低俗"),),
        )

        severities = [finding.severity for finding in diagnose(facts).findings]

        assert severities == [Severity.HIGH, Severity.MEDIUM, Severity.LOW]

    def test_has_at_least_six_detectors(self) -> None:
        assert len(DETECTORS) >= 6


class TestFallingPlays:
    def test_begins_at_a_fifth(self) -> None:
        assert kinds(replace(HEALTHY, current=replace(HEALTHY.current, plays=8_001))) == []
        at_a_fifth = only(replace(HEALTHY, current=Figures(7, 3, 8_000, 2_560, 440, 80, 20)))
        assert (at_a_fifth.kind, at_a_fifth.severity) == ("falling_plays", Severity.MEDIUM)
        assert said(at_a_fifth) == (
            "播放 8000 次，前 7 天是 1 万次，少了 20.0%；同类账号的变化中位数是 0.0%（对比 8 个领域、粉丝数相近的账号）。"
            "更新频率没变，多半是最近的选题或开头不如以前抓人。"
            "拿近两个月播放最好的《锅包肉》对照最近一条，选题和开头只改一处，再发一条看看"
        )

    def test_blames_a_gap_in_posting_first(self) -> None:
        facts = replace(
            HEALTHY,
            current=Figures(7, 0, 5_000, 1_600, 275, 80, 20),
            posted_on=tuple(ON - timedelta(days=back) for back in (25, 22, 19, 12)),
        )

        found = {finding.kind: finding for finding in diagnose(facts).findings}

        assert list(found) == ["falling_plays", "posting_gap"]
        assert found["falling_plays"].severity is Severity.HIGH
        assert "8月4日到8月14日没有发新作品" in said(found["falling_plays"])
        assert "连续 11 天没发作品，到现在还没更新" in said(found["posting_gap"])

    def test_blames_fewer_works_next(self) -> None:
        facts = replace(HEALTHY, current=Figures(7, 1, 8_000, 2_560, 440, 80, 20))

        assert "只发了 1 条，前 7 天发了 3 条" in said(only(facts))

    def test_calms_when_everybody_falls(self) -> None:
        facts = replace(
            HEALTHY,
            current=Figures(7, 3, 8_000, 2_560, 440, 80, 20),
            peers=(PeerFigures(750, 1_000, 225, 37),) * 8,
        )

        assert "同类账号也在一起降" in said(only(facts))

    def test_is_silent_where_the_time_before_is_half_unknown(self) -> None:
        facts = replace(
            HEALTHY, current=Figures(7, 3, 2_000, 640, 110, 80, 20), before=replace(HEALTHY.before, days=4)
        )

        found = diagnose(facts)

        assert "falling_plays" not in kinds(facts)
        assert "播放变化" in found.unjudged


class TestFallingCompletion:
    def test_sees_a_fall_against_the_time_before(self) -> None:
        facts = replace(HEALTHY, current=replace(HEALTHY.current, completed_plays=2_720), peers=())

        found = only(facts)

        assert (found.kind, found.severity) == ("falling_completion", Severity.MEDIUM)
        assert "完播率 27.2%，前 7 天是 32.0%" in said(found)

    def test_sees_a_low_rate_among_peers(self) -> None:
        low = Figures(7, 3, 10_000, 2_000, 550, 80, 20)

        found = only(replace(HEALTHY, current=low, before=low))

        assert found.evidence.peers
        assert found.evidence.peers.above_percent == 0
        assert "同类账号中位数 30.0%，其中几乎没有比你更低的" in said(found)

    def test_is_worst_when_both_hold(self) -> None:
        assert (
            only(replace(HEALTHY, current=replace(HEALTHY.current, completed_plays=1_500))).severity
            is Severity.HIGH
        )


class TestPostingGap:
    def test_leaves_old_gaps_alone(self) -> None:
        facts = replace(
            HEALTHY, posted_on=tuple(ON - timedelta(days=back) for back in (30, 17, 14, 11, 8, 5, 2))
        )

        assert kinds(facts) == []

    def test_is_worse_after_two_weeks(self) -> None:
        facts = replace(HEALTHY, posted_on=tuple(ON - timedelta(days=back) for back in (29, 26, 23, 15)))

        assert only(facts).severity is Severity.HIGH


class TestFollowerLoss:
    def test_begins_with_the_first_follower_lost(self) -> None:
        assert kinds(replace(HEALTHY, current=replace(HEALTHY.current, new_followers=20))) == []
        found = only(replace(HEALTHY, current=replace(HEALTHY.current, new_followers=19)))
        assert (found.kind, found.severity) == ("follower_loss", Severity.MEDIUM)
        assert "新增 19 个粉丝，取关 20 个，净减 1 个" in said(found)

    def test_is_worse_above_a_percent_of_all(self) -> None:
        facts = replace(HEALTHY, current=replace(HEALTHY.current, new_followers=0, lost_followers=100))

        assert only(facts).severity is Severity.HIGH


class TestLowInteraction:
    def test_compares_with_peers_only(self) -> None:
        low = Figures(7, 3, 10_000, 3_200, 400, 80, 20)

        found = only(replace(HEALTHY, current=low, before=low))

        assert found.kind == "low_interaction"
        assert "互动率 4.0%" in said(found)
        assert kinds(replace(HEALTHY, current=low, before=low, peers=())) == []


class TestPenalties:
    @pytest.mark.parametrize(
        ("severity", "back", "expected"),
        [
            ("notice", 90, Severity.LOW),
            ("notice", 91, None),
            ("general", 180, Severity.MEDIUM),
            ("serious", 5, Severity.HIGH),
        ],
    )
    def test_weighs_by_kind_and_age(self, severity: str, back: int, expected: Severity | None) -> None:
        day = ON - timedelta(days=back)
        facts = replace(
            HEALTHY, penalties=(Penalty(day, severity, "vulgarity", "1.4", "低俗", "《低俗规则》第 1.4 条"),)
        )

        found = diagnose(facts).findings

        assert [finding.severity for finding in found] == ([expected] if expected else [])
        assert all("（《低俗规则》第 1.4 条）" in said(finding) for finding in found)


class TestOneWork:
    def test_begins_at_half_of_all_plays(self) -> None:
        others = HEALTHY.works[1:]

        assert kinds(replace(HEALTHY, works=(WorkPlays("饺子", 4_999), *others))) == []
        found = only(replace(HEALTHY, works=(WorkPlays("饺子", 5_000), *others)))
        assert "《饺子》一条就占了全部播放的 50.0%" in said(found)


counts = st.integers(0, 5_000)
figures = st.builds(
    Figures, st.just(7), st.integers(0, 9), st.integers(0, 50_000), counts, counts, counts, counts, counts
).map(lambda found: replace(found, completed_plays=min(found.completed_plays, found.plays)))
penalty = st.builds(
    Penalty,
    st.dates(date(2022, 2, 16), date(2022, 8, 14)),
    st.sampled_from(["notice", "general", "serious"]),
    st.just("vulgarity"),
    st.just("1.4"),
    st.sampled_from(["低俗", "有 3 处{braces}问题"]),
)
anything = st.builds(
    AccountFacts,
    st.just(WEEK),
    st.integers(0, 10**7),
    figures,
    figures,
    st.lists(st.builds(WorkPlays, st.sampled_from(["饺子", "第3集{x}"]), counts), max_size=8).map(tuple),
    st.none() | st.builds(WorkPlays, st.sampled_from(["饺子", "第12集"]), counts),
    st.lists(st.dates(date(2022, 6, 16), date(2022, 8, 14)), max_size=20).map(sorted).map(tuple),
    st.lists(penalty, max_size=4).map(tuple),
    st.lists(st.builds(PeerFigures, counts, counts, st.integers(0, 300), counts), max_size=20).map(tuple),
)


class TestEveryFinding:
    @given(anything)
    def test_says_no_number_that_its_facts_do_not_hold(self, facts: AccountFacts) -> None:
        for finding in diagnose(facts).findings:
            held = " ".join(str(value) for value in finding.facts.values())
            for number in re.findall(r"\d[\d.,]*", said(finding)):
                assert number.rstrip(".,") in held

    @given(anything)
    def test_carries_its_evidence(self, facts: AccountFacts) -> None:
        found = diagnose(facts).findings

        assert len({finding.kind for finding in found}) == len(found)
        assert [finding.severity.rank for finding in found] == sorted(
            finding.severity.rank for finding in found
        )
        for finding in found:
            assert finding.title
            assert finding.evidence.metric
            assert finding.evidence.window
            assert finding.evidence.sample


class TestChangeText:
    @pytest.mark.parametrize(
        ("now", "before", "text"),
        [(120, 100, "+20.0%"), (80, 100, "-20.0%"), (100, 100, "0.0%"), (5, 0, "—"), (0, 5, "-100.0%")],
    )
    def test_shows_the_sign(self, now: int, before: int, text: str) -> None:
        assert change_text(now, before) == text


class TestTimesText:
    @pytest.mark.parametrize(("count", "text"), [(0, "0 次"), (9_999, "9999 次"), (18_400, "1.8 万次")])
    def test_sets_the_unit_as_chinese_readers_do(self, count: int, text: str) -> None:
        assert times_text(count) == text


class TestDayText:
    def test_has_no_leading_zeros(self) -> None:
        assert diagnosis.day_text(date(2022, 8, 1)) == "8月1日"
