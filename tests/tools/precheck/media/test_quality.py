"""Which measured values become findings, and that each of them cites a clause that is there."""

from dataclasses import replace
from datetime import date

import pytest

from tests.calls import PackagedPolicies
from tools.precheck.media.measured import Borders, Measured, Sound
from tools.precheck.media.media_rules import MEDIA_RULES
from tools.precheck.media.quality import quality_findings
from tools.precheck.verdict import Part

GOOD = Measured(
    duration_seconds=30.0,
    width=1080,
    height=1920,
    borders=Borders(),
    sharpness=(0.5, 0.6, 0.55),
    frozen=((3.0, 5.5),),
    sound=Sound(loudness_lufs=-16.0, peak=0.8, seconds=30.0, silences=((10.0, 12.0),)),
    stills=(),
    pictures=60,
)
SOUND = Sound(loudness_lufs=-16.0, peak=0.8, seconds=30.0, silences=())


def rules_of(measured: Measured, part: Part = Part.VIDEO) -> set[str]:
    return {one.rule.removeprefix("media.") for one in quality_findings(measured, part=part)}


class TestQualityFindings:
    def test_are_none_for_a_good_video(self) -> None:
        assert quality_findings(GOOD, part=Part.VIDEO) == ()

    @pytest.mark.parametrize(
        ("measured", "rule"),
        [
            (replace(GOOD, duration_seconds=2.0, frozen=()), "too_short"),
            (replace(GOOD, duration_seconds=700.0), "too_long"),
            (replace(GOOD, width=640, height=360), "low_resolution"),
            (replace(GOOD, width=1920, height=720), "odd_aspect"),
            (replace(GOOD, borders=Borders(top=0.1, bottom=0.1)), "black_borders"),
            (replace(GOOD, sharpness=(0.2, 0.25, 0.6)), "blurred"),
            (replace(GOOD, black=True, frozen=()), "black_picture"),
            (replace(GOOD, frozen=((0.0, 30.0),)), "static_picture"),
            (replace(GOOD, frozen=((8.0, 15.0),)), "frozen"),
            (replace(GOOD, sound=None), "no_sound"),
            (replace(GOOD, sound=replace(SOUND, silences=((0.0, 29.5),))), "silent"),
            (replace(GOOD, sound=replace(SOUND, silences=((3.0, 14.0),))), "silence"),
            (replace(GOOD, sound=replace(SOUND, loudness_lufs=-40.0)), "too_quiet"),
            (replace(GOOD, sound=replace(SOUND, loudness_lufs=-4.0, peak=1.2)), "too_loud"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_name_what_is_wrong_alone(self, measured: Measured, rule: str) -> None:
        assert rules_of(measured) == {rule}

    def test_say_the_second_where_the_picture_stops(self) -> None:
        found = quality_findings(replace(GOOD, frozen=((8.0, 15.0),)), part=Part.VIDEO)

        assert (found[0].at_s, found[0].said) == (8.0, "静止 7 秒")

    def test_of_a_cover_are_about_its_picture_alone(self) -> None:
        cover = replace(GOOD, duration_seconds=0.0, sound=None, frozen=())

        assert quality_findings(cover, part=Part.COVER) == ()
        assert rules_of(replace(cover, width=300, height=300), Part.COVER) == {"low_resolution"}


class TestMediaRules:
    def test_cite_clauses_that_are_in_force(self) -> None:
        policies = PackagedPolicies()

        for rule in MEDIA_RULES:
            if rule.policy:
                assert policies.clause(rule.policy, rule.clause, on=date(2022, 8, 15)), rule.id

    def test_have_ids_of_their_own(self) -> None:
        assert len({rule.id for rule in MEDIA_RULES}) == len(MEDIA_RULES)
