"""A strand's colours as a picture: SVG that stands alone, readable without colour. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from inventory.dwdm import DWDM_100_GHZ, channel_name, colour_text, is_dense
from inventory.optics_classes import CWDM_NM
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.colours import ColourUse, StrandColours
    from inventory.plant import Plant

WIDTH, HEIGHT = 1180, 250
LEFT, TOP, BAR, ROW = 40, 96, 74, 118
NARROW = 40
"""A slot less wide has no room for words."""
ARROWS = {True: "→", False: "←", None: "↔"}
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1d2529; }
  .title { font-size: 19px; font-weight: 600; }
  .quiet { fill: #5b6770; font-size: 12px; }
  .tiny { font-size: 9px; fill: #5b6770; }
  .slot { fill: none; stroke: #9aa5ab; }
  .free { fill: #f2f5f6; stroke: #5b6770; stroke-dasharray: 3 3; }
  .used { stroke: #1d2529; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e8eef0; } .quiet, .tiny { fill: #a9b6bc; } .ground { fill: #14191c; }
    .free { fill: #22292d; } .used { stroke: #e8eef0; }
  }
"""


def picture(plant: Plant, colours: StrandColours) -> str:
    """One strand: a slot for every CWDM colour, then one for every DWDM channel if there are any; free ones dashed."""
    cable = plant.cable[colours.strand.cable]
    ends = f"{plant.nodes[cable.from_node].label} - {plant.nodes[cable.to_node].label}"
    rows = [CWDM_NM, *([_dense(colours)] if any(map(is_dense, _shown(colours))) else [])]
    slots = "\n".join(_row(plant, colours, row, TOP + number * ROW) for number, row in enumerate(rows))
    height = HEIGHT + (len(rows) - 1) * ROW
    drawn = {colour for row in rows for colour in row}
    others = ", ".join(_said(plant, use) for use in colours.uses if use.colour not in drawn)
    whole = _("taken whole by {links}").format(links=", ".join(colours.whole)) if colours.whole else ""
    below = "; ".join(item for item in (_summary(colours), others, whole) if item)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" \
aria-label={quoteattr(f"{colours.strand}: {below}")}>
<style>{STYLE}</style>
<rect class="ground" width="{WIDTH}" height="{height}" fill="#ffffff"/>
<text class="title" x="{LEFT}" y="36">{escape(str(colours.strand))}</text>
<text class="quiet" x="{LEFT}" y="58">{escape(ends)}</text>
{slots}
<text class="quiet" x="{LEFT}" y="{height - 16}">{escape(below)}</text>
</svg>
"""


def _shown(colours: StrandColours) -> set[int]:
    return {*colours.free, *(use.colour for use in colours.uses)}


def _dense(colours: StrandColours) -> tuple[int, ...]:
    """The DWDM channels to draw: those of 100 GHz, and those in between that are used or free."""
    return tuple(sorted({*DWDM_100_GHZ, *(item for item in _shown(colours) if is_dense(item))}, reverse=True))


def _row(plant: Plant, colours: StrandColours, row: Sequence[int], top: int) -> str:
    used = {use.colour: use for use in colours.uses}
    step = (WIDTH - 2 * LEFT) / len(row)
    return "\n".join(
        _slot(plant, colour, used.get(colour), colours, LEFT + place * step, top, step - min(6, step / 5))
        for place, colour in enumerate(row)
    )


def _summary(colours: StrandColours) -> str:
    return _("{used} colours in use, {free} free").format(
        used=len({use.colour for use in colours.uses}), free=len(colours.free)
    )


def _said(plant: Plant, use: ColourUse) -> str:
    return f"{colour_text(use.colour)} {plant.user_group[use.user_group].label} {ARROWS[use.along]} {use.link}"


def _slot(
    plant: Plant, colour: int, use: ColourUse | None, colours: StrandColours, x: float, top: int, width: float
) -> str:
    middle = x + width / 2
    box = f'x="{x:.1f}" y="{top}" width="{width:.1f}" height="{BAR}" rx="4"'
    named = f'x="{middle:.1f}" text-anchor="middle"'
    narrow = width < NARROW
    label = f'<text class="{"tiny" if narrow else "quiet"}" {named} y="{top + BAR + 18}">{channel_name(colour)}</text>'
    if use is None:
        free = colour in colours.free
        said = escape(_("free"))
        word = f'<text class="quiet" {named} y="{top + BAR // 2 + 4}">{said}</text>'
        return f'<g><rect class="{"free" if free else "slot"}" {box}/>{word if free and not narrow else ""}{label}</g>'
    group = plant.user_group[use.user_group]
    short = "" if narrow else use.user_group.rpartition("-")[2][:7]
    return (
        f"<g><title>{escape(_said(plant, use))}</title>"
        f'<rect class="used" {box} fill={quoteattr(group.display)} fill-opacity="0.35"/>'
        f'<text {named} y="{top + 28}">{escape(short)}</text>'
        f'<text {named} y="{top + 54}">{ARROWS[use.along]}</text>{label}</g>'
    )
