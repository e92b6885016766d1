"""What the assistant can do about brand orders, goods and courses."""

from tools.commerce.courses import tool as courses
from tools.commerce.goods import tool as goods
from tools.commerce.orders import tool as orders

TOOLS = (orders.TOOL, goods.TOOL, courses.TOOL)
