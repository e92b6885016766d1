import re
from datetime import date, timedelta
from itertools import chain

import pytest

from tools.creators.inspiration.catalogue import Idea, about, in_season
from tools.creators.inspiration.load import packaged
from tools.creators.vocabulary import TOPICS

CATALOGUE = packaged()
IDEAS = [idea for shelf in CATALOGUE.shelves for idea in shelf.ideas]
# Policies advertising-wording 1.1 and 1.4, medical-claims, private-diversion: what no material of ours may say.
FORBIDDEN = re.compile(
    r"国家级|最高级|最佳|最好|最便宜|全网|顶级|独一无二|史上|包赚|稳赚|保过|绝对|百分百|根治|治愈|疗效|治病|排毒|减肥药"
    r"|加微信|私信领|稳涨|必火|必爆|爆粉"
)


def texts(idea: Idea) -> list[str]:
    shots = chain.from_iterable((shot.picture, shot.words) for shot in idea.script)
    return [idea.title, *idea.hooks, *shots, idea.cover, idea.music, *idea.titles]


class TestCatalogue:
    def test_has_every_category_of_the_platform_and_fourteen_at_least(self) -> None:
        assert all(CATALOGUE.shelf(topic.category) for topic in TOPICS)
        assert len(CATALOGUE.shelves) >= 14

    @pytest.mark.parametrize("shelf", CATALOGUE.shelves, ids=lambda shelf: shelf.category)
    def test_has_six_ideas_a_category(self, shelf: object) -> None:
        assert len(shelf.ideas) >= 6  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownArgumentType] - a Shelf

    def test_says_nothing_twice(self) -> None:
        for said in (
            [idea.id for idea in IDEAS],
            [idea.title for idea in IDEAS],
            [hook for idea in IDEAS for hook in idea.hooks],
            [idea.cover for idea in IDEAS],
            [shot.words for idea in IDEAS for shot in idea.script],
        ):
            assert [each for each in said if said.count(each) > 1] == []

    @pytest.mark.parametrize("idea", IDEAS, ids=lambda idea: idea.id)
    def test_promises_and_claims_nothing_that_the_rules_forbid(self, idea: Idea) -> None:
        assert [text for text in texts(idea) if FORBIDDEN.search(text)] == []

    @pytest.mark.parametrize("idea", IDEAS, ids=lambda idea: idea.id)
    def test_can_be_shot_as_written(self, idea: Idea) -> None:
        assert 15 <= idea.seconds <= 60
        # The hook has three to four seconds, said at four characters a second, a picture aside.
        assert idea.script[0].seconds <= 4
        assert all(len(hook) <= 24 for hook in idea.hooks)
        assert "○○" not in "".join(idea.titles)

    def test_has_something_of_its_own_for_every_season(self) -> None:
        used = set(chain.from_iterable(idea.when for idea in IDEAS))

        assert used == {season.tag for season in CATALOGUE.seasons}

    def test_has_three_ideas_of_every_category_on_every_day(self) -> None:
        for number in range(365):
            tags = CATALOGUE.tags_on(date(2022, 1, 1) + timedelta(days=number))
            for shelf in CATALOGUE.shelves:
                assert sum(in_season(idea, tags) for idea in shelf.ideas) >= 3

    def test_titles_tell_ideas_apart(self) -> None:
        assert all(CATALOGUE.titled(f"1. {idea.title}：…") == idea for idea in IDEAS)

    def test_has_no_words_that_make_a_list_look_like_a_question(self) -> None:
        listed = chain.from_iterable((idea.title, *idea.hooks, *idea.shown_titles) for idea in IDEAS)

        assert [text for text in listed if "还是" in text or "哪一个" in text] == []


class TestSeasons:
    @pytest.mark.parametrize(
        ("on", "tags"),
        [
            (date(2022, 8, 14), {"summer", "mid_autumn"}),
            (date(2022, 8, 15), {"summer", "mid_autumn", "back_to_school"}),
            (date(2022, 9, 11), {"autumn", "back_to_school"}),
            (date(2022, 12, 31), {"winter", "new_year", "spring_festival"}),
            (date(2023, 1, 3), {"winter", "new_year", "spring_festival"}),
            (date(2024, 2, 29), {"winter"}),
            (date(2022, 4, 1), {"spring"}),
        ],
    )
    def test_hold_between_their_days(self, on: date, tags: set[str]) -> None:
        assert set(CATALOGUE.tags_on(on)) == tags


class TestAbout:
    def test_finds_a_subject_in_its_words(self) -> None:
        assert about(IDEAS, "东北冬天")[0].id == "life-winter-north"
        assert about(IDEAS, "情侣日常")[0].id in {"emotion-couple-daily", "life-couple"}

    def test_finds_nothing_for_what_no_idea_is_about(self) -> None:
        assert about(IDEAS, "量子纠缠") == []
