from datetime import date, datetime, timedelta

import pytest

from tools.detection.videos.permission import Ground, Outcome, Permission, Side, ground, outcome
from tools.kernel.period import PLATFORM_ZONE

ON = date(2022, 8, 15)
NOON = datetime(2022, 8, 15, 12, tzinfo=PLATFORM_ZONE)
AUTHOR, OTHER, THIRD = 1, 2, 3
ORIGINAL = Side(AUTHOR, 10, "老街", NOON - timedelta(days=3))
COPY = Side(OTHER, 20, "老街", NOON)


def permission(
    owner: int | None = AUTHOR,
    licensee: int = OTHER,
    work: int | None = None,
    series: str | None = None,
    starts_on: date = date(2022, 8, 1),
    ends_on: date | None = None,
) -> Permission:
    return Permission(owner, licensee, work, series, starts_on, ends_on)


class TestGround:
    def test_is_the_authors_own_repost(self) -> None:
        repost = Side(AUTHOR, 11, None, NOON)

        assert ground(repost, ORIGINAL, [], on=ON) is Ground.OWN

    @pytest.mark.parametrize(
        ("held", "expected"),
        [
            (permission(), Ground.LICENSED),
            (permission(work=10), Ground.LICENSED),
            (permission(series="老街"), Ground.SERIES),
            (permission(owner=None), Ground.ALLOW_LISTED),
            (permission(starts_on=ON), Ground.LICENSED),
            (permission(ends_on=ON + timedelta(days=1)), Ground.LICENSED),
            (permission(ends_on=ON), None),
            (permission(starts_on=ON + timedelta(days=1)), None),
            (permission(work=11), None),
            (permission(series="新街"), None),
            (permission(owner=THIRD), None),
            (permission(licensee=THIRD), None),
        ],
    )
    def test_is_a_permission_that_covers_the_original_on_the_day(
        self, held: Permission, expected: Ground | None
    ) -> None:
        assert ground(COPY, ORIGINAL, [held], on=ON) is expected

    def test_is_not_a_series_of_the_same_name(self) -> None:
        assert ground(COPY, ORIGINAL, [], on=ON) is None

    def test_is_the_narrowest_of_several(self) -> None:
        held = [permission(owner=None), permission(series="老街"), permission(work=10)]

        assert ground(COPY, ORIGINAL, held, on=ON) is Ground.LICENSED


class TestOutcome:
    @pytest.mark.parametrize(
        ("sure", "found", "suspect", "original", "expected"),
        [
            (True, None, COPY, ORIGINAL, Outcome.CLAIMED),
            (False, None, COPY, ORIGINAL, Outcome.REVIEW),
            (True, Ground.OWN, COPY, ORIGINAL, Outcome.PERMITTED),
            (True, None, ORIGINAL, COPY, Outcome.REVIEW),
            (True, None, COPY, Side(AUTHOR, None, None, None), Outcome.NOTED),
        ],
    )
    def test_accuses_only_a_later_work_that_nothing_permits(
        self, *, sure: bool, found: Ground | None, suspect: Side, original: Side, expected: Outcome
    ) -> None:
        assert outcome(sure=sure, ground=found, suspect=suspect, original=original) is expected
