import re
from pathlib import Path

import pytest

from bot.settings import Settings, load_settings
from tools.kernel.errors import OperatorError

README = Path(__file__).parent.parent.parent / "README.md"


def documented() -> str:
    """Return the table of settings as README must show it."""
    rows: list[str] = []
    for name, field in Settings.model_fields.items():
        default = "packaged" if name == "policies" else field.default
        shown = f"`{default}`" if default not in {None, ""} else ""
        rows.append(f"| `GUANGHE_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)


class TestSettings:
    def test_stand_in_readme_as_they_are(self) -> None:
        table = re.search(
            r"<!-- settings -->\n(.*?)\n<!-- /settings -->", README.read_text("utf-8"), re.DOTALL
        )

        assert table is not None
        assert table[1] == documented()

    def test_never_show_a_secret(self) -> None:
        loaded = Settings.model_validate({"telegram_token": "123:very-secret", "model_key": "sk-secret"})

        shown = f"{loaded!r} {loaded.telegram_token} {loaded.model_key}"
        assert "very-secret" not in shown
        assert "sk-secret" not in shown


class TestLoadSettings:
    def test_names_the_variable_that_does_not_fit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GUANGHE_TODAY", "yesterday")

        with pytest.raises(OperatorError, match=r"GUANGHE_TODAY: .*'yesterday'"):
            load_settings()

    def test_takes_an_empty_variable_for_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GUANGHE_TODAY", "")

        assert load_settings().today is None
