from datetime import date

import pytest

from knowledge.read import PACKAGED_POLICIES, Clause, read_policies
from tools.kernel.rules.tree import Literal
from tools.kernel.rules.units import Unit, hundredths
from tools.kernel.rules.ways import Clause as RuleClause
from tools.kernel.rules.ways import Reference
from tools.payout.program_files import packaged_programs
from tools.payout.programs import (
    Budget,
    Cap,
    Per,
    ProgramUnknown,
    Task,
    find_program,
    tasks,
)

POLICIES = read_policies(PACKAGED_POLICIES)
BOUNDS = [
    (program.id, term.starts_on, clause, clause.reference)
    for program in packaged_programs()
    for term in program.terms
    for way in term.eligibility.alternatives
    for clause in way.clauses
]


def clause_on(reference: Reference, day: date) -> Clause:
    [found] = [
        clause
        for policy in POLICIES
        for clause in policy.clauses
        if (clause.policy, clause.clause) == (reference.policy, reference.clause) and clause.holds_on(day)
    ]
    return found


class TestPackagedPrograms:
    def test_are_the_seven_of_the_articles_in_their_order(self) -> None:
        assert [program.id for program in packaged_programs()] == [
            "guanghe",
            "youchuang",
            "star",
            "live",
            "drama",
            "qingyun",
            "lifecycle",
        ]

    @pytest.mark.parametrize(("program", "day", "clause", "reference"), BOUNDS)
    def test_ask_for_the_number_that_the_clause_states(
        self, program: str, day: date, clause: RuleClause, reference: Reference
    ) -> None:
        stated_in = clause_on(reference, day)

        assert clause.fact is not None
        assert isinstance(clause.right, Literal)
        bound, unit = clause.right.value, clause.fact.unit
        assert isinstance(bound, int)
        if unit is Unit.FLAG or bound == 0:
            return
        stated = {
            Unit.BASIS_POINTS: f"{hundredths(bound)}%",
            Unit.HUNDREDTHS: f"{hundredths(bound)} 分",
            Unit.SECONDS: f"{bound // 3600} 小时",
        }.get(unit, f"{bound:,}")
        assert stated in stated_in.text, program

    @pytest.mark.parametrize(
        ("program", "day", "cap"),
        [
            (program.id, term.starts_on, cap)
            for program in packaged_programs()
            for term in program.terms
            for cap in term.caps
        ],
    )
    def test_cap_what_the_clause_caps(self, program: str, day: date, cap: Cap) -> None:
        text = clause_on(cap.reference, day).text

        if cap.cash_fen is not None:
            yuan = cap.cash_fen // 100
            assert f"{yuan:,} 元" in text or f"{yuan // 10_000} 万元" in text, program
        if cap.impressions is not None:
            assert f"{cap.impressions:,} 次曝光" in text, program

    def test_screen_star_in_the_days_of_its_clauses(self) -> None:
        star = find_program(packaged_programs(), "star")

        for step in star.terms[0].screening:
            unit = "个工作日" if step.working_days else "天"
            assert f"{step.days} {unit}" in clause_on(step.reference, star.terms[0].starts_on).text

    @pytest.mark.parametrize(
        ("program", "day", "task"),
        [
            (program.id, term.starts_on, task)
            for program in packaged_programs()
            for term in program.terms
            for task in term.tasks
        ],
    )
    def test_pay_for_a_task_what_the_clause_states(self, program: str, day: date, task: Task) -> None:
        text = clause_on(task.policy, day).text

        assert f"奖励 {task.cash_fen // 100:,} 元现金和 {task.impressions:,} 次曝光" in text, program

    def test_hold_the_amounts_of_the_articles(self) -> None:
        budgets = {program.id: program.budget for program in packaged_programs()}

        shared = Budget("guanghe", 100_000_000_000, 100_000_000_000, Per.YEAR)
        assert budgets["guanghe"] == budgets["youchuang"] == shared
        assert budgets["live"] == Budget("live", 50_000_000_000, 3_000_000_000, Per.ONCE)
        assert budgets["qingyun"] == Budget("qingyun", 0, 800_000_000, Per.DAY)
        star = find_program(packaged_programs(), "star")
        assert star.terms[0].rewards[0].cash_fen == 120_000_000

    @pytest.mark.parametrize(
        ("day", "in_force"),
        [
            (date(2022, 5, 31), False),
            (date(2022, 6, 1), True),
            (date(2022, 9, 30), True),
            (date(2022, 10, 1), False),
        ],
    )
    def test_end_qingyun_with_the_third_quarter(self, day: date, in_force: bool) -> None:  # noqa: FBT001 - a parameter of the table
        qingyun = find_program(packaged_programs(), "qingyun")

        assert (qingyun.term(day) is not None) is in_force


class TestFindProgram:
    @pytest.mark.parametrize(
        ("text", "program"),
        [
            ("guanghe", "guanghe"),
            ("GUANGHE", "guanghe"),
            ("光合计划", "guanghe"),
            (" 光合 计划 ", "guanghe"),
            ("优创", "youchuang"),
            ("光合优创", "youchuang"),
            ("快手之星", "star"),
            ("青云", "qingyun"),
            ("“短剧分账”", "drama"),
        ],
    )
    def test_knows_ids_and_the_names_people_use(self, text: str, program: str) -> None:
        assert find_program(packaged_programs(), text).id == program

    @pytest.mark.parametrize("text", ["", " ", "百亿计划", "光合计划; DROP TABLE", "计划" * 50_000])
    def test_lists_what_there_is_for_any_other_name(self, text: str) -> None:
        with pytest.raises(ProgramUnknown, match="光合计划、光合优创") as refused:
            find_program(packaged_programs(), text)

        assert len(str(refused.value)) < 200


class TestTasks:
    def test_are_those_of_the_term_in_force(self) -> None:
        live = find_program(packaged_programs(), "live")

        assert tasks(live, date(2022, 7, 28)) == ()
        assert tasks(live, date(2022, 8, 15)) == live.terms[0].tasks
