"""What the Makefile's targets do. Run through packaging/house.sh, which finds the Python."""

import os
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import alongside
import geth
import steps
from stamps import ROOT
from tools import Log, Trouble


def set_up(names: Iterable[str]) -> float:
    """Run the steps that are not done, side by side where they do not wait for each other.

    Returns the seconds it took. Raises Trouble with the first failure, after the others ended.
    """
    began = time.monotonic()
    asked = [steps.STEPS[name] for name in names]
    if all(step.done() for step in asked):
        return 0.0
    finished = {step.name: threading.Event() for step in asked}
    failures: list[str] = []
    say = threading.Lock()

    def work(step: steps.Step) -> None:
        try:
            for name in step.after:
                if name in finished:
                    finished[name].wait()
            # Only now: an environment made anew has lost what later steps put into it.
            if failures or step.done():
                return
            with say:
                print(f"set-up: {step.does} (about {step.seconds} s) ...", flush=True)
            start = time.monotonic()
            step.run(Log(ROOT / ".tools" / "log" / f"{step.name}.log"))
            with say:
                print(f"set-up: {step.does}: {time.monotonic() - start:.0f} s", flush=True)
        except (Trouble, OSError) as trouble:
            failures.append(f"{step.does}: {trouble}")
        finally:
            finished[step.name].set()

    threads = [threading.Thread(target=work, args=(step,)) for step in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise Trouble(failures[0])
    return time.monotonic() - began


def peers_of(arguments: list[str]) -> tuple[str, ...]:
    """The environments that `make bench` with these arguments needs: of one row, or all."""
    sys.path.append(str(ROOT))
    from bench.table import PEERS

    asked = arguments[arguments.index("--only") + 1 :][:1] if "--only" in arguments else []
    if asked and asked[0] in PEERS:
        return tuple(f"peer-{name}" for name in PEERS[asked[0]])
    return () if asked and asked[0] != "peers" else steps.PEER_STEPS


def set_up_peers(names: Iterable[str]) -> None:
    """One after the other; one that cannot be installed here is left out of the bench."""
    for name in names:
        try:
            set_up((name,))
        except Trouble as trouble:
            print(f"left out: {trouble}", flush=True)


def become(*words: str | Path) -> None:
    """Replace this process, so that Ctrl-C and the exit code are the program's own.

    Our chain and compiler come first on its PATH.
    """
    sys.stdout.flush()
    path = os.pathsep.join([str(ROOT / ".tools" / "bin"), os.environ["PATH"]])
    os.execve(str(words[0]), [str(word) for word in words], dict(os.environ, PATH=path))


def run_options(arguments: list[str]) -> list[str]:
    """What `make run` adds to the options that it was given.

    In a terminal the market goes on, its page open. A pipe or a pipeline's runner waits for the
    end, so there the day ends after its summary, unless --live is asked for.
    """
    if {"--live", "--keep", "--help"} & set(arguments):
        return arguments
    if sys.stdout.isatty() and not os.environ.get("CI"):
        return ["--live", "--browser", *arguments]
    print(
        "no terminal: it ends after the day. For the page and a market that goes on: "
        'make run ARGS="--live"',
        flush=True,
    )
    return arguments


def main(target: str, arguments: list[str]) -> int:
    if target == "run":
        set_up(steps.RUN)
        become(ROOT / ".venv" / "bin" / "wattmarket", "run", *run_options(arguments))
    elif target in ("setup", "compile"):
        set_up(steps.RUN)
    elif target == "page":
        set_up(("python", "tools", "npm", "contracts", "web"))
        Log(ROOT / ".tools" / "log" / "generate.log").run("npm", "run", "generate", cwd=steps.WEB)
        set_up(("page",))
        print("the page is built; what is generated is up to date: web/src/generated")
    elif target == "setup-test":
        set_up(steps.TEST)
    elif target == "brownie":
        set_up(("npm", "tools", "npm-test", "tools-test", "brownie"))
        print("brownie is ready: .venv-brownie/bin/brownie run deploy --network development")
    elif target == "geth":
        set_up(("geth",))
        print(f"geth is ready: {geth.GETH.relative_to(ROOT)}")
    elif target == "test":
        import suite

        with alongside.building_geth() as building:
            seconds = set_up(steps.TEST)
            return suite.run(target, seconds, building)
    elif target in ("lint", "format"):
        import suite

        return suite.run(target, set_up(LINT))
    elif target == "bench":
        set_up((*steps.RUN, "npm-test", "tools-test", "bench"))
        set_up_peers(peers_of(arguments))
        become(steps.BENCH / "bin" / "python", "-m", "bench", *arguments)
    elif target == "chaos":
        import chaos

        set_up(steps.TEST)
        folders = ["tests/daemon"]
        if (lacking := geth.lacking()) is None:
            set_up(("geth",))
            folders.append("tests/geth")
        else:
            print(f"left out: tests/geth: {lacking}")
        return chaos.run(folders, arguments)
    elif target == "prove":
        set_up(("npm", "tools", "npm-test", "tools-test", "prove"))
        become(sys.executable, ROOT / "packaging" / "prove", *arguments)
    elif target == "wheel":
        set_up(steps.RUN)
        become(ROOT / ".venv" / "bin" / "python", ROOT / "packaging" / "try_wheel.py", *arguments)
    elif target == "lock":
        set_up(("python", "python-test"))
        become(ROOT / "packaging" / "lock.sh", *arguments)
    elif target == "clean":
        steps.remove_built()
    else:
        raise Trouble(f"no target {target!r}; `make help` lists them")
    return 0


LINT = ("python", "python-test", "npm-test", "web", "e2e")

if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
    except Trouble as trouble:
        sys.exit(f"wattmarket: {trouble}")
    except KeyboardInterrupt:
        sys.exit(130)
