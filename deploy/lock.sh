#!/bin/sh
# Write requirements.txt (to run) and requirements-dev.txt (to test as well) from pyproject.toml, newest versions.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip="$folder/venv/bin/pip --disable-pip-version-check"
names() { python3 -c "import tomllib; t = tomllib.load(open('pyproject.toml', 'rb')); print('\n'.join($1))"; }
names "t['project']['dependencies']" > "$folder/run.in"
names "t['dependency-groups']['dev']" > "$folder/dev.in"
freeze() { $pip freeze --all --exclude pip | grep -v '^sunshine' | sed 's/ @ .*//'; }
$pip install -q -U setuptools
$pip install -q -r "$folder/run.in"
{ echo "# Made by deploy/lock.sh from pyproject.toml. Everything needed to run."; freeze; } > requirements.txt
$pip install -q -r "$folder/dev.in"
{ echo "# Made by deploy/lock.sh from pyproject.toml. Everything needed to run and to test."; freeze; } > requirements-dev.txt
wc -l requirements.txt requirements-dev.txt
