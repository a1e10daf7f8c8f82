"""`wattmarket backup` and `wattmarket restore`: an edge server into one file, and back."""

from __future__ import annotations

import json
import shutil
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from oracle.app.backup.archive import BackupError, Contents, load, seal, unseal
from oracle.app.backup.rows import dump, fill
from oracle.app.daemon.config import ConfigError, KeyTable, load_config, password_of
from oracle.app.daemon.durable import Durable
from oracle.app.daemon.keystore import open_keystore
from oracle.app.files import OWNER_ALONE, write_private
from oracle.chain.deployment import Deployment
from oracle.rounds.report import Domain
from oracle.service.store.database import Database

CONFIG, DEPLOYMENT, KEYSTORE, STORE = "oracle.toml", "deployment.toml", "key.json", "store.jsonl"
STORE_FILE = "oracle.sqlite"


def backup(config_path: Path, out: Path, echo: Callable[[str], None] = click.echo) -> int:
    """Writes the archive, for its owner alone; a daemon may run meanwhile. Raises UserError."""
    config = load_config(config_path)
    password = password_of(config.key)
    # The archive is opened with the keystore's password; a wrong one is found out today.
    signer = open_keystore(config.key.keystore, password)
    deployment = Deployment.load(config.deployment)
    file = Path(config.store.url.removeprefix("sqlite:///"))
    if config.store.url.startswith("sqlite:") and not file.exists():
        raise BackupError(f"store.url: {file}: no such file")
    database = Database(config.store.url)
    try:
        rows = dump(database)
    finally:
        database.dispose()
    files = {
        CONFIG: load(config_path),
        DEPLOYMENT: load(config.deployment),
        KEYSTORE: load(config.key.keystore),
        STORE: rows,
    }
    about = {
        "made": int(time.time()),
        "signer": signer.address,
        "chain_id": deployment.chain_id,
        "oracle": deployment.address("EquilibriumOracle"),
    }
    sealed = seal(Contents(files, about), password)

    def write(path: Path) -> None:
        path.write_bytes(sealed)

    write_private(out, write)
    count = rows.count(b"\n") - 1
    echo(f"{out}: {len(sealed)} bytes, {count} lines of the store, key {signer.address}")
    return 0


def restore(
    archive: Path,
    folder: Path,
    password_file: Path,
    store_url: str | None = None,
    echo: Callable[[str], None] = click.echo,
) -> int:
    """Lays the archive out in a new folder and marks its store as restored. Raises UserError."""
    password = password_of(KeyTable(keystore=archive, password_file=password_file))
    contents = unseal(load(archive), password, str(archive))
    missing = {CONFIG, DEPLOYMENT, KEYSTORE, STORE} - contents.files.keys()
    if missing:
        raise BackupError(f"{archive}: {', '.join(sorted(missing))}: missing")
    try:
        folder.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        raise BackupError(f"--folder: {folder}: is there already; name a new one") from None
    except OSError as error:
        raise BackupError(f"--folder: {folder}: {error.strerror}") from None
    try:
        rows = _lay_out(contents, folder, password, password_file, store_url)
    except BaseException:
        shutil.rmtree(folder)
        raise
    age = (time.time() - contents.about["made"]) / 3600
    echo(f"{folder}: {rows} rows, made {age:.1f} h ago, key {contents.about['signer']}")
    echo(
        "The server that this was must not run any more: two with one key would contradict each "
        "other."
    )
    echo(f"Next: wattmarket oracle doctor --config {folder / CONFIG}, then start.")
    return 0


def _lay_out(
    contents: Contents, folder: Path, password: str, password_file: Path, store_url: str | None
) -> int:
    """The files and the store; the number of its rows."""
    for name in (DEPLOYMENT, KEYSTORE):
        _write(folder / name, contents.files[name])
    former = contents.files[CONFIG].decode()
    _write(folder / CONFIG, _moved(former, password_file.resolve(), store_url).encode())
    config = load_config(folder / CONFIG)
    deployment = Deployment.load(config.deployment)
    signer = open_keystore(config.key.keystore, password)
    database = Database(config.store.url, durable=True)
    try:
        rows = fill(database, contents.files[STORE])
        domain = Domain(deployment.chain_id, deployment.address("EquilibriumOracle"))
        Durable(database, domain, signer.address).set_restored(True)
    finally:
        database.dispose()
    return rows


def _write(path: Path, data: bytes) -> None:
    path.touch(OWNER_ALONE)
    path.write_bytes(data)


def _moved(text: str, password_file: Path, store_url: str | None) -> str:
    """The same file with the places of this folder: comments and everything else stay."""
    raw: dict[str, Any] = tomllib.loads(text)
    url = str(raw["store"]["url"])
    if store_url is None and not url.startswith("sqlite:"):
        raise BackupError(f"--store: missing: the backup's was {url}; name an empty database")
    places = {
        str(raw["deployment"]): DEPLOYMENT,
        str(raw["key"]["keystore"]): KEYSTORE,
        url: store_url or f"sqlite:///{STORE_FILE}",
    }
    if "password_file" in raw["key"]:
        places[str(raw["key"]["password_file"])] = str(password_file)
    for before, after in places.items():
        quoted = [f'"{before}"', f"'{before}'", json.dumps(before)]
        form = next((one for one in quoted if one in text), None)
        if form is None:
            raise ConfigError(f"oracle.toml: {before}: is not written in one piece")
        text = text.replace(form, json.dumps(after), 1)
    return text
