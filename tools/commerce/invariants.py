"""What must hold in orders, goods and courses at any moment."""

from tools.commerce.courses import invariants as courses
from tools.commerce.goods import invariants as goods
from tools.commerce.orders import invariants as orders

INVARIANTS = (*orders.INVARIANTS, *goods.INVARIANTS, *courses.INVARIANTS)
