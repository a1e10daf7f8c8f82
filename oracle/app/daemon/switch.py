"""`wattmarket oracle pause` and `resume`: a switch in the store, which the daemon looks at."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from oracle.app.daemon.config import load_config, password_of
from oracle.app.daemon.keystore import open_keystore
from oracle.app.daemon.start import open_store
from oracle.chain.deployment import Deployment


def switch(path: Path, *, paused: bool) -> int:
    """Sets the switch; whoever can open the key may do so."""
    config = load_config(path)
    signer = open_keystore(config.key.keystore, password_of(config.key))
    with ExitStack() as stack:
        store = open_store(config, Deployment.load(config.deployment), signer, stack)
        store.pause(paused)
    click.echo(f"{signer.address}: {'paused' if paused else 'goes on'}")
    return 0
