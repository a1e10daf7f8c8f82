"""The solver that halmos asks: `solver.py FILE.smt2` prints what the first to decide says.

Yices decides bit patterns at once and is lost among products and quotients; cvc5 with words as
integers is the other way round. So both work side by side.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

SECONDS = 60


def cvc5(file: str) -> None:
    """cvc5's wheel has no program, only the library: run the file's commands one by one."""
    from cvc5 import InputLanguage, InputParser, Solver, SymbolManager, TermManager

    terms = TermManager()
    solver = Solver(terms)
    solver.setOption("solve-bv-as-int", "sum")
    parser = InputParser(solver, SymbolManager(terms))
    parser.setFileInput(InputLanguage.SMT_LIB_2_6, file)
    while not (command := parser.nextCommand()).isNull():
        print(command.invoke(solver, parser.getSymbolManager()), end="", flush=True)


def main(file: str) -> int:
    here = Path(sys.executable).parent
    runs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for command in (
            [str(here / "yices-smt2"), file],
            [sys.executable, __file__, "--cvc5", file],
        )
    ]
    answer = "unknown\n"
    end = time.monotonic() + SECONDS
    waiting = list(runs)
    while waiting and time.monotonic() < end:
        for run in [run for run in waiting if run.poll() is not None]:
            waiting.remove(run)
            assert run.stdout is not None
            said = run.stdout.read()
            if said.startswith(("sat", "unsat")):
                answer, waiting = said, []
                break
        time.sleep(0.01)
    for run in runs:
        if run.poll() is None:
            run.kill()
        run.wait()
    print(answer, end="")
    return 0


if __name__ == "__main__":
    if sys.argv[1] == "--cvc5":
        cvc5(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1]))
