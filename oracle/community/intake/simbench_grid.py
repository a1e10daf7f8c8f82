"""A grid of SimBench with its profiles, if that package is installed: members, meters, zones."""

from __future__ import annotations

import contextlib
import io
import logging
import re
import warnings
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import numpy as np

from oracle.community.errors import CommunityError
from oracle.community.intake.facts import Fact, Facts
from oracle.community.intake.sheet import Column, Note, Sheet
from oracle.community.model import StandardProfile

INSTALL = "pip install 'wattmarket[simbench]' (91 MB)"
TIMEZONE = "Europe/Berlin"
WINTER_UTC = 3600
CUSTOMERS = re.compile(r"(?:H0|G[0-6]|L[0-2]|BL|BW|WB)-")
"""SimBench's load profiles of customers; the others are heat pumps and charging points."""
ATTRIBUTION = """# Where these profiles come from

`{profiles}` and the members' ratings are derived from SimBench, grid `{code}`:

> Steffen Meinecke, Džanan Sarajlić, Simon Ruben Drauz, Annika Klettke, Lars-Peter Lauven,
> Christian Rehtanz, Albert Moser, Martin Braun: SimBench, a benchmark dataset of electric power
> systems to compare innovative solutions based on power flow analysis. Energies 13 (2020) 3290,
> doi:10.3390/en13123290. https://simbench.de

The data of SimBench is made available under the Open Database License (ODbL) 1.0:
https://opendatacommons.org/licenses/odbl/1-0/. Rights in individual contents of the database are
under the Database Contents License: https://opendatacommons.org/licenses/dbcl/1-0/.

This folder is a derived database in the sense of that licence. Who publishes it keeps this notice
and offers it under the ODbL too. What was changed: normalised profiles multiplied by each element's
rated power, in kW; elements at one bus joined to a member; tariffs and fees added.
"""


@dataclass(frozen=True)
class Grid:
    """A grid's series, and what it says of its members."""

    sheet: Sheet
    facts: Facts
    attribution: str


def read_simbench(code: str) -> Grid:
    """The loads, plants and batteries of a SimBench grid by its code, such as 1-LV-rural1--0-sw.

    Each customer is a member; heat pumps, charging points, plants and batteries at her bus are hers
    (the first customer's, if there are several); plants at a bus without one stand alone.
    Raises CommunityError: the package is missing, or there is no such code.
    """
    try:
        simbench = import_module("simbench")
    except ImportError:
        raise CommunityError(None, "simbench", "not installed", INSTALL) from None
    net = _net(simbench, code)
    profiles = simbench.get_absolute_values(net, profiles_instead_of_study_cases=True)
    loads, plants = profiles[("load", "p_mw")], profiles[("sgen", "p_mw")]
    owners: dict[Any, str] = {}
    columns, kw, facts = [], [], []
    classes: dict[str, dict[str, Any]] = {}
    use: dict[str, Any] = {}
    # Customers first: heat pumps and charging points at a bus are then the customer's.
    kinds = [bool(CUSTOMERS.match(str(profile))) for profile in net.load["profile"]]
    order = [*net.load.index[kinds], *net.load.index[[not kind for kind in kinds]]]
    customers = set(net.load.index[kinds])
    for index in order:
        load = net.load.loc[index]
        name = str(load["name"])
        if index not in customers:
            name = owners.get(load["bus"], name)
        owners.setdefault(load["bus"], name)
        power = loads[index].to_numpy() * 1000
        if name in use:
            use[name] = use[name] + power
            continue
        use[name] = power
        facts.append((name, _zone(load, code)))
        kind = str(load["profile"])[:2].lower()
        if kind in get_args(StandardProfile):
            classes[name] = {"standard_profile": kind}
    for owner, power in use.items():
        columns.append(Column(owner, "load"))
        kw.append(power)
    generation: dict[str, Any] = {}
    zones = dict(facts)
    for index, plant in net.sgen.iterrows():
        owner = owners.get(plant["bus"], str(plant["name"]))
        zones.setdefault(owner, _zone(plant, code))
        generation[owner] = generation.get(owner, 0.0) + plants[index].to_numpy() * 1000
    for owner, power in generation.items():
        columns.append(Column(owner, "generation"))
        kw.append(power)
    if not columns:
        raise CommunityError(None, "simbench", code, "has no loads and no plants")
    first = str(net.profiles["load"]["time"].iloc[0])
    begin = _utc(first)
    batteries = _batteries(net, owners)
    rows = tuple(
        Fact(name, 0, {"zone": zone} | classes.get(name, {}) | batteries.get(name, {}))
        for name, zone in zones.items()
    )
    notes = (
        Note("source", f"SimBench {code}, ODbL 1.0: keep ATTRIBUTION.md beside the data"),
        Note("zone", f"profiles from {first} on, winter time (UTC+1) all year, every 15 min"),
        Note("members", "each customer is a member; what else is at her bus is hers"),
    )
    sheet = Sheet(Path(code), tuple(columns), begin, 900, 900, np.array(kw), notes)
    return Grid(sheet, Facts(None, rows), ATTRIBUTION.format(code=code, profiles="profiles"))


def _net(simbench: Any, code: str) -> Any:
    known = simbench.collect_all_simbench_codes()
    if code not in known:
        near = [one for one in known if one.split("-")[:2] == code.split("-")[:2]] or known
        raise CommunityError(
            None, "simbench", code, f"one of {len(known)} codes, such as {', '.join(near[:4])}"
        )
    # pandapower talks of its own house: nothing that a user could act on.
    logging.getLogger("pandapower").setLevel(logging.ERROR)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        return simbench.get_simbench_net(code)


def _zone(element: Any, code: str) -> str:
    return str(element.get("subnet", code)).split("_")[0] or code


def _batteries(net: Any, owners: dict[Any, str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for _, unit in net.storage.iterrows():
        owner = owners.get(unit["bus"])
        capacity, power = float(unit["max_e_mwh"]) * 1000, abs(float(unit["sn_mva"])) * 1000
        if owner is not None and capacity > 0 and power > 0:
            held = found.setdefault(owner, {"storage": {"capacity_kwh": 0.0, "power_kw": 0.0}})
            held["storage"]["capacity_kwh"] = round(held["storage"]["capacity_kwh"] + capacity, 3)
            held["storage"]["power_kw"] = round(held["storage"]["power_kw"] + power, 3)
    return found


def _utc(text: str) -> int:
    from oracle.community.intake.stamps import parse_walls

    return int(parse_walls([text], "day-first").seconds[0]) - WINTER_UTC
