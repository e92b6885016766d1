"""The rooms, and what each gives: a tool, a job or an invariant in a room's file is registered here once."""

from typing import TYPE_CHECKING

import tools.commerce.agent_tools
import tools.commerce.demo
import tools.commerce.invariants
import tools.creators.agent_tools
import tools.creators.demo
import tools.creators.invariants
import tools.creators.leaderboards.demo
import tools.creators.trends.demo
import tools.detection.agent_tools
import tools.detection.demo
import tools.detection.invariants
import tools.detection.migration.demo
import tools.detection.migration.invariants
import tools.kernel.invariants
import tools.notices.agent_tools
import tools.notices.demo
import tools.notices.invariants
import tools.payout.agent_tools
import tools.payout.demo
import tools.payout.invariants
import tools.policies.agent_tools
import tools.precheck.agent_tools
import tools.support.agent_tools
import tools.support.demo
import tools.support.invariants
from tools.kernel.agent_tool import AgentTool
from tools.kernel.invariant import Invariant

if TYPE_CHECKING:
    from tools.kernel.jobs import Job, Task

ROOMS = {
    "kernel": "database, money, periods, proposals, jobs",
    "creators": "accounts, works, daily metrics, links, diagnosis",
    "notices": "activities, and words that creators get later",
    "payout": "programmes, ledger, earnings",
    "detection": "originals, infringement reports",
    "precheck": "drafts judged before they are published",
    "commerce": "brand orders, goods, paid courses",
    "support": "the message log, 1V1 cases, the desk",
    "policies": "the agent's door to the rules",
}

DEMOS = (
    tools.creators.demo.load,
    tools.notices.demo.load,
    tools.payout.demo.load,
    tools.detection.demo.load,
    tools.detection.migration.demo.load,
    tools.commerce.demo.load,
    # Boards and trends are built from all that came before, income included.
    tools.creators.leaderboards.demo.load,
    tools.creators.trends.demo.load,
    tools.support.demo.load,
)


def all_tools() -> tuple[AgentTool, ...]:
    """Return every tool that the agent has."""
    return (
        *tools.creators.agent_tools.TOOLS,
        *tools.notices.agent_tools.TOOLS,
        *tools.payout.agent_tools.TOOLS,
        *tools.detection.agent_tools.TOOLS,
        *tools.precheck.agent_tools.TOOLS,
        *tools.commerce.agent_tools.TOOLS,
        *tools.support.agent_tools.TOOLS,
        *tools.policies.agent_tools.TOOLS,
    )


def all_jobs() -> "tuple[Job, ...]":
    """Return every background job that `guanghe worker` runs."""
    import tools.commerce.jobs  # noqa: PLC0415 - DBOS, which only the worker needs, is slow to import
    import tools.creators.jobs  # noqa: PLC0415
    import tools.detection.migration.jobs  # noqa: PLC0415
    import tools.detection.reports.jobs  # noqa: PLC0415
    import tools.kernel.task_request_jobs  # noqa: PLC0415
    import tools.notices.jobs  # noqa: PLC0415
    import tools.payout.jobs  # noqa: PLC0415
    import tools.support.jobs  # noqa: PLC0415
    import tools.support.turns.jobs  # noqa: PLC0415

    return (
        *tools.creators.jobs.JOBS,
        *tools.notices.jobs.JOBS,
        *tools.payout.jobs.JOBS,
        *tools.detection.reports.jobs.JOBS,
        *tools.detection.migration.jobs.JOBS,
        *tools.commerce.jobs.JOBS,
        *tools.support.jobs.JOBS,
        *tools.support.turns.jobs.JOBS,
        *tools.kernel.task_request_jobs.JOBS,
    )


def all_tasks() -> "tuple[Task, ...]":
    """Return every task on demand that `guanghe worker` runs."""
    import tools.detection.jobs  # noqa: PLC0415 - DBOS, which only the worker needs, is slow to import
    import tools.notices.jobs  # noqa: PLC0415
    import tools.precheck.jobs  # noqa: PLC0415

    return (*tools.detection.jobs.TASKS, *tools.notices.jobs.TASKS, *tools.precheck.jobs.TASKS)


def all_invariants() -> tuple[Invariant, ...]:
    """Return every invariant that `guanghe audit` checks."""
    return (
        *tools.kernel.invariants.INVARIANTS,
        *tools.creators.invariants.INVARIANTS,
        *tools.notices.invariants.INVARIANTS,
        *tools.payout.invariants.INVARIANTS,
        *tools.detection.invariants.INVARIANTS,
        *tools.detection.migration.invariants.INVARIANTS,
        *tools.commerce.invariants.INVARIANTS,
        *tools.support.invariants.INVARIANTS,
    )
