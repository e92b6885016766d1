"""What the other rooms may do with creators: accounts, messenger links, works, rule facts, imports."""

import hashlib
import secrets
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import assert_never

from sqlalchemy.orm import Session

from tools.creators import contradictions, day_queries, queries, staging
from tools.creators.accounts import Account, CreatorFacts, Tier, tier_bounds, tier_of
from tools.creators.days import CreatorDays
from tools.creators.episode_queries import episodes_of_creators, episodes_of_works, plays_of_days
from tools.creators.episodes import Episode
from tools.creators.figures import AccountFacts, Figures, PeerFigures, Penalty
from tools.creators.models import Creator, LinkAttempt, LinkCode, MessengerLink
from tools.creators.read_exports import ExportFile, export_files, read_rows
from tools.creators.work_refs import WorkAmbiguous, WorkLabel, WorkSummary, WorkUnknown, choose_work
from tools.kernel.errors import OperatorError
from tools.kernel.period import Period, last_days

# No 0/O, 1/I/L: a code is read from one screen and typed on another.
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH = 8
CODE_LIFETIME = timedelta(minutes=10)
# 31^8 codes against five guesses a quarter of an hour: guessing one address's way in takes longer than a life.
_WRONG_ATTEMPTS = 5
_ATTEMPT_WINDOW = timedelta(minutes=15)
_CREATORS_A_READ = 2_000
_POSTING_DAYS = 60
_PENALTY_DAYS = 180
_WORKS_LOOKED_AT = 100
# Peers: up to a hundred accounts of the category, none more than five times larger or smaller.
_PEERS_EACH_SIDE = 50
_PEER_RATIO = 5
_NOTHING = (0, 0, 0)

__all__ = [
    "Account",
    "CreatorFacts",
    "Episode",
    "LinkProblem",
    "Tier",
    "WorkAmbiguous",
    "WorkLabel",
    "WorkSummary",
    "WorkUnknown",
    "episodes_of_creators",
    "episodes_of_works",
    "plays_of_days",
]


class LinkProblem(StrEnum):
    """Why a code did not link; the words tell the person what to do next."""

    WRONG = "wrong"
    EXPIRED = "expired"
    USED = "used"
    TOO_MANY_ATTEMPTS = "too_many_attempts"

    @property
    def words(self) -> str:
        """The problem in Chinese, with the next step."""
        match self:
            case LinkProblem.WRONG:
                return "绑定码不对，请在创作者 App 里核对后再发一次。"
            case LinkProblem.EXPIRED:
                return "这个绑定码已经过期（有效 10 分钟），请在创作者 App 里重新生成一个。"
            case LinkProblem.USED:
                return "这个绑定码已经用过了，请在创作者 App 里重新生成一个。"
            case LinkProblem.TOO_MANY_ATTEMPTS:
                return "绑定码输错次数太多，请 15 分钟后再试。"
            case _:
                assert_never(self)


def account(session: Session, *, creator_id: int) -> Account:
    """Return the account of a creator that exists."""
    creator = session.get_one(Creator, creator_id)
    return _account(creator)


def find_account(session: Session, *, handle: str) -> Account | None:
    """Return the account with this handle; a leading @ is how people write handles."""
    creator = queries.creator_by_handle(session, handle.strip().removeprefix("@"))
    return _account(creator) if creator else None


def ids_of(session: Session, *, handles: Collection[str]) -> dict[str, int]:
    """Return the ids of the accounts that have these handles, by handle; a few thousand handles at most."""
    return queries.ids_of_handles(session, handles)


def count(session: Session) -> int:
    """Return how many accounts there are."""
    return queries.count_creators(session)


def find_by_name(session: Session, *, name: str) -> list[Account]:
    """Return the accounts whose handle or nickname is exactly the name, most followers first."""
    return [_account(creator) for creator in queries.creators_by_name(session, name.strip())]


def facts(session: Session, *, creator_id: int, on: date) -> CreatorFacts:
    """Return the figures that programme rules may name, as they stood at the end of the day before `on`."""
    [(_, found)] = queries.facts(session, on=on, creator_ids=[creator_id])
    return found


def facts_of_all(
    session: Session, *, on: date, at_once: int = _CREATORS_A_READ, active_on: date | None = None
) -> Iterator[tuple[Account, CreatorFacts]]:
    """Yield the accounts with their figures, by id; `active_on` leaves out who neither published nor was live that day."""
    after = 0
    while rows := queries.facts(session, on=on, after=after, limit=at_once, active_on=active_on):
        for creator, found in rows:
            yield _account(creator), found
        after = rows[-1][0].id


def works(
    session: Session, *, creator_id: int, on: date, period: Period | None = None, limit: int = 50
) -> list[WorkSummary]:
    """Return the creator's works, newest first, with totals up to `on`; `period` is when they were published."""
    return queries.newest_works(session, creator_id=creator_id, on=on, period=period, limit=limit)


