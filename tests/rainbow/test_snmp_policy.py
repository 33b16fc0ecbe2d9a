"""Whom the collector asks, and by what: nobody outside the management network, no old version unnamed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from collectors.settings import CollectSettings
from inventory.entities import Code, Device
from rainbow.kernel.errors import SettingsError
from rainbow.kernel.secret import SecretRef
from rainbow.settings import CitySettings, Settings, SnmpProfile
from rainbow.snmp_policy import expired, require

OLD = SnmpProfile(version="2c", community=SecretRef(file="x"))
NAMED = replace(OLD, reason="switches of 2014, replaced in spring", owner="m.berg", expires="2027-06-30")
NEW = SnmpProfile(user="rainbow")


def settings(profile: SnmpProfile, *prefixes: str) -> Settings:
    collect = CollectSettings(management_prefixes=prefixes)
    return Settings(city=CitySettings(name="X"), snmp={"default": profile}, collect=collect)


def device(address: str, code: str = "SW-1") -> Device:
    return Device(id=code, code=Code(code), node=Code("N"), address=address)


def test_only_addresses_of_the_management_network_are_asked() -> None:
    known = settings(NEW, "10.20.0.0/16", "fd00:20::/32")
    require(known, [device("10.20.3.4"), device("fd00:20::9")])
    for address in (
        "10.21.0.1",
        "192.0.2.1",
        "127.0.0.1",
        "169.254.169.254",
        "::ffff:10.20.3.4",
        "fd00:21::1",
        "switch.example",
    ):
        with pytest.raises(SettingsError) as raised:
            require(known, [device("10.20.3.4", "SW-0"), device(address)])
        (found,) = raised.value.findings
        assert (found.code, found.record) == ("RB-S009", "SW-1")
        assert "management_prefixes" in found.cure


def test_version_2c_is_an_exception_that_somebody_answers_for() -> None:
    require(settings(NAMED), [device("10.20.3.4")])
    require(settings(OLD), [device("127.0.0.1")])  # a simulated city
    require(settings(OLD), [])
    for gap in ("reason", "owner", "expires"):
        with pytest.raises(SettingsError) as raised:
            require(settings(replace(NAMED, **{gap: ""})), [device("10.20.3.4")])
        assert gap in raised.value.findings[0].message


def test_an_exception_that_is_over_is_found_and_the_devices_still_asked() -> None:
    over = settings(NAMED)
    require(over, [device("10.20.3.4")])
    assert not list(expired(over, date(2027, 6, 30)))
    (found,) = expired(over, date(2027, 7, 1))
    assert (found.code, "m.berg" in found.message) == ("RB-S011", True)


def test_a_day_or_network_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no day like"):
        replace(OLD, expires="next spring")
    with pytest.raises(ValueError, match="no network"):
        settings(NEW, "10.20.0.1/16")
