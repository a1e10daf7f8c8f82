"""Keys on disk: encrypted, never overwritten, none that anyone could derive."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from eth_account import Account

from oracle.app.daemon.keystore import (
    KeystoreError,
    open_keystore,
    refuse_development_key,
    write_keystore,
)
from oracle.app.daemon.new_key import new_key
from oracle.chain.signer import Signer
from oracle.devnet.accounts import CHAIN_ID, development_key

KEY = bytes(range(1, 33))


def test_what_was_written_is_what_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "key.json"
    write_keystore(path, KEY, "secret", iterations=2)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_keystore(path, "secret") == Signer(KEY)
    assert KEY.hex() not in path.read_text()
    with pytest.raises(KeystoreError, match="a key is never overwritten"):
        write_keystore(path, KEY, "other", iterations=2)
    assert Account.decrypt(path.read_text(), "secret") == KEY


def test_what_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    write_keystore(path, KEY, "secret", iterations=2)
    with pytest.raises(KeystoreError, match=r"key\.json: wrong password$"):
        open_keystore(path, "other")
    with pytest.raises(KeystoreError, match="No such file"):
        open_keystore(tmp_path / "none", "secret")
    for text in ("", "[]", "{}", '{"version": 3, "crypto": {}}', "\x00"):
        path.write_text(text)
        with pytest.raises(KeystoreError, match="is not a keystore file"):
            open_keystore(path, "secret")


def test_development_keys_stay_on_development_chains() -> None:
    known = Signer(development_key(3, "server edge"))
    refuse_development_key(known, CHAIN_ID, ("server edge",))
    with pytest.raises(KeystoreError, match="a development key; refused on chain id 1"):
        refuse_development_key(known, 1, ("server edge",))
    refuse_development_key(Signer(KEY), 1, ("server edge",))


def test_a_new_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = tmp_path / "password"
    secret.touch(0o600)
    secret.write_text("long enough\n")
    assert new_key(tmp_path / "key.json", secret) == 0
    address = capsys.readouterr().out.strip()
    assert open_keystore(tmp_path / "key.json", "long enough").address == address
    secret.write_text("short\n")
    with pytest.raises(Exception, match="password: 5 characters: at least 8"):
        new_key(tmp_path / "other.json", secret)
    assert not (tmp_path / "other.json").exists()
