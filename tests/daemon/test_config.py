"""oracle.toml: every wrong key is one line; the page names them all."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from oracle.app.daemon.config import ConfigError, load_config, password_of

ROOT = Path(__file__).resolve().parents[2]
SIGNER = "0x" + "11" * 20
GOOD = f"""
deployment = "deployment.toml"
[node]
endpoints = ["http://127.0.0.1:8545", "http://127.0.0.1:8546"]
agree = 2
[key]
keystore = "key.json"
password_file = "password"
[store]
url = "sqlite:///oracle.sqlite"
[[peer]]
signer = "{SIGNER}"
url = "http://127.0.0.1:9402/"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "oracle.toml"
    path.write_text(text)
    return path


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, GOOD))
    assert config.deployment == tmp_path / "deployment.toml"
    assert config.key.keystore == tmp_path / "key.json"
    assert config.store.url == f"sqlite:///{tmp_path / 'oracle.sqlite'}"
    assert config.peer[0].url == "http://127.0.0.1:9402"
    assert config.fees.patience_blocks == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('deployment = "deployment.toml"', "", "deployment: Field required"),
        ("agree = 2", "agree = 3", "node: agree: 3: at most 2 endpoints"),
        ("agree = 2", "agre = 2", "node.agre: 2: Extra inputs are not permitted"),
        (', "http://127.0.0.1:8546"]', ', "ftp://x"]', "node.endpoints.1: 'ftp://x': must be http"),
        ('password_file = "password"', "", "key: exactly one of password_file, password_env and"),
        (SIGNER, "0x12", "peer.0.signer: '0x12': must be an address"),
        ("[store]", "[fees]\npatience_blocks = 0\n[store]", "fees.patience_blocks: 0: "),
        ("[store]", "[listen]\nport = 70000\n[store]", "listen.port: 70000: "),
        ("[node]", "[node", "Expected ']'"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load_config(tmp_path / "none.toml")
    (tmp_path / "oracle.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError):
        load_config(tmp_path / "oracle.toml")


def test_a_password_is_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = load_config(written(tmp_path, GOOD)).key
    with pytest.raises(ConfigError, match="No such file"):
        password_of(key)
    (tmp_path / "password").write_text("secret\n")
    (tmp_path / "password").chmod(0o644)
    with pytest.raises(ConfigError, match="others may read it"):
        password_of(key)
    (tmp_path / "password").chmod(0o600)
    assert password_of(key) == "secret"
    asked = key.model_copy(update={"password_file": None, "password_env": "WATTMARKET_TEST"})
    with pytest.raises(ConfigError, match=r"WATTMARKET_TEST: is not set"):
        password_of(asked)
    monkeypatch.setenv("WATTMARKET_TEST", "secret")
    assert password_of(asked) == "secret"


def test_the_page_names_every_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "packaging"), *sys.path])
    from oracle_page import PAGE, with_keys

    page = PAGE.read_text(encoding="utf-8")
    assert with_keys(page) == page


def test_the_pages_example_is_a_config(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "oracle.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    config = load_config(written(tmp_path, example))
    assert len(config.peer) == 2
    assert config.node.agree == 2
