#!/bin/sh
# The install steps of the image: install.sh dependencies|project SOURCE VENV
# LOCK names the list of dependencies: requirements.txt, or requirements-cluster.txt with what several machines need.
# Two steps, so that a change of code does not install the dependencies again.
set -eu
step=$1 source=$2 venv=$3

pip() {
  "$venv/bin/python" -m pip --disable-pip-version-check --no-input --no-cache-dir "$@"
}

case $step in
  dependencies)
    "${PYTHON:-python3}" -m venv "$venv"
    pip install --quiet --require-hashes -r "$source/${LOCK:-requirements.txt}"
    ;;
  project)
    # A plain install, not an editable one: the sources are not in the image.
    pip install --quiet --no-build-isolation --no-deps "$source"
    pip check
    # Nothing is built or installed in the running image.
    pip uninstall --quiet --yes setuptools
    "$venv/bin/python" -m compileall -q "$venv/lib"
    ;;
  *)
    echo "install.sh: unknown step $step" >&2
    exit 2
    ;;
esac
