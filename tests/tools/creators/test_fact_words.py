import dataclasses

import pytest

from tools.creators.fact_words import FACTS, values_of
from tools.creators.service import CreatorFacts
from tools.kernel.rules.facts import Fact, FactType


class TestFacts:
    def test_declare_every_figure_with_its_type(self) -> None:
        fields = {field.name: str(field.type) for field in dataclasses.fields(CreatorFacts)}

        assert {name: fact.type.value for name, fact in FACTS.items()} == {
            name: kind.removeprefix("<class '").removesuffix("'>") for name, kind in fields.items()
        }

    @pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.name)
    def test_have_words_and_count_as_none_when_missing(self, fact: Fact) -> None:
        assert fact.words
        assert not fact.default
        assert fact.type is not FactType.STRING


class TestValuesOf:
    def test_gives_each_figure_its_name(self) -> None:
        found = CreatorFacts(1, 2, 3, 4, 5, 6, True, 8, 9, False, 11, 12)  # noqa: FBT003 - in their order

        assert values_of(found) == dataclasses.asdict(found)
