"""Part 17: requirements by their ids, in words of our own, each with the rows that speak for or against it.

Ids are references: IT-Grundschutz-Kompendium 2023 (BSI), Grundschutz++ (BSI, Stand-der-Technik-Bibliothek), and letters
of Article 21(2) of directive (EU) 2022/2555. Their texts are not repeated; what counts is what stands there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.auditpack import judgements as j
from rainbow.auditpack.pieces import STATUS_TITLES, Claim, Status, Table
from rainbow.kernel.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rainbow.auditpack.ground import Ground
    from rainbow.auditpack.pieces import Piece

NAME = "controls.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One requirement; ``judge`` is None where no software can show it."""

    its2023: str
    gspp: str
    nis2: str
    asks: str
    judge: Callable[[Mapping[str, Piece], Ground], Claim] | None = None


CONTROLS: tuple[Control, ...] = (
    Control(
        its2023="NET.1.2.A1, A2, A11, A13",
        gspp="ARCH.2.6",
        nis2="a",
        asks=N_("Network management is planned, specified and has a policy and a concept"),
    ),
    Control(
        its2023="NET.1.2.A6, CON.3.A5",
        gspp="DEV.4.9",
        nis2="c",
        asks=N_("System data, events and settings of the management are backed up regularly"),
        judge=j.backed_up,
    ),
    Control(
        its2023="CON.3.A14, A15",
        gspp="",
        nis2="c, h",
        asks=N_("Backups are protected, and their restore is tested"),
        judge=j.restored,
    ),
    Control(
        its2023="NET.1.2.A7, OPS.1.1.5.A3",
        gspp="DET.3.1, DET.3.1.7",
        nis2="b",
        asks=N_("What is done to the management is written down: who, what, when"),
        judge=j.written_down,
    ),
    Control(
        its2023="NET.1.2.A35, OPS.1.1.5.A8",
        gspp="DET.3.5, DET.3.6",
        nis2="b",
        asks=N_("What was written down cannot be changed unseen"),
        judge=j.whole,
    ),
    Control(
        its2023="OPS.1.1.5.A8",
        gspp="DET.3.4",
        nis2="g",
        asks=N_("Logs are kept as long as agreed and no longer"),
        judge=j.kept_as_agreed,
    ),
    Control(
        its2023="NET.1.2.A36, OPS.1.1.5.A6",
        gspp="DET.3.4",
        nis2="b",
        asks=N_("Logs go to a central system"),
        judge=j.sent_on,
    ),
    Control(
        its2023="NET.1.2.A8, A37",
        gspp="DET.3.1.5",
        nis2="b",
        asks=N_("Clocks are kept together"),
        judge=j.timed,
    ),
    Control(
        its2023="NET.1.2.A9",
        gspp="KONF.14.1.1",
        nis2="h",
        asks=N_("Connections of the management are encrypted, or stay on one machine"),
        judge=j.protected_transport,
    ),
    Control(
        its2023="CON.1.A1",
        gspp="KONF.14.1.1",
        nis2="h",
        asks=N_("What is agreed on each connection is current (TR-02102-2)"),
        judge=j.current_crypto,
    ),
    Control(
        its2023="NET.1.2.A10",
        gspp="ARCH.5.1.1",
        nis2="h",
        asks=N_("Devices are not asked by insecure versions of SNMP"),
        judge=j.secure_snmp,
    ),
    Control(
        its2023="NET.1.2.A31",
        gspp="ARCH.5.1.1",
        nis2="h",
        asks=N_("SNMP is authenticated with SHA-2 and encrypted with AES"),
        judge=j.strong_snmp,
    ),
    Control(
        its2023="NET.1.1.A2, NET.1.2.A12",
        gspp="ARCH.2.4",
        nis2="i",
        asks=N_("Every device that is documented is watched"),
        judge=j.watched,
    ),
    Control(
        its2023="NET.1.1.A15, NET.1.2.A17",
        gspp="ARCH.2.6",
        nis2="i",
        asks=N_("Documentation and network are compared, and agree"),
        judge=j.agrees,
    ),
    Control(
        its2023="NET.1.2.A25, A26",
        gspp="DET.4.12, DET.3.1.9",
        nis2="b",
        asks=N_("The state of devices is followed, and somebody takes what goes wrong"),
        judge=j.taken,
    ),
    Control(
        its2023="NET.1.2.A30, A38",
        gspp="",
        nis2="c",
        asks=N_("Single points of failure are known"),
        judge=j.points_known,
    ),
    Control(
        its2023="ORP.4.A1, A2",
        gspp="BER.4.1.1",
        nis2="i",
        asks=N_("Who may do what is set by roles"),
        judge=j.roles_set,
    ),
    Control(
        its2023="ORP.4.A10, A21",
        gspp="BER.3.16",
        nis2="j",
        asks=N_("Who signs in proves it with more than a password"),
        judge=j.second_factor,
    ),
    Control(
        its2023="ORP.4.A3",
        gspp="BER.4.4",
        nis2="i",
        asks=N_("Access that is not used any more is found"),
        judge=j.unused_found,
    ),
    Control(
        its2023="OPS.1.1.3.A1, A15",
        gspp="DEV.4.3",
        nis2="e",
        asks=N_("Known vulnerabilities of the software are looked for"),
        judge=j.no_known_holes,
    ),
    Control(
        its2023="OPS.1.1.3.A15",
        gspp="DEV.4.5",
        nis2="d, e",
        asks=N_("Servers beside it have safe versions and let in nobody they should not"),
        judge=j.safe_servers,
    ),
    Control(
        its2023="CON.8.A20",
        gspp="DEV.2.6.1",
        nis2="d",
        asks=N_("What the software is made of is listed"),
        judge=j.listed_parts,
    ),
    Control(
        its2023="NET.1.2.A22, SYS.1.6.A17",
        gspp="KONF.11.1",
        nis2="g",
        asks=N_("The installation has no more rights than it needs"),
        judge=j.hardened,
    ),
    Control(
        its2023="APP.3.1.A14",
        gspp="BER.5.9",
        nis2="g",
        asks=N_("Secrets are readable by their owner only"),
        judge=j.secrets_shut,
    ),
    Control(
        its2023="CON.2.A1",
        gspp="",
        nis2="",
        asks=N_("Fields that may name people are known, with purpose and retention"),
        judge=j.people_known,
    ),
    Control(
        its2023="",
        gspp="",
        nis2="",
        asks=N_("Exemptions from the federal atlas rest on facts of each object (section 79, 3 TKG)"),
        judge=j.exemptions_reasoned,
    ),
    Control(
        its2023="",
        gspp="",
        nis2="",
        asks=N_("The page was tested for accessibility (BITV 2.0)"),
        judge=j.accessible,
    ),
    Control(
        its2023="DER.3.1",
        gspp="",
        nis2="f",
        asks=N_("Accepted deviations have an owner and an end"),
        judge=j.deviations_owned,
    ),
    Control(
        its2023="DER.2.1.A4, A5",
        gspp="",
        nis2="b",
        asks=N_("Whom to report incidents to, and who does it, is settled"),
    ),
    Control(its2023="NET.1.2.A18, ORP.3", gspp="", nis2="g", asks=N_("Those who run the management are trained")),
    Control(
        its2023="NET.1.2.A21, A28, A29", gspp="ARCH.2.2.7", nis2="i", asks=N_("Administration has a way of its own")
    ),
    Control(its2023="NET.1.2.A32, A33", gspp="ARCH.5.1.6", nis2="", asks=N_("The management network is apart")),
)


def table(pieces: Mapping[str, Piece], ground: Ground) -> Table:
    """All of them, judged."""
    rows = []
    for control in CONTROLS:
        claim = control.judge(pieces, ground) if control.judge else Claim(status=Status.ORGANISATIONAL)
        rows.append(
            {
                "its2023": control.its2023 or None,
                "gspp": control.gspp or None,
                "nis2_21_2": control.nis2 or None,
                "requirement": _(control.asks),
                "status": str(claim.status),
                "status_text": _(STATUS_TITLES[claim.status]),
                "file": claim.file or None,
                "rows": claim.where() or None,
                "words": claim.words or None,
            }
        )
    columns = ("its2023", "gspp", "nis2_21_2", "requirement", "status", "status_text", "file", "rows", "words")
    return Table.of(NAME, _("Requirements and what can be shown"), columns, rows)
