"""What `make geth` takes for the Geth it asked for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import geth
import pytest
from tools import Log, Trouble, program

OWN = f"{geth.MODULE} {geth.VERSION}"
SUMS = {"example.org/a v1.0.0": "h1:aaa=", "example.org/b v2.0.0": "h1:bbb="}


def test_every_module_must_be_the_one_that_was_named() -> None:
    right = {OWN: geth.SUM, "example.org/a v1.0.0": "h1:aaa="}
    geth.check(right, SUMS)
    with pytest.raises(Trouble, match="not built from"):
        geth.check({"example.org/a v1.0.0": "h1:aaa="}, SUMS)
    for wrong in (
        {OWN: "h1:other="},
        {OWN: geth.SUM, "example.org/b v2.0.0": "h1:aaa="},
        {OWN: geth.SUM, "example.org/c v1.0.0": "h1:ccc="},
    ):
        with pytest.raises(Trouble, match="it must be"):
            geth.check(wrong, SUMS)
    # Not even a list that agrees with a changed Geth changes what Geth must be.
    with pytest.raises(Trouble, match="it must be"):
        geth.check({OWN: "h1:other="}, {**SUMS, OWN: "h1:other="})


def test_what_a_program_was_built_from_is_read_from_go(tmp_path: Path) -> None:
    go = tmp_path / "go"
    said = (
        f"geth: go1.26.8\n\tpath\t{geth.MODULE}/cmd/geth\n"
        f"\tmod\t{geth.MODULE}\t{geth.VERSION}\th1:x=\n"
        "\tdep\texample.org/a\tv1.0.0\th1:aaa=\n\tbuild\tCGO_ENABLED=0\n"
    )
    (tmp_path / "said").write_text(said)
    program(go, "cat", tmp_path / "said", lines=("set --",))
    found = geth.built_from(str(go), tmp_path / "geth")
    assert found == {OWN: "h1:x=", "example.org/a v1.0.0": "h1:aaa="}


@pytest.mark.parametrize(
    ("said", "usable"), [("go1.20.14", False), ("go1.21.0", True), ("go1.26.8", True), ("", False)]
)
def test_go_must_be_new_enough(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, usable: bool
) -> None:
    program(tmp_path / "go", "/bin/echo", said, lines=("set --",))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (geth.find_go() is not None) == usable
    assert (geth.lacking() is None) == usable


def test_only_a_geth_of_this_version_on_path_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, version in (("new", "1.16.9-stable"), ("right", "1.13.15-stable")):
        program(tmp_path / name / "geth", "/bin/echo", f"Version: {version}", lines=("set --",))
    monkeypatch.setenv("PATH", str(tmp_path / "new"))
    assert geth.on_path() is None
    monkeypatch.setenv("PATH", f"{tmp_path / 'new'}:{tmp_path / 'right'}")
    assert geth.on_path() == tmp_path / "right" / "geth"
    monkeypatch.setattr(geth, "GETH", tmp_path / "tools" / "geth")
    geth.make_geth(Log(tmp_path / "log"))
    said = subprocess.run([geth.GETH], capture_output=True, text=True, check=True).stdout
    assert "1.13.15" in said


def test_without_go_the_target_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Trouble) as trouble:
        geth.make_geth(Log(tmp_path / "log"))
    assert str(trouble.value) == (
        "neither geth 1.13.15 nor Go 1.21 or later is on PATH; "
        "mend it with: https://go.dev/doc/install"
    )