def resolve_work(session: Session, *, creator_id: int, work_ref: str, on: date) -> WorkSummary:
    """Return the one work of this creator that a reference means (forms: DESIGN §4).

    `ord:N` counts the creator's works newest first. Raises WorkUnknown and WorkAmbiguous.
    """
    if work_ref.strip() in {"top_views", "worst_views"}:
        most = work_ref.strip() == "top_views"
        found = queries.work_by_plays(session, creator_id=creator_id, on=on, most=most)
        if not found:
            raise WorkUnknown(words="已有播放数据的作品")
        return found
    labels = queries.work_labels(session, creator_id=creator_id, on=on)
    return queries.work_summary(session, work_id=choose_work(work_ref, labels, on=on).id, on=on)


def figures(session: Session, *, creator_id: int, window: Period) -> AccountFacts:
    """Return all that a diagnosis of the window looks at, the period of the same length before it included."""
    own = account(session, creator_id=creator_id)
    peer_ids = queries.peers(session, own, ratio=_PEER_RATIO, each_side=_PEERS_EACH_SIDE)
    before = window.before()
    now_of = queries.work_totals(session, creator_ids=[creator_id, *peer_ids], period=window)
    before_of = queries.work_totals(session, creator_ids=[creator_id, *peer_ids], period=before)
    posting = last_days(max(_POSTING_DAYS, 2 * window.days), on=window.ends_on)
    posted_on = queries.posting_days(session, creator_id=creator_id, period=posting)
    best = queries.works_by_plays(
        session, creator_id=creator_id, period=last_days(_POSTING_DAYS, on=window.ends_on), limit=1
    )
    peers = [
        PeerFigures(plays, before_of.get(peer, _NOTHING)[0], completed, interactions)
        for peer in peer_ids
        if (found := now_of.get(peer))
        for plays, completed, interactions in [found]
    ]
    return AccountFacts(
        window=window,
        followers=own.followers,
        current=_figures(session, creator_id, window, now_of, posted_on),
        before=_figures(session, creator_id, before, before_of, posted_on),
        works=tuple(
            queries.works_by_plays(session, creator_id=creator_id, period=window, limit=_WORKS_LOOKED_AT)
        ),
        best=best[0] if best else None,
        posted_on=tuple(posted_on),
        penalties=tuple(
            queries.penalties(
                session, creator_id=creator_id, period=last_days(_PENALTY_DAYS, on=window.ends_on)
            )
        ),
        peers=tuple(peers),
    )


def _figures(
    session: Session,
    creator_id: int,
    period: Period,
    totals: Mapping[int, tuple[int, int, int]],
    posted_on: Sequence[date],
) -> Figures:
    days, gained, lost, live_seconds = queries.account_totals(session, creator_id=creator_id, period=period)
    plays, completed, interactions = totals.get(creator_id, _NOTHING)
    return Figures(
        days=days,
        works_published=sum(period.starts_on <= day < period.ends_on for day in posted_on),
        plays=plays,
        completed_plays=completed,
        interactions=interactions,
        new_followers=gained,
        lost_followers=lost,
        live_seconds=live_seconds,
    )


def last_day_with_figures(session: Session, *, creator_id: int, on: date) -> date | None:
    """Return the last day before `on` that the account has figures of."""
    return queries.last_account_day(session, creator_id=creator_id, on=on)


def days(session: Session, *, creator_ids: Collection[int], period: Period) -> dict[int, CreatorDays]:
    """Return what each of these creators did on each day of the period, in one statement a table."""
    return day_queries.creator_days(session, creator_ids=creator_ids, period=period)


def work_plays(session: Session, *, work_id: int, period: Period) -> dict[date, int]:
    """Return the work's plays on each day with figures."""
    return day_queries.work_plays(session, work_id=work_id, period=period)


def penalties(
    session: Session, *, creator_id: int, period: Period, work_id: int | None = None
) -> list[Penalty]:
    """Return the account's penalties in the period, oldest first; with `work_id` those about that work."""
    return queries.penalties(session, creator_id=creator_id, period=period, work_id=work_id)


def live_place(
    session: Session, *, creator_id: int, period: Period, shortest_seconds: int
) -> tuple[int, int]:
    """Return the place by time on air among the live accounts of the same tier, and how many those are."""
    lowest, below = tier_bounds(account(session, creator_id=creator_id).tier)
    return day_queries.live_place(
        session,
        creator_id=creator_id,
        period=period,
        shortest_seconds=shortest_seconds,
        lowest=lowest,
        below=below,
    )


def linked_creator(session: Session, *, channel: str, address: str) -> int | None:
    """Return the creator that a messenger address speaks for."""
    link = queries.link_of(session, channel=channel, address=address)
    return link.creator_id if link else None


def issue_link_code(session: Session, *, creator_id: int, now: datetime) -> str:
    """Return a new one-time code for the creator, valid ten minutes; earlier unused codes are void.

    Only the code's hash is stored: whoever reads the database can't link with it.
    """
    for earlier in queries.open_link_codes(session, creator_id=creator_id):
        session.delete(earlier)
    code = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))
    session.add(LinkCode(code_hash=_code_hash(code), creator_id=creator_id, expires_at=now + CODE_LIFETIME))
    session.flush()
    return code


