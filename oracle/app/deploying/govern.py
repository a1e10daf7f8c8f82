"""`wattmarket govern`: the administrator's office moves into three hands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click
from eth_utils.address import is_address, to_checksum_address

from oracle import UserError
from oracle.app.deploying.command import Echo, require_office, site
from oracle.chain.deployment import Deployment
from oracle.chain.governance import LONGEST_DELAY, hand_over
from oracle.chain.market import Market
from oracle.chain.transactions import TransactionFailed


@dataclass(frozen=True)
class Hands:
    """Who gets which part. `delay` in seconds: how long what matters is announced before."""

    administration: str
    operator: str
    guardian: str
    delay: int

    def __post_init__(self) -> None:
        for name in ("administration", "operator", "guardian"):
            value = getattr(self, name)
            if not is_address(value) or int(value, 16) == 0:
                raise UserError(f"--{name}: {value!r}: must be an address other than 0")
            object.__setattr__(self, name, str(to_checksum_address(value)))
        if not 0 < self.delay <= LONGEST_DELAY:
            raise UserError(f"--delay: {self.delay}: must be from 1 to {LONGEST_DELAY} seconds")


def govern(
    deployment: Path,
    node: str,
    keystore: Path,
    password_file: Path,
    hands: Hands,
    echo: Echo = click.echo,
) -> int:
    """Makes `MarketGovernance` the administrator. Raises UserError, one line; the office stays
    where it was then.
    """
    where = site(node, keystore, password_file)
    told = Deployment.load(deployment)
    told.check(where.client)
    market = Market(where.client, told)
    require_office(market, where.administrator, "--keystore")
    try:
        office = hand_over(
            market,
            where.sender,
            where.administrator,
            where.pace.mine,
            administration=hands.administration,
            operator=hands.operator,
            guardian=hands.guardian,
            delay=hands.delay,
        )
    except TransactionFailed as error:
        raise UserError(f"the chain refused it, the office stays where it was: {error}") from error
    epoch = market.schedule.period * market.schedule.epoch_periods
    echo(f"MarketGovernance             {office.address}")
    echo(f"administration               {hands.administration}, announced {hands.delay} s before")
    echo(f"operator                     {hands.operator}")
    echo(f"guardian                     {hands.guardian}")
    if hands.delay <= epoch:
        echo(
            f"--delay: {hands.delay} s is no longer than an epoch of {epoch} s: who declared for "
            "it may be metered and priced by somebody she did not see coming"
        )
    return 0
