"""A probe as JSON: the keys are MIB names where a MIB has one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collectors.probe.facts import Probed, ProbedInterface, ProbedNeighbour, ProbedSensor

_DIGITS = 10


def to_json(found: Probed) -> str:
    """The whole probe."""
    whole = {
        "address": found.address,
        "sysName": found.sys_name,
        "sysDescr": found.sys_descr,
        "sysObjectID": found.sys_object_id,
        "uptime_s": found.uptime_s,
        "vendor": found.vendor,
        "model": found.model,
        "interfaces": [_interface(port) for port in found.interfaces],
        "sensors": [_sensor(reading) for reading in found.sensors],
        "transceivers": [
            {
                "index": module.index,
                "ifIndex": module.if_index,
                "ifName": module.if_name,
                "vendor": module.vendor,
                "model": module.model,
                "serial": module.serial,
                "revision": module.revision,
                "type": module.type,
                "connector": module.connector,
                "date": module.date,
                "wavelength_nm": module.wavelength_nm,
                "distance_m": module.distance_m,
            }
            for module in found.transceivers
        ],
        "neighbours": [_neighbour(heard) for heard in found.neighbours],
        "no_reading": [
            {"oid": missing.oid, "descr": missing.descr, "reason": missing.reason} for missing in found.no_reading
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _interface(port: ProbedInterface) -> dict[str, object]:
    speed = port.high_speed_mbps
    return {
        "ifIndex": port.if_index,
        "ifName": port.if_name,
        "ifDescr": port.if_descr,
        "ifAlias": port.if_alias,
        "ifType": port.if_type,
        "ifHighSpeed_mbps": int(speed) if speed is not None and speed == int(speed) else speed,
        "ifMtu": port.mtu,
        "ifPhysAddress": port.phys_address,
        "ifAdminStatus": port.admin_status,
        "ifOperStatus": port.oper_status,
        "counters": dict(port.counters),
    }


def _sensor(reading: ProbedSensor) -> dict[str, object]:
    value = float(f"{reading.value:.{_DIGITS}g}")
    made: dict[str, object] = {
        "class": reading.kind,
        "descr": reading.descr,
        "value": int(value) if value == int(value) else value,
        "unit": reading.unit,
        "ifIndex": reading.if_index,
        "ifName": reading.if_name or None,
        "lane": reading.lane or None,
        "oid": reading.oid,
        "source": reading.source,
    }
    extras = {"state": reading.state, "note": reading.note, "limits": dict(reading.limits)}
    return made | {name: extra for name, extra in extras.items() if extra}


def _neighbour(heard: ProbedNeighbour) -> dict[str, object]:
    return {
        "protocol": heard.protocol,
        "local": {
            "ifIndex": heard.if_index,
            "ifName": heard.if_name,
            "ifDescr": heard.if_descr,
            "ifAlias": heard.if_alias,
        },
        "remote": {
            "sysName": heard.system,
            "port": heard.port,
            "portDescr": heard.port_descr,
            "chassis": heard.chassis,
            "mac": heard.mac or None,
            "platform": heard.platform or None,
            "sysDescr": heard.system_descr,
            "addresses": list(heard.addresses),
        },
    }
