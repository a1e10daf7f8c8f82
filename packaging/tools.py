"""Programs of the set-up: run them with a log, find the native ones, write small doors to them."""

import json
import os
import platform
import shlex
import shutil
import subprocess
from pathlib import Path

from stamps import ROOT


class Trouble(Exception):
    """Something the user must know, in one line (more lines only from a failed program's log)."""


class Log:
    """Runs programs without a terminal and keeps what they say in a file."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.file = file
        file.write_text("")

    def run(self, *command: str | Path, cwd: Path = ROOT) -> None:
        words = [str(word) for word in command]
        with self.file.open("a") as out:
            out.write("$ " + shlex.join(words) + "\n")
            out.flush()
            done = subprocess.run(
                words, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
            )
        if done.returncode != 0:
            last = self.file.read_text().splitlines()[1:][-12:]
            raise Trouble("\n  ".join([f"{Path(words[0]).name} failed:", *last]))


def which(name: str) -> str:
    return shutil.which(name) or name


def program(file: Path, *words: str | Path, lines: tuple[str, ...] = ()) -> None:
    """Write an executable that runs `words` with its own arguments after them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    command = shlex.join(str(word) for word in words)
    draft = file.with_name(file.name + ".draft")
    draft.write_text("\n".join(["#!/bin/sh", *lines, f'exec {command} "$@"', ""]))
    draft.chmod(0o755)
    draft.replace(file)


def solc_version() -> str:
    return str(json.loads((ROOT / "packaging" / "solc.json").read_text())["version"])


def native_solc() -> Path | None:
    """A native compiler of the exact version, from SOLCX_BINARY_PATH or PATH, or None."""
    version = solc_version()
    own = ROOT / ".tools" / "solcx"
    candidates = []
    if folder := os.environ.get("SOLCX_BINARY_PATH"):
        candidates.append(Path(folder).resolve() / f"solc-v{version}")
    if found := shutil.which("solc"):
        candidates.append(Path(found).resolve())
    for solc in candidates:
        if solc.parent != own and os.access(solc, os.X_OK):
            said = subprocess.run([solc, "--version"], capture_output=True, text=True).stdout
            if f"Version: {version}+" in said:
                return solc
    return None


def solc_shim(file: Path) -> None:
    """The npm compiler as a program. Its version is asked before each use, so that is instant."""
    shim = ROOT / "packaging" / "solc-shim.js"
    node = which("node")
    asked = subprocess.run([node, shim, "--version"], capture_output=True, text=True)
    if asked.returncode != 0 or f"Version: {solc_version()}+" not in asked.stdout:
        raise Trouble(f"npm's solc is not {solc_version()}: {asked.stdout or asked.stderr}".strip())
    quick = f'[ "$1" = --version ] && {{ printf %s {shlex.quote(asked.stdout)}; exit 0; }}'
    program(file, node, shim, lines=(quick,))


def foundry(name: str, folder: Path) -> Path:
    """Anvil or forge: the native npm package where there is one, else from PATH."""
    native = folder / "node_modules" / "@foundry-rs" / f"{name}-linux-amd64" / "bin" / name
    if (platform.system(), platform.machine()) == ("Linux", "x86_64") and native.is_file():
        return native
    found = shutil.which(name)
    if found is None or Path(found).resolve().is_relative_to(ROOT / ".tools"):
        raise Trouble(
            f"{name} is not on PATH; mend it with: "
            "curl -L https://foundry.paradigm.xyz | bash && foundryup --install 1.7.1"
        )
    return Path(found).resolve()
