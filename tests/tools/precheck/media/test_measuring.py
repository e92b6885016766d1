"""What is measured of proper files, and one reason for each that is not."""

import struct
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.clips import write_sound
from tests.drafts import save, scenery, shaken, tone, write_draft, written
from tools.kernel.media.limits import Fault, MediaError, MediaLimits
from tools.precheck.media.faults import unreadable
from tools.precheck.media.measure_picture import measure_picture_file
from tools.precheck.media.measure_video import MOST_STILLS, measure_video_file
from tools.precheck.media.measured import MEASURED, Measured
from tools.precheck.verdict import Part


def video(path: Path, folder: Path, limits: MediaLimits | None = None) -> Measured:
    folder.mkdir(exist_ok=True)
    return MEASURED.validate_json(measure_video_file(path, {"folder": str(folder)}, limits or MediaLimits()))


def picture(path: Path, folder: Path, limits: MediaLimits | None = None) -> Measured:
    folder.mkdir(exist_ok=True)
    return MEASURED.validate_json(
        measure_picture_file(path, {"folder": str(folder)}, limits or MediaLimits())
    )


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    frames = shaken(scenery(1, width=640, height=360), 20)
    return write_draft(tmp_path_factory.mktemp("drafts") / "clip.mp4", frames, sound=tone(4))


class TestMeasureVideo:
    def test_tells_size_length_and_sound(self, clip: Path, tmp_path: Path) -> None:
        found = video(clip, tmp_path / "stills")

        assert (found.width, found.height) == (640, 360)
        assert found.duration_seconds == pytest.approx(4, abs=0.1)
        assert found.sound is not None
        assert found.sound.seconds == pytest.approx(4, abs=0.1)
        assert found.sound.loudness_lufs == pytest.approx(-20, abs=6)
        assert found.sound.silences == ()
        assert found.borders.area == 0

    def test_writes_a_still_a_second_of_what_moves(self, clip: Path, tmp_path: Path) -> None:
        found = video(clip, tmp_path / "stills")

        assert [still.seconds for still in found.stills] == pytest.approx([0, 1, 2, 3], abs=0.1)
        assert sorted(path.name for path in (tmp_path / "stills").iterdir()) == [
            still.name for still in found.stills
        ]

    def test_writes_one_still_of_what_stands_still_and_another_when_words_appear(
        self, tmp_path: Path
    ) -> None:
        shown = scenery(2, width=640, height=360)
        frames = [shown] * 20 + [written(shown, "今天做红烧肉", at=(0.3, 0.8), size=26)] * 20
        path = write_draft(tmp_path / "still.mp4", frames)

        found = video(path, tmp_path / "stills")

        assert [still.seconds for still in found.stills] == pytest.approx([0, 4], abs=0.6)
        assert found.sound is None
        assert sum(end - start for start, end in found.frozen) > 5

    def test_hears_silence_and_loudness(self, tmp_path: Path) -> None:
        frames = shaken(scenery(3, width=320, height=180), 40)
        sound = np.concatenate([tone(4), np.zeros(4 * 44_100, np.float32)])

        found = video(write_draft(tmp_path / "half.mp4", frames, sound=sound), tmp_path / "stills")

        assert found.sound is not None
        assert len(found.sound.silences) == 1
        assert found.sound.silences[0] == pytest.approx((4, 8), abs=0.2)

    def test_sees_black_bars(self, tmp_path: Path) -> None:
        frames = shaken(scenery(4, width=640, height=360), 15)
        for frame in frames:
            frame[:60] = frame[-60:] = 0

        found = video(write_draft(tmp_path / "bars.mp4", frames), tmp_path / "stills")

        assert found.borders.area == pytest.approx(1 / 3, abs=0.03)

    def test_says_that_a_picture_is_black(self, tmp_path: Path) -> None:
        frames = [np.zeros((180, 320, 3), np.uint8)] * 10

        assert video(write_draft(tmp_path / "black.mp4", frames), tmp_path / "stills").black

    def test_keeps_the_number_of_stills_bounded(self, tmp_path: Path) -> None:
        places = [scenery(seed, width=64, height=64) for seed in range(300)]
        path = write_draft(tmp_path / "long.mp4", places, fps=1)

        found = video(path, tmp_path / "stills")

        assert len(found.stills) <= MOST_STILLS
        assert found.stills[-1].seconds > 280

    @pytest.mark.parametrize(
        ("limits", "fault"),
        [
            (MediaLimits(duration_seconds=1), Fault.TOO_LONG),
            (MediaLimits(decoded_frames=5), Fault.TOO_MANY_FRAMES),
            (MediaLimits(pixels=100), Fault.TOO_MANY_PIXELS),
            (MediaLimits(file_bytes=10), Fault.TOO_LARGE),
        ],
    )
    def test_tells_which_limit(self, limits: MediaLimits, fault: Fault, clip: Path, tmp_path: Path) -> None:
        with pytest.raises(MediaError) as caught:
            video(clip, tmp_path / "stills", limits)

        assert caught.value.fault is fault

    def test_tells_sound_alone_and_no_video(self, tmp_path: Path) -> None:
        (tmp_path / "text.mp4").write_text("no video")

        for path, fault in (
            (write_sound(tmp_path / "sound.mp4"), Fault.NO_PICTURE),
            (tmp_path / "text.mp4", Fault.NOT_A_VIDEO),
            (tmp_path / "none.mp4", Fault.MISSING),
        ):
            with pytest.raises(MediaError) as caught:
                video(path, tmp_path / "stills")
            assert caught.value.fault is fault

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=40)), min_size=1, max_size=12))
    def test_gives_a_result_or_one_reason_whatever_is_damaged(
        self, clip: Path, tmp_path: Path, hits: list[tuple[float, bytes]]
    ) -> None:
        body = bytearray(clip.read_bytes())
        for place, junk in hits:
            at = int(place * (len(body) - len(junk)))
            body[at : at + len(junk)] = junk
        path = tmp_path / "hit.mp4"
        path.write_bytes(body)

        with suppress(MediaError):
            found = video(path, tmp_path / "stills", MediaLimits(duration_seconds=60, decoded_frames=2000))
            assert len(found.stills) >= 1


