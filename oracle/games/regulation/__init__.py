"""Token supply that keeps a price in its band: six strategies on one noise.

Log-price ``dp = η[D − p − (S + u)] dt + σdB + jumps + σ_o dB_o + common jumps``; the target
``p_tp(t) = c0 + Σ c_k cos 2πkt + ĉ_k sin 2πkt`` (k = 1, 2) lies in the band. The regulator's costs
are ``q (p − log p_tp)² + ρu²`` along the way and ``q (p − log p_tp)²`` at the end; mean-field-type
control weighs the mean given the common noise with q + q̄.

Source: Djehiche, Barreiro-Gomez and Tembine, *Mean-field-type games for blockchain-based
distributed power networks*, section 4. Corrected: with ρ = 0, as printed, gains are infinite.
"""

from oracle.games.regulation.feedback import target_price
from oracle.games.regulation.problem import STRATEGIES, Piecewise, RegulationProblem, Weights
from oracle.games.regulation.solver import (
    Outcome,
    RegulationDiagnostics,
    RegulationSolution,
    solve,
)

__all__ = [
    "STRATEGIES",
    "Outcome",
    "Piecewise",
    "RegulationDiagnostics",
    "RegulationProblem",
    "RegulationSolution",
    "Weights",
    "solve",
    "target_price",
]
