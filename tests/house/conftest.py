"""The house's own scripts live in packaging/, which is no Python package: append it to the path."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "packaging"))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT
