"""The door of the desk: the sign-in form, and the way out."""

import asyncio
from functools import partial
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from bot.app import App
from bot.channels.web_plain import notice_page, plain_page, tag
from bot.desk import keys
from bot.desk.frame import NAME, complaint, first_page, hidden
from bot.desk.keys import Key, SignedOutError
from tools.support import demo, sign_in
from tools.support.sign_in import SignedIn, SignInProblem

ADDRESS = "/desk/sign-in"
_OPERATORS = "/operators"
_SEE_OTHER, _FORBIDDEN, _TOO_MANY = 303, 403, 429
_LONGEST_FIELD = 200
_FOREIGN = "这个表单已经失效了，请重新打开登录页再试。"


def show(app: App, request: Request) -> Response:
    """Show the form, or send whoever is signed in already to their first page."""
    try:
        agent = Key(app, keys.token_of(request.scope)).reading(lambda _, agent: agent)
    except SignedOutError:
        return _form(app, request, wanted=request.query_params.get("next", ""))
    return RedirectResponse(first_page(agent), status_code=_SEE_OTHER)


async def enter(app: App, request: Request) -> Response:
    """Sign a person in and send them on, or show the form again with what was wrong."""
    form = await keys.read_form(request)
    if form is None or not keys.is_stamped(request, form):
        return _form(app, request, problem=_FOREIGN, status=_FORBIDDEN)
    wanted = form.get("next", "")
    tried = await asyncio.to_thread(
        partial(_try, app, form.get("login", ""), form.get("password", ""), _address(request))
    )
    if isinstance(tried, SignInProblem):
        status = _TOO_MANY if tried is SignInProblem.TOO_MANY else _FORBIDDEN
        return _form(app, request, wanted=wanted, problem=tried.words, status=status)
    response = RedirectResponse(_own(wanted) or first_page(tried.agent), status_code=_SEE_OTHER)
    keys.hand_over(response, tried, request, now=app.clock())
    return response


async def leave(app: App, request: Request) -> Response:
    """End the session, if the form is of this session."""
    token = keys.token_of(request.scope)
    form = await keys.read_form(request)
    if form is None or not token or not sign_in.csrf_holds(token, form.get("csrf", "")):
        return notice_page(_FOREIGN, status=_FORBIDDEN, link=("/desk", NAME))
    await asyncio.to_thread(_end, app, token)
    response = RedirectResponse(ADDRESS, status_code=_SEE_OTHER)
    keys.take_away(response)
    return response


def go(request: Request) -> RedirectResponse:
    """Send a browser that is not signed in to the form; the form sends it back to where it wanted to go."""
    if request.method != "GET":
        return RedirectResponse(ADDRESS, status_code=_SEE_OTHER)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{ADDRESS}?{urlencode({'next': wanted})}", status_code=_SEE_OTHER)


def _try(app: App, login: str, password: str, address: str) -> SignedIn | SignInProblem:
    with app.database.writing() as session:
        return sign_in.sign_in(
            session,
            login=login[:_LONGEST_FIELD],
            password=password,
            address=address,
            now=app.clock(),
        )


def _end(app: App, token: str) -> None:
    with app.database.writing() as session:
        sign_in.sign_out(session, token=token, now=app.clock())


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _own(address: str) -> str:
    """Return the address if it is one of the desk's own, else nothing: no form sends anybody elsewhere."""
    path = address.partition("?")[0]
    own = path in {"/desk", _OPERATORS} or path.startswith("/desk/")
    return (
        address if own and address.isprintable() and not set(address) & set("\\ ") and path != ADDRESS else ""
    )


def _form(app: App, request: Request, *, wanted: str = "", problem: str = "", status: int = 200) -> Response:
    fields = [
        hidden("csrf", keys.form_stamp(request)),
        hidden("next", _own(wanted)),
        tag("label", "账号", for_="login"),
        '<input id="login" name="login" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus>',
        tag("label", "密码", for_="password"),
        '<input id="password" name="password" type="password" autocomplete="current-password" required>',
        complaint(problem),
        tag("button", "登录", type="submit", class_="send"),
    ]
    form = tag("form", inside=fields, method="post", action=ADDRESS, class_="door")
    page = plain_page(
        "登录客服台", [tag("h1", NAME), form, *(_demo_accounts() if app.is_demo else ())], status=status
    )
    page.headers["Cache-Control"] = "no-store"
    keys.stamp(page, request)
    return page


def _demo_accounts() -> list[str]:
    """Return the demo's logins and their password: they exist in the demo alone."""
    rows = [tag("li", inside=[tag("code", login), tag("span", f" {who}")]) for login, who in demo.DEMO_LOGINS]
    return [
        tag("h2", "演示账号"),
        tag("p", inside=["密码都是 ", tag("code", demo.DEMO_PASSWORD), "。"], class_="quiet"),
        tag("ul", inside=rows),
    ]
