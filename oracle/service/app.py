"""The web application: `create_app` puts the parts together."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from oracle.service.admm import api as admm
from oracle.service.admm.sessions import Sessions
from oracle.service.errors import ApiError
from oracle.service.http import api as itself
from oracle.service.http.answers import Answers
from oracle.service.http.auth import Gate, operator_token
from oracle.service.http.context import CachedHead, Context, administrator_of
from oracle.service.http.guard import Guard
from oracle.service.http.limits import RateLimit
from oracle.service.http.metrics import Metrics
from oracle.service.http.schemas import Problem
from oracle.service.http.streams import Streams
from oracle.service.lab import api as lab
from oracle.service.lab import solve
from oracle.service.lab.pool import SolvePool
from oracle.service.live import LivePort
from oracle.service.market import api as market
from oracle.service.market import deployment, find, proofs_api
from oracle.service.market.schemas import Period, Posting, reputations
from oracle.service.operator import api as operator
from oracle.service.operator import join
from oracle.service.own import api as own
from oracle.service.own import member
from oracle.service.ports import Ports
from oracle.service.rpc import api as rpc
from oracle.service.rpc.forward import Forwarder
from oracle.service.settings import ServiceSettings, package_version
from oracle.service.site import frontend, pages
from oracle.service.store.records import Change, Feed
from oracle.service.store.store import Store


@dataclass(frozen=True)
class Parts(Context):
    """What the endpoints share, and what has work under way in one room: to be ended with it."""

    pool: SolvePool
    sessions: Sessions
    rpc: Forwarder | None


def create_app(
    settings: ServiceSettings,
    store: Store,
    *,
    live: LivePort,
    ports: Ports | None = None,
    page_folder: Path | None = None,
    clock: Callable[[], float] = time.time,
) -> FastAPI:
    """The application over an open store and a running chain.

    `page_folder`: of a built page, in place of the packaged one.
    `clock` (seconds, wall time) decides when signatures expire. Makes the operator's token file if
    it is missing. Raises ServiceError. `app.state.context` holds the parts; who runs the app ends
    its event streams by `app.state.context.streams.close()` and its solvers by the lifespan.
    """
    head, version = CachedHead(live), package_version()
    ports = ports or Ports()
    metrics = Metrics(store, head, version)
    parts = Parts(
        settings=settings,
        store=store,
        ports=ports,
        clock=clock,
        gate=Gate(
            store,
            operator_token(settings.token_path),
            clock=clock,
            administrator=administrator_of(ports.market),
        ),
        pool=SolvePool(settings),
        streams=Streams(store, _describer(store), limit=settings.stream_limit, head=head),
        metrics=metrics,
        solves=RateLimit(settings.solve_rate, settings.solve_burst),
        signatures=RateLimit(settings.signature_rate, settings.signature_burst),
        joins=RateLimit(settings.join_rate, settings.join_burst),
        head=head,
        version=version,
        answers=Answers(store.database.version),
        sessions=Sessions(),
        rpc=None if settings.rpc_url is None else Forwarder(settings, metrics),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            yield
        finally:
            parts.streams.close()
            await parts.sessions.close()
            await parts.pool.close()
            if parts.rpc is not None:
                await parts.rpc.close()

    app = _Application(
        title=settings.title,
        version=parts.version,
        summary="A community electricity market: its prices, and the games behind them.",
        docs_url=None,  # the packaged page of site/pages.py, instead of one that loads from a CDN
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.context = parts
    for routed in (
        itself.router,
        market.router,
        proofs_api.router,
        member.router,
        own.router,
        lab.router,
        find.router,
        deployment.router,
        join.router,
        operator.router,
    ):
        app.include_router(routed(parts))
    app.include_router(solve.router(parts, parts.pool))
    app.include_router(rpc.router(parts, parts.rpc))
    app.include_router(admm.router(parts, parts.sessions))
    page = frontend.built_page(page_folder)
    app.include_router(pages.router(parts, at_root=not page))
    if page:
        app.include_router(frontend.router(page))
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_middleware(
        Guard, hosts=settings.host_names, metrics=metrics, in_flight=settings.in_flight
    )
    return app


class _Application(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """With the shape to which every endpoint's problems refer."""
        document = super().openapi()
        shape = Problem.model_json_schema(mode="serialization")
        shapes = document["components"]["schemas"]
        shapes.setdefault("Problem", jsonable_encoder(shape, exclude_none=True))
        return document


def _describer(store: Store) -> Callable[[Change], dict[str, object] | None]:
    """What an event says: the record as it is now, as the API shows it."""

    def describe(change: Change) -> dict[str, object] | None:
        if change.kind == "period":
            period = store.period(change.number)
            return None if period is None else Period.of(period).model_dump()
        if change.kind == "posting":
            feed: Feed = "electricity" if change.feed == "electricity" else "elecoin"
            posting = store.posting(feed, change.number)
            if posting is None:
                return None
            challenge = store.challenges(feed, [posting.epoch]).get(posting.epoch)
            return Posting.of(posting, challenge).model_dump()
        found = store.reputations(change.number)
        leaders = [record.address for record in found if record.leader]
        return {
            "round": change.number,
            "leader": leaders[0] if leaders else None,
            "reputation": reputations(found),
        }

    return describe


async def _api_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)
    return JSONResponse(error.document(), error.status, headers=error.headers)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    """The first wrong parameter, on one line; its value is not sent back."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or "request"
    problem = ApiError(422, str(first["msg"]), field=place)
    return JSONResponse(problem.document(), 422)


async def _http_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    document = ApiError(error.status_code, str(error.detail).lower()).document()
    return JSONResponse(document, error.status_code, headers=error.headers)
