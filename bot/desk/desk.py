"""The addresses of the desk: who may open which, checked here and again by the rooms that do the work."""

from collections.abc import Callable
from functools import partial

from fastapi import FastAPI, Request, Response
from nicegui import Client, ui
from sqlalchemy.orm import Session

from bot.app import App
from bot.channels.web_plain import notice_page
from bot.desk import files, keys, sign_in_page
from bot.desk.canned_page import change_canned, show_canned
from bot.desk.figures_page import figures_csv, show_figures
from bot.desk.frame import NAME
from bot.desk.keys import Key, SignedOutError
from bot.desk.page import DeskPage
from bot.desk.reviews_page import act_on_report, show_report, show_reviews
from bot.desk.rules_page import show_rules
from bot.desk.search_page import show_search
from bot.desk.trail_page import show_trail
from tools.kernel.errors import Refusal
from tools.support import agents
from tools.support.agents import Agent, Right

_PAGE_SECONDS = 30.0
_FORBIDDEN, _NOT_FOUND = 403, 404

Shown = Callable[[Key, Agent], Response]


class Desk:
    """The desk over one App."""

    def __init__(self, app: App) -> None:
        self._app = app

    def register(self, server: FastAPI) -> None:
        """Add the desk's addresses to the server."""
        ui.page("/desk", response_timeout=_PAGE_SECONDS)(self.desk)
        get, post = (
            partial(server.add_api_route, methods=["GET"]),
            partial(server.add_api_route, methods=["POST"]),
        )
        get("/desk/sign-in", self.sign_in)
        post("/desk/sign-in", self.enter)
        post("/desk/sign-out", self.leave)
        get("/desk/search", self.search)
        get("/desk/figures", self.figures)
        get("/desk/figures.csv", self.figures_csv)
        get("/desk/trail", self.trail)
        get("/desk/rules", self.rules)
        get("/desk/canned", self.canned)
        post("/desk/canned", self.change_canned)
        get("/desk/reviews", self.reviews)
        get("/desk/reviews/{number}", self.report)
        post("/desk/reviews/{number}", self.review)
        get("/desk/reviews/{number}/picture", self.picture)
        get("/desk/cases/{number}/uploads/{upload_id}", self.upload)
        get("/desk/cases/{number}/attachments/{sequence}/{index}", self.attachment)

    async def desk(self, client: Client, case: str = "") -> Response | None:
        """Show the queue, the thread and the card."""
        key = self._key(client.request)
        try:
            agent = await key.read(partial(_require, right=Right.CASES))
        except SignedOutError:
            return sign_in_page.go(client.request)
        except Refusal as refusal:
            return _refused(refusal)
        await DeskPage(key, agent, first=case).open(client)
        return None

    def sign_in(self, request: Request) -> Response:
        """Show the sign-in form."""
        return sign_in_page.show(self._app, request)

    async def enter(self, request: Request) -> Response:
        """Sign a person in."""
        return await sign_in_page.enter(self._app, request)

    async def leave(self, request: Request) -> Response:
        """Sign a person out."""
        return await sign_in_page.leave(self._app, request)

    def search(self, request: Request, q: str = "", before: str = "") -> Response:
        """Search cases and messages."""
        return self._shown(request, Right.CASES, partial(show_search, text=q, before=before))

    def figures(self, request: Request, days: str = "7") -> Response:
        """Show the desk's figures."""
        return self._shown(request, Right.FIGURES, partial(show_figures, days=days))

    def figures_csv(self, request: Request, days: str = "7") -> Response:
        """Send the share of the promises kept."""
        return self._shown(request, Right.FIGURES, partial(figures_csv, days=days))

    def trail(self, request: Request, agent: str = "", case: str = "", before: str = "") -> Response:
        """Show who of the desk saw and did what."""
        step = partial(show_trail, login=agent, number=case, before=before)
        return self._shown(request, Right.ACCOUNTS, step)

    def rules(self, request: Request, q: str = "") -> Response:
        """Search the rules."""
        return self._shown(request, None, partial(show_rules, text=q))

    def canned(self, request: Request) -> Response:
        """Show the words that are sent often."""
        return self._shown(request, Right.LEAD, show_canned)

    async def change_canned(self, request: Request) -> Response:
        """Change the words that are sent often."""
        form = await keys.read_form(request)
        return await change_canned(self._key(request), request, form)

    def reviews(self, request: Request) -> Response:
        """Show the reports that wait for a reviewer."""
        return self._shown(request, Right.REVIEW, show_reviews)

    def report(self, request: Request, number: str) -> Response:
        """Show a report."""
        return self._shown(request, Right.REVIEW, partial(show_report, number=number))

    async def review(self, request: Request, number: str) -> Response:
        """Decide a report."""
        form = await keys.read_form(request)
        return await act_on_report(self._key(request), request, form, number=number)

    def picture(self, request: Request, number: str) -> Response:
        """Send the comparison that a machine made for a report."""
        return self._shown(request, Right.REVIEW, partial(files.report_picture, number=number))

    def upload(self, request: Request, number: str, upload_id: int) -> Response:
        """Send a file that the creator of a case sent in its conversation."""
        return self._shown(request, Right.CASES, partial(files.upload, number=number, upload_id=upload_id))

    def attachment(self, request: Request, number: str, sequence: int, index: int) -> Response:
        """Send a file or a chart that the creator of a case was given in its conversation."""
        step = partial(files.attachment, number=number, sequence=sequence, index=index)
        return self._shown(request, Right.CASES, step)

    def _key(self, request: Request) -> Key:
        return Key(self._app, keys.token_of(request.scope))

    def _shown(self, request: Request, right: Right | None, step: Shown) -> Response:
        """Return what the step shows to a person with this right; everybody else reads why not."""
        key = self._key(request)
        try:
            agent = key.reading(partial(_require, right=right))
            return step(key, agent)
        except SignedOutError:
            return sign_in_page.go(request)
        except Refusal as refusal:
            return _refused(refusal)


def _require(session: Session, agent: Agent, *, right: Right | None) -> Agent:
    return agent if right is None else agents.require(session, agent=agent, right=right)


def _refused(refusal: Refusal) -> Response:
    missing = isinstance(refusal, agents.RoleMissing)
    return notice_page(str(refusal), status=_FORBIDDEN if missing else _NOT_FOUND, link=("/desk/rules", NAME))
