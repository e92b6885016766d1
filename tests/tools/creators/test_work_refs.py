from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.creators.work_refs import WorkAmbiguous, WorkLabel, WorkUnknown, choose_work

ON = date(2022, 8, 15)
LABELS = (
    WorkLabel(9, "3xnewest", "奶奶的饺子馆（下）", date(2022, 8, 14)),
    WorkLabel(8, "3xsecond", "奶奶的饺子馆（上）", date(2022, 8, 12)),
    WorkLabel(7, "3xthird", "锅包肉，醋要这么烹！", date(2022, 8, 12)),
    WorkLabel(6, "3xoldest", "锅包肉", date(2022, 8, 1)),
)


class TestChooseWork:
    @pytest.mark.parametrize(
        ("work_ref", "chosen"),
        [
            ("latest", 9),
            (" latest ", 9),
            ("previous", 8),
            ("ord:1", 9),
            ("ord:4", 6),
            ("ord:-1", 6),
            ("ord:-4", 9),
            ("id:3xthird", 7),
            ("id:3XTHIRD", 7),
            ("title:锅包肉", 6),
            ("title:醋要这么烹", 7),
            ("title:《锅包肉，醋要这么烹》", 7),
            ("title:奶奶的 饺子馆(上)", 8),
            ("date:yesterday", 9),
            ("date:2022-08-01", 6),
        ],
    )
    def test_finds_the_work_that_a_reference_means(self, work_ref: str, chosen: int) -> None:
        assert choose_work(work_ref, LABELS, on=ON).id == chosen

    @pytest.mark.parametrize(
        "work_ref",
        [
            "",
            "ord:0",
            "ord:5",
            "ord:-5",
            "ord:二",
            "ord:9999999999999999999",
            "id:",
            "id:3xother",
            "title:",
            "title:《》",
            "title:螺蛳粉",
            "date:today",
            "date:2022-02-30",
            "date:上周",
            "top",
        ],
    )
    def test_refuses_what_none_of_the_works_is(self, work_ref: str) -> None:
        with pytest.raises(WorkUnknown, match="没有找到"):
            choose_work(work_ref, LABELS, on=ON)

    def test_names_the_works_that_a_part_of_a_title_may_mean(self) -> None:
        with pytest.raises(WorkAmbiguous) as caught:
            choose_work("title:饺子馆", LABELS, on=ON)

        assert caught.value.facts["choices"] == LABELS[:2]
        assert str(caught.value) == (
            "有 2 条作品都对得上标题是“饺子馆”的作品：《奶奶的饺子馆（下）》（3xnewest）、"
            "《奶奶的饺子馆（上）》（3xsecond）。你指的是哪一条？发作品 ID 最准。"
        )

    def test_asks_back_when_two_works_came_out_on_the_day(self) -> None:
        with pytest.raises(WorkAmbiguous, match="8月12日发布的作品"):
            choose_work("date:2022-08-12", LABELS, on=ON)

    def test_says_unknown_to_a_creator_without_works(self) -> None:
        with pytest.raises(WorkUnknown):
            choose_work("latest", (), on=ON)

    @given(st.text(max_size=60))
    def test_either_finds_one_of_the_works_or_refuses_whatever_is_asked(self, work_ref: str) -> None:
        try:
            chosen = choose_work(work_ref, LABELS, on=ON)
        except (WorkUnknown, WorkAmbiguous):
            return

        assert chosen in LABELS

    @given(st.integers(1, 30), st.integers(-40, 40).filter(bool))
    def test_counts_places_like_a_list(self, works: int, place: int) -> None:
        labels = [WorkLabel(n, f"id{n}", f"标题{n}", ON - timedelta(days=n)) for n in range(works)]
        within = -works <= place <= works

        try:
            chosen = choose_work(f"ord:{place}", labels, on=ON)
        except WorkUnknown:
            assert not within
        else:
            assert chosen is labels[place - 1 if place > 0 else place]
