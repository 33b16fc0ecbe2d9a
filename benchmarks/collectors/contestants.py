"""RAINBOW and its peers, each as its makers ship it, set up to read the same twelve columns of the same switches."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from benchmarks.collectors.columns import COLUMNS, IF_NAME, Values
from benchmarks.collectors.contest import Contestant, Farm, Result
from benchmarks.collectors.farm import AUTH_PHRASE, COMMUNITY, PORTS, PRIV_PHRASE, USER, address
from benchmarks.collectors.process import cpu_s, running
from benchmarks.collectors.pysnmp_round import poll_all

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.collectors.pysnmp_round import Found

PER = 1000
_SCRAPES_AT_ONCE = 16
_PYSNMP_DEVICES = 10
_COLLECTD_DATA = (
    ("if_octets", ("ifHCInOctets", "ifHCOutOctets")),
    ("if_packets", ("ifHCInUcastPkts", "ifHCOutUcastPkts")),
    ("if_errors", ("ifInErrors", "ifOutErrors")),
    ("if_dropped", ("ifInDiscards", "ifOutDiscards")),
    ("gauge", ("ifOperStatus",)),
    ("gauge", ("ifAdminStatus",)),
    ("gauge", ("ifHighSpeed",)),
    ("gauge", ("ifCounterDiscontinuityTime",)),
)
"""Pairs where collectd has a type for them, as its users write it: each entry costs a walk of its own."""
_SBIN = "/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin"


def _program(name: str) -> str:
    return shutil.which(name, path=_SBIN) or ""


class Rainbow:
    """The whole collector process: poll, rates, totals, SQLite store and outbox."""

    name = "rainbow"

    def missing(self, farm: Farm) -> str:  # noqa: ARG002 - it takes part in all
        """Nothing."""
        return ""

    def run(self, farm: Farm, rounds: int, folder: Path) -> Result:
        """See :class:`Contestant`."""
        words: list[object] = ["--devices", farm.devices, "--port", farm.port, "--rounds", rounds]
        words += ["--store", folder / "rainbow.sqlite", "--samples", *farm.samples]
        words += ["--in-flight", farm.in_flight, *(["--v3"] if farm.is_v3 else [])]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.collectors.rainbow_round", *map(str, words)],
            check=True,
            capture_output=True,
            text=True,
        )
        taken = json.loads(done.stdout)
        expected = (farm.devices - len(farm.alive)) * rounds
        note = f"{taken['peak_rss_mb']:.0f} MB" + ("" if taken["failed"] == expected else f", {taken['failed']} failed")
        return Result(
            cpu_s=taken["cpu_s"] / rounds / len(farm.alive) * PER,
            wall_s=taken["wall_s"] / rounds,
            values={int(number): keyed(values) for number, values in taken["values"].items()},
            note=note,
        )


def keyed(values: dict[str, int]) -> Values:
    """Values by column and ifIndex."""
    return {(key.partition(".")[0], int(key.rpartition(".")[2])): value for key, value in values.items()}


class SnmpExporter:
    """Debian's prometheus-snmp-exporter: a web request a device and round."""

    name = "snmp_exporter"

    def missing(self, farm: Farm) -> str:  # noqa: ARG002 - same
        """Its package, where it is not installed."""
        return "" if _program("prometheus-snmp-exporter") else "prometheus-snmp-exporter is not installed"

    def run(self, farm: Farm, rounds: int, folder: Path) -> Result:
        """See :class:`Contestant`."""
        settings = folder / "snmp.yml"
        settings.write_text(_exporter_settings(farm), encoding="utf-8")
        port = farm.port + 1
        command = [_program("prometheus-snmp-exporter"), f"--config.file={settings}"]
        with running([*command, f"--web.listen-address=127.0.0.1:{port}"], folder / "exporter.log") as process:
            _wait_for(f"http://127.0.0.1:{port}/")
            bodies = self._round(farm, port)
            began_cpu_s, began_s = cpu_s(process.pid), time.monotonic()
            for _round in range(rounds):
                bodies = self._round(farm, port)
            spent_s, wall_s = cpu_s(process.pid) - began_cpu_s, time.monotonic() - began_s
        return Result(
            cpu_s=spent_s / rounds / len(farm.alive) * PER,
            wall_s=wall_s / rounds,
            values={number: _exported(bodies[number]) for number in farm.samples},
        )

    @staticmethod
    def _round(farm: Farm, port: int) -> dict[int, str]:
        def scrape(number: int) -> str:
            url = f"http://127.0.0.1:{port}/snmp?module=bench&target={address(number)}:{farm.port}"
            with urllib.request.urlopen(url, timeout=120) as answer:
                return str(answer.read().decode())

        with ThreadPoolExecutor(_SCRAPES_AT_ONCE) as pool:
            return dict(zip(farm.alive, pool.map(scrape, farm.alive), strict=True))


def _exporter_settings(farm: Farm) -> str:
    lines = ["bench:", f"  version: {3 if farm.is_v3 else 2}", "  max_repetitions: 25", "  auth:"]
    if farm.is_v3:
        lines += ["    security_level: authPriv", f"    username: {USER}", f"    password: {AUTH_PHRASE}"]
        lines += ["    auth_protocol: SHA256", "    priv_protocol: AES", f"    priv_password: {PRIV_PHRASE}"]
    else:
        lines += [f"    community: {COMMUNITY}"]
    lines += ["  walk:"]
    lines += [f"  - {column.oid}" for column in COLUMNS]
    lines += ["  metrics:"]
    for column in COLUMNS:
        lines += [f"  - name: {column.name}", f"    oid: {column.oid}", f"    help: {column.name}"]
        lines += [f"    type: {'counter' if column.counts else 'gauge'}"]
        lines += ["    indexes:", "    - labelname: ifIndex", "      type: gauge"]
    return "\n".join(lines) + "\n"


def _exported(body: str) -> Values:
    names = {column.name for column in COLUMNS}
    values: Values = {}
    for line in body.splitlines():
        name, _brace, rest = line.partition("{")
        if name in names:
            index = rest.partition('ifIndex="')[2].partition('"')[0]
            values[name, int(index)] = int(float(line.rpartition(" ")[2]))
    return values


def _wait_for(url: str) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own process on loopback
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


class Collectd:
    """Debian's collectd with its snmp plugin, which keeps nothing here: what it writes would be counted too."""

    name = "collectd"

    def missing(self, farm: Farm) -> str:
        """Its package, where it is not installed."""
        if farm.is_v3:
            return "it knows MD5 and SHA-1 only"
        return "" if _program("collectd") else "collectd-core is not installed"

    def run(self, farm: Farm, rounds: int, folder: Path) -> Result:
        """See :class:`Contestant`. Rounds begin by its own clock, so they are counted by time."""
        interval_s = max(2.0, farm.devices / 60)
        settings = folder / "collectd.conf"
        settings.write_text(_collectd_settings(farm, interval_s, folder), encoding="utf-8")
        with running([_program("collectd"), "-f", "-C", str(settings)], folder / "collectd.log") as process:
            time.sleep(interval_s * 1.5)
            began_cpu_s = cpu_s(process.pid)
            time.sleep(interval_s * rounds)
            spent_s = cpu_s(process.pid) - began_cpu_s
        return Result(
            cpu_s=spent_s / rounds / len(farm.alive) * PER,
            wall_s=interval_s,
            values=None,
            note=f"interval {interval_s:.0f} s, nothing stored",
        )


def _collectd_settings(farm: Farm, interval_s: float, folder: Path) -> str:
    lines = [f'BaseDir "{folder}"', f'PIDFile "{folder}/collectd.pid"', 'TypesDB "/usr/share/collectd/types.db"']
    lines += [f"Interval {interval_s}", "ReadThreads 8", "LoadPlugin snmp", "<Plugin snmp>"]
    oids = {column.name: column.oid for column in COLUMNS}
    for number, (kind, columns) in enumerate(_COLLECTD_DATA):
        values = " ".join(f'"{oids[name]}"' for name in columns)
        lines += [f'  <Data "d{number}">', f'    Type "{kind}"', "    Table true"]
        lines += [f'    TypeInstanceOID "{IF_NAME}"', f"    Values {values}", "  </Data>"]
    names = " ".join(f'"d{number}"' for number in range(len(_COLLECTD_DATA)))
    for number in farm.alive:
        lines += [f'  <Host "d{number}">', f'    Address "{address(number)}:{farm.port}"', "    Version 2"]
        lines += [f'    Community "{COMMUNITY}"', f"    Collect {names}", f"    Interval {interval_s}", "  </Host>"]
    return "\n".join([*lines, "</Plugin>"]) + "\n"


