"""What the workers do for the pre-publish check when somebody asks."""

from tools.kernel.jobs import Task
from tools.precheck.looking import look_requested
from tools.precheck.service import LOOK_TASK

TASKS = (Task(LOOK_TASK, look_requested),)
