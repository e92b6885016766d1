"""Income tax withheld from one payment to a person, by the table in force on the day (policy tax-withholding)."""

from dataclasses import dataclass
from datetime import date

from tools.kernel.money import FEN_PER_YUAN


class TaxTableError(LookupError):
    """No table is known for the day: a payment must not be guessed."""


@dataclass(frozen=True, slots=True)
class TaxTable:
    """One table of withholding on labour remuneration; limits in fen, rates in percent.

    Payments up to `free_fen` are free; up to `deduction_until_fen` a fixed `free_fen` is deducted, above that
    `deduction_percent` of the payment. `steps` are (upper limit of the taxable part, rate), the last without a limit.
    """

    starts_on: date
    ends_on: date | None
    free_fen: int
    deduction_until_fen: int
    deduction_percent: int
    steps: tuple[tuple[int | None, int], ...]


TABLES = (
    # tax-withholding 2.1 to 2.4.
    TaxTable(
        starts_on=date(2022, 1, 1),
        ends_on=None,
        free_fen=800 * FEN_PER_YUAN,
        deduction_until_fen=4_000 * FEN_PER_YUAN,
        deduction_percent=20,
        steps=((20_000 * FEN_PER_YUAN, 20), (50_000 * FEN_PER_YUAN, 30), (None, 40)),
    ),
)


def withheld_fen(payment_fen: int, *, on: date) -> int:
    """Return the tax withheld from one payment, whole fen, fractions cut in the creator's favour.

    Raises TaxTableError for a day before the first table.
    """
    assert payment_fen >= 0
    table = _table(on)
    if payment_fen <= table.free_fen:
        return 0
    if payment_fen <= table.deduction_until_fen:
        taxable_percents = (payment_fen - table.free_fen) * 100
    else:
        taxable_percents = payment_fen * (100 - table.deduction_percent)
    tax, below = 0, 0
    for limit_fen, rate in table.steps:
        upper = taxable_percents if limit_fen is None else min(taxable_percents, limit_fen * 100)
        tax += max(0, upper - below) * rate
        below = upper
    return tax // (100 * 100)


def _table(on: date) -> TaxTable:
    for table in TABLES:
        if table.starts_on <= on and (table.ends_on is None or on < table.ends_on):
            return table
    raise TaxTableError(f"no table of withheld tax for {on}")
