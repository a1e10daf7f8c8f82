"""All faults at all places, by family."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from chaos import backups, kills, liars, machines, nodes, wires
from chaos.trial import Fault

FAMILIES = (
    ("Processes killed", kills.faults),
    ("Reorganisations", machines.reorganisations),
    ("Messages between servers", wires.faults),
    ("Dishonest and absent servers", liars.faults),
    ("Full disks", machines.full_disks),
    ("Clocks", machines.clocks),
    ("Backups put back", backups.faults),
    ("Nodes", nodes.faults),
)


def of_three() -> Iterator[Fault]:
    for family, faults in FAMILIES:
        for fault in faults():
            yield replace(fault, family=family)


def of_seven() -> Iterator[Fault]:
    for fault in liars.faults_of_seven():
        yield replace(fault, family="Two of seven servers lie")
