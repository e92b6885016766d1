"""The demo's orders, goods and courses; the accounts and the ledger of the rooms below must be there."""

from datetime import date

from sqlalchemy.orm import Session

from tools.commerce.courses import demo as courses
from tools.commerce.goods import demo as goods
from tools.commerce.orders import demo as orders


def load(session: Session, *, on: date) -> None:
    """Make the demo's orders and courses exist; again changes nothing."""
    orders.load(session, on=on)
    goods.load(session, on=on)
    courses.load(session, on=on)
