"""Optimal insurance over the premium's loading: printed, corrected, and by brute force."""

from __future__ import annotations

import numpy as np

from oracle.app.papers.section import CHAPTER, SLIDES, Picture, Section, Table, num
from oracle.games import FloatArray
from oracle.games.investment import InvestmentProblem, solve
from oracle.plots.papers import Line, Panel

__all__ = ["brute_force", "insured", "optimal_insurance"]

_LOSSES = (0.3, 0.6, 0.9)
_RATE = 0.1
_MEAN_WEALTH = 4.0


def _problem(loss: float, loading: float, variant: str, others: float) -> InvestmentProblem:
    return InvestmentProblem.from_document(
        {
            "regimes": [
                {
                    "risk_free_rate": 0.02,
                    "excess_returns": [0.05],
                    "volatility": [0.2],
                    "common_volatility": [0.1],
                    "loss_rate": _RATE,
                    "loss_fraction": loss,
                    "premium_loading": loading,
                }
            ],
            "generator": [[0.0]],
            "discount": 0.05,
            "horizon": 10.0,
            "wealth": 1.0,
            "mean_wealth": others,
            "initial_regime": 0,
            "variant": variant,
        }
    )


def insured(loss: float, loading: float, variant: str, others: float = 0.0) -> float:
    """The insured share y of wealth, by the game of investment."""
    return float(solve(_problem(loss, loading, variant, others)).insurance_fraction[0])


def brute_force(loss: float, loading: float) -> float:
    """y that maximises growth with the loss of (15) as it stands, on a grid."""
    shares = np.linspace(0.0, loss, 10001)[:-1]
    gain = -(1 + loading) * shares + np.log1p(shares - loss)
    return float(shares[np.argmax(gain)])


def optimal_insurance() -> Section:
    """Insurance against the loading, alone and with others who insure."""
    loadings = np.linspace(0.0, 2.0, 21)
    curves = {
        (loss, variant): np.array(
            [insured(loss, loading, variant) for loading in loadings.tolist()]
        )
        for loss in _LOSSES
        for variant in ("as_printed", "corrected")
    }
    rows = tuple(
        (
            f"l = {loss:g}, θ̄ = {loading:g}",
            num(insured(loss, loading, "as_printed"), 4),
            num(insured(loss, loading, "corrected"), 4),
            num(brute_force(loss, loading), 3),
        )
        for loss in _LOSSES
        for loading in (0.0, 0.5, 1.0)
    )
    others = _with_others(loadings)
    picture = Picture(
        "insurance",
        "Insured share over the loading. Left: corrected curves start at the whole loss 0.3, 0.6 "
        "and 0.9 and fall, convex, to 0; printed ones lie far lower, start at 0, 0.1 and 0.4. "
        "Right: with others who insure, more is insured at each loading.",
        "Insured share of wealth over the premium's loading.",
        (
            Panel(
                "Solid corrected, dashed as printed",
                "loading θ̄",
                tuple(
                    Line(
                        f"l = {loss:g}" if variant == "corrected" else "",
                        loadings,
                        curves[loss, variant],
                        at,
                        "-" if variant == "corrected" else "--",
                    )
                    for at, loss in enumerate(_LOSSES)
                    for variant in ("corrected", "as_printed")
                ),
            ),
            Panel(
                "Corrected, l = 0.6, when others insure",
                "loading θ, before others lower it",
                (
                    Line("others' wealth 0", loadings, curves[0.6, "corrected"], 1),
                    Line(f"others' wealth {_MEAN_WEALTH:g}", loadings, others, 2),
                ),
            ),
        ),
    )
    return Section(
        "Optimal insurance",
        f"{CHAPTER}, 5; {SLIDES}, consumption, investment, insurance",
        (
            "Published: `u_ins = [l − (1 + θ̄)/(2 + θ̄)]⁺ x`, decreasing and convex in θ̄. With the "
            "loss of equation (15) as it stands the optimum is `[l − θ̄/(1 + θ̄)]⁺ x`.",
            Table(
                "Insured share of wealth",
                ("loss and loading", "as printed", "corrected", "brute force on (15)"),
                rows,
            ),
            picture,
            "**Difference.** The published maximisation adds the expected loss to the drift, as if "
            "the loss were compensated; (15) does not. As printed nobody insures a loss of less "
            "than half her wealth even at a fair premium; Mossin (1968), whom the papers cite, has "
            "full insurance there, and so has the corrected formula. Decreasing and convex in θ̄ "
            "both are, where positive. `θ̄ = θ/(1 + m̄)` makes insurance cheaper the more others "
            "insure, so y is a fixed point; where there are several we draw the largest. Over θ "
            "itself it still falls, but where others insure it is no longer convex. "
            "The papers give no numbers here; losses and loadings are ours.",
        ),
    )


def _with_others(loadings: FloatArray) -> FloatArray:
    return np.array(
        [insured(0.6, loading, "corrected", _MEAN_WEALTH) for loading in loadings.tolist()]
    )