class Telegraf:
    """Telegraf with its snmp input and a file as output."""

    name = "telegraf"

    def missing(self, farm: Farm) -> str:  # noqa: ARG002 - same
        """The program, where there is none."""
        return "" if _program("telegraf") else "telegraf is not installed"

    def run(self, farm: Farm, rounds: int, folder: Path) -> Result:
        """See :class:`Contestant`. Rounds begin by its own clock, so they are counted by what it wrote."""
        settings, written = folder / "telegraf.toml", folder / "telegraf.out"
        interval_s = max(3, farm.devices // 20)
        settings.write_text(_telegraf_settings(farm, interval_s, written), encoding="utf-8")
        with running([_program("telegraf"), "--config", str(settings)], folder / "telegraf.log") as process:
            self._wait(written, PORTS * len(farm.alive))
            before, began_cpu_s, began_s = _lines(written), cpu_s(process.pid), time.monotonic()
            self._wait(written, before + rounds * PORTS * len(farm.alive))
            spent_s, wall_s = cpu_s(process.pid) - began_cpu_s, time.monotonic() - began_s
            done = (_lines(written) - before) / PORTS / len(farm.alive)
        return Result(
            cpu_s=spent_s / done / len(farm.alive) * PER,
            wall_s=wall_s / done,
            values=_written(written.read_text(encoding="utf-8"), farm),
            note=f"interval {interval_s} s, writes a file",
        )

    @staticmethod
    def _wait(path: Path, lines: int) -> None:
        end = time.monotonic() + 240
        while _lines(path) < lines:
            if time.monotonic() > end:
                raise TimeoutError(f"telegraf wrote {_lines(path)} of {lines} lines")
            time.sleep(0.5)


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def _telegraf_settings(farm: Farm, interval_s: int, written: Path) -> str:
    agents = ", ".join(f'"udp://{address(number)}:{farm.port}"' for number in farm.alive)
    lines = [
        "[agent]",
        f'  interval = "{interval_s}s"',
        f'  flush_interval = "{interval_s}s"',
        "  omit_hostname = true",
    ]
    lines += ["  metric_buffer_limit = 1000000", "[[outputs.file]]", f'  files = ["{written}"]']
    lines += ["[[inputs.snmp]]", f"  agents = [{agents}]"]
    if farm.is_v3:
        lines += ["  version = 3", f'  sec_name = "{USER}"', '  sec_level = "authPriv"', '  auth_protocol = "SHA256"']
        lines += [f'  auth_password = "{AUTH_PHRASE}"', '  priv_protocol = "AES"', f'  priv_password = "{PRIV_PHRASE}"']
    else:
        lines += ["  version = 2", f'  community = "{COMMUNITY}"']
    lines += ["  max_repetitions = 48", "  [[inputs.snmp.table]]", '    name = "interface"', "    index_as_tag = true"]
    for column in COLUMNS:
        lines += ["    [[inputs.snmp.table.field]]", f'      name = "{column.name}"', f'      oid = ".{column.oid}"']
    return "\n".join(lines) + "\n"


def _written(text: str, farm: Farm) -> dict[int, Values]:
    hosts = {address(number): number for number in farm.samples}
    found: dict[int, Values] = {number: {} for number in farm.samples}
    for line in text.splitlines():
        tags, _space, rest = line.partition(" ")
        marks = dict(item.split("=", 1) for item in tags.split(",")[1:])
        number = hosts.get(marks.get("agent_host", ""))
        if number is not None:
            for item in rest.partition(" ")[0].split(","):
                name, value = item.split("=", 1)
                found[number][name, int(marks["index"])] = int(float(value.rstrip("iu")))
    return found


class Pysnmp:
    """pysnmp's own bulk command, over ten devices: all of them would take minutes."""

    name = "pysnmp"

    def missing(self, farm: Farm) -> str:  # noqa: ARG002 - same
        """Nothing: it is among the development tools."""
        return ""

    def run(self, farm: Farm, rounds: int, folder: Path) -> Result:  # noqa: ARG002 - one round of ten devices is enough
        """See :class:`Contestant`."""
        some = sorted({*farm.samples, *farm.alive[: _PYSNMP_DEVICES - len(farm.samples)]})
        began_cpu_s, began_s = time.process_time(), time.monotonic()
        found: dict[int, Found] = asyncio.run(poll_all(some, farm.port, is_v3=farm.is_v3))
        spent_s, wall_s = time.process_time() - began_cpu_s, time.monotonic() - began_s
        names = {column.oid: column.name for column in COLUMNS}
        values = {
            number: {(names[oid], index): value for (oid, index), value in found[number].items()}
            for number in farm.samples
        }
        return Result(
            cpu_s=spent_s / len(some) * PER,
            wall_s=wall_s,
            values=values,
            note=f"extrapolated from {len(some)} devices",
        )


CONTESTANTS: tuple[Contestant, ...] = (Rainbow(), SnmpExporter(), Collectd(), Telegraf(), Pysnmp())
