from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.tools.payout.programs_of_tests import VALID
from tools.kernel.errors import OperatorError
from tools.payout.facts import Fact
from tools.payout.program_files import read_program, read_programs


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
        assert program.terms[0].eligibility[0].clauses[0].fact is Fact.FOLLOWERS
        assert program.terms[1].eligibility[0].clauses == ()

    @pytest.mark.parametrize(
        ("content", "line"),
        [
            (changed("at_least: 10000", "at_least: ten"), "sample.yaml:15: terms.0.eligibility.0.clauses.0.at_least: "),
            (changed("at_least: 10000", "at_least: 10000.0"), "sample.yaml:15: terms.0.eligibility.0.clauses.0.at_least: "),
            (changed("at_least: 10000", "at_least: true"), "sample.yaml:15: terms.0.eligibility.0.clauses.0.at_least: "),
            (changed("at_least: 10000", "at_lest: 10000"), "sample.yaml:15: terms.0.eligibility.0.clauses.0.at_lest: "),
            (changed("at_least: 10000, ", ""), "sample.yaml:15: terms.0.eligibility.0.clauses.0: give exactly one of at_least and at_most"),
            (changed("at_least: 10000", "at_least: 1, at_most: 2"), "give exactly one of at_least and at_most"),
            (changed("fact: followers", "fact: fans"), "sample.yaml:15: terms.0.eligibility.0.clauses.0.fact: "),
            (changed("fact: followers, at_least: 10000", "fact: real_name_verified, at_least: 2"), "is yes or no: write at_least: 1"),
            (changed('clause: "1.1"', "clause: 1.1"), "sample.yaml:15: terms.0.eligibility.0.clauses.0.clause: "),
            (changed('clause: "1.1"', 'clause: "one"'), "sample.yaml:15: terms.0.eligibility.0.clauses.0.clause: "),
            (changed("from: 2022-01-01", "from: 2022-07-29"), "sample.yaml:10: terms.0: until 2022-07-29 is not after from 2022-07-29"),
            (changed("until: 2022-07-29", "until: 2022-08-01"), "the term from 2022-07-29 begins before the one from 2022-01-01 ends"),
            (changed("until: 2022-07-29", "until: null"), "the term from 2022-07-29 begins before the one from 2022-01-01 ends"),
            (changed("from: 2022-01-01", "from: yesterday"), "sample.yaml:10: terms.0.from: "),
            (changed("from: 2022-01-01", "from: 2022-13-01"), "sample.yaml: "),
            (changed('cash_yuan: "1,000.50"', 'cash_yuan: "1000.555"'), "sample.yaml:8: budget: not an amount of yuan"),
            (changed('cash_yuan: "1,000.50"', 'cash_yuan: "-5"'), "sample.yaml:8: budget: below zero: -5"),
            (changed('cash_yuan: "1,000.50"', "cash_yuan: 1000.5"), "sample.yaml:8: budget.cash_yuan: "),
            (changed("per: year", "per: week"), "sample.yaml:8: budget.per: "),
            (changed("name: 样例计划\n", ""), "sample.yaml:1: name: Field required"),
            (changed("name: 样例计划", "name: 样例计划\nname: 又一个"), "sample.yaml:4: name is given twice"),
            (changed("id: sample", "id: Sample"), "sample.yaml:1: id: "),
            (changed("id: sample", "id: other"), "sample.yaml:1: id: 'other' but the file is named 'sample'"),
            (changed("place: 1", "place: 1\ncolour: red"), "sample.yaml:3: colour: "),
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

        with pytest.raises(OperatorError, match=r"sample\.yaml: '样例' is also a name of other\.yaml"):
            read_programs(tmp_path)

    def test_refuses_one_pool_with_two_amounts(self, tmp_path: Path) -> None:
        written(tmp_path, VALID)
        second = VALID.replace("id: sample", "id: other").replace("样例", "另一个").replace("5000", "6000")
        written(tmp_path, second, "other.yaml")

        with pytest.raises(OperatorError, match=r"the pool 'sample' has other amounts in other\.yaml"):
            read_programs(tmp_path)

    def test_refuses_a_folder_without_programmes(self, tmp_path: Path) -> None:
        with pytest.raises(OperatorError, match="holds no programme files"):
            read_programs(tmp_path)
        with pytest.raises(OperatorError, match="holds no programme files"):
            read_programs(tmp_path / "none")
