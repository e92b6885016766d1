"""Frames of proper videos, and one reason for each that is not."""

from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.clips import scene, write_clip, write_sound
from tools.kernel.media.frames import LONGEST_SIDE, Frame, Sampling, Video, read_video
from tools.kernel.media.limits import Fault, MediaError, MediaLimits

EVERY = Sampling(fps=2, most=100)
KEYFRAMES = Sampling(fps=1, most=100, keyframes=True)


def read(path: Path, sampling: Sampling = EVERY, limits: MediaLimits | None = None) -> Video:
    return read_video(path, sampling=sampling, limits=limits or MediaLimits())


def fault_of(path: Path, limits: MediaLimits | None = None) -> Fault:
    with pytest.raises(MediaError) as caught:
        read(path, limits=limits)
    return caught.value.fault


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clips") / "clip.mp4", scene(1))


class TestReadVideo:
    def test_samples_at_the_rate_asked(self, clip: Path) -> None:
        times = [frame.seconds for frame in read(clip).frames]

        assert times == pytest.approx(np.arange(0, 6, 0.5), abs=0.06)

    def test_gives_keyframes_alone(self, clip: Path) -> None:
        times = [frame.seconds for frame in read(clip, KEYFRAMES).frames]

        assert times == pytest.approx(np.arange(0, 6, 1.0), abs=0.06)

    def test_takes_other_frames_where_keyframes_are_rare(self, tmp_path: Path) -> None:
        rare = write_clip(tmp_path / "rare.mp4", scene(1), options={"g": "1000", "sc_threshold": "0"})

        assert len(read(rare, KEYFRAMES).frames) == 6

    def test_thins_a_long_video_over_its_whole_length(self, clip: Path) -> None:
        times = [frame.seconds for frame in read(clip, Sampling(fps=10, most=4)).frames]

        assert len(times) == 4
        assert times[-1] >= 4

    def test_shrinks_to_the_longest_side_and_never_enlarges(self, clip: Path, tmp_path: Path) -> None:
        large = write_clip(tmp_path / "large.mp4", scene(2, seconds=0.5, width=960, height=540))

        assert read(large).frames[0].gray.shape == (180, LONGEST_SIDE)
        assert read(clip).frames[0].gray.shape == (180, 320)

    def test_keeps_the_pictures_of_one_frame(self, tmp_path: Path) -> None:
        single = write_clip(tmp_path / "single.mp4", scene(1)[:1])

        assert len(read(single).frames) == 1

    def test_follows_a_changing_frame_rate(self, tmp_path: Path) -> None:
        path = tmp_path / "variable.mkv"
        with av.open(str(path), "w") as opened:
            container: Any = opened  # Any: its stubs leave the streams' kinds open
            stream = container.add_stream("libx264", rate=30)
            stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
            moment = 0
            for i, picture in enumerate(scene(3)):
                frame = av.VideoFrame.from_ndarray(picture, format="gray8")
                frame.pts = moment
                moment += 1 if i % 2 else 9
                container.mux(stream.encode(frame))
            container.mux(stream.encode())

        times = [frame.seconds for frame in read(path).frames]

        assert all(0.3 < later - earlier < 0.9 for earlier, later in pairwise(times))
        assert times[-1] > 8

    @pytest.mark.parametrize(("degrees", "shape"), [(90, (320, 180)), (180, (180, 320))])
    def test_shows_rotated_video_as_a_player_does(
        self, degrees: int, shape: tuple[int, int], clip: Path, tmp_path: Path
    ) -> None:
        turned = tmp_path / "turned.mp4"
        turned.write_bytes(rotated(clip.read_bytes(), degrees))

        assert read(turned).frames[0].gray.shape == shape

    def test_gives_what_comes_before_the_cut_of_a_truncated_file(self, tmp_path: Path) -> None:
        whole = write_clip(tmp_path / "whole.mkv", scene(1)).read_bytes()
        cut = tmp_path / "cut.mkv"
        cut.write_bytes(whole[: len(whole) // 2])

        assert 1 <= len(read(cut).frames) < 12


class TestFaults:
    def test_tell_a_missing_file(self, tmp_path: Path) -> None:
        assert fault_of(tmp_path / "none.mp4") is Fault.MISSING

    def test_tell_an_empty_file(self, tmp_path: Path) -> None:
        (tmp_path / "empty.mp4").touch()

        assert fault_of(tmp_path / "empty.mp4") is Fault.EMPTY

    @pytest.mark.parametrize(
        "body", [b"%PDF-1.7 not a video", b"\x89PNG\r\n\x1a\n" + b"0" * 200, b"#EXTM3U\nclip.mp4"]
    )
    def test_tell_a_renamed_file(self, body: bytes, tmp_path: Path) -> None:
        path = tmp_path / "renamed.mp4"
        path.write_bytes(body)

        assert fault_of(path) is Fault.NOT_A_VIDEO

    def test_tell_an_index_cut_off(self, clip: Path, tmp_path: Path) -> None:
        path = tmp_path / "cut.mp4"
        path.write_bytes(clip.read_bytes()[:2000])

        assert fault_of(path) is Fault.NOT_A_VIDEO

    def test_tell_sound_alone(self, tmp_path: Path) -> None:
        assert fault_of(write_sound(tmp_path / "sound.mp4")) is Fault.NO_PICTURE

    def test_tell_too_many_pixels_before_decoding_them(self, tmp_path: Path) -> None:
        path = tmp_path / "huge.mkv"
        with av.open(str(path), "w") as opened:
            container: Any = opened  # Any: its stubs leave the streams' kinds open
            stream = container.add_stream("ffv1", rate=1)
            stream.width, stream.height, stream.pix_fmt = 12000, 12000, "gray"
            frame = av.VideoFrame.from_ndarray(np.zeros((12000, 12000), np.uint8), format="gray8")
            container.mux(stream.encode(frame))
            container.mux(stream.encode())

        assert path.stat().st_size < 3 << 20
        assert fault_of(path) is Fault.TOO_MANY_PIXELS

    @pytest.mark.parametrize(
        ("limits", "fault"),
        [
            (MediaLimits(file_bytes=100), Fault.TOO_LARGE),
            (MediaLimits(duration_seconds=2), Fault.TOO_LONG),
            (MediaLimits(decoded_frames=10), Fault.TOO_MANY_FRAMES),
            (MediaLimits(pixels=1000), Fault.TOO_MANY_PIXELS),
        ],
    )
    def test_tell_which_limit(self, limits: MediaLimits, fault: Fault, clip: Path) -> None:
        assert fault_of(clip, limits) is fault


class TestDamage:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=40)), min_size=1, max_size=12))
    def test_anywhere_gives_frames_or_one_reason(
        self, clip: Path, tmp_path: Path, hits: list[tuple[float, bytes]]
    ) -> None:
        body = bytearray(clip.read_bytes())
        for place, junk in hits:
            at = int(place * (len(body) - len(junk)))
            body[at : at + len(junk)] = junk
        path = tmp_path / "hit.mp4"
        path.write_bytes(body)

        frames: tuple[Frame, ...] = ()
        with suppress(MediaError):
            frames = read(path, limits=MediaLimits(duration_seconds=60, decoded_frames=2000)).frames

        assert all(max(frame.gray.shape) <= LONGEST_SIDE for frame in frames)


def rotated(body: bytes, degrees: int) -> bytes:
    """Return the MP4 with its track's display matrix turned."""
    at = body.index(b"tkhd") + 4 + 40
    one = 0x10000
    matrix = {90: (0, one, 0, -one & 0xFFFFFFFF, 0), 180: (-one & 0xFFFFFFFF, 0, 0, 0, -one & 0xFFFFFFFF)}[
        degrees
    ]
    return body[:at] + b"".join(value.to_bytes(4, "big") for value in matrix) + body[at + 20 :]
