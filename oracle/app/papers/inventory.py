"""Every numbered table and figure of the four papers, and what becomes of it here."""

from __future__ import annotations

from dataclasses import dataclass

from oracle.app.papers.section import CHAPTER, ELECOIN, POSTER, SLIDES

__all__ = ["INVENTORY", "Entry"]


@dataclass(frozen=True)
class Entry:
    """paper and place; what it shows; what we do; key of the section, empty where there is none."""

    paper: str
    place: str
    shows: str
    outcome: str
    section: str = ""


_DIAGRAM = "a diagram; nothing to compute"
_DATA = "others' market data, not given; not recomputed"
_OURS = "parameters not given; shown with ours"

INVENTORY: tuple[Entry, ...] = (
    Entry(SLIDES, "scenario 1", "price and given demand", "recomputed exactly", "scenario_1"),
    Entry(
        SLIDES,
        "scenario 2, costs",
        "table and six panels",
        "recomputed; as printed within 1.9 %, corrected differs by up to 11 %",
        "scenarios",
    ),
    Entry(
        SLIDES,
        "scenario 3, costs",
        "table and six panels",
        "recomputed in expectation; its path's noise is not given",
        "scenarios",
    ),
    Entry(SLIDES, "prices at rest", "formulas", "recomputed; no published numbers", "scenarios"),
    Entry(SLIDES, "merit order", "structure of supply", _OURS, "merit_order"),
    Entry(SLIDES, "frequency control", "figure", _OURS, "frequency"),
    Entry(SLIDES, "Wattcoin mining", "state dynamics", _OURS, "fork"),
    Entry(
        SLIDES, "prosumers market auction", "equations", "no numbers; shown with ours", "auction"
    ),
    Entry(SLIDES, "consumer response", "formula", "no numbers; the game of response solves it"),
    Entry(SLIDES, "price dynamics, prosumers", "sketches without axes", "nothing to compute"),
    Entry(
        SLIDES,
        "Sicily, electric vehicles",
        "savings of 17.91, 6 and 19 %",
        "no data and no model given; cannot be recomputed",
    ),
    Entry(SLIDES, "bitcoin and tether", "prices", _DATA),
    Entry(SLIDES, "target price", "figure", "recomputed exactly", "target"),
    Entry(
        SLIDES,
        "regulated price",
        "real price and continuation",
        "real data not given; strategies shown with ours",
        "strategies",
    ),
    Entry(SLIDES, "insurance", "formula", "recomputed; corrected", "insurance"),
    Entry(CHAPTER, "figure 1", "interaction blocks", _DIAGRAM),
    Entry(CHAPTER, "figures 2 and 3", "bitcoin and tether prices", _DATA),
    Entry(CHAPTER, "figure 4", "target price", "recomputed exactly; caption differs", "target"),
    Entry(
        CHAPTER,
        "figure 5",
        "real price and continuation",
        "real data not given; strategies shown with ours",
        "strategies",
    ),
    Entry(CHAPTER, "3.3", "misprints in the Riccati system", "corrected", "scenarios"),
    Entry(
        CHAPTER,
        "3.3.1, 3.3.2",
        "value of information, resilience",
        "no numbers; shown with ours",
        "information",
    ),
    Entry(CHAPTER, "5", "optimal insurance", "recomputed; corrected", "insurance"),
    Entry(POSTER, "chart", "Solarcoin's price", _DATA),
    Entry(POSTER, "model, platform", "formulas", "no numbers; shown with ours", "market"),
    Entry(POSTER, "repeated game", "rules", "no numbers; shown with ours", "poster"),
    Entry(ELECOIN, "figure 1", "trading framework", _DIAGRAM),
    Entry(ELECOIN, "figure 3", "convergence of learners", _OURS, "convergence"),
    Entry(ELECOIN, "theorem 1, (4)", "prosumers' demand", "holds; shown with ours", "equilibrium"),
    Entry(ELECOIN, "theorem 2", "one optimal price", "true without bounds only", "two_peaks"),
    Entry(
        ELECOIN,
        "figure 4(a, b)",
        "utilities against N",
        "partly: the prosumers' decline is not in the model",
        "members",
    ),
    Entry(ELECOIN, "figure 4(a, b), rivals", "genetic search, chance", _OURS, "baselines"),
    Entry(
        ELECOIN,
        "figure 4(c, d)",
        "utilities against Q",
        "only where a bound binds, and none is given",
        "price",
    ),
    Entry(
        ELECOIN,
        "figure 4(e)",
        "mining probability",
        "recomputed exactly; numbers of servers are ours",
        "mining",
    ),
    Entry(ELECOIN, "figure 5", "screens of the devices", "nothing to compute"),
)
