"""The servers and the market of other tests are found beside them."""

from __future__ import annotations

import sys
from pathlib import Path

for folder in ("chain", "daemon"):
    sys.path.append(str(Path(__file__).parents[1] / folder))
