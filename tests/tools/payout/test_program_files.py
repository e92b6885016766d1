from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.read import PACKAGED_POLICIES, read_policies
from tests.tools.payout.programs_of_tests import VALID
from tools.kernel.errors import OperatorError
from tools.kernel.rules.ways import Reference
from tools.payout.drama_rules import Level
from tools.payout.program_files import PACKAGED_PROGRAMS, check_folder, read_program, read_programs
from tools.payout.programs import Cap, CapPer, Metric, Stage, Task

POLICIES = read_policies(PACKAGED_POLICIES)


def written(folder: Path, content: str | bytes, name: str = "sample.yaml") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def changed(before: str, after: str, count: int = 1) -> str:
    assert before in VALID
    return VALID.replace(before, after, count)


class TestReadProgram:
    def test_gives_back_what_the_file_says(self, tmp_path: Path) -> None:
        program = read_program(written(tmp_path, VALID))

        assert (program.id, program.name, program.also_called) == ("sample", "样例计划", ("样例",))
        assert program.budget is not None
        assert (program.budget.cash_fen, program.budget.impressions) == (100_050, 5_000)
        first, second = program.terms
        assert [way.name for way in first.eligibility.alternatives] == ["有小店", "有实名"]
        assert [(clause.text, clause.reference) for clause in first.eligibility.alternatives[0].clauses] == [
            ("followers >= 10000", Reference("guanghe-plan-rules", "1.1")),
            ("shop_opened == true", Reference("guanghe-plan-rules", "1.2")),
        ]
        assert second.eligibility.alternatives[0].clauses == ()
        assert second.tasks == (
            Task(
                "live-2h", "开播2小时", Stage.GROWTH, Metric.LIVE_SECONDS, 7200, 7, 500, 1000,
                "live_seconds_30d >= 0", Reference("guanghe-plan-rules", "2.2"),
            ),
        )  # fmt: skip
        assert second.caps == (Cap(CapPer.MONTH, 50_000, None, Reference("guanghe-plan-rules", "2.5")),)
        assert [(step.id, step.days) for step in second.screening] == [("look", 10)]
        assert [(each.version, each.episodes.count, each.days.count) for each in program.shares] == [
            (1, 10, 90),
            (2, 5, 180),
        ]
        assert program.shares[0].prices.fen_per_thousand == {Level.S_PLUS: 2_000, Level.A: 850}
        assert program.shares[0].effective_play.reference == Reference("drama-revenue-rules", "3.2")

    @pytest.mark.parametrize(
        ("content", "line"),
        [
            (changed("&& (shop", "&& ((shop"), "sample.yaml:15: terms.0.eligibility.rule: column 40: expected ')', found the end of the rule"),
            (changed("followers >= 10000\n", "followers >= ten\n"), "sample.yaml:14: terms.0.eligibility.rule: column 14: no fact is called 'ten'; known are "),
            (changed("followers >= 10000\n", "followers >= 1.5\n"), "sample.yaml:14: terms.0.eligibility.rule: column 14: '1.5' is not a whole number"),
            (changed("|| real_name_verified", "|| followers"), "sample.yaml:15: terms.0.eligibility.rule: column 20: || joins conditions: expected bool, found int"),
            (changed("followers >= 10000\n", "followers >= 20000\n"), "sample.yaml:18: terms.0.eligibility.clauses.0: the rule does not ask for followers >= 10000"),
            (changed('        - {rule: shop_opened, policy: guanghe-plan-rules, clause: "1.2"}\n', ""), "sample.yaml:18: terms.0.eligibility.clauses: no policy clause is named for shop_opened == true"),
            (changed("rule: shop_opened, ", "rule: shop_opened || real_name_verified, "), "sample.yaml:19: terms.0.eligibility.clauses.1.rule: one clause, or several joined by &&"),
            (changed("ways: [有小店, 有实名]", "ways: [有小店]"), "sample.yaml:16: terms.0.eligibility.ways: 1 names for 2 ways to meet the rule"),
            (changed('rule: "true"', "rule: true"), "sample.yaml:27: terms.1.eligibility.rule: "),
            (changed('rule: "true"', 'rule: "false"'), "sample.yaml:28: terms.1.eligibility.ways: 1 names for 0 ways to meet the rule"),
            (changed('clause: "1.1"', "clause: 1.1"), "sample.yaml:18: terms.0.eligibility.clauses.0.clause: "),
            (changed('clause: "1.1"', 'clause: "one"'), "sample.yaml:18: terms.0.eligibility.clauses.0.clause: "),
            (changed("live_seconds_30d >= 0", "live_seconds >= 0"), "sample.yaml:34: terms.1.tasks.0.who: column 1: no fact is called 'live_seconds'"),
            (changed("stage: growth", "stage: old"), "sample.yaml:34: terms.1.tasks.0.stage: "),
            (changed('{per: month, cash_yuan: "500"', "{per: month"), "sample.yaml:36: terms.1.caps.0: give cash_yuan, impressions or both"),
            (changed("from: 2022-01-01", "from: 2022-07-29"), "sample.yaml:10: terms.0: until 2022-07-29 is not after from 2022-07-29"),
            (changed("until: 2022-07-29", "until: 2022-08-01"), "the term from 2022-07-29 begins before the one from 2022-01-01 ends"),
            (changed("until: 2022-07-29", "until: null"), "the term from 2022-07-29 begins before the one from 2022-01-01 ends"),
            (changed("from: 2022-01-01", "from: yesterday"), "sample.yaml:10: terms.0.from: "),
            (changed("from: 2022-01-01", "from: 2022-13-01"), "sample.yaml:10: 2022-13-01: month must be in 1..12"),
            (changed('cash_yuan: "1,000.50"', 'cash_yuan: "1000.555"'), "sample.yaml:8: budget: not an amount of yuan"),
            (changed('cash_yuan: "1,000.50"', 'cash_yuan: "-5"'), "sample.yaml:8: budget: below zero: -5"),
            (changed('cash_yuan: "1,000.50"', "cash_yuan: 1000.5"), "sample.yaml:8: budget.cash_yuan: "),
            (changed("per: year", "per: week"), "sample.yaml:8: budget.per: "),
            (changed("name: 样例计划\n", ""), "sample.yaml:1: name: Field required"),
            (changed("name: 样例计划", "name: 样例计划\nname: 又一个"), "sample.yaml:4: name is given twice"),
            (changed("id: sample", "id: Sample"), "sample.yaml:1: id: "),
            (changed("id: sample", "id: other"), "sample.yaml:1: id: 'other' but the file is named 'sample'"),
            (changed("place: 1", "place: 1\ncolour: red"), "sample.yaml:3: colour: "),
            (changed("until: 2022-08-01", "until: 2022-07-31"), "sample.yaml:48: shares.1.from: version 2 begins on 2022-08-01, version 1 ends before 2022-07-31: they must meet"),
            (changed("until: 2022-08-01", "until: null"), "sample.yaml:48: shares.1.from: version 2 begins on 2022-08-01, version 1 ends before None: they must meet"),
            (changed("until: 2022-08-01", "until: 2022-02-01"), "sample.yaml:40: shares.0: until 2022-02-01 is not after from 2022-03-01"),
            (changed("version: 2", "version: 1"), "sample.yaml:47: shares.1.version: version 1 comes after version 1"),
            (changed('P: "5"', 'Q: "5"'), "sample.yaml:52: shares.1.prices.yuan_per_thousand.Q"),
            (changed('P: "5"', 'stopped: "5"'), "sample.yaml:52: shares.1.prices.yuan_per_thousand.stopped: a series that is stopped has no price"),
            (changed('P: "5"', 'P: "5.005"'), "sample.yaml:52: shares.1.prices.yuan_per_thousand.P: not an amount of yuan"),
            (changed('P: "5"', 'P: "0"'), "sample.yaml:52: shares.1.prices.yuan_per_thousand.P: a level without a price is left out"),
            (changed('P: "5"', "P: 5"), "sample.yaml:52: shares.1.prices.yuan_per_thousand.P: "),
            (changed('{P: "5"}', "{}"), "sample.yaml:52: shares.1.prices.yuan_per_thousand: "),
            (changed("least: 5,", "least: 0,"), "sample.yaml:50: shares.1.episodes.least: "),
            (changed("seconds: 5, times", "times"), "sample.yaml:46: shares.0.effective_play.seconds: Field required"),
            ("", "sample.yaml:1: the file is empty"),
            ("- 1\n- 2\n", "sample.yaml:1: "),
            ("id: [1, 2", "sample.yaml:1: not YAML: "),
            ("id: sample\n\tname: x", "sample.yaml:2: not YAML: "),
            (b"id: sample\nname: \xff\xfe", "sample.yaml:2: the file is not UTF-8"),
            (b"id: \x00", "sample.yaml:1: not YAML: "),
            ("a: &a [*a]", "sample.yaml:1: "),
            ("!!python/object/apply:os.system ['true']", "sample.yaml"),
            ("[" * 5_000, "sample.yaml:1: not YAML: "),
            ("x" * 70_000, "sample.yaml: 70000 bytes; a programme file has at most 65536"),
        ],
    )  # fmt: skip
    def test_refuses_with_the_line_the_key_and_the_reason(
        self, tmp_path: Path, content: str | bytes, line: str
    ) -> None:
        with pytest.raises(OperatorError) as refused:
            read_program(written(tmp_path, content))

        assert line in str(refused.value)
        assert "\n" not in str(refused.value)

    def test_names_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(OperatorError, match=r"none.yaml: cannot be read: No such file"):
            read_program(tmp_path / "none.yaml")

    @settings(max_examples=60, deadline=None)
    @given(st.data())
    def test_never_fails_in_any_other_way(
        self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
    ) -> None:
        lines = [str(line) for line in VALID.splitlines()]
        row = data.draw(st.integers(0, len(lines) - 1))
        noise = data.draw(
            st.text(max_size=20)
            | st.sampled_from(["{", "*x", "&x", "- ", "!!set", "<<: {a: 1}", "null", "1e9"])
        )
        cut = data.draw(st.integers(0, len(lines[row])))
        lines[row] = lines[row][:cut] + noise + lines[row][data.draw(st.integers(cut, len(lines[row]))) :]
        path = tmp_path_factory.mktemp("noise") / "sample.yaml"
        path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))

        try:
            program = read_program(path)
        except OperatorError as error:
            assert str(error).startswith("sample.yaml")  # noqa: PT017 - either outcome is right
            assert "\n" not in str(error)  # noqa: PT017
        else:
            assert program.id == "sample"

    @settings(max_examples=40, deadline=None)
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
            max_leaves=8,
        )
    )
    @example({"id": "sample", "terms": None})
    def test_refuses_any_other_document(
        self, tmp_path_factory: pytest.TempPathFactory, document: object
    ) -> None:
        path = written(tmp_path_factory.mktemp("other"), yaml.safe_dump(document, allow_unicode=True))

        with pytest.raises(OperatorError, match=r"^sample\.yaml"):
            read_program(path)


