"""An edge server into one file and back: nothing of it readable, nothing of it changed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from eth_account import Account

from oracle import UserError
from oracle.app.backup.archive import BackupError, Contents, seal, unseal
from oracle.app.backup.command import backup, restore
from oracle.app.daemon.config import load_config
from oracle.app.daemon.durable import Durable
from oracle.app.daemon.keystore import open_keystore, write_keystore
from oracle.chain.deployment import DEPLOYED, Deployment
from oracle.chain.outbox.entry import Attempt, Call, Entry, State
from oracle.chain.outbox.fees import Fees
from oracle.rounds.clock import Schedule
from oracle.rounds.finish_stackelberg import ElecoinTerms
from oracle.rounds.report import Domain
from oracle.service.store.database import Database

PASSWORD = "correct horse"
KEY = bytes(range(1, 33))
ADDRESS = str(Account.from_key(KEY).address)
CONFIG = """\
# A comment of the operator's.
deployment = "../deployment.toml"
[node]
endpoints = ["http://127.0.0.1:8545"]
[key]
keystore = "keys/server.json"
password_file = "password"
[store]
url = "sqlite:///data/oracle.sqlite"
"""


def durable(database: Database) -> Durable:
    return Durable(database, Domain(7, "0x" + "22" * 20), ADDRESS)


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """A server's folder with one transaction in its store."""
    clock = Schedule(1, 900, 900, 300, 200, 500, 400, 250, 2, 2, 4)
    contracts = dict.fromkeys(DEPLOYED, "0x" + "11" * 20) | {"EquilibriumOracle": "0x" + "22" * 20}
    deployment = Deployment(7, "0x00", 1, contracts, clock, ElecoinTerms(1, 2, 1, 2, 3), 5)
    (tmp_path / "deployment.toml").write_text(deployment.to_toml())
    folder = tmp_path / "server"
    write_keystore(folder / "keys" / "server.json", KEY, PASSWORD, iterations=2)
    (folder / "oracle.toml").write_text(CONFIG)
    (folder / "password").touch(0o600)
    (folder / "password").write_text(PASSWORD + "\n")
    database = Database(folder / "data" / "oracle.sqlite")
    database.upgrade()
    attempt = Attempt(b"\x01" * 32, b"raw bytes", Fees(10**30, 2), 4)
    call = Call("post:electricity:0", "0x" + "33" * 20, b"\x00\xff", 10**24)
    durable(database).save(Entry(call, ADDRESS, 5, State.BROADCAST, (attempt,)))
    database.dispose()
    return folder


def test_there_and_back(server: Path, tmp_path: Path) -> None:
    archive, back = tmp_path / "server.backup", tmp_path / "back"
    said: list[str] = []
    assert backup(server / "oracle.toml", archive, said.append) == 0
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    data = archive.read_bytes()
    assert not any(word in data for word in (b"electricity", ADDRESS.encode(), b"keystore"))

    assert restore(archive, back, server / "password", None, said.append) == 0
    assert {stat.S_IMODE(path.stat().st_mode) for path in back.iterdir()} == {0o600}
    assert stat.S_IMODE(back.stat().st_mode) == 0o700
    assert "# A comment of the operator's." in (back / "oracle.toml").read_text()
    config = load_config(back / "oracle.toml")
    assert open_keystore(config.key.keystore, PASSWORD).key == KEY
    assert config.deployment.read_text() == (tmp_path / "deployment.toml").read_text()
    database = Database(config.store.url)
    (entry,) = durable(database).open_entries(ADDRESS)
    assert (entry.nonce, entry.call.value, entry.attempts[0].raw) == (5, 10**24, b"raw bytes")
    assert durable(database).restored()
    database.dispose()
    assert any("must not run any more" in line for line in said)


def test_what_is_wrong_is_one_line(server: Path, tmp_path: Path) -> None:
    archive = tmp_path / "server.backup"
    backup(server / "oracle.toml", archive, lambda _: None)
    other = tmp_path / "other"
    other.touch(0o600)
    other.write_text("another password")

    def refused(**changes: Path) -> str:
        given = {"archive": archive, "folder": tmp_path / "b", "password_file": server / "password"}
        with pytest.raises(UserError) as refusal:
            restore(**(given | changes), echo=lambda _: None)  # type: ignore[arg-type]
        assert not (tmp_path / "b").exists()
        return str(refusal.value)

    assert "wrong password" in refused(password_file=other)
    assert "is there already" in refused(folder=server)
    assert "is not a backup" in refused(archive=server / "oracle.toml")
    flipped = bytearray(archive.read_bytes())
    flipped[-40] ^= 1
    (tmp_path / "flipped").write_bytes(flipped)
    assert "damaged" in refused(archive=tmp_path / "flipped")
    (server / "password").chmod(0o644)
    assert "chmod 600" in refused()


def test_the_head_is_covered_too() -> None:
    sealed = seal(Contents({"a": b"b"}, {"made": 1}), PASSWORD, n=2)
    assert unseal(sealed, PASSWORD, "x") == Contents({"a": b"b"}, {"made": 1})
    weaker = sealed.replace(b'"n": 2,', b'"n": 4,')
    with pytest.raises(BackupError):
        unseal(weaker, PASSWORD, "x")


def test_a_store_that_is_not_there_or_empty_is_no_backup(server: Path, tmp_path: Path) -> None:
    text = (server / "oracle.toml").read_text()
    (server / "oracle.toml").write_text(text.replace("data/oracle.sqlite", "none.sqlite"))
    with pytest.raises(UserError, match="no such file"):
        backup(server / "oracle.toml", tmp_path / "second")
    assert not (server / "none.sqlite").exists()
    (server / "none.sqlite").touch()
    with pytest.raises(UserError, match="has no tables"):
        backup(server / "oracle.toml", tmp_path / "second")
    assert not (tmp_path / "second").exists()
