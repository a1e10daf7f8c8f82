#!/bin/sh
# The door of the Makefile: checks the machine, then runs packaging/house.py with the Python that was found.
cd "$(dirname "$0")/.." || exit 1
python=$(sh packaging/doctor.sh) || exit 1
exec "$python" packaging/house.py "$@"
