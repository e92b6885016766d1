import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.creators.trends.keywords import KEYWORDS, LONGEST_TOPIC, topics


class TestTopics:
    @pytest.mark.parametrize(
        ("title", "found"),
        [
            ("正宗锅包肉，醋要这么烹", {"锅包肉"}),
            ("烤冷面和冷面", {"烤冷面", "冷面"}),
            ("今天去赶海 #开学季 #Vlog日常", {"开学季", "vlog日常"}),
            ("#开学季#军训", {"开学季", "军训"}),
            ("＃全角井号", {"全角井号"}),
            ("没有话题", set[str]()),
            ("#", set[str]()),
        ],
    )
    def test_are_the_tags_and_the_words_followed(self, title: str, found: set[str]) -> None:
        assert topics(title) == found

    @given(st.text(max_size=120))
    def test_fit_the_store_whatever_the_title(self, title: str) -> None:
        assert all(0 < len(topic) <= LONGEST_TOPIC for topic in topics(title))

    def test_know_words_of_every_category(self) -> None:
        assert len(KEYWORDS) > 120
