"""The compile step's verdicts, and the npm compiler in the shape of a program."""

import json
import subprocess
from pathlib import Path
from typing import Any

import compile_contracts
import pytest


def output(runtime: str, source: str = "contracts/Market.sol") -> dict[str, Any]:
    made = {
        "abi": [],
        "evm": {"bytecode": {"object": "60"}, "deployedBytecode": {"object": runtime}},
    }
    return {"contracts": {source: {"Market": made}}}


def test_a_contract_of_the_largest_size_passes() -> None:
    found = compile_contracts.artifacts(output("00" * 24_576))
    assert found["Market"]["bytecode"] == "0x60"


def test_a_contract_too_big_is_one_line_with_name_and_size() -> None:
    with pytest.raises(SystemExit, match=r"\AMarket is 24577 bytes; the limit is 24576[^\n]*\Z"):
        compile_contracts.artifacts(output("00" * 24_577))


def test_a_linked_library_is_refused() -> None:
    with pytest.raises(SystemExit, match="Market needs a linked library"):
        compile_contracts.artifacts(output("73__$0123456789$__"))


def test_one_name_for_two_contracts_is_refused() -> None:
    two = output("00")
    two["contracts"]["contracts/other/Market.sol"] = two["contracts"]["contracts/Market.sol"]
    with pytest.raises(SystemExit, match=r"\AMarket is in contracts/Market\.sol and in "):
        compile_contracts.artifacts(two)


def test_contracts_of_libraries_are_left_out() -> None:
    assert compile_contracts.artifacts(output("00", "node_modules/x/Market.sol")) == {}


@pytest.fixture(scope="module")
def solc(root: Path) -> Path:
    version = json.loads((root / "packaging" / "solc.json").read_text())["version"]
    return root / ".tools" / "solcx" / f"solc-v{version}"


def ask(solc: Path, *options: str, text: str = "", cwd: Path | None = None) -> Any:
    command = [solc, *options]
    return subprocess.run(command, input=text, cwd=cwd, capture_output=True, text=True)


def importing(name: str) -> str:
    source = f'pragma solidity 0.8.30; import {{A}} from "{name}"; contract B is A {{}}'
    return json.dumps({"language": "Solidity", "sources": {"B.sol": {"content": source}}})


def test_the_version_is_the_named_one(solc: Path) -> None:
    assert "Version: 0.8.30+commit.73712a01" in ask(solc, "--version").stdout


def test_imports_come_from_the_allowed_folders_only(solc: Path, tmp_path: Path) -> None:
    library, project = tmp_path / "library", tmp_path / "project"
    library.mkdir()
    project.mkdir()
    (library / "A.sol").write_text("pragma solidity 0.8.30; contract A {}")
    text = importing(f"{library}/A.sol")
    denied = ask(solc, "--standard-json", text=text, cwd=project)
    errors = json.loads(denied.stdout)["errors"]
    assert any(error["severity"] == "error" for error in errors)
    allowed = ask(solc, "--standard-json", "--allow-paths", str(library), text=text, cwd=project)
    errors = json.loads(allowed.stdout).get("errors", [])
    assert [error for error in errors if error["severity"] == "error"] == []


def test_an_unknown_option_is_refused(solc: Path) -> None:
    answer = ask(solc, "--combined-json", "abi")
    assert answer.returncode == 1
    assert "--combined-json" in answer.stderr
