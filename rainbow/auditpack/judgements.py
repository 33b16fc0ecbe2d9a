"""What the rows say of each requirement. Each judges what is in the pack, never what is not. No row: no evidence."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rainbow.auditpack import accepted, access, backups, hardening, network, privacy, snmp, software, transport, who
from rainbow.auditpack.pieces import Claim, Document, Status, Table, share_claim
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rainbow.auditpack.ground import Ground
    from rainbow.auditpack.pieces import Piece, Row

    Pieces = Mapping[str, Piece]

MET, PARTLY, NOT, NO = Status.MET, Status.PARTLY, Status.NOT, Status.NO_EVIDENCE
BACKUP_DAYS, TEST_DAYS = 7, 92
"""A week without a backup, a quarter without a restore test, speak against it."""


def _table(pieces: Pieces, name: str) -> Table:
    found = pieces[name]
    if not isinstance(found, Table):
        raise TypeError(name)
    return found


def _value(pieces: Pieces, name: str) -> dict[str, object]:
    found = pieces[name]
    if not isinstance(found, Document) or not isinstance(found.value, dict):
        raise TypeError(name)
    return found.value


def _none(file: str, words: str = "") -> Claim:
    return Claim(status=NO, file=file, words=words)


def _regular(pieces: Pieces, ground: Ground, what: str, days: int) -> Claim:
    """Whether something was done as often as is usual: the longest gap from the period's start to its end or now."""
    table = _table(pieces, backups.BACKUP)
    rows = [row for row in table.rows if row["what"] == what]
    if not rows:
        return _none(table.name, table.note)
    start, end = ground.since_iso, min(ground.until_iso, ground.now_iso)
    times = sorted({start, *(max(str(row["time"]), start) for row in rows), end})
    gap = max((ground.days_between(one, other) for one, other in pairwise(times)), default=0.0)
    words = _("{count} in the period, the longest gap {gap:.0f} days; {days} are usual at most").format(
        count=sum(bool(row["in_period"]) for row in rows), gap=gap, days=days
    )
    numbers = tuple(int(str(row["row"])) for row in rows)
    return Claim(status=PARTLY if gap > days else MET, file=table.name, rows=numbers, words=words)


def backed_up(pieces: Pieces, ground: Ground) -> Claim:
    """Backups all through the period, no gap above a week."""
    return _regular(pieces, ground, "backup", BACKUP_DAYS)


def restored(pieces: Pieces, ground: Ground) -> Claim:
    """Encrypted backups, and restore tests, no gap above a quarter."""
    return _regular(pieces, ground, "restore test", TEST_DAYS)


def written_down(pieces: Pieces, _ground: Ground) -> Claim:
    """Something was written down in the period."""
    table = _table(pieces, who.SUMMARY)
    if not table.rows:
        return _none(table.name, table.note)
    return Claim(
        status=MET,
        file=table.name,
        rows=tuple(table.numbers()),
        words=_("counted by action; all records in {file}").format(file=who.LINES),
    )


def whole(pieces: Pieces, ground: Ground) -> Claim:
    """The chain is whole, an anchor covers it, and the anchor lies on another machine too."""
    value = _value(pieces, who.CHAIN)
    faults, anchors = value["faults"], value.get("anchors")
    if value["log"] is None:
        return _none(who.CHAIN, _("there is no audit log"))
    if faults:
        return Claim(status=NOT, file=who.CHAIN, rows=("faults",), words=_("the check found faults"))
    if not anchors:
        return Claim(
            status=PARTLY,
            file=who.CHAIN,
            rows=("log", "anchors"),
            words=_("whole, but no anchor was signed in the period"),
        )
    audit = ground.city.settings.audit
    if not audit.syslog and audit.siem is None:
        words = _("whole and under signed anchors, but these lie on this machine only")
        return Claim(status=PARTLY, file=who.CHAIN, rows=("log", "anchors"), words=words)
    return Claim(status=MET, file=who.CHAIN, rows=("log", "anchors"), words=_("whole, and under signed anchors"))


