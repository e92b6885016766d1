import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.app import App
from tests.journeys.play import FOLDER, README, demo_app, for_readme, play, read
from tools.catalog import all_invariants

TRANSCRIPTS = sorted(FOLDER.glob("*.md"))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    home = tmp_path_factory.mktemp("journeys")
    if request.param == "sqlite":
        url = ""
    else:
        create_database: Callable[[str], str] = request.getfixturevalue("create_database")
        url = create_database("journeys")
    app = demo_app(home, database_url=url)
    yield app
    app.close()


class TestJourney:
    @pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
    def test_is_what_the_assistant_says(self, app: App, path: Path) -> None:
        journey = read(path)

        for (said, expected), (_, answered) in zip(journey.turns, play(app, journey), strict=True):
            assert answered == expected, f"{path.name}: > {said}"

    def test_leaves_nothing_that_the_audit_would_find(self, app: App) -> None:
        with app.database.reading() as session:
            broken = [line for invariant in all_invariants() for line in invariant.violations(session)]

        assert broken == []


class TestReadme:
    def test_shows_the_first_conversation_as_it_is(self) -> None:
        shown = re.search(
            r"<!-- conversation: (\S+) -->\n(.*?)\n<!-- /conversation -->",
            README.read_text("utf-8"),
            re.DOTALL,
        )

        assert shown is not None
        assert shown[2] == for_readme(read(README.parent / shown[1]))
