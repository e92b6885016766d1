from datetime import date

import pytest

from knowledge.search import Policies
from tools.detection import deadlines
from tools.detection.reports import kinds
from tools.detection.reports.kinds import PATHS, Choice, Kind, Measure, is_elsewhere, kind_of, measure_for
from tools.detection.suspects import Suspect


class TestKindOf:
    @pytest.mark.parametrize(
        ("said", "url", "kind"),
        [
            (None, None, Kind.COPY),
            (None, "https://www.kuaishou.com/short-video/1", Kind.COPY),
            (None, "https://v.example.com/s/1", Kind.COPY),
            (None, "https://v.douyin.com/s/1", Kind.OFF_PLATFORM),
            (Kind.COPY, "https://WWW.BILIBILI.COM/video/BV1", Kind.OFF_PLATFORM),
            (Kind.IMPERSONATION, None, Kind.IMPERSONATION),
            (Kind.AUDIO, "https://www.kuaishou.com/short-video/1", Kind.AUDIO),
        ],
    )
    def test_follows_the_link_before_the_words(self, said: Kind | None, url: str | None, kind: Kind) -> None:
        assert kind_of(said, Suspect(url, "abc")) is kind

    @pytest.mark.parametrize("url", ["https://notdouyin.com/1", "https://douyin.com.example.com/1"])
    def test_takes_no_other_site_for_one_it_knows(self, url: str) -> None:
        assert not is_elsewhere(url)


class TestMeasureFor:
    @pytest.mark.parametrize("kind", Kind)
    @pytest.mark.parametrize("choice", [None, *Choice])
    def test_is_one_that_the_kind_allows(self, kind: Kind, choice: Choice | None) -> None:
        assert measure_for(kind, choice) in PATHS[kind].measures

    def test_takes_down_unless_something_else_was_chosen(self) -> None:
        assert measure_for(Kind.COPY, None) is Measure.TAKEDOWN
        assert measure_for(Kind.COPY, Choice.PAY) is Measure.PAY
        assert measure_for(Kind.AUDIO, Choice.BLOCK) is Measure.MUTE


class TestRules:
    @pytest.mark.parametrize("kind", Kind)
    def test_has_a_clause_for_each_kind(self, policies: Policies, kind: Kind) -> None:
        clause = policies.clause(kinds.RULES, PATHS[kind].clause, on=date(2022, 8, 15))

        assert clause is not None
        assert ("链接" in clause.text) is (
            PATHS[kind].needs_link or not PATHS[kind].needs_work or kind is Kind.COPY
        )
        assert ("实名" in clause.text) is PATHS[kind].needs_real_name

    def test_promises_the_days_that_the_clauses_promise(self, policies: Policies) -> None:
        for policy, number, words in (
            (deadlines.POLICY, "2.3", f"{deadlines.EVIDENCE_DAYS} 天内补交"),
            (deadlines.APPEAL_POLICY, "1.1", f"{deadlines.APPEAL_DAYS} 天内提出侵权申诉"),
            (deadlines.APPEAL_POLICY, "3.1", f"{deadlines.APPEAL_WORKING_DAYS} 个工作日内给出结果"),
        ):
            clause = policies.clause(policy, number, on=date(2022, 8, 15))
            assert clause is not None
            assert words in clause.text
