"""`wattmarket agent`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from eth_utils.address import is_address

from oracle.app.daemon.config import KeyTable, password_of
from oracle.app.daemon.keystore import open_keystore
from oracle.app.private.agent import Agent, AgentError
from oracle.app.private.parameters import load_parameters

NOT_SETTLED = 3


def agent_command(
    session: str,
    parameters: Path,
    keystore: Path,
    password_file: Path,
    least: int,
    among: Path | None,
    attempts: int,
    as_json: bool,
) -> int:
    side, table = load_parameters(parameters)
    key = KeyTable(keystore=keystore, password_file=password_file)
    signer = open_keystore(keystore, password_of(key))
    known = None if among is None else addresses(among)
    found = Agent(
        session, signer.key, side, table, least=least, among=known, attempts=attempts
    ).run()
    if as_json:
        click.echo(json.dumps(asdict(found)))
    elif not found.trouble:
        verb = "buys" if side == "buy" else "offers"
        click.echo(f"price {found.price:.6g} ELE/kWh; this member {verb} {found.quantity:.6g} kWh")
    if found.trouble:
        click.echo(f"wattmarket: not settled: {found.trouble}", err=True)
        return NOT_SETTLED
    return 0


def addresses(path: Path) -> list[str]:
    """One a line. Raises AgentError."""
    try:
        lines = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise AgentError(f"--among: {path}: {error}") from None
    for number, line in enumerate(lines, 1):
        if not is_address(line):
            raise AgentError(f"--among: {path}: word {number}: allowed: an address")
    return lines
