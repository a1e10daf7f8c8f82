"""Where mutants are built and tried: copies of the project that forge compiles piece by piece."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from mutants import Mutant, rewritten, woven
from runs import FORGE, ROOT, SAID, environment

TIMEOUT = 600
LONG = 7200
PROFILE = {"FOUNDRY_PROFILE": "mutants", "FOUNDRY_CODE_SIZE_LIMIT": "10000000"}
IMPORT = re.compile(r'from "(\.[^"]+|contracts/[^"]+|tests/[^"]+)"')


def reached(file: Path) -> set[Path]:
    """The file and all that it imports of ours."""
    seen: set[Path] = set()
    todo = [file]
    while todo:
        here = todo.pop()
        if here in seen:
            continue
        seen.add(here)
        for name in IMPORT.findall(here.read_text()):
            start = here.parent if name.startswith(".") else ROOT
            todo.append((start / name).resolve())
    return seen


@dataclass(frozen=True)
class Workshop:
    """A project of its own. A light one holds the libraries and the tests that need no market."""

    folder: Path
    light: bool = False

    def files(self) -> list[Path]:
        """The tests, and what they import beside the sources."""
        tests = [
            file
            for file in sorted((ROOT / "tests" / "contracts").rglob("*.sol"))
            if file.parent.name != "smt"
        ]
        if not self.light:
            return tests
        return sorted(
            {
                file
                for test in tests
                if test.name.endswith(".t.sol")
                for file in [reached(test)]
                if not any(one.name == "MarketFixture.sol" for one in file)
                for file in file
                if "contracts" not in file.relative_to(ROOT).parts[:1]
            }
        )

    def lay_out(self, sources: dict[str, bytes]) -> None:
        """What changed since the last time, so that forge compiles no more than that."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for link in ("node_modules", ".tools"):
            if not (self.folder / link).exists():
                (self.folder / link).symlink_to((ROOT / link).resolve())
        shutil.copy(ROOT / "foundry.toml", self.folder)
        texts = {
            name: text
            for name, text in sources.items()
            if not self.light or name.startswith(("contracts/libraries", "contracts/interfaces"))
        }
        texts |= {file.relative_to(ROOT).as_posix(): file.read_bytes() for file in self.files()}
        for old in [*self.folder.glob("contracts/**/*.sol"), *self.folder.glob("tests/**/*.sol")]:
            if old.relative_to(self.folder).as_posix() not in texts:
                old.unlink()
        for name, text in texts.items():
            put(self.folder / name, as_view(text))

    def forge(self, *options: str, place: str = "0", seconds: int = TIMEOUT) -> tuple[int, str]:
        failures = self.folder / "failures" / place
        settings = {
            **PROFILE,
            "FOUNDRY_FUZZ_FAILURE_PERSIST_DIR": str(failures),
            "FOUNDRY_INVARIANT_FAILURE_PERSIST_DIR": str(failures),
            **({"FOUNDRY_SRC": "contracts/libraries"} if self.light else {}),
        }
        shutil.rmtree(failures, ignore_errors=True)
        try:
            done = subprocess.run(
                [str(FORGE), *options], cwd=self.folder, env=environment(**settings),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, errors="replace", check=False, timeout=seconds,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return 1, "[FAIL: it did not end] it()"
        return done.returncode, done.stdout

    def try_one(self, fee: int, place: str) -> dict[str, str]:
        """What the tests say: the test that kills, or that none does. Fee 0: the text as it is."""
        # The slow suites come second: most mutants are dead by then.
        rounds = ((),) if self.light else (
            ("--no-match-contract", "Invariants"), ("--match-contract", "Invariants"),
        )  # fmt: skip
        for options in rounds:
            code, said = self.forge(
                "test", "--fail-fast", "--threads", "1", "--base-fee", str(fee), *options,
                place=place,
            )  # fmt: skip
            if code != 0:
                found = re.search(r"^\[FAIL[^\n]*?\] (\w+)\(", said, re.MULTILINE)
                if "[FAIL" not in said and fee == 0:
                    return {"end": "stillborn", "by": ""}
                if "[FAIL" not in said:
                    raise SystemExit(f"forge failed\n{said[-2000:]}")
                return {"end": "killed", "by": found[1] if found else "?"}
        return {"end": "survived", "by": ""}


FULL = Workshop(SAID / "mutants")
LIGHT = Workshop(SAID / "libraries", light=True)


def as_view(text: bytes) -> bytes:
    """Nothing is pure in these projects: what asks for the base fee reads the block."""
    return re.sub(rb"\bpure\b", b"view", text)


def put(file: Path, text: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists() or file.read_bytes() != text:
        file.write_bytes(text)


def build(
    shop: Workshop, sources: dict[str, bytes], name: str, mutants: dict[int, Mutant]
) -> tuple[set[int], set[int]]:
    """One file with its mutants, the others as they are.

    Returns those that do not compile, for which the compiler gives the place, and those that need
    a build of their own because the stack is too deep for them together.
    """
    stillborn: set[int] = set()
    alone: set[int] = set()
    while True:
        alive = {n: m for n, m in mutants.items() if n not in stillborn | alone}
        weave = woven(sources[name], alive)
        shop.lay_out({**sources, name: weave})
        code, said = shop.forge("build", seconds=LONG)
        if code == 0:
            return stillborn, alone
        bad = blamed(said, name, as_view(weave)) & alive.keys()
        if not bad:
            raise SystemExit(f"the mutants of {name} do not compile\n{said[-3000:]}")
        if "tack too deep" in said:
            places = {mutants[n].where for n in bad}
            alone |= {n for n in alive if mutants[n].where in places}
        else:
            stillborn |= bad


def blamed(said: str, file: str, text: bytes) -> set[int]:
    """Numbers of the mutants whose text the compiler points at, or into."""
    bad = set()
    for name, line, column in re.findall(r"--> (\S+?\.sol):(\d+):(\d+)", said):
        if name != file:
            continue
        lines = text.decode().split("\n")
        row, start = lines[int(line) - 1], int(column) - 1
        here = re.match(r"\(*block\.basefee == (\d+)", row[start:])
        before = re.findall(
            r"block\.basefee == (\d+)", "\n".join([*lines[: int(line) - 1], row[:start]])
        )
        if here or before:
            bad.add(int(here[1] if here else before[-1]))
    return bad


def try_alone(
    shop: Workshop, sources: dict[str, bytes], name: str, mutant: Mutant, place: str
) -> dict[str, str]:
    """A mutant with a build of its own, in a project that each worker keeps."""
    own = Workshop(shop.folder.with_name(f"{shop.folder.name}-{place}"), shop.light)
    own.lay_out({**sources, name: rewritten(sources[name], mutant)})
    return own.try_one(0, place)
