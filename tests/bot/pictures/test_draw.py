import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from bot.pictures.draw import draw
from tests.bot.pictures.samples import CURVE, EMPTY, SAMPLES, charts
from tools.kernel.charts import Chart

ROOT = Path(__file__).parents[3]
# The Bot API's limits on a photo.
MOST_BYTES, LONGEST_SIDES, LONGEST_RATIO = 10_000_000, 10_000, 20


def picture(chart: Chart) -> Image.Image:
    return Image.open(BytesIO(draw(chart)))


class TestDraw:
    @pytest.mark.parametrize("name", SAMPLES)
    def test_is_a_photo_that_telegram_takes(self, name: str) -> None:
        png = draw(SAMPLES[name])

        width, height = Image.open(BytesIO(png)).size
        assert width == 1080
        assert 720 <= height < 1400
        assert width + height <= LONGEST_SIDES
        assert max(width, height) / min(width, height) <= LONGEST_RATIO
        assert len(png) < MOST_BYTES

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(charts())
    def test_draws_any_chart_without_a_warning(self, chart: Chart) -> None:
        assert picture(chart).size[0] == 1080

    @pytest.mark.parametrize("name", SAMPLES)
    def test_leaves_the_edges_white(self, name: str) -> None:
        drawn = picture(SAMPLES[name]).convert("L")

        width, height = drawn.size
        edges = [
            (0, 0, 4, height),
            (width - 4, 0, width, height),
            (0, 0, width, 8),
            (0, height - 8, width, height),
        ]
        assert [drawn.crop(edge).getextrema() for edge in edges] == [(255, 255)] * 4

    def test_is_the_same_in_another_process(self) -> None:
        code = (
            "from hashlib import sha256; from bot.pictures.draw import draw; "
            "from tests.bot.pictures.samples import CURVE; print(sha256(draw(CURVE)).hexdigest())"
        )

        other = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )

        assert other.stdout.strip() == sha256(draw(CURVE)).hexdigest()

    def test_is_the_same_in_many_threads(self) -> None:
        many = [*SAMPLES.values()] * 3
        alone = list(map(draw, many))

        with ThreadPoolExecutor(4) as threads:
            together = list(threads.map(draw, many))

        assert together == alone

    def test_holds_no_date_and_no_version(self) -> None:
        assert picture(EMPTY).info == {}

    def test_is_imported_without_matplotlib(self) -> None:
        code = "import sys, bot.app, bot.pictures.store; print('matplotlib' in sys.modules)"

        loaded = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )

        assert loaded.stdout.strip() == "False"
