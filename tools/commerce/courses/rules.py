"""The dated rules of paid courses (policy paid-course-rules)."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from tools.kernel.dated import Term, read_terms, term_on

POLICY: Final = "paid-course-rules"
_FILE = Path(__file__).parent / "rules.yaml"


class CourseRules(Term):
    """What holds for courses that are offered, and sales that are made, in a term."""

    rule: str
    fee_bp: int
    fewest_chapters: int
    shortest_seconds: int
    lowest_fen: int
    highest_fen: int
    reprice_hours: int
    review_working_days: int
    refund_days: int
    refund_progress_bp: int
    late_chapter_days: int


@cache
def _terms() -> tuple[CourseRules, ...]:
    return read_terms(_FILE, CourseRules)


def course_rules(on: date) -> CourseRules:
    """Return the rules in force on a day. Raises NoRulesError."""
    return term_on(_terms(), on)