class TestReadPrograms:
    def test_orders_by_place(self, tmp_path: Path) -> None:
        written(tmp_path, VALID.replace("place: 1", "place: 2"))
        second = (
            VALID.replace("id: sample", "id: other")
            .replace("样例", "另一个")
            .replace("pool: sample", "pool: other")
        )
        written(tmp_path, second, "other.yaml")

        assert [program.id for program in read_programs(tmp_path)] == ["other", "sample"]

    def test_refuses_a_name_that_two_programmes_share(self, tmp_path: Path) -> None:
        written(tmp_path, VALID)
        written(tmp_path, VALID.replace("id: sample", "id: other").replace("样例计划", "别的"), "other.yaml")

        with pytest.raises(
            OperatorError, match=r"sample\.yaml:4: also_called\.0: '样例' is also a name of other\.yaml"
        ):
            read_programs(tmp_path)

    def test_refuses_one_pool_with_two_amounts(self, tmp_path: Path) -> None:
        written(tmp_path, VALID)
        second = VALID.replace("id: sample", "id: other").replace("样例", "另一个").replace("5000", "6000")
        written(tmp_path, second, "other.yaml")

        with pytest.raises(
            OperatorError, match=r"sample\.yaml:8: budget: the pool 'sample' has other amounts in other\.yaml"
        ):
            read_programs(tmp_path)

    def test_refuses_a_folder_without_programmes(self, tmp_path: Path) -> None:
        with pytest.raises(OperatorError, match="holds no programme files"):
            read_programs(tmp_path)
        with pytest.raises(OperatorError, match="holds no programme files"):
            read_programs(tmp_path / "none")


