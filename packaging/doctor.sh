#!/bin/sh
# What the machine must have: Python 3.11 with venv, Node >= 20.19, npm.
# All there: prints the path of the Python to use. Otherwise one line for each missing thing, with what mends it; exit 1.
missing=0

lacks() { # lacks WHAT DEBIAN-COMMAND MACOS-COMMAND
    if [ "$(uname -s)" = Darwin ]; then mend=$3; else mend=$2; fi
    echo "wattmarket: $1; mend it with: $mend" >&2
    missing=1
}

is_311() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; }

python=
if [ -n "${PYTHON:-}" ]; then
    if is_311 "$PYTHON"; then python=$PYTHON; fi
    what="PYTHON=$PYTHON is not a Python 3.11"
else
    for name in python3.11 python3 python; do
        if is_311 "$name"; then
            python=$name
            break
        fi
    done
    what="Python 3.11 is missing"
fi
if [ -z "$python" ]; then
    lacks "$what" "sudo apt-get install -y python3.11 python3.11-venv" "brew install python@3.11"
elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    lacks "Python 3.11 has no venv" "sudo apt-get install -y python3.11-venv" "brew reinstall python@3.11"
fi

newer_node="curl -fsSL https://deb.nodesource.com/setup_22.x | sudo -E bash - && sudo apt-get install -y nodejs"
node_version=$(node -p process.versions.node 2>/dev/null)
major=${node_version%%.*}
minor=${node_version#*.}
minor=${minor%%.*}
if [ -z "$node_version" ]; then
    lacks "Node is missing (20.19 or newer)" "$newer_node" "brew install node"
elif [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 19 ]; }; then
    lacks "Node $node_version is too old (20.19 or newer)" "$newer_node" "brew upgrade node"
fi
if ! command -v npm >/dev/null 2>&1; then
    lacks "npm is missing" "sudo apt-get install -y npm" "brew install node"
fi

[ "$missing" -eq 0 ] || exit 1
"$python" -c 'import sys; print(sys.executable)'
