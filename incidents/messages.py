"""What a phone shows at night: where, who is without service, since when. One message, not forty."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from incidents.fade_words import fade_lines
from incidents.incident import CAUSE_TITLES, Cause, Status
from rainbow.kernel.texts import _, ngettext
from topology.windows import window

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from incidents.ground import Ground
    from incidents.incident import Incident, Verdict
    from incidents.planned import Conflict
    from inventory.entities import Code, LonLat

NAMED = 3
"""Things named one by one; more are counted."""
_LIKELY = 0.15


class Wording:
    """Words for incidents of one city, in the language in force. ``zone`` is that of the times shown, None the own."""

    def __init__(self, ground: Ground, zone: tzinfo | None = None) -> None:
        self._ground = ground
        self._plant = ground.plant
        self._zone = zone

    def title(self, item: Incident) -> str:
        """One line: what, and where."""
        what = self.what(item)
        return _("Over: {what}").format(what=what) if item.status is Status.CLOSED else what

    def what(self, item: Incident) -> str:
        """What happened where, without how sure it is and whether it is over."""
        if item.fade is not None and item.fade.is_laser:
            return _("Laser ages: {things}").format(things=self.things(item.verdict.codes))
        if (doubt := item.doubt) is not None:
            return _("Unreachable: {site}; power failure ({power:.0%}) or cut off").format(
                site=self.things(doubt.power.codes), power=doubt.power_share
            )
        return self.verdict(item.verdict)

    def verdict(self, verdict: Verdict) -> str:
        """What happened where, without how sure it is."""
        if verdict.cause is Cause.CUT:
            return self._cut(verdict.codes)
        if verdict.cause is Cause.DEGRADATION:
            return self._rising(verdict.codes)
        if verdict.cause is Cause.COLLECTOR and not verdict.codes:
            return _("Collector blind: nobody answers; nothing is known to be down")
        return _("{cause}: {things}").format(
            cause=_(CAUSE_TITLES[verdict.cause])[:1].upper() + _(CAUSE_TITLES[verdict.cause])[1:],
            things=self.things(verdict.codes),
        )

    def _cut(self, codes: Sequence[Code]) -> str:
        ends = self.between(codes)
        if len(codes) == 1:
            text = _("{code} cut between {a} and {b}") if len(ends) > 1 else _("{code} cut")
            return text.format(code=codes[0], a=ends[0] if ends else "", b=ends[-1] if len(ends) > 1 else "")
        text = _("Cut between {a} and {b}, in one of {codes}") if len(ends) > 1 else _("Cut in one of {codes}")
        return text.format(
            a=ends[0] if ends else "", b=ends[-1] if len(ends) > 1 else "", codes=", ".join(codes[: NAMED + 1])
        )

    def _rising(self, codes: Sequence[Code]) -> str:
        ends = self.between(codes)
        if not ends:
            return _("Loss rises: {things}").format(things=self.things(codes))
        return _("Loss rises between {a} and {b}, in {codes}").format(
            a=ends[0], b=ends[-1], codes=", ".join(codes[: NAMED + 1])
        )

    def between(self, codes: Sequence[Code]) -> list[str]:
        """The two outer ends of a stretch of trenches, cables or ducts, by the names people know."""
        plant = self._plant
        times: dict[Code, int] = {}
        for code in codes:
            record = plant.section.get(code) or plant.cable.get(code) or plant.duct.get(code)
            for node in (record.from_node, record.to_node) if record is not None else ():
                times[node] = times.get(node, 0) + 1
        outer = [node for node, count in times.items() if count % 2]
        return [plant.nodes[node].label for node in (outer[:1] + outer[-1:] if len(outer) > 1 else [])]

    def things(self, codes: Sequence[Code]) -> str:
        """Names of nodes, devices, links or ports; many are counted."""
        shown = ", ".join(self.label(code) for code in codes[:NAMED])
        return (
            _("{names} and {count} more").format(names=shown, count=len(codes) - NAMED) if len(codes) > NAMED else shown
        )

    def label(self, code: Code) -> str:
        """A thing as people call it: sites by name, switches with their site, links by both ends."""
        plant = self._plant
        if code in plant.nodes:
            return plant.nodes[code].label
        if code in plant.device:
            return _("{device} at {site}").format(device=code, site=plant.nodes[plant.device[code].node].label)
        if code in plant.interface:
            return _("port {port} at {site}").format(port=code, site=plant.nodes[plant.node_of(code)].label)
        if code in plant.link:
            ends = [plant.nodes[plant.node_of(end)].label for end in (plant.link[code].a, plant.link[code].b)]
            return _("link {link}, {a} - {b}").format(link=code, a=ends[0], b=ends[1])
        return str(code)

    def groups_at(self, node: Code) -> tuple[Code, ...]:
        """The user groups that a site or structure serves."""
        return self._ground.index.naming.loss([node], []).user_groups

    def place(self, verdict: Verdict) -> list[str]:
        """Where to look, for who has to find it: trenches with their ends, length and coordinates (WGS 84)."""
        plant, found = self._plant, []
        for code in verdict.codes:
            if (section := plant.section.get(code)) is not None:
                ends = [plant.nodes[node] for node in (section.from_node, section.to_node)]
                found.append(
                    _("{code}: {a} - {b}, {length:.0f} m, {from_at} to {to_at}").format(
                        code=code,
                        a=ends[0].label,
                        b=ends[1].label,
                        length=section.length_m,
                        from_at=_at(ends[0].point),
                        to_at=_at(ends[1].point),
                    )
                )
        return found

    def along(self, item: Incident) -> list[str]:
        """Where to look on the glass of one of its links, for who stands at its end with an OTDR."""
        dig, link = item.dig, next(iter(item.links), None)
        if dig is None or link is None:
            return []
        found = window(self._plant, self._plant.link[link], dig.codes)
        if found is None:
            return []
        text = _("on {link} from {start}: {near:.0f} to {far:.0f} m of trench; the glass is some metres longer")
        start = self._plant.nodes[found.start].label
        return [text.format(link=link, start=start, near=found.near_m, far=found.far_m)]

    def group(self, code: Code) -> str:
        """A user group as people call it."""
        known = self._plant.user_group.get(code)
        return known.label if known is not None else str(code)

    def put_off(self, conflict: Conflict) -> str:
        """Planned work that has to wait."""
        return _("Put off the work planned on {codes}: it would take {things}.").format(
            codes=self.things(conflict.window.codes), things=self.things(conflict.takes)
        )

    def body(self, item: Incident, planned: Iterable[Conflict] = ()) -> str:
        """The message itself: some short sentences."""
        if item.status is Status.CLOSED:
            return self._over(item)
        story = fade_lines(item.fade) if item.fade is not None else [*self._harm(item), self._since(item)]
        lines = [self._title_of_cut_or_other(item), *story, *map(self.put_off, planned)]
        if item.acknowledged_by:
            lines.append(_("Taken by {name}.").format(name=item.acknowledged_by))
        return "\n".join(line for line in lines if line)

    def _title_of_cut_or_other(self, item: Incident) -> str:
        if (doubt := item.doubt) is not None:
            return _("{what}. Is there power? If so: {cut}.").format(what=self.what(item), cut=self.verdict(doubt.way))
        others = [
            _("{what} ({share:.0%})").format(what=self.verdict(other), share=other.share)
            for other in item.alternatives[:2]
            if other.share >= _LIKELY and item.status is not Status.CLOSED
        ]
        text = _("{what}.").format(what=self.what(item))
        if not others:
            return text
        otherwise = _("Or:")
        return f"{text} {otherwise} {'; '.join(others)}."

    def _harm(self, item: Incident) -> list[str]:
        harm, lines = item.harm, []
        lost = [self.things(harm.sites)] if harm.sites else []
        if harm.sirens:
            lost.append(ngettext("{count} siren", "{count} sirens", len(harm.sirens)).format(count=len(harm.sirens)))
        lamps = len(harm.structures) - len(harm.sirens)
        if lamps:
            lost.append(ngettext("{count} lamp", "{count} lamps", lamps).format(count=lamps))
        if lost:
            lines.append(_("Without service: {things}.").format(things=", ".join(lost)))
        elif item.cause not in {Cause.COLLECTOR, Cause.SILENT, Cause.REBOOT}:
            lines.append(_("Nobody is without service."))
        if harm.user_groups:
            groups = ", ".join(self.group(code) for code in harm.user_groups)
            lines.append(_("User groups: {groups}.").format(groups=groups))
        if harm.last_path:
            lines.append(_("On last path: {things}.").format(things=self.things(harm.last_path)))
        if 0 < len(harm.must_hold) <= NAMED:  # a whole ring is for the report, not for a phone
            lines.append(_("Must not fail now: {things}.").format(things=self.things(harm.must_hold)))
        return lines

    def _since(self, item: Incident) -> str:
        count = len(item.links) - len(item.restored)
        links = ngettext("{count} link", "{count} links", count).format(count=count) if count else ""
        at = self.time(item.bad_s, beside_s=item.changed_s)
        return (
            _("Light lost {time}, {links}.").format(time=at, links=links)
            if links
            else _("Since {time}.").format(time=at)
        )

    def _over(self, item: Incident) -> str:
        if item.fade is not None:
            return _("{what}. The loss rises no more; about {gained:.1f} dB more than before.").format(
                what=self.what(item), gained=item.fade.gained_db
            )
        end_s = item.closed_s or item.changed_s
        return _("{what}. From {begin} to {end}, {minutes:.0f} min.").format(
            what=self.verdict(item.verdict),
            begin=self.time(item.bad_s, beside_s=end_s),
            end=self.time(end_s),
            minutes=(end_s - item.bad_s) / 60,
        )

    def time(self, at_s: float, *, beside_s: float | None = None) -> str:
        """A time of the day with its seconds; with its day where that is another than ``beside_s`` has."""
        at = self._local(at_s)
        if beside_s is not None and at.date() != self._local(beside_s).date():
            return self.moment(at_s)
        return at.strftime("%H:%M:%S")

    def moment(self, at_s: float) -> str:
        """The same with its day, for what may be weeks old."""
        return self._local(at_s).strftime("%Y-%m-%d %H:%M:%S")

    def _local(self, at_s: float) -> datetime:
        return datetime.fromtimestamp(at_s, tz=self._zone).astimezone(self._zone)


def _at(point: LonLat) -> str:
    return f"{point[1]:.6f},{point[0]:.6f}"
