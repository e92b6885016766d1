import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.precheck.text.findings import Category, Disguise, Severity
from tools.precheck.text.rulebook import RuleBook, load_rules

CLEAN = Path(__file__).parent / "data" / "clean_captions.txt"
BOOK = load_rules()
# What a rule with words needs around it to speak.
PIECES = [
    "赌博",
    "加微信",
    "最好吃",
    "全国",
    "第一次",
    "v",
    "❤",
    "\u200b",
    "，",
    " ",
    "下单",
    "\ud83d",
    "wei",
    "xin",
    "138",
    "0",
]


@pytest.fixture
def book() -> RuleBook:
    return BOOK


def rules_found(book: RuleBook, text: str) -> set[Category]:
    return {finding.category for finding in book.check(text)}


class TestCheck:
    def test_flags_at_most_one_in_a_hundred_everyday_captions(self, book: RuleBook) -> None:
        captions = CLEAN.read_text("utf-8").splitlines()

        flagged = [caption for caption in captions if book.check(caption)]

        assert len(set(captions)) >= 300
        assert len(flagged) <= len(captions) // 100, flagged

    @pytest.mark.parametrize(
        "text",
        [
            "路口交通太堵了",
            "我家最好吃的饺子",
            "我第一次做饭",
            "最近降温了，最后一班车几点",
            "微信步数又是第一名",
            "今天去博物馆",
            "we chat every day",
            "国家机关放假通知",
            "100件毛衣，138件裤子，00后都爱穿",
            "13、15、17、19、21、23号线都通了",
            "Ctrl + V 粘贴",
        ],
    )
    def test_passes_what_only_looks_like_a_rule(self, book: RuleBook, text: str) -> None:
        assert book.check(text) == ()

    @pytest.mark.parametrize(
        ("text", "matched", "category", "disguise"),
        [
            ("全国最好吃的饺子", "全国最好吃", Category.ADVERTISING, None),
            ("这款最好用，赶紧下单", "最好用", Category.ADVERTISING, None),
            ("想学的＋V", "＋V", Category.CONTACT, Disguise.FORM),
            ("详情薇❤️", "薇❤", Category.CONTACT, None),
            ("今天独搏一把", "独搏", Category.GAMBLING, Disguise.HOMOPHONE),
            ("一起du bo吧", "du bo", Category.GAMBLING, Disguise.PINYIN),
            ("贝者博网站", "贝者博网站", Category.GAMBLING, Disguise.SPLIT),
            ("面膜降\u200b血\u200b压", "降\u200b血\u200b压", Category.MEDICAL, Disguise.INVISIBLE),
            ("稳 赚 不 赔", "稳 赚 不 赔", Category.FINANCIAL, Disguise.GAP),
            ("電話①③捌 零零零零 一二三四", "①③捌 零零零零 一二三四", Category.CONTACT, Disguise.GAP),
            ("微信号：abc_12345", "abc_12345", Category.CONTACT, None),
        ],
    )
    def test_shows_the_place_and_the_disguise(
        self, book: RuleBook, text: str, matched: str, category: Category, disguise: Disguise | None
    ) -> None:
        found = {(finding.matched, finding.category, finding.disguise) for finding in book.check(text)}

        assert (matched, category, disguise) in found

    def test_puts_blocks_first_and_then_follows_the_text(self, book: RuleBook) -> None:
        findings = book.check("全网最低价，震惊全国的真相，加微信进群领，一起赌博，稳赚不赔")

        ranks = [(finding.severity is Severity.WARN, finding.span) for finding in findings]
        assert ranks == sorted(ranks)
        assert {finding.severity for finding in findings} == {Severity.WARN, Severity.BLOCK}

    def test_gives_the_same_findings_every_time(self, book: RuleBook) -> None:
        text = "全网最低价，加微信，du bo，稳赚不赔"

        assert book.check(text) == load_rules().check(text)

    @given(
        text=st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=()), max_size=30).map(
            "".join
        )
    )
    def test_shows_spans_of_the_original_for_any_text(self, text: str) -> None:
        for finding in BOOK.check(text):
            first, last = finding.span
            assert 0 <= first < last <= len(text)
            assert text[first:last] == finding.matched
            assert BOOK.check(finding.rewrite) == ()

    def test_takes_an_empty_text(self, book: RuleBook) -> None:
        assert book.check("") == ()


