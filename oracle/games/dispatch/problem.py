"""The problem of dispatch: what it takes, in which units, within which limits."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import Problem, Table
from oracle.games._base import check_length as same_length
from oracle.games._fields import (
    BoolArray,
    Flags,
    FloatArray,
    NonNegatives,
    Numbers,
    Positive,
    Words,
    about,
    invalid,
)
from oracle.games.dispatch.risk import Risk


class Stations(Table):
    """Cost per kWh, capacity in kWh per period, and whether the station runs, each [K]."""

    cost: NonNegatives = about("of energy from each station", "currency/kWh", "[K]")
    capacity: NonNegatives = about("the most a station supplies in a period", "kWh", "[K]")
    active: Annotated[BoolArray, Flags(1)] | None = about(
        "whether the station runs; all if left out", "", "[K]", default=None
    )

    @model_validator(mode="after")
    def _equally_long(self) -> Self:
        for name in ("capacity", "active"):
            if getattr(self, name) is not None:
                same_length(name, getattr(self, name), "cost", len(self.cost))
        return self

    @property
    def available(self) -> FloatArray:
        """What each can supply in a period [K]."""
        return self.capacity if self.active is None else self.capacity * self.active


class Loss(Table):
    """What a kWh² of mismatch costs, twice: shortage where demand exceeds supply, or surplus."""

    shortage: Positive = about("w of ½ w z² where demand exceeds supply by z", "currency/kWh²")
    surplus: Positive = about("w where supply exceeds demand", "currency/kWh²")


class Stock(Table):
    """Stored energy: initial and limit [K] in kWh, inflow per period (number, [K] or [K][T]).

    terminal_value [K]: what a kWh left at the end is worth.
    """

    initial: NonNegatives = about("what each station has in stock at first", "kWh", "[K]")
    inflow: Annotated[float | FloatArray, Numbers((0, 1, 2), ge=0)] = about(
        "what arrives in a period", "kWh", "[K][T]"
    )
    limit: NonNegatives = about("the most that a station can hold", "kWh", "[K]")
    terminal_value: NonNegatives = about("of what is left at the end", "currency/kWh", "[K]")


class DispatchProblem(Problem):
    """Stations, demand per period (number or [T]), loss; optionally stock, or risk instead."""

    game: ClassVar[str] = "dispatch"

    stations: Stations | None = about(
        "the K stations, column by column; may be left out with risk", default=None
    )
    demand: Annotated[float | FloatArray, Numbers((0, 1), ge=0)] = about(
        "of each of T periods; with risk one number, per unit of time", "kWh", "[T]"
    )
    loss: Loss = about("what a mismatch costs; with risk both factors are equal")
    stock: Stock | None = about("energy kept from period to period", default=None)
    risk: Risk | None = about(
        "one station in continuous time with an uncertain stock; instead of stock", default=None
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.risk is not None:
            self._consistent_risk()
            return self
        if self.stations is None:
            raise invalid("stations", Words("missing"), "cost and capacity of the stations")
        if self.stock is None:
            return self
        count = len(self.stations.cost)
        for name in ("initial", "limit", "terminal_value"):
            same_length(f"stock.{name}", getattr(self.stock, name), "stations.cost", count)
        for k in np.flatnonzero(self.stock.initial > self.stock.limit)[:1]:
            raise invalid(f"stock.initial[{k}]", float(self.stock.initial[k]), "at most the limit")
        shape = np.shape(self.stock.inflow)
        if shape not in {(), (count,), (count, len(self.demands))}:
            said = Words("×".join(map(str, shape)) + " numbers")
            allowed = f"a number, {count} (stations), or {count}×{len(self.demands)} (by period)"
            raise invalid("stock.inflow", said, allowed)
        return self

    def _consistent_risk(self) -> None:
        if self.stock is not None:
            raise invalid("stock", Words("given"), "absent with risk, which has its own")
        if np.ndim(self.demand):
            raise invalid("demand", self.demand, "one number with risk")
        if self.stations is not None and len(self.stations.cost) != 1:
            said = Words(f"{len(self.stations.cost)} stations")
            raise invalid("stations", said, "one with risk")
        if self.loss.shortage != self.loss.surplus:
            raise invalid("loss.surplus", self.loss.surplus, "equal to shortage with risk")

    @property
    def demands(self) -> FloatArray:
        """Demand of each period [T]."""
        return np.atleast_1d(np.asarray(self.demand, dtype=np.float64))

    @property
    def inflows(self) -> FloatArray:
        """Inflow of each station in each period [T][K]."""
        assert self.stock is not None
        assert self.stations is not None
        inflow = np.asarray(self.stock.inflow, dtype=np.float64)
        shape = (len(self.demands), len(self.stations.cost))
        return np.broadcast_to(inflow.T if inflow.ndim == 2 else inflow, shape)
