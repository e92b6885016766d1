import pytest

from tools.commerce.goods.categories import CATEGORIES, filed_under
from tools.commerce.goods.filters import (
    AudienceUnknown,
    BoundUnknown,
    Buyers,
    Filters,
    Limits,
    buyers_of,
    limits,
)


class TestLimits:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("<80", Limits(most=8_000)),
            (">20", Limits(least=2_000)),
            ("> 12.5%", Limits(least=1_250)),
            ("<=9.99", Limits(most=999)),
            (None, Limits()),
            ("", Limits()),
        ],
    )
    def test_are_hundredths(self, text: str | None, expected: Limits) -> None:
        assert limits(text) == expected

    @pytest.mark.parametrize("text", ["80", "<", "<1.234", "便宜的"])
    def test_refuse_what_is_no_bound(self, text: str) -> None:
        with pytest.raises(BoundUnknown, match="价格 80 元以内"):
            limits(text)


class TestBuyersOf:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("男粉", Buyers.MEN),
            ("male", Buyers.MEN),
            ("female", Buyers.WOMEN),
            ("宝妈", Buyers.PARENTS),
            ("大爷", Buyers.OLDER),
        ],
    )
    def test_reads_what_creators_say(self, text: str, expected: Buyers) -> None:
        assert buyers_of(text) is expected

    def test_refuses_whom_nobody_counts(self) -> None:
        with pytest.raises(AudienceUnknown, match="左撇子"):
            buyers_of("左撇子")


class TestSaid:
    def test_tells_every_filter(self) -> None:
        filters = Filters("四件套", "家居", Limits(most=8_000), Limits(least=2_050), Buyers.MEN)

        assert filters.said == "“四件套”、家居类、价格 80 元以内、佣金 20.50%以上、男性买得多"


class TestFiledUnder:
    def test_knows_its_own_and_what_creators_call_them(self) -> None:
        assert filed_under("零食") == "食品"
        assert filed_under("三农") == "农资"
        assert filed_under("搞笑") is None
        assert [filed_under(name) for name in CATEGORIES] == list(CATEGORIES)