class TestMeasurePicture:
    def test_tells_the_size_of_every_usual_kind(self, tmp_path: Path) -> None:
        shown = scenery(5, width=400, height=300)
        grey = Image.fromarray(shown).convert("L")
        grey.save(tmp_path / "grey.png")
        Image.fromarray(shown).convert("CMYK").save(tmp_path / "print.jpg")
        Image.fromarray(shown).convert("P").save(tmp_path / "palette.gif")
        Image.fromarray(shown).convert("RGBA").save(tmp_path / "through.png")
        Image.fromarray(shown).convert("1").save(tmp_path / "bits.png")
        for name in ("plain.jpg", "plain.webp", "plain.bmp"):
            save(tmp_path / name, shown)

        sizes = {
            path.name: (found.width, found.height)
            for path in sorted(tmp_path.iterdir())
            if path.is_file() and (found := picture(path, tmp_path / "stills"))
        }

        assert len(sizes) == 8
        assert set(sizes.values()) == {(400, 300)}

    def test_turns_a_photo_as_the_camera_says(self, tmp_path: Path) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        path = save(tmp_path / "turned.jpg", scenery(6, width=400, height=300), exif=exif)

        found = picture(path, tmp_path / "stills")

        assert (found.width, found.height) == (300, 400)

    def test_shows_what_is_transparent_over_white(self, tmp_path: Path) -> None:
        Image.new("RGBA", (60, 60), (0, 0, 0, 0)).save(tmp_path / "empty.png")

        assert not picture(tmp_path / "empty.png", tmp_path / "stills").black

    def test_takes_the_first_picture_of_an_animation(self, tmp_path: Path) -> None:
        first, *more = [Image.fromarray(scenery(seed, width=90, height=60)) for seed in range(4)]
        first.save(tmp_path / "moving.gif", save_all=True, append_images=more)

        found = picture(tmp_path / "moving.gif", tmp_path / "stills")

        assert (found.pictures, len(found.stills), found.duration_seconds) == (4, 1, 0)

    @pytest.mark.parametrize("side", [16_000, 60_000])
    def test_refuses_a_bomb_before_decoding_it(self, side: int, tmp_path: Path) -> None:
        path = tmp_path / "bomb.png"
        path.write_bytes(png_of(side))

        assert path.stat().st_size < 10_000
        assert self.fault(path, tmp_path) is Fault.TOO_MANY_PIXELS

    def test_refuses_a_picture_whose_data_blow_up(self, tmp_path: Path) -> None:
        path = tmp_path / "text.png"
        path.write_bytes(png_of(50, extra=chunk(b"zTXt", b"note\0\0" + zlib.compress(b"a" * (100 << 20)))))

        assert self.fault(path, tmp_path) in {Fault.DAMAGED, None}

    def test_tells_what_is_no_picture(self, tmp_path: Path) -> None:
        whole = save(tmp_path / "whole.jpg", scenery(7, width=300, height=200)).read_bytes()
        for name, body, fault in (
            ("cut.jpg", whole[: len(whole) // 2], Fault.DAMAGED),
            ("empty.jpg", b"", Fault.EMPTY),
            ("text.png", b"no picture at all", Fault.NOT_A_VIDEO),
            ("doc.jpg", b"%PDF-1.7 renamed", Fault.NOT_A_VIDEO),
        ):
            (tmp_path / name).write_bytes(body)

            assert self.fault(tmp_path / name, tmp_path) is fault

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.sampled_from(["a.jpg", "a.png", "a.gif", "a.webp", "a.bmp"]),
        st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=20)), min_size=1, max_size=8),
    )
    def test_gives_a_result_or_one_reason_whatever_is_damaged(
        self, tmp_path: Path, name: str, hits: list[tuple[float, bytes]]
    ) -> None:
        body = bytearray(save(tmp_path / name, scenery(8, width=60, height=40)).read_bytes())
        for place, junk in hits:
            at = int(place * (len(body) - len(junk)))
            body[at : at + len(junk)] = junk
        (tmp_path / f"hit-{name}").write_bytes(body)

        with suppress(MediaError):
            picture(tmp_path / f"hit-{name}", tmp_path / "stills", MediaLimits(pixels=1 << 20))

    def fault(self, path: Path, tmp_path: Path) -> Fault | None:
        try:
            picture(path, tmp_path / "stills")
        except MediaError as error:
            return error.fault
        return None


class TestUnreadable:
    @pytest.mark.parametrize("fault", list(Fault))
    @pytest.mark.parametrize("part", [Part.COVER, Part.VIDEO])
    def test_is_one_chinese_line_for_every_fault(self, fault: Fault, part: Part) -> None:
        line = str(unreadable(fault, part))

        assert line.startswith(f"{part.words}没法检测：")
        assert "\n" not in line
        assert line.endswith("。")


def chunk(kind: bytes, body: bytes) -> bytes:
    """Return a part of a PNG file."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(side: int, *, extra: bytes = b"") -> bytes:
    """Return a PNG that says it is a square of that side, with hardly any data."""
    head: Any = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(side + 1) * min(side, 60))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")
