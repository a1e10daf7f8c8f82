"""`wattmarket oracle key`: a new signing key, encrypted from its first moment on disk."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from oracle.app.daemon.config import ConfigError, KeyTable, password_of
from oracle.app.daemon.keystore import write_keystore
from oracle.chain.signer import Signer

SHORTEST = 8


def new_key(file: Path, password_file: Path | None) -> int:
    """Writes the keystore and prints the address. Raises UserError, one line."""
    if password_file is None:
        password = click.prompt("password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = password_of(KeyTable(keystore=file, password_file=password_file))
    if len(password) < SHORTEST:
        raise ConfigError(f"password: {len(password)} characters: at least {SHORTEST}")
    key = secrets.token_bytes(32)
    write_keystore(file, key, password)
    click.echo(Signer(key).address)
    return 0
