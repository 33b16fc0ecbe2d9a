#!/bin/sh
# Does without a container engine what deploy/Dockerfile does: the same files, the same install steps, then the installed
# command away from the sources, as another user's files would be seen. Catches a template or a table left out.
set -eu
cd "$(dirname "$0")/.."
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

cp deploy/influxdb_init.py deploy/healthy.py "$work/"
cd "$work"
PATH="$work/venv/bin:$PATH"
rainbow --version
# A port of its own: the shipped city may be running on this machine.
rainbow simulate new-city city --seed 2021 --switches 40 --port 16399
rainbow inventory check city
rainbow config show city >/dev/null
rainbow topology report city --format json >report.json || [ $? -eq 1 ]
RAINBOW_LANG=de rainbow --help | grep -q Befehle || { echo "the German texts are not in the package" >&2; exit 1; }
rainbow dashboards build --out grafana >/dev/null
python influxdb_init.py --help >/dev/null
python - <<'PY'
# The demo as installed: its page, and a file the page asks for.
import re
import signal
import subprocess
import urllib.request

demo = subprocess.Popen(["rainbow", "demo", "city"], stdout=subprocess.PIPE, text=True)
try:
    line = demo.stdout.readline()
    address = re.search(r"http://\S+?(?=/$)", line.strip())
    assert address, f"the demo did not start: {line!r}"
    page = urllib.request.urlopen(address[0] + "/", timeout=10).read().decode()
    assert "Lautern" in page
    for file in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        assert urllib.request.urlopen(address[0] + file, timeout=10).read(), file
finally:
    demo.send_signal(signal.SIGINT)
    assert demo.wait(20) == 0
PY
python healthy.py city/state/rainbow.sqlite 60
echo "image steps: fine"
