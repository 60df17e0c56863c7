#!/usr/bin/env bash
# Runs once, while Gradescope builds the image. coursekit needs Python 3.11 or newer; bubblewrap is its strongest sandbox.
set -euo pipefail
apt-get update
apt-get install -y bubblewrap || true
for python in python3.13 python3.12 python3.11; do
    if apt-get install -y "$python" "$python-venv"; then break; fi
done
"$python" -m venv /autograder/venv
/autograder/venv/bin/pip install --no-cache-dir -c /autograder/source/constraints.txt -r /autograder/source/requirements.txt
