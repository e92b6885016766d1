from hypothesis import given
from hypothesis import strategies as st

from tools.creators.detectors.titles import repeated


class TestRepeated:
    def test_finds_titles_that_say_the_same(self) -> None:
        titles = [
            "正宗锅包肉，醋要这么烹",
            "老妈的酸菜馅饺子",
            "正宗锅包肉 醋要这么烹！",
            "正宗锅包肉，醋要这么烹2",
        ]

        assert repeated(titles) == [2, 3]

    def test_leaves_titles_alone_that_share_a_subject(self) -> None:
        assert repeated(["正宗锅包肉，醋要这么烹", "空气炸锅做锅包肉", "锅包肉和地三鲜一锅出"]) == []

    def test_has_nothing_to_compare_in_short_titles(self) -> None:
        assert repeated(["日常", "日常", "vlog1", "12345"]) == []

    @given(st.lists(st.text(alphabet="锅包肉饺子大鹅炖地三鲜", min_size=4, max_size=12), max_size=10))
    def test_finds_every_second_copy(self, titles: list[str]) -> None:
        found = repeated([*titles, *titles])

        assert set(range(len(titles), 2 * len(titles))) <= set(found)
