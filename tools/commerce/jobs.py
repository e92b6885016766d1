"""The commerce room's background jobs."""

from tools.commerce.courses import jobs as courses
from tools.commerce.goods import jobs as goods
from tools.commerce.orders import jobs as orders

JOBS = (*orders.JOBS, *goods.JOBS, *courses.JOBS)