def kept_as_agreed(_pieces: Pieces, ground: Ground) -> Claim:
    """Nothing older than the policy says lies there."""
    if not ground.all_entries:
        return _none(who.LOGGING, _("there is no audit log"))
    if past := who.is_past_policy(ground):
        words = _("older than agreed: {classes}").format(classes=", ".join(past))
        return Claim(status=NOT, file=who.LOGGING, rows=("oldest_record_with_content",), words=words)
    words = _("{audit} days for changes, {access} for reading; whether they are agreed is for you to say").format(
        **ground.city.settings.audit.days()
    )
    return Claim(status=MET, file=who.LOGGING, rows=("policy_days", "oldest_record_with_content"), words=words)


def sent_on(pieces: Pieces, _ground: Ground) -> Claim:
    """A SIEM gets all, or at least a log service the anchors."""
    value = _value(pieces, who.LOGGING)
    siem = value["siem"]
    if not isinstance(siem, dict):
        words = _("no central system is set up in [audit.siem]")
        return Claim(status=NOT, file=who.LOGGING, rows=("siem",), words=words)
    if not siem["last_delivery"]:
        return _none(who.LOGGING, _("a server is set up; nothing was delivered yet"))
    status = PARTLY if siem["waiting_records"] else MET
    words = _("{count} records wait").format(count=siem["waiting_records"])
    return Claim(status=status, file=who.LOGGING, rows=("siem",), words=words)


def timed(pieces: Pieces, _ground: Ground) -> Claim:
    """A time service has this machine, and no clock ran back. Devices' own clocks are not read."""

    def good(row: Row) -> bool | None:
        return None if row.get("sound") is None else bool(row["sound"])

    table = _table(pieces, backups.TIME)
    words = _("this machine; clocks of the devices are not read")
    if table.rows and table.rows[0].get("sound") is None:
        return Claim(status=NO, file=table.name, words=_("no time service was found on this machine"))
    claim = share_claim(table, good, {})
    return Claim(status=PARTLY if claim.status is MET else claim.status, file=claim.file, rows=claim.rows, words=words)


def protected_transport(pieces: Pieces, _ground: Ground) -> Claim:
    """Nothing crosses a network in clear text but what was accepted."""

    def good(row: Row) -> bool | None:
        if row.get("verdict") is None:
            return None
        return row["verdict"] != "clear text" or bool(row.get("exception"))

    return share_claim(_table(pieces, transport.NAME), good, {MET: _("encrypted, or on loopback only")})


def current_crypto(pieces: Pieces, _ground: Ground) -> Claim:
    """Of what was seen, all is by TR-02102-2; where nothing with TLS is set up there is nothing to see."""
    table = _table(pieces, transport.NAME)
    with_tls = Table(
        name=table.name,
        title=table.title,
        columns=table.columns,
        rows=tuple(row for row in table.rows if row["protocol"] in {"https", "syslog+tls"}),
    )

    def good(row: Row) -> bool | None:
        return None if not row.get("version") else str(row["verdict"]).startswith("TLS ")

    return share_claim(with_tls, good, {NO: _("no connection with TLS was seen")})


def secure_snmp(pieces: Pieces, _ground: Ground) -> Claim:
    """Version 3, or an exception in force."""

    def good(row: Row) -> bool | None:
        return None if not row.get("version") else row["version"] == "3" or bool(row.get("exception"))

    table = _table(pieces, snmp.NAME)
    against = len(table.numbers(lambda row: good(row) is False))
    words = ngettext(
        "{count} device by version 1 or 2c without an exception",
        "{count} devices by version 1 or 2c without an exception",
        against,
    )
    return share_claim(table, good, {NOT: words.format(count=against), PARTLY: words.format(count=against)})


def strong_snmp(pieces: Pieces, _ground: Ground) -> Claim:
    """Level authPriv, SHA-2, AES."""

    def good(row: Row) -> bool | None:
        if not row.get("version"):
            return None
        sha2 = str(row.get("auth") or "").upper().replace("-", "") in {"SHA224", "SHA256", "SHA384", "SHA512"}
        return row["security_level"] == "authPriv" and sha2 and str(row.get("priv") or "").upper().startswith("AES")

    return share_claim(_table(pieces, snmp.NAME), good, {})


