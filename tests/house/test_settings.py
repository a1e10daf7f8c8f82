"""One settings file feeds every compiler: forge's and brownie's own files say the same."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from oracle.devnet.accounts import CHAIN_ID


@pytest.fixture
def solc(root: Path) -> dict[str, Any]:
    return json.loads((root / "packaging" / "solc.json").read_text())


def test_brownie_says_the_same(root: Path, solc: dict[str, Any]) -> None:
    brownie = yaml.safe_load((root / "brownie-config.yaml").read_text())["compiler"]
    assert brownie["solc"].pop("version") == solc["version"]
    assert {"evmVersion": brownie["evm_version"], **brownie["solc"]} == solc["settings"]


def test_forge_says_the_same(root: Path, solc: dict[str, Any]) -> None:
    profiles = tomllib.loads((root / "foundry.toml").read_text())["profile"]
    settings = solc["settings"]
    default = profiles["default"]
    assert default["solc"] == f".tools/solcx/solc-v{solc['version']}"
    assert default["evm_version"] == settings["evmVersion"]
    assert default["optimizer"] is settings["optimizer"]["enabled"]
    assert default["optimizer_runs"] == settings["optimizer"]["runs"]
    assert default["remappings"] == settings["remappings"]
    assert profiles["release"]["via_ir"] is settings["viaIR"]
    # Whatever the release profile does not name comes from the default one.
    assert set(profiles["release"]) == {"via_ir", "out", "cache_path"}


def test_the_npm_compiler_is_the_named_one(root: Path, solc: dict[str, Any]) -> None:
    package = json.loads((root / "package.json").read_text())
    assert package["dependencies"]["solc"] == solc["version"]


def test_the_evm_is_one_that_every_chain_of_ours_has(solc: dict[str, Any]) -> None:
    assert solc["settings"]["evmVersion"] == "paris"


def test_brownies_local_chains_have_our_chain_id(root: Path) -> None:
    networks = yaml.safe_load((root / "brownie-config.yaml").read_text())["networks"]
    assert networks["development"]["cmd_settings"]["chain_id"] == CHAIN_ID
