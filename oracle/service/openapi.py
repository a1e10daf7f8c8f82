"""`python -m oracle.service.openapi`: the interface as OpenAPI JSON, without a store or a chain."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from oracle.service.app import create_app
from oracle.service.live import LastHead
from oracle.service.settings import ServiceSettings
from oracle.service.store.store import open_store


def document() -> dict[str, Any]:
    """The same on every machine: keys and all."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        with open_store(place / "none.sqlite") as store:
            app = create_app(ServiceSettings(place / "token"), store, live=LastHead())
            return app.openapi()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n")
