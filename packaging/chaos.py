"""`make chaos`: every fault at every place, then the figures, in docs/chaos.md too."""

import os
import subprocess
import sys
import time
from pathlib import Path

import chaos_page
from stamps import ROOT

RESULTS = ROOT / ".build" / "chaos" / "results.jsonl"
WORKERS = min(2, os.cpu_count() or 1)
NOTHING_CHOSEN = 5


def run(folders: list[str], arguments: list[str]) -> int:
    """Runs all that the folders have, or with ARGS what pytest chooses by them.

    The page is written of a whole run without a failure.
    """
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.unlink(missing_ok=True)
    began = time.monotonic()
    environment = dict(os.environ, WATTMARKET_CHAOS=str(RESULTS), OPENBLAS_NUM_THREADS="1")
    code = 0
    for folder in folders:
        # Geth's networks go by the machine's clock: one at a time.
        workers = 0 if folder.endswith("geth") else WORKERS
        spread = ("-n", str(workers), "--dist", "loadgroup")
        pytest = (str(ROOT / ".venv" / "bin" / "pytest"), "-m", "chaos", "-q", *spread, folder)
        ended = subprocess.run([*pytest, *arguments], cwd=ROOT, env=environment, check=False)
        # With ARGS a folder may have nothing that they choose.
        code = max(
            code, 0 if ended.returncode == NOTHING_CHOSEN and arguments else ended.returncode
        )
    minutes = (time.monotonic() - began) / 60
    if RESULTS.exists():
        print("\n".join(chaos_page.figures(chaos_page.read(RESULTS))))
        if code == 0 and not arguments:
            note = f"Measured on {time.strftime('%Y-%m-%d')} in {minutes:.0f} minutes."
            chaos_page.write(RESULTS, note)
            print(f"written: {chaos_page.PAGE.relative_to(ROOT)}")
    return code


if __name__ == "__main__":
    chaos_page.write(Path(sys.argv[1]), " ".join(sys.argv[2:]))
