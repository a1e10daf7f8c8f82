"""Commands that keep an edge server: into one file, and back."""

from __future__ import annotations

from pathlib import Path

import click

from oracle.cli.edge_server import CONFIG


@click.command(
    epilog="Example: wattmarket backup --config oracle.toml --to server-1-2026-11-22.backup"
)
@CONFIG
@click.option("--to", "out", required=True, type=click.Path(path_type=Path), help="The new file.")
def backup(config: Path, out: Path) -> int:
    """Copy an edge server's store, configuration and key into one encrypted file.

    It may run meanwhile. The file opens with the password of the keystore, which is not in it.
    """
    from oracle.app.backup.command import backup as run

    return run(config, out)


@click.command(
    epilog="Example: wattmarket restore server-1.backup --folder server-1 --password-file password"
)
@click.argument("archive", type=click.Path(path_type=Path))
@click.option("--folder", required=True, type=click.Path(path_type=Path), help="A new folder.")
@click.option(
    "--password-file",
    required=True,
    type=click.Path(path_type=Path),
    help="The keystore's password, in a file for its owner alone.",
)
@click.option(
    "--store", metavar="URL", help="An empty database; default: SQLite in the new folder."
)
def restore(archive: Path, folder: Path, password_file: Path, store: str | None) -> int:
    """Lay a backup out in a new folder, ready for `wattmarket oracle start`.

    The server that starts there asks chain and peers what its key did since; whatever was open
    then and nobody can tell of, it leaves out.
    """
    from oracle.app.backup.command import restore as run

    return run(archive, folder, password_file, store)


@click.command(
    epilog="Example: wattmarket serve --store sqlite:////var/lib/wattmarket/store.sqlite "
    "--token /var/lib/wattmarket/token --port 8000 --host market.example.org"
)
@click.option(
    "--store",
    required=True,
    metavar="URL",
    help="The store that a run writes, or that follows the chain.",
)
@click.option(
    "--token", required=True, type=click.Path(path_type=Path), help="The operator's token file."
)
@click.option(
    "--node",
    metavar="URL",
    help="For /rpc, prices' age and --deployment; without it the chain is ended.",
)
@click.option("--port", type=int, help="On 127.0.0.1; default: a free one.")
@click.option(
    "--host", "hosts", multiple=True, metavar="NAME",
    help="A name under which a proxy reaches it; may be repeated.",
)  # fmt: skip
@click.option(
    "--trusted-proxy", "proxies", multiple=True, metavar="ADDRESS",
    help="A proxy's address or network: its X-Forwarded-For says who asks, and each client has "
    "rates of her own; may be repeated.",
)  # fmt: skip
@click.option(
    "--edge-server", "edge_servers", multiple=True, metavar="SIGNER=URL",
    help="Where an edge server answers its probes, for the operator; may be repeated.",
)  # fmt: skip
@click.option(
    "--deployment",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The market to show: deployment.toml. With --node its chain is followed into the store.",
)
@click.option(
    "--community", type=click.Path(path_type=Path), metavar="FILE",
    help="With --deployment: its name, currency, zones and tariffs.",
)  # fmt: skip
def serve(
    store: str,
    token: Path,
    node: str | None,
    port: int | None,
    hosts: tuple[str, ...],
    proxies: tuple[str, ...],
    edge_servers: tuple[str, ...],
    deployment: Path | None,
    community: Path | None,
) -> int:
    """Serve a store's prices, energy and bills on 127.0.0.1, behind a reverse proxy."""
    from oracle.app.serving.command import serve as run

    return run(store, token, node, port, hosts, edge_servers, deployment, community, proxies)
