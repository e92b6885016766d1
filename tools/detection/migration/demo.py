"""The demo's followers: the impostor fangmao's and some of yuanchuang's, and a case not yet applied for."""

from datetime import date, timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.detection.migration import queries
from tools.detection.migration.models import (
    AccountPicture,
    FollowerBlock,
    FollowerEdge,
    FollowerTotal,
    InactiveViewer,
)

_FIRST_VIEWER = 700_001
_IMPOSTORS_FOLLOWERS = 640
_ORIGINALS_OWN = 260
# Every fifth of the impostor's followers follows the original too; a few have blocked him, or are gone.
_BOTH, _BLOCKED, _GONE = 5, 97, 61
# They followed over the weeks before the demo's day: one in eight before the first copy that was upheld.
_DAYS = 22
_PICTURES = {"yuanchuang": "f0e1c3870f1e3c78", "fangmao": "f0e1c3870f1e3c7b"}


def load(session: Session, *, on: date) -> None:
    """Make the followers of the two accounts exist; an account that has followers is left as it is."""
    original = creators.find_account(session, handle="yuanchuang")
    impostor = creators.find_account(session, handle="fangmao")
    if original is None or impostor is None:
        return
    if queries.totals(session, creator_ids=[original.id, impostor.id]):
        return
    viewers = range(_FIRST_VIEWER, _FIRST_VIEWER + _IMPOSTORS_FOLLOWERS)
    edges = [_edge(impostor.id, viewer, on - timedelta(days=viewer % _DAYS + 1)) for viewer in viewers]
    both = [viewer for viewer in viewers if viewer % _BOTH == 0]
    own = range(viewers.stop, viewers.stop + _ORIGINALS_OWN)
    edges += [_edge(original.id, viewer, on - timedelta(days=viewer % 300 + 30)) for viewer in (*both, *own)]
    session.execute(insert(FollowerEdge), edges)
    session.execute(
        insert(FollowerBlock),
        [
            {"creator_id": original.id, "follower_id": viewer}
            for viewer in viewers
            if viewer % _BLOCKED == 0 and viewer % _BOTH
        ],
    )
    session.execute(
        insert(InactiveViewer),
        [{"follower_id": viewer, "reason": "closed"} for viewer in viewers if viewer % _GONE == 0],
    )
    for account, followers in ((original, len(both) + len(own)), (impostor, len(viewers))):
        session.add(FollowerTotal(creator_id=account.id, followers=followers))
        session.add(AccountPicture(creator_id=account.id, avatar_hash=_PICTURES[account.handle]))
    session.flush()


def _edge(creator_id: int, viewer: int, day: date) -> dict[str, int | date]:
    return {"creator_id": creator_id, "follower_id": viewer, "followed_on": day}
