"""The addresses for operators: `/metrics` for Prometheus, `/operators` for people."""

import ipaddress
import logging

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse

from bot.app import App
from bot.sight.metrics import CONTENT_TYPE, Metrics
from bot.sight.page import ADDRESS, show_operators
from tools.support.api import tokens
from tools.support.api.scopes import Scope

# A request that was passed on comes from the proxy's address: it is nobody's neighbour.
_PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_BEARER = "bearer "
_UNAUTHORIZED = 401


def register(server: FastAPI, app: App) -> None:
    """Count from now on what this process does, and serve the figures."""
    metrics = Metrics(database=app.database, clock=app.clock)
    app.watch.meter = metrics
    logging.getLogger().addHandler(metrics.handler)

    def scrape(request: Request) -> Response:
        """Return the metrics to this machine, or to whoever has a token with the scope `metrics`."""
        if not (_is_here(request) or _has_token(app, request)):
            return PlainTextResponse(
                "a token with the scope 'metrics' is needed",
                status_code=_UNAUTHORIZED,
                headers={"WWW-Authenticate": "Bearer"},
            )
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    def operators(request: Request) -> Response:
        """Return the operators' page."""
        return show_operators(app, request)

    server.add_api_route("/metrics", scrape, methods=["GET"], response_model=None)
    server.add_api_route(ADDRESS, operators, methods=["GET"], response_model=None)


def _is_here(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in _PASSED_ON):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _has_token(app: App, request: Request) -> bool:
    given = request.headers.get("authorization", "")
    if not given.lower().startswith(_BEARER):
        return False
    with app.database.reading() as session:
        caller = tokens.platform_caller(session, token=given[len(_BEARER) :])
    return caller is not None and Scope.METRICS in caller.scopes
