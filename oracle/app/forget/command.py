"""What `wattmarket member forget` asks and says."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from oracle import UserError
from oracle.app.forget.erasure import Forgotten, forget, store_of
from oracle.service.own.forget import find_member

ON_CHAIN = """\
What stays on chain, for good, under the account's address:
- the registration: zone, rights, rated power, the meter's address, and the salted hash of the name.
  {hash}
- meter readings, declared targets, trades, ratings, reputation, rewards, token balances. On a
  permissioned chain its nodes hold them, on a public one everybody does.
Nobody can remove these. Who knew whose account it is still knows.
What stays in the store: energy, bills and trades by address, as accounts must be kept."""
RANDOM = "The salt is gone: no name can be tried against the hash any more."
SEEDED = "This run's salts come from its --seed: who knows the seed can still try names."
BACKUPS = "Backups and copies of the store are yours to erase."


def forget_command(
    *, name: str, folder: Path, store: str | None, search: Sequence[Path], yes: bool
) -> int:
    """Asks, erases, and says what stays. Raises UserError for a name that nobody has."""
    for place in search:
        if not place.exists():
            raise UserError(f"--search: {place}: no such file or folder")
    with store_of(folder, store) as opened:
        found = find_member(opened, name)
        if any(one.names for one in found) and not yes and not _sure(name):
            click.echo("nothing was erased")
            return 0
        done = forget(opened, folder, name, search=search)
        shown = opened.database.shown
    _say(done, shown)
    return 0


def _sure(name: str) -> bool:
    if not sys.stdin.isatty():
        raise UserError("--yes: must be given where nobody can be asked")
    return click.confirm(f"Erase the name {name!r} and its salt for good?", err=True)


def _say(done: Forgotten, store: str) -> None:
    for one in done.members:
        what = "name and salt erased" if one.names else "name and salt were erased before"
        click.echo(f"{one.label} ({one.address}): {what}, store {store}")
    if not done.members:
        click.echo(f"an erasure that was cut short is now complete, store {store}")
    _list("names replaced in", done.rewritten)
    _list("still with the name, yours to change or delete", done.holding)
    _list("pictures, which may show the name: draw them again or delete them", done.pictures)
    if done.run_under_way:
        click.echo("A run uses this folder; if it writes a report yet, forget the name once more.")
    click.echo()
    click.echo(ON_CHAIN.format(hash=SEEDED if done.salts_of_seed else RANDOM))
    click.echo(BACKUPS)


def _list(what: str, paths: tuple[Path, ...]) -> None:
    for path in paths:
        click.echo(f"{what}: {path}")
