"""One TOML file per city: each room describes its own table, this module reads them all and names every mistake.

Secrets never stand in the file: a field ``token: SecretRef`` is filled by the keys ``token_env`` and ``token_file``.
Unknown keys are errors. Nothing here opens anything but ``city.toml``.
"""

from __future__ import annotations

import os
import tomllib
import types
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, Union, get_args, get_origin, get_type_hints

from cluster.settings import ClusterSettings  # noqa: TC001 - annotations are read at run time
from collectors.energy.settings import EnergySettings
from collectors.settings import CollectSettings
from dashboards.settings import DashboardSettings
from incidents.notify import NotifySettings
from incidents.settings import IncidentSettings
from inventory.protection_settings import ProtectionSettings
from inventory.sources.netbox.settings import NetBoxSettings  # noqa: TC001 - annotations are read at run time
from planner.settings import PageSettings
from rainbow.kernel.errors import SettingsError
from rainbow.kernel.findings import Finding, Severity
from rainbow.kernel.places import NO_FILE, NamedFile
from rainbow.kernel.secret import SecretRef
from rainbow.kernel.texts import LANGUAGES, N_, _
from store.settings import InfluxSettings, StoreSettings
from studies.settings import StudySettings
from topology.settings import TopologySettings
from trust.access_settings import AccessSettings
from trust.audit_settings import AuditSettings
from trust.evidence_settings import EvidenceSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")
Toml = dict[str, object]

FILE = "city.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitySettings:
    """The city itself. ``language`` is that of reports and dashboards; the page follows its reader."""

    name: str
    title: str = ""
    language: str = "en"

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ValueError(_("language {value!r} is not one of {known}").format(value=self.language, known=LANGUAGES))


