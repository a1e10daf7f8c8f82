"""`wattmarket member forget`: on what a run left, killed at every step; what the operator reads."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
from pathlib import Path

import pytest

from oracle.app.day.run import STORE
from oracle.app.forget.erasure import forget
from oracle.cli import main
from oracle.service.store.records import InstanceRecord, MemberRecord
from oracle.service.store.store import open_store

ADDRESSES = ["0x" + digit * 40 for digit in "123"]
NAMES = ("Zoë Ätna", "Zoë", "bob")
SALTS = ["0x" + pair * 32 for pair in ("7a", "7b", "7c")]
STEPS = ("report written", "report replaced", "erased", "committed", "compacted")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a run leaves: a store, a report elsewhere that names everybody, a picture, a log."""
    run = tmp_path / "run"
    report, picture = tmp_path / "out" / "report.json", tmp_path / "out" / "day.png"
    report.parent.mkdir()
    run.mkdir()
    members = {name: {"address": a} for name, a in zip(NAMES, ADDRESSES, strict=True)}
    contest = {"winner": NAMES[0], "odds": dict.fromkeys(NAMES, 0.5)}
    document = {"leaders": list(NAMES), "contests": [contest], "members": members}
    report.write_text(json.dumps(document))
    picture.write_bytes(b"\x89PNG")
    (run / "anvil.log").write_text("eth_call\n")
    (tmp_path / "street.toml").write_text(f'[[member]]\nname = "{NAMES[0]}"\n', encoding="utf-8")
    files = [str(path) for path in (tmp_path / "street.toml", report, picture)]
    with open_store(run / STORE) as store:
        store.save_instance(InstanceRecord("5e" * 16, 4711, "0x00", {"files": files}))
        store.record_members(
            MemberRecord(address, "prosumer", "north", "0x22", name, salt)
            for address, name, salt in zip(ADDRESSES, NAMES, SALTS, strict=True)
        )
    return run


def holding(folder: Path, text: str) -> set[str]:
    """Files that hold a text, as bytes or as JSON writes it."""
    forms = (text.encode(), json.dumps(text)[1:-1].encode())
    files = [path for path in folder.parent.rglob("*") if path.is_file()]
    return {path.name for path in files if any(form in path.read_bytes() for form in forms)}


def killed_at(step: str, folder: Path) -> None:
    """A process of its own forgets, and is killed when it says that it is there."""
    child = os.fork()
    if child == 0:
        with open_store(folder / STORE) as store:
            forget(store, folder, NAMES[0], step=lambda done: done == step and _die())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"it never reached {step!r}"


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("step", STEPS)
def test_killed_anywhere_all_or_nothing_is_erased_and_again_completes(
    step: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    killed_at(step, folder)
    with open_store(folder / STORE) as store:
        member = store.member(ADDRESSES[0])
    assert member is not None
    erased = ("former member 1", None)
    assert (member.name, member.salt) in [(NAMES[0], SALTS[0]), erased]
    assert ((member.name, member.salt) == erased) == (step in ("committed", "compacted"))
    document = json.loads((folder.parent / "out" / "report.json").read_text())
    assert len(document["members"]) == 3
    again = main(["member", "forget", NAMES[0], "--folder", str(folder), "--yes"])
    said = capsys.readouterr()
    assert again == (2 if step == "compacted" else 0), said.err
    assert holding(folder, NAMES[0]) == {"street.toml"}
    assert holding(folder, SALTS[0]) == set()


def test_what_is_said_and_what_is_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["member", "forget", NAMES[0], "--folder", str(folder), "--yes"]) == 0
    said = capsys.readouterr().out
    assert f"former member 1 ({ADDRESSES[0]}): name and salt erased" in said
    assert "What stays on chain, for good" in said
    for line in ("names replaced in: ", "still with the name", "pictures"):
        assert line in said
    assert NAMES[0] not in said
    document = json.loads((folder.parent / "out" / "report.json").read_text())
    assert list(document["members"]) == ["former member 1", *NAMES[1:]]
    assert document["leaders"] == ["former member 1", *NAMES[1:]]
    assert document["contests"][0]["winner"] == "former member 1"
    # A name that is part of another's, and the others, are left alone.
    assert "report.json" in holding(folder, NAMES[1])


def test_other_places_are_searched_when_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bills = folder.parent / "bills"
    bills.mkdir()
    (bills / "zoe.html").write_text(f"<td>{NAMES[0]}</td>", encoding="utf-8")
    (bills / "other.csv").write_text(f"{NAMES[1]};1\n", encoding="utf-8")
    (bills / f"{NAMES[0]}.txt").write_text("-")
    options = ["--folder", str(folder), "--search", str(bills), "--yes"]
    assert main(["member", "forget", NAMES[0], *options]) == 0
    said = capsys.readouterr().out
    assert str(bills / "zoe.html") in said
    assert str(bills / f"{NAMES[0]}.txt") in said
    assert "other.csv" not in said


def test_a_name_that_is_a_word_of_the_report_changes_nothing_else(folder: Path) -> None:
    report = folder.parent / "out" / "report.json"
    document = {"market": "pool", "pool": {"market": 1}, "members": {"pool": {"pool": "pool"}}}
    report.write_text(json.dumps(document | {"leaders": ["pool"]}))
    with open_store(folder / STORE) as store:
        store.change_name(ADDRESSES[2], "pool")
        forget(store, folder, "pool")
    members = {"former member 3": {"pool": "pool"}}
    assert json.loads(report.read_text()) == document | {
        "members": members, "leaders": ["former member 3"]
    }  # fmt: skip


def test_by_address_again_is_no_harm(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for expected in ("name and salt erased, ", "were erased before"):
        assert main(["member", "forget", ADDRESSES[2], "--folder", str(folder), "--yes"]) == 0
        assert expected in capsys.readouterr().out
    assert holding(folder, SALTS[2]) == set()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nobody", "--yes"], "NAME: 'nobody': nobody in the store has it"),
        ([ADDRESSES[0][:-1] + "9", "--yes"], "nobody in the store has it"),
        ([NAMES[0]], "--yes: must be given where nobody can be asked"),
        ([NAMES[0], "--store", "mysql://x/y", "--yes"], "allowed: sqlite or postgresql"),
        ([NAMES[0], "--folder", "/no/such", "--yes"], "no store there"),
        ([NAMES[0], "--search", "/no/such", "--yes"], "--search: /no/such: no such file"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    arguments: list[str],
    says: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(folder.parent)
    shutil.move(folder, folder.parent / ".wattmarket")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["member", "forget", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert says in said.err
    assert "store.sqlite" in holding(folder.parent / ".wattmarket", SALTS[0])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "gone"), [("y\n", True), ("n\n", False)])
def test_the_operator_is_asked(
    answer: str, gone: bool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert main(["member", "forget", "bob", "--folder", str(folder)]) == 0
    assert (holding(folder, SALTS[2]) == set()) is gone


def test_a_report_that_cannot_be_written_leaves_the_store_as_it_was(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder.parent / "out" / "report.json.part").mkdir()
    assert main(["member", "forget", NAMES[0], "--folder", str(folder), "--yes"]) == 2
    assert "nothing was erased from the store" in capsys.readouterr().err
    assert holding(folder, SALTS[0]) == {"store.sqlite"}
