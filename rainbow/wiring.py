"""The one place that names concrete adapters. By hand, so that it can be read.

Reading a city takes none of them: that is :mod:`rainbow.city`, and commands that only analyse import no client.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from collectors.clock import SystemClock
from collectors.collector import Collector
from collectors.energy.rounds import EnergyRounds
from collectors.permit import PermittedClients
from collectors.snmp import V3, GufoClients, V2c
from collectors.traps.desk import TrapDesk
from incidents.feed import Feed
from incidents.journal import Journal
from incidents.sending import AppriseSender
from inventory.visibility import hidden_codes
from rainbow import snmp_policy
from rainbow.archive import archive
from rainbow.city import City, clock, open_city, secret, secret_in
from rainbow.kernel.errors import SettingsError
from rainbow.kernel.metrics import TRAPS
from rainbow.kernel.texts import _
from store.reader import StoreReader
from store.shipper import Shipper
from store.sinks.influx import NAME as INFLUX
from store.sinks.influx import open_sink
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from fastapi import FastAPI

    from cluster.membership import Membership
    from cluster.settings import ClusterSettings
    from collectors.client import ClientFactory, Credentials
    from collectors.clock import Clock
    from collectors.permit import Permit
    from collectors.settings import CollectSettings
    from collectors.traps.listener import TrapListener
    from incidents.engine import Engine
    from incidents.ground import Ground
    from incidents.watch import Deputies, Watch
    from inventory.sources.netbox.client import NetBoxClient
    from inventory.sources.netbox.settings import NetBoxSettings
    from rainbow.kernel.samples import SampleWriter
    from rainbow.kernel.secret import Secret
    from rainbow.settings import SnmpProfile
    from topology.cut_index import CutIndex
    from trust.tokens import TokenFile

__all__ = [
    "City",
    "Office",
    "clients",
    "clients_with",
    "clock",
    "cluster_key",
    "collector",
    "energy_rounds",
    "membership",
    "netbox",
    "open_city",
    "page",
    "secret",
    "shippers",
    "sinks",
    "store",
    "store_reader",
    "token_file",
    "trap_listener",
]


def store(city: City, *, mailboxes: Sequence[str] = ()) -> SqliteStore:
    """The city's store for its one writer; it is opened by ``with``."""
    withheld = hidden_codes(city.plant, city.settings.protection.to_grafana)
    return SqliteStore(city.database, city.settings.store, sinks=sinks(city), mailboxes=mailboxes, withheld=withheld)


def sinks(city: City) -> tuple[str, ...]:
    """Names of what the store's outbox is for."""
    return (INFLUX,) if city.settings.influx else ()


def store_reader(city: City) -> StoreReader:
    """The city's store for a reader."""
    return StoreReader(city.database)


def shippers(city: City, opened: SqliteStore, *, until: Callable[[], int | None] = lambda: None) -> list[Shipper]:
    """What delivers the store's outboxes: one for each sink of the settings, none by default.

    ``until`` gives the number of the row beyond which nothing may go out yet.

    Raises:
        SettingsError: a secret is missing.
    """
    influx = city.settings.influx
    if influx is None:
        return []
    ref = influx.password if influx.version == 1 else influx.token
    known = secret(city, ref, what="influx") if ref else None
    return [Shipper(opened, open_sink(influx, known), clock=clock, until=until)]


def credentials(city: City, name: str, profile: SnmpProfile) -> Credentials:
    """A profile of the settings with its secrets resolved.

    Raises:
        SettingsError: a secret is missing, or a protocol is not offered.
    """
    if profile.version == "1":
        raise SettingsError(
            _("snmp.{name}: version 1 is not offered").format(name=name),
            cure=_("use version 3; devices that cannot do it speak 2c at least"),
        )
    if profile.version == "2c":
        return V2c(community=secret(city, profile.community, what=f"snmp.{name}.community"))
    return V3(
        user=profile.user,
        auth=profile.auth,
        auth_key=secret(city, profile.auth_key, what=f"snmp.{name}.auth_key"),
        priv=profile.priv,
        priv_key=secret(city, profile.priv_key, what=f"snmp.{name}.priv_key"),
    )


