"""The endpoints of private clearings."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from oracle.rounds.private.messages import Entry, Join, Reply
from oracle.service.admm.session import Terms
from oracle.service.admm.sessions import Sessions
from oracle.service.errors import ApiError
from oracle.service.http.auth import credentials_of
from oracle.service.http.bodies import (
    Authorization,
    client_of,
    json_body,
    parsed,
    problems,
    read_body,
)
from oracle.service.http.context import Context

LONGEST_WAIT = 20.0
BODY_BYTES = 4096
Name = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="the session")]


Price = Annotated[float, Field(ge=0, le=1e6)]


class NewSession(BaseModel):
    """A clearing to begin. Prices in ELE/kWh; seconds to join and to answer each question."""

    model_config = ConfigDict(extra="forbid", strict=True)

    price_bounds: Annotated[
        list[Annotated[float, Field(ge=0, le=1e6)]], Field(min_length=2, max_length=2)
    ]
    agents: Annotated[int, Field(ge=2, le=200, description="begins when so many have joined")]
    least: Annotated[int, Field(ge=1, le=100, description="on each side, or it does not begin")] = 3
    join_seconds: Annotated[float, Field(gt=0, le=3600)] = 60.0
    answer_seconds: Annotated[float, Field(gt=0, le=60)] = 10.0

    @model_validator(mode="after")
    def _ordered(self) -> NewSession:
        if self.price_bounds[0] >= self.price_bounds[1]:
            raise ValueError("price_bounds: the floor must be below the cap")
        return self


def router(context: Context, sessions: Sessions) -> APIRouter:
    """The endpoints; docs/private.md says what is asked and answered."""
    routes = APIRouter(prefix="/api/admm/sessions")
    gate, settings = context.gate, context.settings

    async def body_of(request: Request) -> bytes:
        return await read_body(request, limit=BODY_BYTES, seconds=settings.body_seconds)

    @routes.post(
        "", status_code=201, response_model=None,
        responses=problems(401, 403, 408, 413, 415, 422, 429),
        openapi_extra=json_body(NewSession.model_json_schema()),
    )  # fmt: skip
    async def begin(request: Request, authorization: Authorization = None) -> Response:
        """Open a clearing: for the operator."""
        context.signatures.take(client_of(request))
        body, path = await body_of(request), request.scope["path"]
        caller = await run_in_threadpool(
            gate.writer, authorization, method="POST", path=path, body=body
        )
        if not caller.operator:
            raise ApiError(403, "a clearing is opened by the operator")
        wanted = parsed(NewSession, body)
        low, high = wanted.price_bounds
        terms = Terms(
            low, high, wanted.agents, wanted.least, wanted.join_seconds, wanted.answer_seconds
        )
        return JSONResponse(sessions.open(terms).document(), 201)

    @routes.get("/{name}", response_model=None, responses=problems(404, 422))
    async def state(name: Name) -> dict[str, Any]:
        """How far it is, and the price when it is settled."""
        return sessions.get(name).document()

    @routes.post(
        "/{name}/agents", status_code=204, response_model=None,
        responses=problems(401, 403, 404, 408, 409, 413, 415, 422, 429),
        openapi_extra=json_body(Join.model_json_schema()),
    )  # fmt: skip
    async def join(request: Request, name: Name, authorization: Authorization = None) -> Response:
        """Take part: for a member, by a signed action over this body."""
        context.signatures.take(client_of(request))
        session, body = sessions.get(name), await body_of(request)
        wanted = parsed(Join, body)
        if body != wanted.body():
            raise ApiError(422, "keys in order, without spaces: others sign and hash these bytes")
        path = request.scope["path"]
        caller = await run_in_threadpool(
            gate.writer, authorization, method="POST", path=path, body=body
        )
        signed = credentials_of(authorization)
        if caller.operator or signed is None:
            raise ApiError(403, "a member takes part by her own signature")
        entry = Entry(
            account=str(caller.address),
            side=wanted.side,
            key=wanted.key,
            expires=int(signed["expires"]),
            nonce=signed["nonce"].lower(),
            signature=signed["signature"],
        )
        session.join(entry)
        return Response(status_code=204)

    @routes.get(
        "/{name}/questions/{attempt}/{number}", response_model=None,
        responses={204: {}, **problems(404, 410, 422)},
    )  # fmt: skip
    async def question(
        name: Name,
        attempt: Annotated[int, Path(ge=0, le=1000)],
        number: Annotated[int, Path(ge=0, le=100_000)],
        wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT)] = 0.0,
    ) -> Response:
        """A question, as soon as there is one; 204 if there is none within `wait` seconds."""
        text = await sessions.get(name).question(attempt, number, wait)
        if text is None:
            return Response(status_code=204)
        return Response(text, media_type="application/json")

    @routes.post(
        "/{name}/answers", status_code=204, response_model=None,
        responses=problems(401, 403, 404, 408, 409, 413, 415, 422),
        openapi_extra=json_body(Reply.model_json_schema()),
    )  # fmt: skip
    async def answer(request: Request, name: Name) -> Response:
        """Answer the open question, signed by the key that one joined with."""
        session = sessions.get(name)
        session.answer(parsed(Reply, await body_of(request)))
        return Response(status_code=204)

    return routes
