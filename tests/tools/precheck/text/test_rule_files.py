import time
from pathlib import Path

import pytest

from knowledge.read import PACKAGED_POLICIES, read_policies
from tools.kernel.errors import OperatorError
from tools.precheck.text.findings import Category, Severity
from tools.precheck.text.rule_files import read_rules
from tools.precheck.text.rulebook import load_rules


def packaged_count() -> int:
    return len(read_rules().rules)


class TestPackagedRules:
    def test_have_at_least_four_hundred_entries_over_all_categories(self) -> None:
        rules = read_rules().rules

        assert len(rules) >= 400
        assert {rule.category for rule in rules} == set(Category) - {Category.OPERATOR}

    def test_have_each_id_once(self) -> None:
        ids = [rule.id for rule in read_rules().rules]

        assert len(set(ids)) == len(ids)

    def test_cite_clauses_that_exist_in_every_version_of_their_policy(self) -> None:
        policies = read_policies(PACKAGED_POLICIES)
        clauses = {
            (policy.id, policy.version): {clause.clause for clause in policy.clauses} for policy in policies
        }

        missing = {
            (rule.policy, rule.clause)
            for rule in read_rules().rules
            if not any(name == rule.policy for name, _ in clauses)
            or any(name == rule.policy and rule.clause not in found for (name, _), found in clauses.items())
        }

        assert missing == set()

    def test_say_why_and_what_to_do(self) -> None:
        assert all(rule.why and rule.advice and rule.fallback for rule in read_rules().rules)
        assert all("{word}" in rule.why for rule in read_rules().rules)


class TestOwnLists:
    def test_take_plain_words_one_a_line(self, tmp_path: Path) -> None:
        path = tmp_path / "own.txt"
        path.write_text("某某竞品\n\n内部代号甲\n", "utf-8")

        book = load_rules([path])

        finding = book.check("我也用某·某·竞·品")[0]
        assert (finding.rule, finding.category, finding.severity) == (
            "own:1",
            Category.OPERATOR,
            Severity.WARN,
        )
        assert finding.matched == "某·某·竞·品"

    def test_take_columns(self, tmp_path: Path) -> None:
        path = tmp_path / "own.csv"
        path.write_text(
            "word,severity,category,policy,clause,why,rewrite,unless\n"
            "某某竞品,block,advertising,advertising-wording,1.1,“{word}”不能提,别家的,某某竞品展\n",
            "utf-8-sig",
        )

        book = load_rules([path])

        finding = book.check("我也用某某竞品呢")[0]
        assert (finding.severity, finding.clause, finding.why) == (Severity.BLOCK, "1.1", "“某某竞品”不能提")
        assert finding.rewrite == "我也用别家的呢"
        assert book.check("去看某某竞品展") == ()

    def test_of_fifty_thousand_words_are_read_in_seconds(self, tmp_path: Path) -> None:
        path = tmp_path / "own.txt"
        words = [
            f"词{chr(0x4E00 + number % 5_000)}{chr(0x5000 + number // 5_000)}条" for number in range(50_000)
        ]
        path.write_text("\n".join(words), "utf-8")
        started = time.perf_counter()

        book = load_rules([path])

        assert book.check(f"这里有{words[49_999]}")[0].rule == "own:50000"
        assert time.perf_counter() - started < 30

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (
                "word,severity\n赌博吧,warn\n賭 博 吧,block\n",
                "own.csv: row 3, column word: '賭 博 吧' stands in row 2 with other columns",
            ),
            (
                "word\n！\n",
                "own.csv: row 2, column word: '！' has 0 letters, digits or Han characters; a word has 2 to 40",
            ),
            (
                "word,severity\n赌博吧,stop\n",
                "own.csv: row 2, column severity: 'stop' is none of block, warn",
            ),
            (
                "word,severity\n赌博吧\n",
                "own.csv: row 2, column word: the row has 1 cells where the header has 2",
            ),
            ("severity\nwarn\n", "own.csv: row 1, column word: is missing from the header"),
            ("word,colour\n赌博吧,red\n", "own.csv: row 1, column colour: is unknown or stands twice"),
            (
                "word,policy\n赌博吧,vulgarity\n",
                "own.csv: row 2, column clause: policy and clause come together",
            ),
            ("word,sound\n赌博吧,maybe\n", "own.csv: row 2, column sound: 'maybe' is neither yes nor no"),
            ('word\n"赌博吧\n', "own.csv: row 2, column 1: unexpected end of data"),
            ("", "own.csv: row 1, column word: is missing from the header"),
        ],
    )
    def test_are_refused_with_file_row_and_column(self, tmp_path: Path, content: str, message: str) -> None:
        path = tmp_path / "own.csv"
        path.write_text(content, "utf-8")

        with pytest.raises(OperatorError) as refused:
            read_rules([path])

        assert str(refused.value) == message

    def test_may_hold_a_word_in_two_scripts(self, tmp_path: Path) -> None:
        path = tmp_path / "own.txt"
        path.write_text("某某競品\n某某竞品\n", "utf-8")

        assert len(read_rules([path]).rules) == packaged_count() + 1

    def test_are_refused_where_they_are_not_utf_8(self, tmp_path: Path) -> None:
        path = tmp_path / "own.txt"
        path.write_bytes("好的词\n".encode() + "坏的".encode("gbk"))

        with pytest.raises(OperatorError, match=r"own\.txt: row 2, column 1: is not UTF-8"):
            read_rules([path])

    def test_are_refused_where_there_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(OperatorError, match=r"nowhere\.txt: cannot be read: No such file"):
            read_rules([tmp_path / "nowhere.txt"])
