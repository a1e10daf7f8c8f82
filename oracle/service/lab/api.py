"""The lab: the games, what they need, what to draw; the papers' figures."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from oracle.games.registry import GAMES
from oracle.service.errors import ApiError
from oracle.service.http.answers import kept_route
from oracle.service.http.bodies import problems
from oracle.service.http.context import Context
from oracle.service.lab.games import GamePage, GameSummary, page_of, summaries
from oracle.service.lab.papers import Figure, figures, image

SVG = "image/svg+xml"


def router(context: Context) -> APIRouter:
    """The endpoints; they need neither store nor chain."""
    routes = APIRouter(route_class=kept_route(context.answers))

    @routes.get("/api/games")
    def games() -> list[GameSummary]:
        """The games that POST /api/solve solves."""
        return summaries()

    @routes.get("/api/games/{name}", responses=problems(404, 422))
    def game(name: str) -> GamePage:
        """A game's scenarios as JSON Schema, an example, and what to draw of its solution."""
        if name not in GAMES:
            raise ApiError(404, f"no such game; there are {', '.join(sorted(GAMES))}")
        return page_of(name)

    @routes.get("/api/papers")
    def papers() -> list[Figure]:
        """The papers' figures, computed again by `wattmarket report`."""
        return list(figures())

    @routes.get(
        "/api/papers/{name}",
        response_class=Response,
        responses={200: {"content": {SVG: {}}}, **problems(404, 422)},
    )
    def drawing(name: str) -> Response:
        """One of them."""
        try:
            return Response(image(name), media_type=SVG)
        except KeyError:
            raise ApiError(404, "no such figure") from None

    return routes
