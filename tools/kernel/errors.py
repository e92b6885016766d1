"""The two kinds of expected failure: a no to a creator, and bad input from an operator."""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """An expected "no", worded for the creator in Chinese.

    A subclass sets `template`; the facts given to the constructor fill it and stay readable in `facts`.
    Whatever the transaction had changed is rolled back by the edge that opened it.
    """

    template: ClassVar[str]

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.template.format(**facts))


class OperatorError(Exception):
    """Bad input from an operator: one exact English line that says what and where; nothing was changed."""
