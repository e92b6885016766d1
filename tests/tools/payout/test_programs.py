from datetime import date

import pytest

from knowledge.read import PACKAGED_POLICIES, Clause, read_policies
from tools.payout.facts import Unit, hundredths
from tools.payout.program_files import packaged_programs
from tools.payout.programs import (
    Budget,
    Per,
    ProgramUnknown,
    Requirement,
    broken_references,
    find_program,
)

POLICIES = read_policies(PACKAGED_POLICIES)
BOUNDS = [
    (program.id, term.starts_on, requirement)
    for program in packaged_programs()
    for term in program.terms
    for way in term.eligibility
    for requirement in way.clauses
]


def clause_on(requirement: Requirement, day: date) -> Clause:
    [found] = [
        clause
        for policy in POLICIES
        for clause in policy.clauses
        if (clause.policy, clause.clause) == (requirement.reference.policy, requirement.reference.clause)
        and clause.holds_on(day)
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

    def test_rest_on_clauses_that_were_in_force(self) -> None:
        assert list(broken_references(packaged_programs(), POLICIES)) == []

    def test_name_policies_that_exist(self) -> None:
        known = {policy.id for policy in POLICIES}

        assert {name for program in packaged_programs() for name in program.policies} <= known

    @pytest.mark.parametrize(("program", "day", "requirement"), BOUNDS)
    def test_ask_for_the_number_that_the_clause_states(
        self, program: str, day: date, requirement: Requirement
    ) -> None:
        clause = clause_on(requirement, day)

        bound = requirement.at_least if requirement.at_least is not None else requirement.at_most
        assert bound is not None
        unit = requirement.fact.unit
        if unit is Unit.FLAG or bound == 0:
            return
        stated = {
            Unit.BASIS_POINTS: f"{hundredths(bound)}%",
            Unit.HUNDREDTHS: f"{hundredths(bound)} 分",
            Unit.SECONDS: f"{bound // 3600} 小时",
        }.get(unit, f"{bound:,}")
        assert stated in clause.text, program

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


class TestBrokenReferences:
    def test_names_the_first_day_without_the_clause(self) -> None:
        until = [policy for policy in POLICIES if (policy.id, policy.version) != ("guanghe-plan-rules", 2)]

        lines = list(broken_references(packaged_programs(), until))

        assert "programs/guanghe.yaml: guanghe-plan-rules 1.1 is not in force on 2022-07-29" in lines

    def test_names_every_clause_when_there_are_no_policies(self) -> None:
        [guanghe] = [program for program in packaged_programs() if program.id == "guanghe"]

        lines = list(broken_references([guanghe], []))

        references = [reference for term in guanghe.terms for reference in dict.fromkeys(term.references())]
        assert len(lines) == len(references)
