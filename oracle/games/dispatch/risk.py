"""One station with an uncertain stock and an exponential utility, in closed form.

``de = (a − s) dt + σ dB``; minimise ``(1/ρ) log E exp ρ{½ w ∫(D − s)² dt + ½ q (e(T) − e*)²}``.
With κ = 1/w − ρσ², τ = T − t, y = e − e* and b = a − D the value is ``½ P (y + bτ)² + k``:
``P = q/(1 + qκτ)``, ``s = D + P (y + bτ)/w``, ``k = (σ²/2κ) log(1 + qκτ)``. On the mean path
``Y = y + bτ`` is ``Y(0) ((1 + qκτ)/(1 + qκT))^{1/(κw)}``. Where ρσ² > 1/w the denominator reaches 0
at τ = 1/(q(ρσ² − 1/w)), beyond which no plan has a finite cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from scipy.integrate import solve_ivp

from oracle.games._base import Table
from oracle.games._fields import FloatArray, NonNegative, Positive, Real, Whole, about

_MOST_EVALUATIONS = 100_000


class _TooStiffError(Exception):
    """The equations ask for more steps than are worth while."""


class Risk(Table):
    """sensitivity ρ (> 0: averse) per unit of cost; volatility σ of the stock in kWh/√time.

    terminal_weight q; target_stock e*, initial_stock e(0) in kWh; inflow a in kWh per unit of time;
    horizon T; steps at which the mean path is given.
    """

    sensitivity: Real = about("ρ, above 0 for aversion to risk", "1/currency")
    volatility: NonNegative = about("σ of the stock", "kWh/√time")
    terminal_weight: NonNegative = about(
        "q, on the squared distance from target_stock at the end", "currency/kWh²"
    )
    target_stock: Real = about("e*", "kWh")
    initial_stock: Real = about("e(0)", "kWh")
    inflow: NonNegative = about("a", "kWh/time")
    horizon: Positive = about("T", "time")
    steps: Annotated[int, Whole(ge=1, le=1_000_000)] = about(
        "of the reported mean path", "–", default=1000
    )


@dataclass(frozen=True)
class MeanPath:
    """[steps+1] each; cost: the certainty equivalent; longest: None where unbounded."""

    supply: FloatArray
    stock: FloatArray
    riccati: FloatArray
    cost: float
    longest: float | None
    residual: float
    gain: float
    trouble: str


def path(risk: Risk, demand: float, weight: float) -> MeanPath:
    """The optimal plan's mean path, checked against its differential equations."""
    q, end = risk.terminal_weight, risk.horizon
    kappa = 1 / weight - risk.sensitivity * risk.volatility**2
    longest = 1 / (-kappa * q) if kappa * q < 0 else None
    if longest is not None and end >= longest:
        unknown = np.full(risk.steps + 1, np.nan)
        trouble = (
            f"no plan has a finite cost: with this risk horizons must be below {longest:.10g}, "
            f"and it is {end:g}"
        )
        nan = float("nan")
        return MeanPath(unknown, unknown.copy(), unknown.copy(), nan, longest, nan, nan, trouble)
    left = np.linspace(end, 0.0, risk.steps + 1)
    drift = risk.inflow - demand
    riccati = q / (1 + q * kappa * left)
    start = risk.initial_stock - risk.target_stock + drift * end
    logs = _log_over(q, kappa, left)
    ahead = start * np.exp((logs - logs[0]) / weight)
    stock = risk.target_stock + ahead - drift * left
    supply = demand + riccati * ahead / weight
    cost = float(riccati[0] * start**2 / 2 + risk.volatility**2 / 2 * logs[0])
    with np.errstate(all="ignore"):  # numbers too far apart show in the residual
        residual, gain = _integrated(risk, demand, weight, riccati, stock, supply, cost)
    return MeanPath(supply, stock, riccati, cost, longest, residual, gain, "")


def _log_over(q: float, kappa: float, left: FloatArray) -> FloatArray:
    """log(1 + qκτ)/κ, and its limit qτ."""
    return np.asarray(q * left if kappa == 0 else np.log1p(q * kappa * left) / kappa)


def _integrated(
    risk: Risk,
    demand: float,
    weight: float,
    riccati: FloatArray,
    stock: FloatArray,
    supply: FloatArray,
    cost: float,
) -> tuple[float, float]:
    """The largest relative difference from the equations integrated numerically; of the cost, too.

    Backwards ``Ṗ = κP²``, ``ġ = κPg − P(a − D)``, ``k̇ = ½κg² − g(a − D) − ½σ²P``; then forwards
    ``ė = a − D − (P(e − e*) + g)/w``.
    """
    kappa = 1 / weight - risk.sensitivity * risk.volatility**2
    drift, end = risk.inflow - demand, risk.horizon
    exact = {"method": "DOP853", "rtol": 1e-12, "atol": 1e-14, "dense_output": True}
    turns = 0

    def count() -> None:
        nonlocal turns
        turns += 1
        if turns > _MOST_EVALUATIONS:
            raise _TooStiffError

    def backwards(left: float, y: FloatArray) -> list[float]:
        count()
        p, g, _ = y
        return [
            -kappa * p * p,
            p * drift - kappa * p * g,
            g * drift - kappa * g * g / 2 + risk.volatility**2 * p / 2,
        ]

    def forwards(time: float, e: FloatArray) -> FloatArray:
        count()
        p, g, _ = value.sol(end - time)
        return np.asarray(drift - (p * (e - risk.target_stock) + g) / weight)

    try:
        value = solve_ivp(backwards, (0.0, end), [risk.terminal_weight, 0.0, 0.0], **exact)
        mean = solve_ivp(forwards, (0.0, end), [risk.initial_stock], **exact)
    except (_TooStiffError, ValueError):  # ValueError: numbers that are no longer finite
        return np.inf, 0.0
    if not (value.success and mean.success):
        return np.inf, 0.0
    times = np.linspace(0.0, end, len(riccati))
    p, g, k = value.sol(end - times)
    e = mean.sol(times)[0]
    s = demand + (p * (e - risk.target_stock) + g) / weight
    y = risk.initial_stock - risk.target_stock
    again = float(p[0] * y * y / 2 + g[0] * y + k[0])
    pairs = ((riccati, p), (stock, e), (supply, s), (np.array([cost]), np.array([again])))
    gap = max(float(np.max(np.abs(a - b) / (1 + np.abs(b)))) for a, b in pairs)
    return gap, max(0.0, cost - again)
