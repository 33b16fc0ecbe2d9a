"""Families by the place of their sysObjectID below 1.3.6.1.4.1; the longest match counts.

A new vendor is one row here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.vendors import (
    access,
    accton,
    cisco,
    dell,
    extreme,
    foundry,
    hpe,
    huawei,
    industrial,
    juniper,
    mikrotik,
    nokia,
    power,
    radlan,
    standard,
    transport,
)
from collectors.vendors.family import Family

if TYPE_CHECKING:
    from collections.abc import Mapping

STANDARD_TABLES = standard.STANDARD_TABLES
FAMILIES: Mapping[str, Family] = {
    "9": cisco.CISCO,
    "9.6.1": radlan.CISCO_SB,
    "11": hpe.PROCURVE,
    "43": hpe.THREECOM,
    "45": extreme.ERS,
    "171": access.DLINK,
    **accton.EDGECORE,
    "318": power.APC,
    "534": power.EATON,
    "637.61": nokia.ISAM,
    "674.10895": dell.N_SERIES,
    "674.11000": dell.OS10,
    "705": power.EATON,
    "890": access.ZYXEL,
    "1271.3": transport.WAVESERVER,
    "1588": foundry.FABRIC_OS,
    "1916": extreme.EXOS,
    "1916.2": extreme.VOSS,
    "1991": foundry.IRONWARE,
    "2011": huawei.VRP,
    "2011.6.164": huawei.SMU,
    "2272": extreme.VOSS,
    "2544.1.12": transport.FSP150,
    "2544.1.20": transport.AOS,
    "2636": juniper.JUNOS,
    "3181": industrial.MICROSENS,
    "3652": transport.PANDACOM,
    "6027": dell.OS9,
    "6321": access.CALIX,
    "6527": nokia.TIMOS,
    "7483": nokia.PSS_1830,
    **industrial.MOXA,
    "10297": industrial.ADVANTECH,
    "11863": access.TPLINK,
    "12148": power.ENEXUS,
    "14988": mikrotik.MIKROTIK,
    "15004": industrial.RUGGEDCOM,
    "248": industrial.HIRSCHMANN,
    "25506": hpe.COMWARE,
    "30065": Family(vendor="Arista", arista_limits=True),
    "35265": access.ELTEX_RADLAN,
    "35265.1.139": access.ELTEX_ISS,
    "35265.1.176": access.ELTEX_ISS,
    "36673": transport.OCNOS,
    "37950": access.VSOL,
    "40418": access.SNR,
    "42229": transport.GROOVE,
    "47196": hpe.ARUBA_CX,
    "52642.1": access.FS_CENTEC,
    "52642.2.1.45": accton.FS_S3900,
}
