"""Policy documents are read exactly, or refused with the file and the line."""

import re
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.read import (
    PACKAGED_POLICIES,
    Audience,
    Clause,
    Policy,
    PolicyError,
    Source,
    read_policies,
    read_policy,
    read_unruled,
)
from tests.knowledge.conftest import WritePolicy

DOCUMENT = """---
id: guanghe-plan
title: 光合计划激励政策
version: 1
in_force_from: 2022-07-21
in_force_until: null        # exclusive; null = open
audience: creators          # everyone | creators | agencies
source: article             # article | sample
---
# 光合计划激励政策

## 1 适用范围
1.1 粉丝数达到 10,000 的创作者可以参加。
1.2 高速成长的创作者也可以参加。

## 2 激励
2.1 全年 10 亿元现金。
"""
LINES: list[str] = [*DOCUMENT.split("\n")]
NAME = "guanghe-plan.v1.md"


def written(text: str, *, name: str = NAME) -> Path:
    path = Path(tempfile.mkdtemp()) / name
    path.write_text(text, encoding="utf-8")
    return path


def changed(line: int, text: str) -> str:
    return "\n".join([*LINES[: line - 1], text, *LINES[line:]])


class TestReadPolicy:
    def test_reads_every_field_and_clause(self) -> None:
        policy = read_policy(written(DOCUMENT))

        assert (policy.id, policy.version, policy.title) == ("guanghe-plan", 1, "光合计划激励政策")
        assert (policy.in_force_from, policy.in_force_until) == (date(2022, 7, 21), None)
        assert (policy.audience, policy.source) == (Audience.CREATORS, Source.ARTICLE)
        assert [(clause.clause, clause.heading) for clause in policy.clauses] == [
            ("1.1", "适用范围"),
            ("1.2", "适用范围"),
            ("2.1", "激励"),
        ]
        assert policy.clauses[2] == Clause(
            policy="guanghe-plan",
            version=1,
            clause="2.1",
            title="光合计划激励政策",
            heading="激励",
            text="全年 10 亿元现金。",
            in_force_from=date(2022, 7, 21),
            in_force_until=None,
            audience=Audience.CREATORS,
            source=Source.ARTICLE,
        )

    def test_reads_what_other_editors_write(self) -> None:
        windows = "\ufeff" + DOCUMENT.replace("\n", "\r\n").replace("title: 光合", 'title: "光合').replace(
            "激励政策\r\nversion", '激励政策"\r\nversion'
        )

        policy = read_policy(written(windows))

        assert policy == read_policy(written(DOCUMENT))

    @pytest.mark.parametrize(
        ("line", "text", "complaint"),
        [
            (1, "id: guanghe-plan", ":1: the document begins with a front matter"),
            (2, "id: youchuang", ":2: id is 'youchuang' but the file is named 'guanghe-plan'"),
            (3, "title:", ":3: title is empty"),
            (3, "name: 光合计划", ":3: the front matter has the fields id, title,"),
            (4, "version: 2", ":4: version is '2' but the file is named v1"),
            (4, "title: 光合计划", ":4: title is given twice"),
            (4, "", ":9: the front matter lacks version"),
            (5, "in_force_from: 2022-02-30", ":5: in_force_from is '2022-02-30', not a day such as"),
            (5, "in_force_from: 20220721", ":5: in_force_from is '20220721', not a day such as"),
            (6, "in_force_until: 2022-07-21", ":6: in_force_until 2022-07-21 is not after in_force_from"),
            (7, "audience: all", ":7: audience is 'all', not one of everyone, creators, agencies"),
            (8, "source: web", ":8: source is 'web', not one of article, sample"),
            (9, "", ":10: the front matter has the fields"),
            (10, "# 光合计划", ":10: the first line after the front matter is the title: # 光合计划激励政策"),
            (12, "## 适用范围", ":12: neither a heading"),
            (12, "", ":13: clause 1.1 stands under heading none"),
            (13, "粉丝数达到 10,000", ":13: neither a heading (## 1 name), nor a clause on one line"),
            (13, "1.1 一\x00二", ":13: the line holds a control character"),
            (14, "1.1 重复", ":14: clause 1.1 comes after clause 1.1"),
            (16, "## 1 激励", ":16: heading 1 comes after heading 1"),
            (17, "1.3 别处", ":17: clause 1.3 stands under heading 2"),
            (11, "? 谁能参加", ":11: a line of questions (? …) comes after the clause that answers them"),
            (17, "? 有多少钱", ":17: a line of questions (? …) comes after the clause that answers them"),
            (14, "? 谁能参加 | ", ":14: there is no question on one side of a bar"),
            (14, "?谁能参加", ":14: neither a heading (## 1 name), nor a clause on one line"),
        ],
    )
    def test_names_the_line_that_is_wrong(self, line: int, text: str, complaint: str) -> None:
        path = written(changed(line, text))

        with pytest.raises(PolicyError, match=re.escape(f"{NAME}{complaint}")):
            read_policy(path)

    def test_reads_how_creators_ask_for_a_clause(self) -> None:
        path = written(changed(14, "? 谁能参加 | 要多少粉\n? 门槛\n1.2 另一条"))

        clauses = read_policy(path).clauses

        assert clauses[0].asked == ("谁能参加", "要多少粉", "门槛")
        assert clauses[1].asked == ()
        assert clauses[0].text == read_policy(written(DOCUMENT)).clauses[0].text

    def test_refuses_a_document_without_clauses(self) -> None:
        path = written("\n".join(LINES[:12]))

        with pytest.raises(PolicyError, match="the document has no clause"):
            read_policy(path)

    def test_refuses_bytes_that_are_not_utf_8(self) -> None:
        path = written("")
        path.write_bytes(DOCUMENT.encode().replace("高速".encode(), b"\xff"))

        with pytest.raises(PolicyError, match=re.escape(f"{NAME}:14: the file is not UTF-8")):
            read_policy(path)

    @pytest.mark.parametrize(
        "name", ["guanghe.md", "guanghe.v0.md", "guanghe.v01.md", "Guanghe.v1.md", "a--b.v1.md"]
    )
    def test_refuses_a_file_that_is_named_otherwise(self, name: str) -> None:
        path = written(DOCUMENT, name=name)

        with pytest.raises(
            PolicyError, match=re.escape(f"{name}:1: a policy's file is named <id>.v<version>.md")
        ):
            read_policy(path)

    @given(st.text())
    def test_parses_any_text_or_names_file_and_line(self, text: str) -> None:
        assert_parses_or_names_the_line(text)

    @given(
        st.lists(
            st.tuples(
                st.integers(0, len(LINES)),
                st.integers(0, 2),
                st.sampled_from([*LINES, "## 3 x", "3.1 y", "1.1.1 z", "2.2", "title: #", "---", "# "])
                | st.text(alphabet=st.characters(codec="utf-8")),
            ),
            max_size=4,
        )
    )
    def test_parses_any_edit_of_a_document_or_names_file_and_line(
        self, edits: list[tuple[int, int, str]]
    ) -> None:
        lines: list[str] = [*LINES]
        for at, removed, inserted in edits:
            lines[at : at + removed] = [inserted]

        assert_parses_or_names_the_line("\n".join(lines))


