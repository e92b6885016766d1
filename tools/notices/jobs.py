"""The notices room's background jobs and tasks."""

from tools.kernel.jobs import Job, Task
from tools.notices.alerts import look_at_accounts
from tools.notices.broadcasts import TASK, store_notices
from tools.notices.reminders import remind_of_activities

JOBS = (
    Job("notices.remind_of_activities", "25 * * * *", remind_of_activities),
    # Account days are complete at 10:00 (policy metrics-definitions 3.1).
    Job("notices.look_at_accounts", "50 10 * * *", look_at_accounts),
)
TASKS = (Task(TASK, store_notices),)