def watched(pieces: Pieces, _ground: Ground) -> Claim:
    """Every device of the plant answered polls within a day."""
    table = _table(pieces, network.COVERAGE)
    devices = _only(table, lambda row: row["object"] != "NetBox" and not str(row["state"]).startswith("differs"))

    def good(row: Row) -> bool | None:
        return row["state"] == "watched"

    if all(row["state"] == "never polled" for row in devices.rows):
        return _none(table.name, _("nothing was ever polled"))
    return share_claim(devices, good, {})


def agrees(pieces: Pieces, _ground: Ground) -> Claim:
    """Polled devices say what the plant says."""
    table = _table(pieces, network.COVERAGE)
    differs = table.numbers(lambda row: str(row["state"]).startswith(("differs", "polled, not")))
    polled = table.numbers(lambda row: row["state"] == "watched")
    if not polled:
        return _none(table.name, _("nothing was polled that could be compared"))
    if differs:
        words = ngettext("{count} difference", "{count} differences", len(differs)).format(count=len(differs))
        return Claim(status=PARTLY, file=table.name, rows=tuple(differs), words=words)
    return Claim(status=MET, file=table.name, rows=tuple(polled), words=_("no difference in what was polled"))


def _only(table: Table, wanted: Callable[[Row], bool]) -> Table:
    rows = tuple(row for row in table.rows if wanted(row))
    return Table(name=table.name, title=table.title, columns=table.columns, rows=rows, note=table.note)


def taken(pieces: Pieces, _ground: Ground) -> Claim:
    """Incidents of the period were taken by somebody; without incidents there is nothing to show."""

    def good(row: Row) -> bool | None:
        return bool(row["taken_by"])

    return share_claim(_table(pieces, network.INCIDENTS), good, {})


def points_known(pieces: Pieces, _ground: Ground) -> Claim:
    """They were worked out. That they are known does not mean that they are mended."""
    value = _value(pieces, network.REDUNDANCY)
    points = value.get("single_points")
    if not isinstance(points, list):
        return _none(network.REDUNDANCY, str(value.get("not_judged", "")))
    words = ngettext(
        "{count} single point is known; it is not mended by that",
        "{count} single points are known; they are not mended by that",
        len(points),
    )
    return Claim(
        status=MET, file=network.REDUNDANCY, rows=("single_points", "counts"), words=words.format(count=len(points))
    )


def roles_set(pieces: Pieces, _ground: Ground) -> Claim:
    """Groups have roles; everybody at this machine is none."""
    table = _table(pieces, access.NAME)
    groups = table.numbers(lambda row: row["kind"] == "group")
    everybody = table.numbers(lambda row: row["kind"] == "everybody")
    if groups:
        return Claim(status=MET, file=table.name, rows=tuple(groups))
    if everybody:
        words = _("no sign-in: whoever is at this machine may do everything")
        return Claim(status=NOT, file=table.name, rows=tuple(everybody), words=words)
    return _none(table.name, table.note)


def second_factor(pieces: Pieces, _ground: Ground) -> Claim:
    """The provider said so of each who signed in (amr)."""
    people = _only(_table(pieces, access.NAME), lambda row: row["kind"] == "person")
    factors = {"mfa", "otp", "hwk", "sms", "fpt", "face", "swk"}

    def good(row: Row) -> bool | None:
        proof = set(str(row.get("proof") or "").split())
        return None if not proof else bool(proof & factors) or row["source"] == "local"

    return share_claim(people, good, {NO: _("nobody signed in, or the provider does not say how")})


def unused_found(pieces: Pieces, _ground: Ground) -> Claim:
    """Tokens and people, each with its last use; those long unused are named."""
    known = _only(_table(pieces, access.NAME), lambda row: row["kind"] in {"person", "token"})

    def good(row: Row) -> bool | None:
        return not row.get("unused_90_days")

    return share_claim(
        known, good, {NO: _("no person and no token is known"), PARTLY: _("unused for 90 days or never used")}
    )


