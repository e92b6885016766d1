from datetime import time

import pytest

from tools.notices.clock_words import is_off, parse_hours, parse_time, zone_of, zone_words


class TestParseHours:
    @pytest.mark.parametrize(
        ("text", "starts", "ends"),
        [
            ("23:00-07:00", time(23), time(7)),
            ("晚上11点到早上7点", time(23), time(7)),
            ("晚上十点半到第二天早上八点", time(22, 30), time(8)),
            ("凌晨1点到上午9点一刻", time(1), time(9, 15)),
            ("半夜12点至早上6点", time(0), time(6)),
            ("晚上12点到8点", time(0), time(8)),
            ("中午12点到下午2点", time(12), time(14)),
            ("23点到8点", time(23), time(8)),
            ("晚上2点到早上10点", time(2), time(10)),
        ],
    )
    def test_understands(self, text: str, starts: time, ends: time) -> None:
        found = parse_hours(text)

        assert found is not None
        assert (found.starts, found.ends) == (starts, ends)

    @pytest.mark.parametrize(
        "text", ["", "晚上", "25点到8点", "8点到8点", "10点70分到12点", "随便", "9" * 400]
    )
    def test_makes_nothing_of_what_is_no_hours(self, text: str) -> None:
        assert parse_hours(text) is None


class TestParseTime:
    @pytest.mark.parametrize(
        ("text", "at"),
        [("晚上8点", time(20)), ("20:00", time(20)), ("早上七点半", time(7, 30)), ("下午3点", time(15))],
    )
    def test_understands(self, text: str, at: time) -> None:
        assert parse_time(text) == at

    def test_makes_nothing_of_what_is_no_time(self) -> None:
        assert parse_time("等会儿") is None


class TestZoneOf:
    def test_knows_places_and_names_of_zones(self) -> None:
        found = [zone_of(text) for text in ("我在纽约", "东京", "Europe/Paris", "UTC")]

        assert [zone and zone.key for zone in found] == [
            "America/New_York",
            "Asia/Tokyo",
            "Europe/Paris",
            "UTC",
        ]

    @pytest.mark.parametrize(
        "text", ["", "火星", "../../etc/passwd", "America/Nowhere", "posixrules/../x", "a" * 999]
    )
    def test_knows_nothing_else(self, text: str) -> None:
        assert zone_of(text) is None

    def test_is_called_by_its_place(self) -> None:
        zone = zone_of("纽约")

        assert zone is not None
        assert zone_words(zone) == "纽约时间"


class TestIsOff:
    def test_is_said_in_a_word(self) -> None:
        assert [is_off(text) for text in ("off", "关", "none", "不要", "23:00-07:00")] == [
            True,
            True,
            True,
            True,
            False,
        ]
