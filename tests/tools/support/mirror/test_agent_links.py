"""Which Telegram account speaks for which agent."""

from datetime import datetime, timedelta

import pytest

from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.support import agents
from tools.support.agents import Agent, Role
from tools.support.mirror import agent_links
from tools.support.mirror.agent_links import LIFETIME, CodeProblem

USER, OTHER = 901, 902


@pytest.fixture
def agent(database: Database, now: datetime) -> Agent:
    """Return an agent."""
    with database.writing() as session:
        return agents.add_agent(
            session, login="xiaoli", name="小李", password="long enough", roles=[Role.AGENT], now=now
        )


class TestRedeem:
    def test_links_once(self, database: Database, agent: Agent, now: datetime) -> None:
        with database.writing() as session:
            code = agent_links.issue_code(session, login="xiaoli", now=now)

            first = agent_links.redeem(session, user=USER, code=code.lower(), now=now)
            again = agent_links.redeem(session, user=USER, code=code, now=now)
            stolen = agent_links.redeem(session, user=OTHER, code=code, now=now)

            assert (first, again, stolen) == (agent, agent, CodeProblem.WRONG)
            assert agent_links.agent_of(session, user=OTHER) is None

    def test_refuses_a_code_that_is_old_or_void(
        self, database: Database, agent: Agent, now: datetime
    ) -> None:
        with database.writing() as session:
            void = agent_links.issue_code(session, login="xiaoli", now=now)
            old = agent_links.issue_code(session, login="xiaoli", now=now)

            assert agent_links.redeem(session, user=USER, code=void, now=now) is CodeProblem.WRONG
            assert agent_links.redeem(session, user=USER, code=old, now=now + LIFETIME) is CodeProblem.WRONG

    def test_pauses_after_five_wrong_tries(self, database: Database, agent: Agent, now: datetime) -> None:
        with database.writing() as session:
            code = agent_links.issue_code(session, login="xiaoli", now=now)
            for _ in range(5):
                agent_links.redeem(session, user=USER, code="WRONG", now=now)

            assert agent_links.redeem(session, user=USER, code=code, now=now) is CodeProblem.TOO_MANY_TRIES
            later = now + timedelta(minutes=16)
            new = agent_links.issue_code(session, login="xiaoli", now=later)
            assert agent_links.redeem(session, user=USER, code=new, now=later) == agent

    def test_moves_the_agent_to_the_newest_account(
        self, database: Database, agent: Agent, now: datetime
    ) -> None:
        with database.writing() as session:
            for user in (USER, OTHER):
                code = agent_links.issue_code(session, login="xiaoli", now=now)
                agent_links.redeem(session, user=user, code=code, now=now)

            assert agent_links.agent_of(session, user=USER) is None
            assert agent_links.agent_of(session, user=OTHER) == agent


class TestIssueCode:
    def test_needs_a_login_that_exists(self, database: Database, now: datetime) -> None:
        with database.writing() as session, pytest.raises(OperatorError, match="'nobody'"):
            agent_links.issue_code(session, login="nobody", now=now)


class TestAgentOf:
    def test_is_nobody_when_the_account_is_disabled(
        self, database: Database, agent: Agent, now: datetime
    ) -> None:
        with database.writing() as session:
            code = agent_links.issue_code(session, login="xiaoli", now=now)
            agent_links.redeem(session, user=USER, code=code, now=now)
            agents.disable(session, login="xiaoli", now=now)

            assert agent_links.agent_of(session, user=USER) is None
