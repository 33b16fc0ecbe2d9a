"""Software that is sold under many names: its tables are the same below each maker's number.

A device of a maker nobody has a row for is looked at for these: by their fixed place, or by the shape of its tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from collectors.vendors.aricent import ISS
from collectors.vendors.dcn import dcn
from collectors.vendors.dell import fastpath
from collectors.vendors.hpe import comware
from collectors.vendors.radlan import RADLAN
from collectors.vendors.ruijie import rgos
from collectors.vendors.webstax import webstax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from collectors.vendors.row import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Oem:
    """Tables below a root that follows from the shape of a maker's tree.

    ``sign`` is matched against the identifiers of the tree, its first group is the root.
    """

    software: str
    sign: re.Pattern[str]
    tables: Callable[[str], tuple[Table, ...]]


def _below(arcs: str) -> re.Pattern[str]:
    return re.compile(rf"(1\.3\.6\.1\.4\.1\.\d+(?:\.\d+){{0,8}}?){arcs}")


FIXED = (*RADLAN, *ISS)
"""Tables that stand at one place whoever sells the device."""
SHAPES = (
    Oem(
        software="WebStaX",
        sign=_below(r"\.3\.2\.1\.1003\.\d+$"),
        tables=partial(webstax, mib="VTSS-DDMI-MIB and kin"),
    ),
    Oem(
        software="RGOS",
        sign=_below(r"\.105\.1\.1\.1\.76\.\d+$"),
        tables=partial(rgos, prefix="RUIJIE", word="ruijie"),
    ),
    Oem(
        software="DCN",
        sign=_below(r"(?<=\.100)\.30\.1\.1\.17\.\d+$"),
        tables=partial(dcn, mib="DCN-MIB and kin"),
    ),
    Oem(
        software="Comware",
        sign=_below(r"\.2\.70\.1\.1\.1\.9\.\d+$"),
        tables=partial(comware, mib="HH3C"),
    ),
    Oem(
        software="FASTPATH",
        sign=_below(r"\.43\.1\.8\.1\.5\.\d+(?:\.\d+)?$"),
        tables=partial(fastpath, mib="FASTPATH", optics="16"),
    ),
)


def found_in(oids: Iterable[str]) -> tuple[Table, ...]:
    """The tables whose software shows itself among these identifiers."""
    roots: dict[tuple[str, str], Oem] = {}
    for oid in oids:
        for oem in SHAPES:
            if match := oem.sign.match(oid):
                roots.setdefault((oem.software, match.group(1)), oem)
    return tuple(table for (_software, root), oem in roots.items() for table in oem.tables(root))
