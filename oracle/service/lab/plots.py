"""What to draw of each game's solution: which fields, over what. A page needs no more."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from oracle.service.http.schemas import Out

Each = Literal["value", "row", "column", "key"]


class Axis(Out):
    """What stands on the horizontal axis."""

    label: str
    field: str | None = Field(None, description="null: the place in the list, from 0")
    source: Literal["solution", "scenario"] = "solution"


class Series(Out):
    """One or several curves. `field` is a path in the solution; `*` stands for every key."""

    field: str
    label: str = Field(description="`#` stands for the curve's number or key")
    each: Each = Field(
        "value",
        description="value: the field is one curve; row: a list of curves; column: a list of "
        "points with a value for each curve; key: a curve for every key at `*`. null: no value",
    )


class Plot(Out):
    title: str
    kind: Literal["line", "bar"]
    x: Axis
    y: str = Field(description="what the values are")
    series: list[Series]


def _axis(label: str, field: str | None = None, source: str = "solution") -> Axis:
    return Axis.model_validate({"label": label, "field": field, "source": source})


def _plot(
    title: str, kind: str, x: Axis, y: str, *series: tuple[str, str] | tuple[str, str, Each]
) -> Plot:
    made = [
        Series(field=one[0], label=one[1], each=one[2] if len(one) == 3 else "value")
        for one in series
    ]
    return Plot.model_validate({"title": title, "kind": kind, "x": x, "y": y, "series": made})


TIME = _axis("time", "times")

PLOTS: dict[str, tuple[Plot, ...]] = {
    "auction": (
        _plot(
            "Each bidder's bid over her cost", "line", _axis("cost per kWh", "costs"),
            "bid per kWh", ("bids", "bidder #", "row"),
        ),
        _plot(
            "Chance to win", "bar", _axis("bidder"), "probability",
            ("win_probabilities", "probability to win"),
        ),
    ),
    "bayesian_cournot": (
        _plot(
            "What each producer earns, by her type", "bar", _axis("type"), "value",
            ("values", "producer #", "row"),
        ),
        _plot(
            "What it is worth to know the others' types", "bar", _axis("producer"), "value",
            ("value_of_information", "value of information"),
        ),
    ),
    "clearing": (
        _plot(
            "What each consumer gets", "bar", _axis("consumer"), "kWh",
            ("consumption", "consumption"),
        ),
        _plot(
            "What each prosumer uses and shares", "bar", _axis("prosumer"), "kWh",
            ("own_consumption", "own use"), ("shared", "shared"),
        ),
    ),
    "contest": (
        _plot(
            "Chance to win", "bar", _axis("player"), "probability",
            ("win_probabilities", "probability to win"),
        ),
        _plot(
            "Effort and gain", "bar", _axis("player"), "in units of the prize",
            ("efforts", "effort"), ("payoffs", "payoff"),
        ),
    ),
    "cournot": (
        _plot("The mean price", "line", TIME, "log-price", ("mean_price", "mean log-price")),
        _plot(
            "What each producer supplies", "line", TIME, "output",
            ("mean_output", "producer #", "row"),
        ),
    ),
    "dispatch": (
        _plot(
            "Supply by station", "line", _axis("period"), "kWh", ("supply", "station #", "column")
        ),
        _plot(
            "What one more kWh costs", "line", _axis("period"), "cost per kWh",
            ("marginal_cost", "marginal cost"),
        ),
    ),
    "frequency": (
        _plot("The grid's frequency", "line", _axis("time (s)", "times"), "Hz",
              ("frequency", "frequency")),
        _plot("Who helps, and how much", "bar", _axis("node"), "power", ("controls", "control")),
    ),
    "investment": (
        _plot(
            "Shares of wealth in each regime", "bar", _axis("regime"), "share of wealth",
            ("investment_shares", "asset #", "column"), ("insurance_fraction", "insured"),
        ),
    ),
    "mean_field_type": (
        _plot(
            "What each player pays", "bar", _axis("player"), "cost", ("values", "expected cost")
        ),
        _plot(
            "Weight on the deviation from the mean, by regime", "bar", _axis("regime"), "weight",
            ("alpha", "player #", "row"),
        ),
    ),
    "learning": (
        _plot(
            "The price on its way", "line", _axis("part of the run"), "currency per ELE",
            ("price_trace", "mean over the runs"),
        ),
        _plot("What each prosumer wants", "bar", _axis("prosumer"), "ELE", ("demands", "demand")),
    ),
    "mining": (
        _plot(
            "Who mines where", "line", TIME, "fraction of the miners",
            ("fractions", "branch #", "column"),
        ),
    ),
    "price_field": (
        _plot(
            "What a kWh costs at each place", "bar", _axis("place", "nodes", "scenario"),
            "delivered price per kWh", ("price", "producer #", "row"),
        ),
        _plot(
            "The cheapest", "bar", _axis("place", "nodes", "scenario"), "delivered price per kWh",
            ("cheapest", "cheapest"),
        ),
    ),
    "regulation": (
        _plot(
            "Each strategy's mean price", "line", _axis("step"), "mean price",
            ("strategies.*.mean_price", "#", "key"),
        ),
    ),
    "reputation": (
        _plot(
            "Reputation", "line", _axis("round"), "reputation", ("reputation", "node #", "column")
        ),
    ),
    "response": (
        _plot(
            "What each member sells", "line", _axis("price per kWh", "price", "scenario"),
            "kWh; below 0 she buys", ("net_sale", "member #", "column"),
        ),
        _plot(
            "What each member uses", "line", _axis("price per kWh", "price", "scenario"), "kWh",
            ("demand", "member #", "column"),
        ),
    ),
    "stackelberg": (
        _plot("What each prosumer wants", "bar", _axis("prosumer"), "ELE", ("demands", "demand")),
        _plot(
            "What each prosumer gains", "bar", _axis("prosumer"), "utility",
            ("follower_utilities", "utility"),
        ),
    ),
}  # fmt: skip
"""By game. A test draws all of them from the examples' solutions."""
