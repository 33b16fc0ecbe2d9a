"""What a command does is written down: the audit log of a city folder, and who sits at this terminal."""

from __future__ import annotations

import getpass
import os
from contextlib import nullcontext
from typing import TYPE_CHECKING

from rainbow.city import clock, secret_in
from rainbow.kernel.errors import AuditError
from rainbow.kernel.secret import SecretRef
from rainbow.kernel.texts import _
from rainbow.settings import FILE
from trust.anchors import Signer, make_key_file
from trust.audit import AuditLog, Draft
from trust.audit_record import Act, Actor, Retention

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from trust.audit_settings import AuditSettings

FOLDER = "state/audit"
KEY_FILE = "state/secrets/audit_key"
"""Where the key lies that is made where the settings name none."""


def audit_log(folder: Path) -> AuditLog:
    """The audit log of a city folder; the first record makes it."""
    return AuditLog(folder / FOLDER, clock=clock)


def here() -> Actor:
    """Who runs this command, by the operating system; behind sudo, who called it."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = f"uid {os.getuid()}"
    asked_by = os.environ.get("SUDO_USER", "")
    return Actor(subject=user, display=asked_by if asked_by != user else "", method="os")


def noting(
    folder: Path, action: str, kind: str = "", thing: object = "", **after: object
) -> AbstractContextManager[Draft]:
    """Write down how a block ended that changes something; failed, with the words of its error, where it raised.

    Raises:
        AuditError: it cannot be written down.
    """
    act = Act(action=action, kind=kind, thing=str(thing), after=after)
    return audit_log(folder).noting(act, here()) if _is_run(folder) else nullcontext(Draft(act))


def looked_at(folder: Path, action: str, kind: str = "", thing: object = "", **after: object) -> None:
    """Write down that something protected is about to be given out.

    Raises:
        AuditError: it cannot be written down, and nothing may be given out.
    """
    act = Act(action=action, kind=kind, thing=str(thing), after=after, kept=Retention.ACCESS)
    if _is_run(folder):
        audit_log(folder).note(act, here())


def _is_run(folder: Path) -> bool:
    """Loose plant files are no city that somebody runs: there is no log to write into."""
    return (folder / FILE).is_file()


def signer(folder: Path, settings: AuditSettings) -> Signer:
    """Who signs anchors and packs: the key of the settings, else one made once beside the city's other secrets.

    Raises:
        SettingsError: a key is named and is not there.
        AuditError: it is no key, others may read it, or none can be made.
    """
    if settings.key:
        return Signer.of(secret_in(folder, settings.key, what="audit.key"))
    path = folder / KEY_FILE
    if not path.is_file():
        return Signer.of(make_key_file(path))
    if path.stat().st_mode & 0o077:
        raise AuditError(
            _("key {path} can be read by others").format(path=path), cure=_("chmod 400 {path}").format(path=path)
        )

    return Signer.of(secret_in(folder, SecretRef(file=KEY_FILE), what="audit.key"))