def redeem_link_code(
    session: Session, *, channel: str, address: str, code: str, now: datetime
) -> Account | LinkProblem:
    """Link the address to the creator whose code this is and return the account, or say what is wrong.

    It never raises: a wrong attempt is a row that must be committed. The address that is already linked by this code
    gets the same account again, since messengers deliver twice.
    """
    attempts = queries.wrong_attempts(session, channel=channel, address=address, since=now - _ATTEMPT_WINDOW)
    if attempts >= _WRONG_ATTEMPTS:
        return LinkProblem.TOO_MANY_ATTEMPTS
    stored = queries.link_code_for_update(session, _code_hash(code))
    if stored is None:
        session.add(LinkAttempt(channel=channel, address=address, tried_at=now))
        session.flush()
        return LinkProblem.WRONG
    if stored.used_at is not None:
        if linked_creator(session, channel=channel, address=address) != stored.creator_id:
            return LinkProblem.USED
        return account(session, creator_id=stored.creator_id)
    if stored.expires_at <= now:
        return LinkProblem.EXPIRED
    stored.used_at = now
    link_directly(session, channel=channel, address=address, creator_id=stored.creator_id, now=now)
    return account(session, creator_id=stored.creator_id)


def link_directly(session: Session, *, channel: str, address: str, creator_id: int, now: datetime) -> None:
    """Make the address speak for the creator, whoever it spoke for before."""
    link = queries.link_of(session, channel=channel, address=address, lock=True)
    if link is None:
        session.add(MessengerLink(channel=channel, address=address, creator_id=creator_id, linked_at=now))
    elif link.creator_id != creator_id:
        link.creator_id, link.linked_at = creator_id, now
    session.flush()


def unlink(session: Session, *, channel: str, address: str) -> bool:
    """Let the address speak for nobody; False when it did already."""
    link = queries.link_of(session, channel=channel, address=address, lock=True)
    if link is None:
        return False
    session.delete(link)
    session.flush()
    return True


@dataclass(frozen=True, slots=True)
class RowCounts:
    """How many rows of each kind came in."""

    creators: int = 0
    works: int = 0
    work_days: int = 0
    account_days: int = 0
    violations: int = 0


def import_exports(session: Session, *, folder: Path) -> RowCounts:
    """Bring an export's rows into the store, by natural key; importing the same again changes nothing.

    The format is described in exports.py. Raises OperatorError naming file, row and column; then nothing has changed.
    """
    files = export_files(folder)
    counts: dict[str, int] = {}
    with session.begin_nested(), staging.staging(session):
        for file in files:
            for chunk in read_rows(file):
                numbers, rows = zip(*chunk, strict=True)
                staging.stage(session, file.export, rows, numbers=numbers)
                counts[file.export.name] = counts.get(file.export.name, 0) + len(rows)
            if fault := staging.first_fault(session, file.export):
                raise file.fault(fault.row, fault.column, fault.problem)
            staging.merge(session, file.export)
        staging.refresh_followers(session)
        _check_history(session, {file.export.name: file for file in files})
    return RowCounts(**counts)


def _check_history(session: Session, files: Mapping[str, ExportFile]) -> None:
    """Refuse days that contradict each other, whether they came in now or were there before."""
    for early in contradictions.days_before_publication(session, among=staging.staged_works()):
        key = {"public_id": early.public_id}
        problem = (
            f"has figures of {early.day}, but was published on {early.published_on}: {early.public_id!r}"
        )
        raise _fault_of(
            session,
            files,
            problem,
            ("work_days", "day", {**key, "day": early.day}),
            ("works", "published_at", key),
        )
    for broken in contradictions.broken_days(session, among=staging.staged_creators()):
        problem = f"{broken.followers} on {broken.day} do not follow from the day before: expected {broken.expected}"
        days = (broken.day, broken.day - timedelta(days=1))
        raise _fault_of(
            session,
            files,
            problem,
            *(("account_days", "followers", {"handle": broken.handle, "day": day}) for day in days),
        )


def _fault_of(
    session: Session,
    files: Mapping[str, ExportFile],
    problem: str,
    *places: tuple[str, str, Mapping[str, str | date]],
) -> OperatorError:
    """Return the error at the first of the places (table, column, key) that this import brought in."""
    for name, column, key in places:
        file = files.get(name)
        if file and (row := staging.row_of(session, file.export, key)) is not None:
            return file.fault(row, column, problem)
    return OperatorError(f"stored before this import: {problem}; see guanghe audit")


def _account(creator: Creator) -> Account:
    return Account(
        id=creator.id,
        handle=creator.handle,
        nickname=creator.nickname,
        category=creator.category,
        city=creator.city,
        joined_on=creator.joined_on,
        followers=creator.followers,
        tier=tier_of(creator.followers),
        real_name_verified=creator.real_name_verified,
        shop_opened_on=creator.shop_opened_on,
        shop_score_hundredths=creator.shop_score_hundredths,
        agency=creator.agency,
    )


def _code_hash(code: str) -> str:
    plain = unicodedata.normalize("NFKC", code).upper()
    return hashlib.sha256("".join(c for c in plain if c.isalnum()).encode()).hexdigest()
