"""The lab: the games, what they need, what to draw."""

from __future__ import annotations

from fastapi import APIRouter

from oracle.games.registry import GAMES
from oracle.service import lab
from oracle.service.answers import kept_route
from oracle.service.bodies import problems
from oracle.service.context import Context
from oracle.service.errors import ApiError


def router(context: Context) -> APIRouter:
    """The endpoints; they need neither store nor chain."""
    routes = APIRouter(route_class=kept_route(context.answers))

    @routes.get("/api/games")
    def games() -> list[lab.GameSummary]:
        """The games that POST /api/solve solves."""
        return lab.summaries()

    @routes.get("/api/games/{name}", responses=problems(404, 422))
    def game(name: str) -> lab.GamePage:
        """A game's scenarios as JSON Schema, an example, and what to draw of its solution."""
        if name not in GAMES:
            raise ApiError(404, f"no such game; there are {', '.join(sorted(GAMES))}")
        return lab.page_of(name)

    return routes
