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


def run(folders: list[str], arguments: list[str]) -> int:
    """Runs all that the folders have, or with ARGS what pytest chooses by them; the page is written of a whole run."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.unlink(missing_ok=True)
    began = time.monotonic()
    spread = ["-n", str(WORKERS), "--dist", "loadgroup"]
    words = [str(ROOT / ".venv" / "bin" / "pytest"), "-m", "chaos", "-q", *spread, *folders]
    environment = dict(os.environ, WATTMARKET_CHAOS=str(RESULTS), OPENBLAS_NUM_THREADS="1")
    code = subprocess.run([*words, *arguments], cwd=ROOT, env=environment, check=False).returncode
    minutes = (time.monotonic() - began) / 60
    if not RESULTS.exists():
        return code or 1
    print("\n".join(chaos_page.figures(chaos_page.read(RESULTS))))
    if code == 0 and not arguments:
        note = f"Measured on {time.strftime('%Y-%m-%d')} by `make chaos`, in {minutes:.0f} minutes."
        chaos_page.write(RESULTS, note)
        print(f"written: {chaos_page.PAGE.relative_to(ROOT)}")
    return code


if __name__ == "__main__":
    chaos_page.write(Path(sys.argv[1]), " ".join(sys.argv[2:]))
