"""The one error tree, and what the operator does next.

::

    RainbowError
    ├── UsageError          the command was called wrongly: read --help                       exit 2
    ├── InputError          files or records are bad: mend what each finding names            exit 2
    │   └── SettingsError   city.toml is bad: mend the key it names
    ├── DeviceError         one device did not give a reading: look at that device
    │   ├── DeviceSilent    no answer before the deadline: cable, power, address, firewall
    │   ├── AccessDenied    the credentials were refused: community, user or key
    │   └── BadReply        the answer breaks the protocol: report it to the vendor
    ├── StoreError          the local store cannot be used: disk, rights, file
    │   └── StoreDamaged    its file is damaged: put aside, and a new one is begun
    ├── SinkError           a delivery failed; the points wait in the outbox
    │   ├── SinkRejected    the server refuses these points for good: see the dead letters
    │   ├── SinkTooLarge    the server takes less at a time: sent again in halves
    │   ├── SinkRefused     the server refuses us (401, 403, 404): mend token, database or URL
    │   └── SinkBusy        the server is away or overloaded: nothing to do, it is tried again
    ├── NetBoxError         NetBox gave or took something else than it should: read what it says
    │   ├── NetBoxRefused   the token is no good or may not do that (401, 403), or nothing is there (404)
    │   └── NetBoxAway      it is away, slow or overloaded: run the command again, it goes on where it stopped
    ├── GrafanaError        a push to Grafana did not come to its end
    │   ├── GrafanaRefused  token, rights or content are no good: do what the cure says
    │   └── GrafanaAway     it is away or overloaded: push again, it goes on where it stopped
    ├── TopologyError       the question has no answer on this plant: unknown object, no core
    ├── StudyError          a study cannot be run, kept or gone on with: what is done stays, do what the cure says
    ├── SignInError         somebody could not sign in: provider, clock, account; the audit log says why
    ├── BackupError         a backup cannot be made or restored: key, file, version
    ├── AuditError          the audit log cannot be written, read or signed: nothing that has to be told of is done
    ├── ClusterError        those who work together cannot reach each other
    │   ├── CoordinatorAway etcd or Redis gives no answer: all go on as they were for hold_s
    │   └── PeerAway        another member or the centre gives no answer: it is tried again
    ├── SimulatorError      the simulated city cannot do that
    └── DashboardError      a generated dashboard is faulty or cannot be written

Every error carries a message that names the thing and the value with its unit, and, where one is known, a cure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rainbow.kernel.findings import Finding


class RainbowError(Exception):
    """Root of all errors RAINBOW raises on purpose. ``cure`` says what to do about it, or is empty."""

    exit_code = 2

    def __init__(self, message: str, *, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message}\n  -> {self.cure}" if self.cure else self.message


class UsageError(RainbowError):
    """The command was called wrongly."""


class InputError(RainbowError):
    """Files or records are bad; ``findings`` holds all of them, not the first only."""

    def __init__(self, message: str, *, findings: Sequence[Finding] = (), cure: str = "") -> None:
        super().__init__(message, cure=cure)
        self.findings = tuple(findings)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {finding}" for finding in self.findings)])


class SettingsError(InputError):
    """city.toml is bad."""


class DeviceError(RainbowError):
    """One device did not give a reading."""


class DeviceSilent(DeviceError):  # noqa: N818 - the field's word; the tree above is the catalogue
    """No answer before the deadline."""


class AccessDenied(DeviceError):  # noqa: N818
    """The device refused the credentials."""


class BadReply(DeviceError):  # noqa: N818
    """The answer breaks the protocol; it was not used."""


class StoreError(RainbowError):
    """The local store cannot be used."""


class StoreDamaged(StoreError):  # noqa: N818 - the field's word, as above
    """The store's file is damaged."""


class SinkError(RainbowError):
    """A delivery failed; the points are still in the outbox."""


class SinkRejected(SinkError):  # noqa: N818
    """The server refuses these points for good (400, 422); ``good_taken``: it took the good ones among them."""

    def __init__(self, message: str, *, good_taken: bool = False, cure: str = "") -> None:
        super().__init__(message, cure=cure)
        self.good_taken = good_taken


class SinkTooLarge(SinkError):  # noqa: N818
    """The server takes less at a time (413)."""


class SinkRefused(SinkError):  # noqa: N818
    """The server refuses us (401, 403, 404)."""


class SinkBusy(SinkError):  # noqa: N818
    """The server is away, slow or overloaded (5xx, 429, timeout); ``retry_after_s`` is its own wish, if any."""

    def __init__(self, message: str, *, retry_after_s: float | None = None, cure: str = "") -> None:
        super().__init__(message, cure=cure)
        self.retry_after_s = retry_after_s


class NetBoxError(RainbowError):
    """NetBox gave or took something else than it should."""


class NetBoxRefused(NetBoxError):  # noqa: N818
    """NetBox refuses us (401, 403), or there is no NetBox at that address (404)."""


class NetBoxAway(NetBoxError):  # noqa: N818
    """NetBox is away, slow or overloaded (no connection, timeout, 429, 5xx)."""


class GrafanaError(RainbowError):
    """A push to Grafana did not come to its end."""


class GrafanaRefused(GrafanaError):  # noqa: N818
    """Grafana refuses token, rights or content, or there is no Grafana at that address."""


class GrafanaAway(GrafanaError):  # noqa: N818
    """Grafana is away, slow or overloaded (no connection, timeout, 429, 5xx)."""


class TopologyError(RainbowError):
    """The question has no answer on this plant."""


class StudyError(RainbowError):
    """A planning study cannot be run, kept or gone on with; the chunks that are done stay."""


class SignInError(RainbowError):
    """Somebody could not sign in, or the identity provider is away."""


class BackupError(RainbowError):
    """A backup cannot be made or restored."""


class AuditError(RainbowError):
    """The audit log cannot be written, read, signed or delivered; what has to be told of is not done meanwhile."""


class ClusterError(RainbowError):
    """Those who work together cannot reach each other."""


class CoordinatorAway(ClusterError):  # noqa: N818 - the field's word, as above
    """The engine that knows who is there gives no answer."""


class PeerAway(ClusterError):  # noqa: N818
    """Another member, or the centre, gives no answer or refuses us."""


class SimulatorError(RainbowError):
    """The simulated city cannot do that."""


class DashboardError(RainbowError):
    """A generated dashboard is faulty or cannot be written."""
