import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.detection.migration.impostor import (
    PASSES_PERCENT,
    Face,
    differing_bits,
    fold_name,
    is_hash,
    likeness,
    name_likeness,
)

OWN = "木匠老陈"
HASH = "f0e1c3870f1e3c78"


class TestFoldName:
    @pytest.mark.parametrize(
        "disguised",
        [
            "木匠老陳", "木匠老陈官方", "官方木匠老陈", "木匠老陈（正版）", "木匠老陈小号", "木匠·老陈", "木匠_老陈_",
            "朩匠老陈", "木匠老陈🔨", " 木匠 老陈 ", "【官方】木匠老陈", "木匠⽼陈", "木匞老陈", "木匠老陈-备用号",
        ],
    )  # fmt: skip
    def test_reads_a_disguise_as_the_name(self, disguised: str) -> None:
        assert fold_name(disguised) == fold_name(OWN)

    @pytest.mark.parametrize(
        ("one", "other"), [("ＡＢＣ１２３", "abc123"), ("l0ve", "1ove"), ("раса", "paca"), ("Ámy", "amy")]
    )
    def test_takes_widths_cases_and_look_alike_letters_for_one(self, one: str, other: str) -> None:
        assert fold_name(one) == fold_name(other)

    def test_keeps_a_name_that_is_only_an_affix(self) -> None:
        assert fold_name("官方") == fold_name("宫方")

    @given(st.text(max_size=12))
    def test_folds_no_further_the_second_time(self, name: str) -> None:
        folded = fold_name(name)

        assert len(fold_name(folded)) <= len(folded)


class TestNameLikeness:
    @given(st.text(max_size=12), st.text(max_size=12))
    def test_is_the_same_both_ways_and_a_share(self, one: str, other: str) -> None:
        found = name_likeness(one, other)

        assert 0 <= found <= 1
        assert found == name_likeness(other, one)

    @given(st.text(min_size=1, max_size=12).filter(lambda text: bool(text.strip())))
    def test_is_one_for_the_same_name(self, name: str) -> None:
        assert name_likeness(name, name) == 1

    @pytest.mark.parametrize("other", ["小鹿学化妆", "铁匠老张", "", "🔨"])
    def test_is_nothing_for_another_name(self, other: str) -> None:
        assert name_likeness(OWN, other) == 0

    def test_falls_with_each_sign_that_differs(self) -> None:
        assert name_likeness(OWN, "木匠小陈") == 0.75


class TestDifferingBits:
    @given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
    def test_counts_the_bits(self, one: int, other: int) -> None:
        assert differing_bits(f"{one:016x}", f"{other:016x}") == f"{one ^ other:b}".count("1")

    def test_knows_nothing_without_both(self) -> None:
        assert differing_bits(HASH, None) is None


class TestIsHash:
    @pytest.mark.parametrize("text", ["", "f0e1", HASH.upper(), HASH + "0", "g" * 16])
    def test_refuses_what_is_none(self, text: str) -> None:
        assert is_hash(HASH)
        assert not is_hash(text)


class TestLikeness:
    def test_finds_the_impostor_by_name_and_picture(self) -> None:
        found = likeness(Face(OWN, HASH), Face("木匠老陳", HASH), infringing_works=0, works=8)

        assert found.passes
        assert found.words == (
            "昵称去掉形近字、符号和前后缀后和你的一样",
            "头像和你的几乎一样",
            "对方 8 个作品里有 0 个被判定侵权",
        )

    @pytest.mark.parametrize(
        ("name", "picture", "infringing", "works"),
        [
            (OWN, None, 0, 8),
            ("手工小李", HASH, 0, 8),
            ("手工小李", None, 1, 8),
            (OWN, "0f1e3c78f0e1c387", 0, 8),
        ],
    )
    def test_is_not_satisfied_by_one_part(
        self, name: str, picture: str | None, infringing: int, works: int
    ) -> None:
        found = likeness(Face(OWN, HASH), Face(name, picture), infringing_works=infringing, works=works)

        assert found.percent < PASSES_PERCENT

    def test_is_satisfied_by_an_account_of_stolen_works(self) -> None:
        assert likeness(Face(OWN), Face("手工小李"), infringing_works=6, works=8).passes

    @given(
        st.integers(0, 20),
        st.integers(0, 20),
        st.integers(0, 2**64 - 1),
        st.sampled_from([OWN, "木匠小陈", "他"]),
    )
    def test_never_falls_with_another_infringing_work(
        self, infringing: int, works: int, picture: int, name: str
    ) -> None:
        suspect = Face(name, f"{picture:016x}")
        fewer = likeness(Face(OWN, HASH), suspect, infringing_works=infringing, works=works + 20)
        more = likeness(Face(OWN, HASH), suspect, infringing_works=infringing + 1, works=works + 20)

        assert 0 <= fewer.percent <= more.percent <= 100
