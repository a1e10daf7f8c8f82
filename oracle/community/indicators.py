"""A community's indicators over a run, from its members' entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from oracle.community.bill import PeriodEntry


@dataclass(frozen=True)
class Indicators:
    """Shares are of energy, 0 to 1; peaks are mean power in W over the worst period.

    self_sufficiency: the part of consumption that did not come from the grid (own use and trades);
    self_consumption: the part of generation that did not go to the grid; peaks: the most that all
    members together imported from, or exported to, the grid in one period. The two shares are None
    where somebody's own use is unknown.
    """

    self_sufficiency: float | None
    self_consumption: float | None
    peak_import_w: float
    peak_export_w: float


def forecast_mae_wh(declared_net_wh: Sequence[int], metered_net_wh: Sequence[int]) -> float:
    """Mean absolute deviation of the metered from the declared net Wh over declared periods.

    Raises ValueError where the two have different lengths; 0 for no period.
    """
    pairs = list(zip(declared_net_wh, metered_net_wh, strict=True))
    return sum(abs(target - actual) for target, actual in pairs) / len(pairs) if pairs else 0.0


def community_indicators(
    entries: Iterable[PeriodEntry], step_seconds: int, *, own_use_known: bool = True
) -> Indicators:
    """The indicators of all members' entries of a run; a share of nothing is 0.

    `own_use_known` is the community's: behind an import/export meter nobody knows own use.
    """
    imported: dict[int, int] = defaultdict(int)
    exported: dict[int, int] = defaultdict(int)
    consumed = generated = 0
    for entry in entries:
        imported[entry.start] += entry.imported_wh
        exported[entry.start] += entry.exported_wh
        consumed += entry.consumed_wh
        generated += entry.generated_wh
    per_hour = 3600 / step_seconds

    def share(grid: dict[int, int], total: int) -> float | None:
        if not own_use_known:
            return None
        return 1 - sum(grid.values()) / total if total else 0.0

    return Indicators(
        self_sufficiency=share(imported, consumed),
        self_consumption=share(exported, generated),
        peak_import_w=max(imported.values(), default=0) * per_hour,
        peak_export_w=max(exported.values(), default=0) * per_hour,
    )
