"""Forecasts beside each other and beside what was metered: scores, and what errors cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from oracle.community.errors import utc_text
from oracle.community.forecast import Method
from oracle.community.forecast_cost import forecast_costs
from oracle.community.forecast_score import MethodScores, score_method
from oracle.community.model import Community
from oracle.community.profiles import Profiles


@dataclass(frozen=True)
class Scored:
    """Methods beside each other over the same periods; `costs` by method and member."""

    community: Community
    start: int
    periods: int
    methods: tuple[MethodScores, ...]
    costs: dict[Method, dict[str, float]] | None

    def document(self) -> dict[str, Any]:
        methods: dict[str, Any] = {}
        for made in self.methods:
            methods[made.method] = made.document()
            if self.costs is not None:
                own = self.costs[made.method]
                methods[made.method]["community"]["cost"] = sum(own.values())
                for name, cost in own.items():
                    methods[made.method]["members"][name]["cost"] = cost
        return {
            "community": self.community.name,
            "currency": self.community.currency,
            "start": utc_text(self.start),
            "periods": self.periods,
            "step": self.community.step,
            "methods": methods,
        }


def scores(
    community: Community,
    profiles: Profiles,
    start: int,
    periods: int,
    methods: Sequence[Method],
    *,
    money: bool = False,
    progress: Callable[[Method, int], None] = lambda method, done: None,
) -> Scored:
    """Every method over the periods from `start`; with `money` what its errors cost.

    Raises ValueError where the profiles do not cover them.
    """
    made = tuple(
        score_method(
            community, profiles, method, start, periods,
            progress=partial(progress, method),
        )
        for method in methods
    )  # fmt: skip
    costs = None
    if money:
        costs = forecast_costs(community, profiles, start, periods, methods)
    return Scored(community, start, periods, made, costs)


def run_forecast(
    community: Community, profiles: Profiles, start: int, periods: int, method: Method
) -> dict[str, Any]:
    """The report's part about the forecast that a run used, its costs included."""
    made = scores(community, profiles, start, periods, [method], money=True)
    return {"method": method, **made.document()["methods"][method]}
