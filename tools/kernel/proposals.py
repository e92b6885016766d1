"""Proposals: stored before anything changes, executed once, by the person they were made for."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import TypeAdapter
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tools.kernel import queries
from tools.kernel.agent_tool import AgentTool, Call, Proposal, Reply
from tools.kernel.errors import Refusal
from tools.kernel.models import StoredProposal

# A price, a balance or a rule may have changed after this; then the creator asks again.
PROPOSAL_LIFETIME = timedelta(minutes=30)

_reply = TypeAdapter(Reply)


class ProposalState(StrEnum):
    """What became of a proposal; one that is gone has expired long ago."""

    PENDING = "pending"
    EXECUTED = "executed"
    DECLINED = "declined"
    EXPIRED = "expired"


class ProposalUnknown(Refusal):
    """No such proposal for this creator; another creator's looks exactly the same."""

    template = "没有找到这条待确认的操作，可能已经过期，请重新发起。"


class ProposalExpired(Refusal):
    """The proposal was not confirmed in time."""

    template = "这条操作已超过 30 分钟没有确认，为了安全已作废，请重新发起。"


class ProposalDeclined(Refusal):
    """The creator had said no before."""

    template = "这条操作之前已经取消了，需要的话请重新发起。"


def propose(call: Call, tool: AgentTool, proposal: Proposal) -> StoredProposal | None:
    """Store what the tool proposes; proposing the same in the same turn again returns the stored one.

    One turn has one confirm button: returns None when the turn has proposed something else already.
    """
    assert tool.commit is not None, f"{tool.name} proposes but has no commit"
    proposal_id = _fingerprint(call, tool, proposal)
    if (
        earlier := queries.proposal_of_turn(call.session, turn=call.turn, creator_id=call.creator_id)
    ) is None:
        try:
            with call.session.begin_nested():
                call.session.add(_stored(call, tool, proposal, proposal_id))
        except IntegrityError:
            # A tool beside this one was quicker; its transaction has ended, or the insert would still wait.
            pass
        earlier = queries.proposal_of_turn(call.session, turn=call.turn, creator_id=call.creator_id)
    assert earlier is not None
    return earlier if earlier.id == proposal_id else None


def confirm(call: Call, proposal_id: str, *, tools: Mapping[str, AgentTool]) -> Reply:
    """Execute a pending proposal of this creator and return what it did; confirming again returns the same.

    Raises ProposalUnknown, ProposalDeclined, ProposalExpired, and whatever the tool's `commit` refuses.
    """
    stored = _own(call, proposal_id)
    if stored.state == ProposalState.EXECUTED:
        return _reply.validate_python(stored.result)
    if stored.state == ProposalState.DECLINED:
        raise ProposalDeclined
    if stored.expires_at <= call.now:
        raise ProposalExpired
    commit = tools[stored.tool].commit
    assert commit is not None
    reply = commit(call, stored.payload)
    stored.state, stored.decided_at = ProposalState.EXECUTED.value, call.now
    stored.result = _reply.dump_python(reply, mode="json")
    call.session.flush()
    return reply


def state_of(session: Session, proposal_id: str, *, now: datetime) -> ProposalState:
    """Return how the proposal stands, for a card or a button that shows it."""
    stored = session.get(StoredProposal, proposal_id)
    if stored is None or (stored.state == ProposalState.PENDING and stored.expires_at <= now):
        return ProposalState.EXPIRED
    return ProposalState(stored.state)


def decline(call: Call, proposal_id: str) -> Reply:
    """Cancel a pending proposal of this creator; what was executed stays executed and is said so."""
    stored = _own(call, proposal_id)
    if stored.state == ProposalState.EXECUTED:
        return Reply(text="这条操作已经执行过了，没法取消。需要撤回的话可以转人工处理。")
    stored.state, stored.decided_at = ProposalState.DECLINED.value, stored.decided_at or call.now
    call.session.flush()
    return Reply(text="好的，已取消，什么都没有改动。")


def _stored(call: Call, tool: AgentTool, proposal: Proposal, proposal_id: str) -> StoredProposal:
    return StoredProposal(
        id=proposal_id,
        turn=call.turn,
        creator_id=call.creator_id,
        conversation_id=call.conversation_id,
        tool=tool.name,
        payload=proposal.payload,
        summary=proposal.summary,
        created_at=call.now,
        expires_at=call.now + PROPOSAL_LIFETIME,
    )


def _own(call: Call, proposal_id: str) -> StoredProposal:
    stored = queries.proposal_for_update(call.session, proposal_id)
    if stored is None or stored.creator_id != call.creator:
        raise ProposalUnknown
    return stored


def _fingerprint(call: Call, tool: AgentTool, proposal: Proposal) -> str:
    body = json.dumps([call.creator, call.turn, tool.name, proposal.payload], sort_keys=True, default=str)
    return hashlib.sha256(body.encode()).hexdigest()[:16]
