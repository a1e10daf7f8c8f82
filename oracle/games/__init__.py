"""The games: a frozen problem and `solve(problem) -> solution` for each. Nothing here does I/O.

`registry` knows them by name. Sources: the papers named in each module; equations as in `docs/`.
"""

from __future__ import annotations

from oracle.games._base import Diagnostics, InvalidProblem, Problem, Solution
from oracle.games._fields import FloatArray, shown

__all__ = ["Diagnostics", "FloatArray", "InvalidProblem", "Problem", "Solution", "shown"]
