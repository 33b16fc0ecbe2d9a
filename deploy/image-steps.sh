#!/bin/sh
# Does without a container engine what deploy/Dockerfile does: the same files, the same install steps, then the installed
# command away from the sources, as another user's files would be seen. Catches a template or a table left out.
set -eu
cd "$(dirname "$0")/.."
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

mkdir "$work/src" "$work/src/deploy"
# What the Dockerfile copies, by its own words.
sed -n 's|^COPY \([^-].*\) /src/.*|\1|p' deploy/Dockerfile | tr ' ' '\n' | while read -r name; do
  cp -R "$name" "$work/src/$(dirname "$name")/"
done
find "$work/src" -name __pycache__ -type d -prune -exec rm -rf {} +

sh "$work/src/deploy/install.sh" dependencies "$work/src" "$work/venv"
sh "$work/src/deploy/install.sh" project "$work/src" "$work/venv"
rm -rf "$work/src"

mkdir "$work/city"
cp -R "$here/cities/lautern/city.toml" "$here/cities/lautern/plant" "$work/city/"
cp deploy/influxdb_init.py deploy/healthy.py "$work/"
cd "$work"
PATH="$work/venv/bin:$PATH"
rainbow --version
rainbow inventory check city
rainbow config show city >/dev/null
rainbow topology report city --format json >report.json || [ $? -eq 1 ]
RAINBOW_LANG=de rainbow --help | grep -q Befehle || { echo "the German texts are not in the package" >&2; exit 1; }
rainbow dashboards build --out grafana >/dev/null
python influxdb_init.py --help >/dev/null
python - <<'PY'
from pathlib import Path

from rainbow.city import open_city
from rainbow.wiring import page

application = page(open_city(Path("city")))
assert any(getattr(route, "path", "") == "/healthz" for route in application.routes)
PY
rainbow demo city --for 20 >demo.log 2>&1 || { cat demo.log; exit 1; }
python healthy.py city/state/rainbow.sqlite 60
echo "image steps: fine"