@dataclass(frozen=True, slots=True, kw_only=True)
class SnmpProfile:
    """Credentials a device names in its column ``snmp``. Version 3 is what to use; 2c needs a community only.

    ``auth``: SHA, SHA-224, SHA-256, SHA-384 or SHA-512. ``priv``: AES, AES-192 or AES-256, and AES-192-C or AES-256-C
    for devices that lengthen a key as Cisco does. Beyond loopback version 2c is an exception: it needs a ``reason``, an
    ``owner`` and the day it ``expires`` (YYYY-MM-DD).
    """

    version: str = "3"
    community: SecretRef = SecretRef()
    user: str = ""
    auth: str = "SHA"
    auth_key: SecretRef = SecretRef()
    priv: str = "AES"
    priv_key: SecretRef = SecretRef()
    reason: str = ""
    owner: str = ""
    expires: str = ""

    def __post_init__(self) -> None:
        if self.expires:
            try:
                date.fromisoformat(self.expires)
            except ValueError:
                raise ValueError(_("expires {value!r} is no day like 2027-12-31").format(value=self.expires)) from None
        if self.version not in {"1", "2c", "3"}:  # 1 is for the audit to find: no device is asked by it
            raise ValueError(_("version {value!r} is not 2c or 3").format(value=self.version))
        if self.version != "3" and not self.community:
            raise ValueError(_("version 2c needs community_env or community_file"))
        if self.version == "3" and not self.user:
            raise ValueError(_("version 3 needs user"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorSettings:
    """The simulated city. ``seed`` moves noise and load, not the plant.

    ``in_band``: the collector reaches a switch over the city's own links, so one that no way leads to is silent, as in
    most municipal networks. False: switches have a management network of their own and answer while they have power.
    ``traps``: what switches send where [collect.traps] listens: "trap", "inform" or "none".
    """

    seed: int = 2021
    in_band: bool = True
    traps: str = "trap"

    def __post_init__(self) -> None:
        if self.traps not in {"trap", "inform", "none"}:
            raise ValueError(_("traps {value!r} is not trap, inform or none").format(value=self.traps))


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupSettings:
    """Backups. ``recipient`` is a public key (``age1...``): who has its secret half can read them, and nobody else."""

    recipient: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of ``city.toml``."""

    city: CitySettings
    snmp: dict[str, SnmpProfile] = field(default_factory=dict)
    collect: CollectSettings = field(default_factory=CollectSettings)
    energy: EnergySettings = field(default_factory=EnergySettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    influx: InfluxSettings | None = None
    netbox: NetBoxSettings | None = None
    page: PageSettings = field(default_factory=PageSettings)
    dashboards: DashboardSettings = field(default_factory=DashboardSettings)
    simulator: SimulatorSettings = field(default_factory=SimulatorSettings)
    topology: TopologySettings = field(default_factory=TopologySettings)
    studies: StudySettings = field(default_factory=StudySettings)
    incidents: IncidentSettings = field(default_factory=IncidentSettings)
    notify: NotifySettings = field(default_factory=NotifySettings)
    backup: BackupSettings = field(default_factory=BackupSettings)
    audit: AuditSettings = field(default_factory=AuditSettings)
    protection: ProtectionSettings = field(default_factory=ProtectionSettings)
    evidence: EvidenceSettings = field(default_factory=EvidenceSettings)
    access: AccessSettings = field(default_factory=AccessSettings)
    cluster: ClusterSettings | None = None

    def __post_init__(self) -> None:
        if not self.page.is_local and not self.access.has_sign_in:
            raise ValueError(
                _(
                    "page.host {value!r} is not a loopback address, so it needs a sign-in: add [access.oidc], "
                    "or listen on 127.0.0.1"
                ).format(value=self.page.host)
            )
        if self.access.has_sign_in and not self.page.public_url:
            raise ValueError(_("a sign-in needs public_url in [page]: the address people use, with https://"))


def read_settings(folder: Path) -> Settings:
    """The settings of a city folder.

    Raises:
        SettingsError: the file is missing or holds mistakes; all of them are in ``findings``.
    """
    path = folder / FILE
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(
            _("{folder} is no city folder: it has no {file}").format(folder=folder, file=FILE),
            cure=_("name a folder that holds city.toml, or make one: rainbow simulate new-city {folder}").format(
                folder=folder
            ),
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(
            _("{path} cannot be read: {error}").format(path=path, error=error),
            cure=_("mend the line it names; TOML texts stand in double quotes"),
        ) from None
    reader = _Reader(folder)
    settings = reader.value(Settings, table, "")
    if reader.findings or not isinstance(settings, Settings):
        raise SettingsError(
            _("{path} has {count} mistakes").format(path=path, count=len(reader.findings)), findings=reader.findings
        )
    return settings


def place_in(folder: Path, file: str) -> Path:
    """Where a file of the settings lies: systemd's credential of its name, else in the city folder."""
    return _credential(file) or folder / file


def _credential(file: str) -> Path | None:
    """Where systemd has put the credential of a file's name (``LoadCredentialEncrypted=``), if it has."""
    place = os.environ.get("CREDENTIALS_DIRECTORY", "")
    path = Path(place) / Path(file).name
    return path if place and path.is_file() else None


def _file_of(folder: Path, written: str) -> NamedFile:
    return NamedFile(str(place_in(folder, written)), written) if written else NO_FILE


def without_none(kind: object) -> object:
    """The annotation of what may be missing, as what it is where it is there."""
    if get_origin(kind) in {Union, types.UnionType}:
        return next(item for item in get_args(kind) if item is not type(None))
    return kind


class _Reader:
    """Turns TOML into the settings dataclasses by their annotations, collecting findings instead of stopping."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.findings: list[Finding] = []

    def value(self, kind: object, raw: object, key: str) -> object:
        """``raw`` as ``kind``; None with a finding where it does not fit."""
        kind = without_none(kind)
        if isinstance(kind, type) and is_dataclass(kind):
            return self._record(kind, raw, key)
        if get_origin(kind) is dict:
            return self._named(get_args(kind)[1], raw, key)
        if kind is NamedFile:
            written = self._plain(str, raw, key)
            return _file_of(self._folder, written) if isinstance(written, str) else None
        if get_origin(kind) is tuple:
            return self._list(get_args(kind)[0], raw, key)
        return self._plain(kind, raw, key)

    def _record(self, kind: type, raw: object, key: str) -> object:
        if kind is SecretRef and not isinstance(raw, dict):
            name = key.rpartition(".")[2]
            cure = _("name where it is kept, {name}_env or {name}_file, and make a new one: this one could be read")
            self._add(key, _("a secret does not stand in this file"), cure.format(name=name))
            return None
        if not isinstance(raw, dict):
            self._wrong(key, raw, _("a table [{key}]").format(key=key))
            return None
        hints = get_type_hints(kind)
        table = self._with_secrets(hints, raw)
        before = len(self.findings)
        self._unknown(kind, table, key)
        known = [item for item in fields(kind) if item.init]
        self._missing([item.name for item in known if _required(item) and item.name not in table], key)
        values = {
            item.name: self.value(hints[item.name], table[item.name], _join(key, item.name))
            for item in known
            if item.name in table
        }
        if len(self.findings) > before:
            return None
        try:
            return kind(**values)
        except ValueError as error:
            self._add(key, str(error), _("mend the value"))
            return None

    def _with_secrets(self, hints: dict[str, object], raw: Toml) -> Toml:
        """Fold ``NAME_env`` and ``NAME_file`` into the secret field NAME."""
        table = dict(raw)
        for name, kind in hints.items():
            if kind is SecretRef:
                pair = {side: table.pop(f"{name}_{side}") for side in ("env", "file") if f"{name}_{side}" in table}
                if pair:
                    table[name] = pair
        return table

    def _named(self, kind: object, raw: object, key: str) -> object:
        if not isinstance(raw, dict):
            self._wrong(key, raw, _("a table [{key}.NAME]").format(key=key))
            return None
        return {str(name): self.value(kind, item, _join(key, str(name))) for name, item in raw.items()}

    def _list(self, kind: object, raw: object, key: str) -> object:
        if not isinstance(raw, list):
            self._wrong(key, raw, _("a list"))
            return None
        return tuple(self.value(kind, item, key) for item in raw)

    def _plain(self, kind: object, raw: object, key: str) -> object:
        if kind is float and isinstance(raw, int) and not isinstance(raw, bool):
            return float(raw)
        if isinstance(kind, type) and isinstance(raw, kind) and (kind is bool or not isinstance(raw, bool)):
            return raw
        self._wrong(key, raw, _(_TYPE_NAMES.get(kind, str(kind))))
        return None

    def _unknown(self, kind: type, table: Toml, key: str) -> None:
        names = [item.name for item in fields(kind)]
        for name in table:
            if name not in names:
                near = get_close_matches(name, names, n=1)
                cure = (
                    _("did you mean {near}?").format(near=near[0])
                    if near
                    else _("known are {names}").format(names=", ".join(names))
                )
                self._add(_join(key, name), _("unknown key"), cure)

    def _missing(self, names: list[str], key: str) -> None:
        for name in names:
            self._add(_join(key, name), _("is missing"), _("add it"))

    def _wrong(self, key: str, raw: object, wanted: str) -> None:
        self._add(key, _("{value!r} is not {wanted}").format(value=raw, wanted=wanted), _("mend the value"))

    def _add(self, key: str, message: str, cure: str) -> None:
        self.findings.append(
            Finding(
                code="RB-S001",
                severity=Severity.ERROR,
                where=FILE,
                record=key or "city.toml",
                message=message,
                cure=cure,
            )
        )


_TYPE_NAMES: dict[object, str] = {
    int: N_("a whole number"),
    float: N_("a number"),
    str: N_("a text"),
    bool: N_("true or false"),
}


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _required(item: object) -> bool:
    return getattr(item, "default", None) is MISSING and getattr(item, "default_factory", None) is MISSING


def show(settings: Settings) -> Toml:
    """The settings as plain tables, defaults included. Secrets show where they are kept, never what they are."""
    return _shown(settings)


def secret_references(record: object, key: str = "") -> Iterator[tuple[str, SecretRef]]:
    """All references to secrets that are set, with the keys they stand at (``snmp.default.community``)."""
    return _set_of(SecretRef, record, key)


def named_files(settings: Settings) -> Iterator[tuple[str, NamedFile]]:
    """All files the settings name, but secrets, with the keys they stand at (``influx.ca_file``)."""
    return _set_of(NamedFile, settings, "")


def _set_of(kind: type[T], record: object, key: str) -> Iterator[tuple[str, T]]:
    for item in fields(record):  # type: ignore[arg-type] # only ever called with a dataclass
        value, name = getattr(record, item.name), _join(key, item.name)
        if isinstance(value, kind):
            if value:
                yield name, value
        elif is_dataclass(value):
            yield from _set_of(kind, value, name)
        elif isinstance(value, dict):
            for entry_name, entry in value.items():
                if is_dataclass(entry):
                    yield from _set_of(kind, entry, _join(name, entry_name))


def _shown(record: object) -> Toml:
    shown: Toml = {}
    for item in fields(record):  # type: ignore[arg-type] # only ever called with a dataclass
        value = getattr(record, item.name)
        if isinstance(value, SecretRef):
            shown[item.name] = _("*** (environment {env}, file {file})").format(
                env=value.env or "-", file=value.file or "-"
            )
        elif isinstance(value, NamedFile):
            shown[item.name] = value.written
        elif is_dataclass(value):
            shown[item.name] = _shown(value)
        elif isinstance(value, dict):
            shown[item.name] = {name: _shown(entry) if is_dataclass(entry) else entry for name, entry in value.items()}
        else:
            shown[item.name] = list(value) if isinstance(value, tuple) else value
    return shown
