"""A policy as a page: the version of the day, the clause marked, a wrong address told."""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest

from bot.app import App
from bot.channels.web_clause import clause_address, show_policy
from knowledge.read import Audience, Clause, Source

_OLD, _NEW = date(2022, 1, 1), date(2022, 8, 1)
_TODAY = date(2022, 8, 15)


def clause(number: str, text: str, *, version: int = 2, policy: str = "plan") -> Clause:
    starts, ends = (_NEW, None) if version == 2 else (_OLD, _NEW)
    return Clause(
        policy, version, number, "计划 <规则>", "门槛", text, starts, ends, Audience.EVERYONE, Source.SAMPLE
    )


@dataclass
class Shelf:
    """Two versions of a policy; remembers the days that were asked for."""

    asked: list[date]

    def versions(self, policy: str) -> list[tuple[int, date, date | None]]:
        return [(1, _OLD, _NEW), (2, _NEW, None)] if policy == "plan" else []

    def clauses(self, *, on: date) -> list[Clause]:
        self.asked.append(on)
        if on < _NEW:
            return [clause("1.1", "旧的门槛", version=1)]
        return [
            clause("1.10", "第十条"),
            clause("1.2", "要 <b>1</b> 万粉丝"),
            clause("1.1", "别的", policy="x"),
        ]


@pytest.fixture
def shelf() -> Shelf:
    """Return the policies."""
    return Shelf([])


def shown(shelf: Shelf, policy: str, number: str, on: str) -> tuple[int, str]:
    app = cast("App", SimpleNamespace(policies=shelf, today=lambda: _TODAY))
    response = show_policy(app, policy, number, on)
    return response.status_code, bytes(response.body).decode()


class TestShowPolicy:
    def test_marks_the_clause_among_its_neighbours_in_their_order(self, shelf: Shelf) -> None:
        status, page = shown(shelf, "plan", "1.2", "")

        assert status == 200
        assert '<div class="clause" id="clause" aria-current="true"><b>1.2</b>' in page
        assert "要 &lt;b&gt;1&lt;/b&gt; 万粉丝" in page
        assert page.index("1.2") < page.index("第十条")
        assert "别的" not in page
        assert "第 2 版 · 2022-08-01 起生效 · 示例规则" in page

    def test_of_an_earlier_day_is_the_version_of_then(self, shelf: Shelf) -> None:
        _, page = shown(shelf, "plan", "1.1", "2022-03-07")

        assert "旧的门槛" in page
        assert "到 2022-08-01 前有效" in page

    def test_asks_for_few_days_whatever_is_asked_of_it(self, shelf: Shelf) -> None:
        for day in range(1, 28):
            shown(shelf, "plan", "1.1", f"2022-03-{day:02}")
            shown(shelf, "plan", "1.2", f"2022-09-{day:02}")

        assert set(shelf.asked) == {_OLD, _TODAY}

    @pytest.mark.parametrize(
        ("policy", "number", "on"),
        [("none", "1.2", ""), ("plan", "9.9", ""), ("plan", "1.2", "1999-01-01"), ("plan", "1.2", "heute")],
    )
    def test_that_does_not_exist_says_so(self, shelf: Shelf, policy: str, number: str, on: str) -> None:
        status, page = shown(shelf, policy, number, on)

        assert status == 404
        assert "没有找到这条规则" in page


class TestClauseAddress:
    def test_keeps_whatever_a_citation_names_inside_the_path(self) -> None:
        address = clause_address("a/b?c", "1 #x", on=_TODAY)

        assert address == "/policies/a%2Fb%3Fc/1%20%23x?on=2022-08-15#clause"