class TestRewrite:
    def test_passes_the_same_check_for_every_word_of_every_rule(self, book: RuleBook) -> None:
        failed: list[tuple[str, str]] = []
        for rule in book.rules:
            needed = book.contexts[rule.needs[0]] if rule.needs else None
            for word in rule.words or (rule.example,):
                text = f"今天说说{word}这件事" if rule.words else word
                if needed is not None:
                    text = f"{text}，{needed.words[0]}" if needed.after else f"{needed.words[0]}{word}"
                findings = [finding for finding in book.check(text) if finding.category is rule.category]
                if not findings or any(not each.rewrite or book.check(each.rewrite) for each in findings):
                    failed.append((rule.id, word))

        assert failed == []

    def test_reads_like_the_caption(self, book: RuleBook) -> None:
        found = {
            text: book.check(text)[0].rewrite
            for text in ("全网最低价的袜子，链接在下面", "这款茶能降血压哦", "想学的加微信聊")
        }

        assert found == {
            "全网最低价的袜子，链接在下面": "价格实惠的袜子",
            "这款茶能降血压哦": "这款茶口味清淡哦",
            "想学的加微信聊": "想学的站内私信我聊",
        }

    def test_has_a_harmless_sentence_to_fall_back_on(self, book: RuleBook) -> None:
        assert {rule.fallback for rule in book.rules if book.check(rule.fallback)} == set()

    def test_never_repeats_the_word_that_was_found(self, book: RuleBook) -> None:
        findings = book.check("加微信领取，一起赌博，稳赚不赔，包治百病")

        assert all(finding.matched not in finding.rewrite for finding in findings)


class TestPatterns:
    def test_find_their_own_examples(self, book: RuleBook) -> None:
        missed = [
            rule.id
            for rule in book.rules
            if rule.pattern and rule.id not in {finding.rule for finding in book.check(rule.example)}
        ]

        assert missed == []


class TestVersion:
    def test_changes_with_the_rules_and_only_with_them(self, book: RuleBook, tmp_path: Path) -> None:
        own = tmp_path / "own.txt"
        own.write_text("某某竞品\n", "utf-8")
        with_own = load_rules([own]).version
        own.write_text("某某竞品\n另一个词\n", "utf-8")

        assert load_rules().version == book.version
        assert len({book.version, with_own, load_rules([own]).version}) == 3


class TestHostileTexts:
    @pytest.mark.parametrize(
        "text",
        [
            "好" * 1_000_000,
            "赌博" * 500_000,
            "加微信" * 333_333,
            "第一次" * 333_333,
            "a b " * 250_000,
            "dubo " * 200_000,
            "duboweixin" * 100_000,
            "独搏" * 500_000,
            "\ud800" * 1_000_000,
            "\u202e赌\u202d博" * 250_000,
            "赌" + "\u0336" * 999_998 + "博",
            "👨‍👩‍👧" * 200_000,
            "1" * 1_000_000,
            "+v" * 500_000,
            "微信" * 500_000,
            "http://" * 140_000,
            "a1" * 500_000,
            "ﷺ⑽㍿" * 333_333,
            "，" * 1_000_000,
        ],
        ids=lambda text: ascii(text[:8]),
    )
    def test_are_answered_in_bounded_time(self, book: RuleBook, text: str) -> None:
        started = time.process_time()

        findings = book.check(text)

        assert time.process_time() - started < 20
        assert len(findings) <= 50
        assert all(text[slice(*finding.span)] == finding.matched for finding in findings)

    def test_show_a_word_under_a_heap_of_marks(self, book: RuleBook) -> None:
        text = "今天" + "赌" + "\u0336" * 100_000 + "博" + "\u0336" * 100_000 + "去"

        assert book.check(text)[0].span == (2, 200_004)

    def test_show_the_last_word_of_a_long_text(self, book: RuleBook) -> None:
        text = "好" * 999_998 + "赌博"

        assert [finding.span for finding in book.check(text)] == [(999_998, 1_000_000)]