def assert_parses_or_names_the_line(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        outcome: Policy | str
        try:
            outcome = read_policy(path)
        except PolicyError as error:
            outcome = str(error)
    if isinstance(outcome, Policy):
        assert outcome.clauses
    else:
        message = re.fullmatch(r"guanghe-plan\.v1\.md:([0-9]+): [^\n]+", outcome)
        assert message is not None, outcome
        assert 1 <= int(message[1]) <= text.count("\n") + 1


class TestReadPolicies:
    def test_sorts_by_id_and_version(self, folder: Path, write_policy: WritePolicy) -> None:
        write_policy("star", "一", version=10, since=date(2023, 1, 1))
        write_policy("star", "一", version=9, until=date(2023, 1, 1))
        write_policy("live", "一")
        (folder / "README.md").write_text("不是政策", encoding="utf-8")

        policies = read_policies(folder)

        assert [(policy.id, policy.version) for policy in policies] == [
            ("live", 1),
            ("star", 9),
            ("star", 10),
        ]

    def test_accepts_a_gap_between_versions(self, folder: Path, write_policy: WritePolicy) -> None:
        write_policy("star", "一", version=1, until=date(2022, 3, 1))
        write_policy("star", "一", version=2, since=date(2022, 6, 1))

        policies = read_policies(folder)

        assert len(policies) == 2

    @pytest.mark.parametrize("until", [None, date(2022, 6, 2)])
    def test_refuses_versions_that_overlap(
        self, folder: Path, write_policy: WritePolicy, until: date | None
    ) -> None:
        write_policy("star", "一", version=1, until=until)
        write_policy("star", "一", version=2, since=date(2022, 6, 1))

        with pytest.raises(
            PolicyError, match=r"^star\.v2\.md:5: version 2 begins on 2022-06-01 while version 1"
        ):
            read_policies(folder)

    @pytest.mark.parametrize("name", ["policies", "nowhere"])
    def test_refuses_a_folder_that_holds_none(self, folder: Path, name: str) -> None:
        with pytest.raises(PolicyError, match="folder"):
            read_policies(folder.parent / name)

    def test_keeps_the_name_of_the_questions_without_a_rule(
        self, folder: Path, write_policy: WritePolicy
    ) -> None:
        write_policy("no-rule", "一")

        with pytest.raises(PolicyError, match=r"^no-rule\.v1\.md:1: the id no-rule is kept"):
            read_policies(folder)

    def test_reads_the_packaged_policies(self) -> None:
        policies = read_policies(PACKAGED_POLICIES)

        assert {"guanghe-plan", "star", "withdrawal-rules"} <= {policy.id for policy in policies}


class TestReadUnruled:
    def test_reads_a_question_a_line_without_comments(self, folder: Path) -> None:
        (folder / "no-rule.txt").write_text("# 闲聊\n讲个笑话\n\n今天天气\n", encoding="utf-8")

        unruled = read_unruled(folder)

        assert unruled is not None
        assert [clause.asked for clause in unruled.clauses] == [("讲个笑话", "今天天气")]

    def test_gives_none_without_the_file(self, folder: Path) -> None:
        assert read_unruled(folder) is None

    def test_reads_the_packaged_questions(self) -> None:
        unruled = read_unruled(PACKAGED_POLICIES)

        assert unruled is not None
        assert len(unruled.clauses[0].asked) > 100


class TestClause:
    def test_holds_from_its_first_day_until_before_its_last(
        self, folder: Path, write_policy: WritePolicy
    ) -> None:
        write_policy("star", "一", since=date(2022, 6, 1), until=date(2022, 7, 1))

        clause = read_policies(folder)[0].clauses[0]

        days = [date(2022, 5, 31), date(2022, 6, 1), date(2022, 6, 30), date(2022, 7, 1)]
        assert [clause.holds_on(day) for day in days] == [False, True, True, False]

    def test_sorts_its_number_by_value(self, folder: Path, write_policy: WritePolicy) -> None:
        write_policy("star", *"一二三四五六七八九十")

        clauses = read_policies(folder)[0].clauses

        assert max(clauses, key=lambda clause: clause.number).clause == "1.10"
