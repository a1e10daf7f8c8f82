#!/bin/sh
# Writes requirements/*.txt anew: hashes, wheels only, no address of a registry. Needs the test environment (uv).
# Arguments go to uv, for instance: packaging/lock.sh --upgrade-package numpy
set -eu
cd "$(dirname "$0")/.."
lock() {
    out=requirements/$1.txt
    shift
    echo "$out"
    .venv/bin/uv pip compile --quiet --no-header --universal --python-version 3.11 --only-binary :all: \
        --no-binary pygments-lexer-solidity --generate-hashes --no-emit-index-url -o "$out" "$@"
}
lock build requirements/build.in "$@"
lock run pyproject.toml requirements/run.in "$@"
lock dev requirements/dev.in "$@"
lock brownie requirements/brownie.in "$@"
lock bench requirements/bench.in "$@"
lock prove requirements/prove.in "$@"
for peer in $(cd requirements && ls peer-*.in); do
    lock "${peer%.in}" "requirements/$peer" "$@"
done
