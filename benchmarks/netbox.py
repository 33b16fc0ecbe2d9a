"""How long a NetBox of 10,000 devices takes to read, beside pynetbox's ``.all()`` on the same server in the same run.

Run ``python -m benchmarks.netbox DUMP`` with a pg_dump of NetBox 4.7.3; it starts PostgreSQL, Redis and NetBox on
loopback, as the tests do. ``.all()`` takes a quarter of an hour: it is timed on a sample of each long list and
extrapolated, which the output declares; ``--sample 0`` waits for the whole of it. Memory is the peak of this process,
which NetBox is not part of.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import pynetbox

from inventory.sources.netbox.client import NetBoxClient
from inventory.sources.netbox.reading import estate_of, read_netbox
from inventory.sources.netbox.settings import NetBoxSettings
from rainbow.kernel.secret import Secret, SecretRef

SAMPLED = {"devices": "devices", "interfaces": "interfaces", "cables": "cables"}
"""Long lists by our end point, and what pynetbox calls them."""
SAMPLE = 1000
MB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Seconds for the whole NetBox ours and with ``.all()``, what was read, and peak memory.

    ``sampled``: how many of each long list ``.all()`` read, the rest being extrapolated; None where it read all.
    ``again_s`` and ``again_questions``: a second reading of a NetBox that did not change.
    """

    objects: dict[str, int]
    ours_s: float
    questions: int
    again_s: float
    again_questions: int
    all_s: float
    all_per_s: dict[str, float]
    sampled: int | None
    peak_mb: float

    @property
    def ratio(self) -> float:
        """How much quicker."""
        return self.all_s / self.ours_s


def measure(url: str, token: str, *, sample: int | None = SAMPLE) -> Reading:
    """Read one NetBox both ways: ours whole, and once more, then ``.all()`` on a sample, or on everything."""
    settings = NetBoxSettings(url=url, token=SecretRef(env="-"))
    client = NetBoxClient(settings, Secret(token), run="benchmark")
    before_mb = _peak_mb()
    began = time.perf_counter()
    seen = read_netbox(client, clients=settings.clients)
    estate = estate_of(client, seen)
    ours_s, questions = time.perf_counter() - began, client.asked.questions
    peak_mb = _peak_mb()
    began = time.perf_counter()
    estate_of(client, read_netbox(client, clients=settings.clients, before=seen))
    again_s = time.perf_counter() - began
    again_questions = client.asked.questions - questions
    counts = {name: len(estate.of(name)) for name in SAMPLED}
    rates = {name: _all_per_s(url, token, called, sample or counts[name]) for name, called in SAMPLED.items()}
    print(f"before reading {before_mb:.0f} MB, after it {peak_mb:.0f} MB", file=sys.stderr)
    return Reading(
        objects={name: len(objects) for name, objects in estate.objects.items() if objects},
        ours_s=ours_s,
        questions=questions,
        again_s=again_s,
        again_questions=again_questions,
        all_s=sum(counts[name] / rate for name, rate in rates.items()),
        all_per_s=rates,
        sampled=sample,
        peak_mb=peak_mb,
    )


def _all_per_s(url: str, token: str, called: str, sample: int) -> float:
    """Objects a second by ``.all()`` in pages of 1,000, the largest NetBox gives: its own default of 50 is slower."""
    api = pynetbox.api(url, token=token)
    began = time.perf_counter()
    seen = sum(1 for _record in islice(getattr(api.dcim, called).all(limit=min(sample, 1000)), sample))
    assert seen == sample
    return seen / (time.perf_counter() - began)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB


def main() -> None:
    """Start a NetBox from the dump and print the table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dump", type=Path, nargs="?")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="objects of each kind by .all(); 0: everything")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.dump is None:
        print("not measured: name a pg_dump of a NetBox 4.7.3")
        return
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
    from real_netbox import RealNetBox  # noqa: PLC0415 - the tests' own NetBox, found by the path above

    with tempfile.TemporaryDirectory() as folder, RealNetBox(Path(folder), options.dump) as netbox:
        found = measure(netbox.url, netbox.token, sample=options.sample or None)
    if options.json:
        print(json.dumps(asdict(found) | {"ratio": found.ratio}, indent=2))
        return
    print(", ".join(f"{count:,} {name}" for name, count in found.objects.items()))
    print(f"RAINBOW: {found.ours_s:.0f} s in {found.questions} questions, peak {found.peak_mb:.0f} MB")
    rates = ", ".join(f"{name} {rate:.0f}/s" for name, rate in found.all_per_s.items())
    print(f"again:   {found.again_s:.1f} s in {found.again_questions} questions, nothing had changed")
    how = f"extrapolated from {found.sampled} of each" if found.sampled else "all of them read"
    print(f".all():  {found.all_s:.0f} s, {how}: {rates}")
    print(f"ratio:   {found.ratio:.1f}")


if __name__ == "__main__":
    main()
