"""Brownie compiles what the package ships: same settings file, same bytes, metadata included."""

import json
from pathlib import Path

from brownie import project

ARTIFACTS = Path(__file__).resolve().parents[2] / "oracle" / "chain" / "artifacts"


def test_brownies_bytecode_is_the_packages():
    (ours,) = project.get_loaded_projects()
    shipped = [json.loads(file.read_text()) for file in sorted(ARTIFACTS.glob("*.json"))]
    deployable = {one["name"]: one["bytecode"] for one in shipped if one["bytecode"] != "0x"}
    assert {"Elecoin", "ElectricityTrading", "EquilibriumOracle"} <= deployable.keys()
    for name, bytecode in deployable.items():
        assert "0x" + ours[name].bytecode.removeprefix("0x") == bytecode, name