class TestCheckFolder:
    def test_finds_nothing_in_the_packaged_files(self) -> None:
        checked = check_folder(PACKAGED_PROGRAMS, policies=POLICIES)

        assert checked.faults == ()
        assert len(checked.programs) == 7

    def test_names_every_file_that_is_wrong(self, tmp_path: Path) -> None:
        written(tmp_path, changed("place: 1", "place: 0"))
        written(tmp_path, "id: [", "other.yaml")

        faults = check_folder(tmp_path, policies=POLICIES).faults

        assert [fault.partition(" ")[0] for fault in faults] == ["other.yaml:1:", "sample.yaml:2:"]

    def test_names_the_line_of_a_clause_that_is_not_in_force(self, tmp_path: Path) -> None:
        text = (
            changed('clause: "1.2"', 'clause: "9.9"').replace('"2.2"]', '"8.8"]').replace('"3.4"', '"7.7"', 1)
        )
        written(tmp_path, text)

        assert check_folder(tmp_path, policies=POLICIES).faults == (
            "sample.yaml:19: guanghe-plan-rules 9.9 is not in force on 2022-01-01",
            "sample.yaml:34: guanghe-plan-rules 8.8 is not in force on 2022-07-29",
            "sample.yaml:44: drama-revenue-rules 7.7 is not in force on 2022-03-01",
        )

    def test_names_the_first_day_that_a_clause_leaves_uncovered(self, tmp_path: Path) -> None:
        written(tmp_path, VALID)
        first = [policy for policy in POLICIES if (policy.id, policy.version) != ("guanghe-plan-rules", 2)]

        faults = check_folder(tmp_path, policies=first).faults

        assert "sample.yaml:31: guanghe-plan-rules 2.3 is not in force on 2022-07-29" in faults

    def test_names_a_policy_that_does_not_exist(self, tmp_path: Path) -> None:
        written(tmp_path, changed("policies: [guanghe-plan]", "policies: [guanghe-plan, golden-plan]"))

        assert check_folder(tmp_path, policies=POLICIES).faults == (
            "sample.yaml:7: policies.1: there is no policy 'golden-plan'",
        )