def clients(city: City) -> GufoClients:
    """Clients for the city's devices, with the secrets of their profiles.

    Raises:
        SettingsError: a secret is missing, a protocol is not offered, or a device may not be asked so.
    """
    snmp_policy.require(city.settings, city.plant.devices)
    known = {name: credentials(city, name, profile) for name, profile in city.settings.snmp.items()}
    return GufoClients(credentials=known, settings=city.settings.collect)


def clients_with(known: Credentials, settings: CollectSettings) -> GufoClients:
    """Clients that try these credentials at devices of no profile."""
    return GufoClients(credentials={"": known}, settings=settings)


def trap_listener(city: City, collector: Collector) -> TrapListener | None:
    """What wakes the collector when a device says that something happened; None where the settings have no such table.

    Raises:
        SettingsError: a secret or a profile is missing.
    """
    settings = city.settings.collect.traps
    if settings is None:
        return None
    from collectors.traps.listener import TrapListener  # noqa: PLC0415 - pysnmp takes a second to load, and few pay it

    profiles = city.settings.snmp
    if unknown := sorted(set(settings.profiles) - set(profiles)):
        raise SettingsError(
            _("collect.traps.profiles names {name}, which is no SNMP profile").format(name=unknown[0]),
            cure=_("known are {names}").format(names=", ".join(profiles)),
        )
    known = {name: credentials(city, name, profiles[name]) for name in settings.profiles or profiles}
    clock = SystemClock()
    desk = TrapDesk(city.plant, wake=collector.wake, put=collector.put, clock=clock)
    series = TRAPS.series(collector=city.settings.collect.name)
    return TrapListener(
        settings, known, desk.told, note=lambda counts: collector.put([counts.sample(series, clock.time_ns())])
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What a collector that leads among several has: a permit for each request, and who stands by.

    ``ground`` gives what :func:`ground` does, worked out while it still stood by.
    """

    permit: Permit
    deputies: Deputies
    ground: Callable[[], Ground]


def _permitted(city: City, office: Office | None) -> ClientFactory:
    return clients(city) if office is None else PermittedClients(clients(city), office.permit)


def collector(
    city: City, writer: SampleWriter, *, clock: Clock | None = None, office: Office | None = None
) -> Collector:
    """The collector of a city.

    Raises:
        SettingsError: a secret is missing, or a protocol is not offered.
    """
    return Collector(city.plant, city.settings.collect, _permitted(city, office), writer, clock=clock)


def energy_rounds(city: City, collector: Collector, *, office: Office | None = None) -> EnergyRounds:
    """The slow lane of power beside a collector, which stores what it reads.

    Raises:
        SettingsError: a secret is missing, or a protocol is not offered.
    """
    return EnergyRounds(
        city.plant,
        city.settings.energy,
        _permitted(city, office),
        collector.put,
        clock=SystemClock(),
        deadline_s=city.settings.collect.device_deadline_s,
    )


def membership(city: City, settings: ClusterSettings) -> Membership:
    """The city's group at the coordinator of its settings.

    Raises:
        SettingsError: a secret is missing, or the extra is not installed.
    """
    try:
        from cluster.tooz_membership import ToozMembership  # noqa: PLC0415 - an extra, for those who need it
    except ImportError as error:
        raise SettingsError(
            _("[cluster] needs the package {name}, which is not installed").format(name=error.name or "tooz"),
            cure=_("install RAINBOW with it: pip install 'rainbow-fibre[cluster]'"),
        ) from None
    password = secret(city, settings.password, what="cluster.password") if settings.password else None
    group = f"{city.plant.city}/{settings.site}"
    return ToozMembership(settings, group, password=password, unix_s=time.time)


def cluster_key(folder: Path, settings: ClusterSettings) -> Secret:
    """What the members of a city's group know each other by.

    Raises:
        SettingsError: it is missing.
    """
    return secret_in(folder, settings.key, what="cluster.key")


def netbox(city: City, settings: NetBoxSettings, run: str) -> NetBoxClient:
    """The city's NetBox; ``run`` is what its change log will name.

    Raises:
        SettingsError: its token is missing.
    """
    from inventory.sources.netbox.client import NetBoxClient  # noqa: PLC0415 - its library only where it is needed

    return NetBoxClient(settings, secret(city, settings.token, what="netbox.token"), run=run)


def journal(city: City, *, read_only: bool = False) -> Journal:
    """The city's incidents on disk."""
    return Journal(city.incidents, read_only=read_only)


def cut_index(city: City) -> CutIndex:
    """What every cut of the city takes down.

    Raises:
        TopologyError: the city has no hub.
    """
    from topology.cut_index import CutIndex  # noqa: PLC0415 - numerics, loaded by what judges only

    return CutIndex.of(city.plant)


def ground(city: City) -> Ground:
    """What the incident engine knows of the city.

    Raises:
        TopologyError: the city has no hub.
    """
    from incidents.ground import Ground  # noqa: PLC0415 - numerics, loaded by what judges only

    return Ground(cut_index(city), city.settings.topology)


def sender(city: City) -> AppriseSender | None:
    """What brings messages to people; None where no channel is named.

    Raises:
        SettingsError: a secret is missing, or an address is none.
    """
    channels = city.settings.notify.channels
    if not channels:
        return None
    return AppriseSender(
        {name: secret(city, item.url, what=f"notify.channels.{name}.url") for name, item in channels.items()}
    )


def engine(city: City, known: Ground) -> Engine:
    """The incident engine of a city, as its settings want it."""
    from incidents.engine import Engine  # noqa: PLC0415 - numerics, loaded by what judges only

    return Engine(ground=known, settings=city.settings.incidents, interval_s=city.settings.collect.interval_s)


def watch(city: City, writer: SampleWriter, *, office: Office | None = None) -> Watch:
    """The incident engine beside a collector; its ``feed`` is the collector's writer.

    Raises:
        SettingsError: a secret of a channel is missing.
        TopologyError: the city has no hub.
    """
    from incidents.daily import Daily, judge_apart  # noqa: PLC0415 - numerics, loaded by what judges only
    from incidents.recording import Recording  # noqa: PLC0415 - same
    from incidents.watch import Watch  # noqa: PLC0415 - same

    settings, kept = city.settings, journal(city)
    known = ground(city) if office is None else office.ground()
    most_mb = settings.incidents.record_mb
    daily = Daily(
        ground=known,
        judge=partial(judge_apart, city.incidents),
        reader=lambda: store_reader(city),
        journal=kept,
        writer=writer,
        language=settings.city.language,
    )
    return Watch(
        engine=engine(city, known),
        feed=Feed(city.plant, writer),
        journal=kept,
        daily=daily,
        recording=Recording(city.recording, int(most_mb * 1e6)) if most_mb else None,
        writer=writer,
        notify=settings.notify,
        sender=sender(city),
        language=settings.city.language,
        deputies=office.deputies if office is not None else None,
    )


def token_file(city: City) -> TokenFile:
    """The tokens of the city's API.

    Raises:
        SettingsError: the settings name no file for them.
    """
    from rainbow.doorway import sessions  # noqa: PLC0415 - loaded by the commands that need it
    from trust.tokens import TokenFile  # noqa: PLC0415 - same

    name = city.settings.page.tokens_file
    if not name:
        raise SettingsError(
            _("city.toml names no file for tokens"), cure=_('add tokens_file = "state/secrets/api_tokens" to [page]')
        )
    return TokenFile(city.folder / name, used=sessions(city).token_used)


def page(city: City) -> FastAPI:
    """The planner's page and API.

    Raises:
        SettingsError: the settings of the sign-in lead nowhere, or a secret is missing.
    """
    from planner.app import create_app  # noqa: PLC0415 - the web framework is loaded by the one command that serves
    from planner.services import PlannerServices  # noqa: PLC0415 - same
    from rainbow.doorway import door  # noqa: PLC0415 - same
    from rainbow.status import ailment  # noqa: PLC0415 - same
    from simulator.control import SocketControl  # noqa: PLC0415 - same

    return create_app(
        PlannerServices(
            plant=city.plant,
            title=city.settings.city.title or city.settings.city.name,
            language=city.settings.city.language,
            settings=city.settings.page,
            interval_s=city.settings.collect.interval_s,
            reader=lambda: store_reader(city),
            control=SocketControl(city.simulator_socket),
            clock=clock,
            scenarios=city.state / "what-ifs.json",
            topology=city.settings.topology,
            archive=archive(city),
            incidents=journal(city, read_only=True),
            tokens=token_file(city) if city.settings.page.tokens_file else None,
            door=door(city, sender(city)),
            access=city.settings.access,
            grafana_url=city.settings.dashboards.open_url or city.settings.dashboards.grafana_url,
            security_txt=city.settings.evidence.security_txt,
            ailment=lambda: ailment(city.state),
        )
    )
