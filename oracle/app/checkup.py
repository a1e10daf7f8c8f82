"""What the two doctors share: how checks are told, and those of a chain's clock and pace."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from oracle import UserError
from oracle.chain.client import Client
from oracle.chain.deployment import Deployment

SAMPLE_BLOCKS = 50

Patient = TypeVar("Patient")


class Ill(Exception):
    """A check that fails, with what would help."""


def examine(
    checks: Sequence[tuple[str, Callable[[Patient], str]]],
    patient: Patient,
    echo: Callable[[str], None],
    *,
    decisive: str | None = None,
) -> int:
    """Echoes `ok` or `WRONG` for each check; 1 if one is wrong, else 0.

    Where the `decisive` one is wrong the others say nothing and are left out.
    """
    wrong = 0
    for name, check in checks:
        try:
            found = check(patient)
        except (Ill, UserError) as error:
            wrong += 1
            echo(f"WRONG  {name}: {error}")
            if name == decisive:
                break
        else:
            echo(f"ok     {name}: {found}")
    return 1 if wrong else 0


def check_clock(client: Client, deployment: Deployment, most_skew: int) -> str:
    """Raises Ill where the newest block is `most_skew` seconds and a period from our clock."""
    skew = abs(time.time() - client.block().timestamp)
    said = f"the newest block is {skew:.0f} s from this machine's clock"
    if skew > most_skew + deployment.schedule.period:
        raise Ill(said)
    return said


def check_pace(client: Client, deployment: Deployment) -> str:
    """Raises Ill or UserError where the blocks are too slow for the deployment's leads."""
    head = client.block()
    back = client.block(max(0, head.number - SAMPLE_BLOCKS))
    if head.number == back.number:
        raise Ill("the chain has one block: its pace is unknown")
    seconds = (head.timestamp - back.timestamp) / (head.number - back.number)
    deployment.schedule.check(seconds, deployment.depth)
    return f"{seconds:g} s a block, depth {deployment.depth}: the leads are wide enough"
