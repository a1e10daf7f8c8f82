"""Where mutants are built: a copy of the project whose files hold all their mutants at once."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from mutants import Mutant, rewritten
from runs import FORGE, ROOT, SAID, environment
from weave import PROBE, PROBE_TEXT, Weaver, blamed

SOLC = ROOT / ".tools" / "solcx" / "solc-v0.8.30"
SETTINGS = json.loads((ROOT / "packaging" / "solc.json").read_text())["settings"]
DRIVE = Path(__file__).with_name("Drive.sol")
UNBUILT = SAID / "unbuilt.json"
# Without the optimizer it compiles four times as fast, and only tests of gas see the difference.
TOML = """[profile.default]
src = "contracts"
test = "tests"
libs = ["node_modules"]
out = "out"
cache_path = "cache"
solc = ".tools/solcx/solc-v0.8.30"
offline = true
evm_version = "paris"
optimizer = false
via_ir = false
auto_detect_remappings = false
dynamic_test_linking = true
remappings = ["@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/"]
fs_permissions = [
    { access = "read-write", path = "jobs" }, { access = "read", path = "out" },
]
code_size_limit = 100000000
memory_limit = 4294967296
gas_limit = "18446744073709551615"
lint = { lint_on_build = false }
"""


def solc(texts: dict[str, bytes], *outputs: str, whole: bool = False) -> dict[str, Any]:
    """The compiler's answer; `whole` asks for outputs of files and not of contracts."""
    asked = {
        "language": "Solidity",
        "sources": {name: {"content": text.decode()} for name, text in texts.items()},
        "settings": {
            "remappings": SETTINGS["remappings"],
            "evmVersion": SETTINGS["evmVersion"],
            "optimizer": {"enabled": False},
            "outputSelection": {"*": {"" if whole else "*": list(outputs)}},
        },
    }
    done = subprocess.run(
        [SOLC, "--standard-json", "--allow-paths", f"{(ROOT / 'node_modules').resolve()},{ROOT}"],
        cwd=ROOT, input=json.dumps(asked), capture_output=True, text=True, check=True,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def as_view(text: bytes) -> bytes:
    """Nothing is pure in this project: what asks for the base fee reads the block."""
    return re.sub(rb"\bpure\b", b"view", text)


def put(file: Path, text: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists() or file.read_bytes() != text:
        file.write_bytes(text)


class Workshop:
    """A project of its own, laid out and compiled once for all mutants."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def lay_out(self, texts: dict[str, bytes]) -> None:
        """What changed since the last time, so that forge compiles no more than that."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "jobs").mkdir(exist_ok=True)
        for link in ("node_modules", ".tools"):
            if not (self.folder / link).exists():
                (self.folder / link).symlink_to((ROOT / link).resolve())
        put(self.folder / "foundry.toml", TOML.encode())
        tests = [
            file
            for file in (ROOT / "tests" / "contracts").rglob("*.sol")
            if file.parent.name != "smt"
        ]
        texts = texts | {f.relative_to(ROOT).as_posix(): f.read_bytes() for f in tests}
        put(self.folder / "drive" / "Drive.t.sol", DRIVE.read_bytes())
        for old in [*self.folder.glob("contracts/**/*.sol"), *self.folder.glob("tests/**/*.sol")]:
            if old.relative_to(self.folder).as_posix() not in texts:
                old.unlink()
        for name, text in texts.items():
            put(self.folder / name, as_view(text))

    def forge(self, *options: str, seconds: float, **more: str) -> tuple[int, str]:
        try:
            done = subprocess.run(
                [str(FORGE), *options], cwd=self.folder, env=environment(**more),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, errors="replace", check=False, timeout=seconds,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return -1, "out of time"
        return done.returncode, done.stdout

    def compiles(self) -> bool:
        """Builds, unless this very content was the last that was built."""
        stamp = self.folder / ".built"
        wanted = self.digest().hex()
        if stamp.exists() and stamp.read_text() == wanted:
            return True
        stamp.unlink(missing_ok=True)
        built = self.forge("build", seconds=7200)[0] == 0
        if built:
            stamp.write_text(wanted)
        return built

    def artifact(self, source: str, contract: str) -> tuple[str, dict[str, Any]]:
        """Path and content of what forge made of a contract; two files may have one name."""
        name = Path(source).name
        folders = [self.folder / "out" / name, *self.folder.glob(f"out/*/{name}")]
        for folder in folders:
            file = folder / f"{contract}.json"
            if not file.exists():
                continue
            found: dict[str, Any] = json.loads(file.read_text())
            if source in found["metadata"]["settings"]["compilationTarget"]:
                return file.relative_to(self.folder).as_posix(), found
        raise SystemExit(f"{source} has no contract {contract}")

    def digest(self) -> bytes:
        """Of all that is laid out."""
        total = sha256()
        for file in sorted(
            [*self.folder.glob("contracts/**/*.sol"), *self.folder.glob("tests/**/*.sol")]
        ):
            total.update(file.read_bytes())
        return total.digest()


def built(
    shop: Workshop, sources: dict[str, bytes], trees: dict[str, Any], mutants: dict[int, Mutant]
) -> tuple[set[int], set[int]]:
    """Builds the woven texts. The mutants that do not compile; those that do not fit the stack
    together with the others, or cannot be woven at all."""
    cached = json.loads(UNBUILT.read_text()) if UNBUILT.exists() else {}
    stillborn = {n for n in mutants if cached.get(str(n)) == "stillborn"}
    deep = {n for n in mutants if cached.get(str(n)) == "deep"}
    left: set[int] = set()
    # Most often what is known to fail is all that fails: then there is nothing to look for.
    for output in ("", "abi", "evm.bytecode.object"):
        while True:
            alive = {n: m for n, m in mutants.items() if n not in stillborn | deep | left}
            weaver = Weaver(sources, trees, alive)
            left |= weaver.left
            texts = {name: as_view(weaver.woven(name)) for name in sources}
            texts[PROBE] = PROBE_TEXT
            shop.lay_out(texts)
            if not output and shop.compiles():
                return stillborn, deep | left
            if not output:
                break
            errors = [
                one for one in solc(texts, output).get("errors", []) if one["severity"] == "error"
            ]
            if not errors:
                break
            bad = set()
            for one in errors:
                place = one.get("sourceLocation", {})
                number = place and blamed(texts[place["file"]], place["start"], place["end"])
                if not number or number not in alive:
                    raise SystemExit(f"the mutants do not compile\n{one['formattedMessage']}")
                bad.add(number)
            (stillborn if output == "abi" else deep).update(bad)
    UNBUILT.parent.mkdir(parents=True, exist_ok=True)
    UNBUILT.write_text(
        json.dumps({**dict.fromkeys(map(str, stillborn), "stillborn"),
                    **dict.fromkeys(map(str, deep), "deep")})
    )  # fmt: skip
    if not shop.compiles():
        raise SystemExit("forge cannot build what the compiler could")
    return stillborn, deep | left


def compiles(sources: dict[str, bytes], mutant: Mutant) -> bool:
    """Whether a mutant compiles on its own."""
    texts = {**sources, mutant.file: rewritten(sources[mutant.file], mutant)}
    answer = solc(texts, "abi").get("errors", [])
    return not any(one["severity"] == "error" for one in answer)


def reached(root: Path, file: Path, known: dict[str, Iterable[str]]) -> set[str]:
    """The sources that a test reaches: by imports, and by names of contracts in its strings.

    `known`: the sources' contracts, by file.
    """
    root = root.resolve()
    files = {contract: name for name, contracts in known.items() for contract in contracts}
    seen: set[str] = set()
    todo = [file.resolve().relative_to(root).as_posix()]
    while todo:
        here = todo.pop()
        if here in seen:
            continue
        seen.add(here)
        text = (root / here).read_text()
        for name in re.findall(r'from\s+"(\.[^"]+|contracts/[^"]+|tests/[^"]+)"', text):
            start = (root / here).parent if name.startswith(".") else root
            todo.append((start / name).resolve().relative_to(root).as_posix())
        todo += [files[word] for word in re.findall(r'"(\w+)"', text) if word in files]
    return seen