def no_known_holes(pieces: Pieces, _ground: Ground) -> Claim:
    """The advisory service judged every package and knew nothing against any."""
    value = _value(pieces, software.ADVISORIES)
    if value["verdict"] == "vulnerable":
        words = _("known vulnerabilities are listed")
        return Claim(status=NOT, file=software.ADVISORIES, rows=("advisories",), words=words)
    if value["verdict"] == "clean":
        return Claim(status=MET, file=software.ADVISORIES, rows=("packages_judged",))
    return _none(software.ADVISORIES, str(value["words"]))


def safe_servers(pieces: Pieces, _ground: Ground) -> Claim:
    """Each said a version that is at least the least safe one, and no door of it that was tried stood open."""

    def good(row: Row) -> bool | None:
        return None if row.get("safe") is None else bool(row["safe"])

    return share_claim(_table(pieces, software.SERVERS), good, {NO: _("no server is set up, or none said its version")})


def listed_parts(pieces: Pieces, _ground: Ground) -> Claim:
    """A bill of materials with parts in it."""
    parts = _value(pieces, software.SBOM).get("components")
    if not isinstance(parts, list) or not parts:
        return _none(software.SBOM)
    words = ngettext("{count} component", "{count} components", len(parts)).format(count=len(parts))
    return Claim(status=MET, file=software.SBOM, rows=("components",), words=words)


def hardened(pieces: Pieces, _ground: Ground) -> Claim:
    """Units as installed here expose little; where none is installed nothing is known."""
    units = _value(pieces, hardening.NAME)["units"]
    if not isinstance(units, list) or not units:
        return _none(hardening.NAME, _("no unit of systemd is installed on this machine"))
    bad = [f"units[{place}]" for place, unit in enumerate(units) if unit["exposure"] > unit["at_most"]]
    return Claim(
        status=NOT if len(bad) == len(units) else PARTLY if bad else MET,
        file=hardening.NAME,
        rows=tuple(bad) or ("units",),
    )


def secrets_shut(pieces: Pieces, _ground: Ground) -> Claim:
    """Files of secrets have mode 0600 or less."""
    kept = _value(pieces, hardening.NAME)["secrets"]
    known = [(place, item) for place, item in enumerate(kept) if item["mode"]] if isinstance(kept, list) else []
    if not known:
        return _none(hardening.NAME, _("no secret lies in a file"))
    bad = [f"secrets[{place}]" for place, item in known if int(item["mode"], 8) & 0o077]
    return Claim(status=PARTLY if bad else MET, file=hardening.NAME, rows=tuple(bad) or ("secrets",))


def people_known(pieces: Pieces, _ground: Ground) -> Claim:
    """The list says what is there; record and assessment are written by the operator."""
    table = _table(pieces, privacy.PRIVACY)
    words = _("input for the record of Article 30 GDPR, which the operator writes")
    return Claim(status=PARTLY, file=table.name, rows=tuple(table.numbers()), words=words)


def exemptions_reasoned(pieces: Pieces, _ground: Ground) -> Claim:
    """Each exemption that is asked for has facts, evidence, author and date."""
    asked = _only(_table(pieces, privacy.ATLAS), lambda row: row.get("ground_79_3") is not None)

    def good(row: Row) -> bool | None:
        return not row.get("lacks")

    return share_claim(asked, good, {NO: _("no exemption is asked for")})


def accessible(pieces: Pieces, _ground: Ground) -> Claim:
    """Somebody wrote down a test by hand; a tool alone proves nothing."""
    value = _value(pieces, privacy.ACCESSIBILITY)
    if value["protocol"]:
        return Claim(
            status=PARTLY, file=privacy.ACCESSIBILITY, rows=("protocol",), words=_("see what was tested and found")
        )
    return _none(privacy.ACCESSIBILITY, _("no protocol of a test lies beside city.toml (accessibility.json)"))


def deviations_owned(pieces: Pieces, _ground: Ground) -> Claim:
    """Each accepted deviation holds still."""

    def good(row: Row) -> bool | None:
        return bool(row["holds"])

    return share_claim(_table(pieces, accepted.NAME), good, {PARTLY: _("expired"), NOT: _("expired")})
