"""A strand's colours as a picture: SVG that stands alone, readable without colour. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from inventory.optics_classes import CWDM_NM
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from inventory.colours import ColourUse, StrandColours
    from inventory.plant import Plant

WIDTH, HEIGHT = 1180, 250
LEFT, STEP, TOP, BAR = 40, 61, 96, 74
ARROWS = {True: "→", False: "←", None: "↔"}
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1d2529; }
  .title { font-size: 19px; font-weight: 600; }
  .quiet { fill: #5b6770; font-size: 12px; }
  .slot { fill: none; stroke: #9aa5ab; }
  .free { fill: #f2f5f6; stroke: #5b6770; stroke-dasharray: 3 3; }
  .used { stroke: #1d2529; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e8eef0; } .quiet { fill: #a9b6bc; } .ground { fill: #14191c; }
    .free { fill: #22292d; } .used { stroke: #e8eef0; }
  }
"""


def picture(plant: Plant, colours: StrandColours) -> str:
    """One strand: a slot for every CWDM colour with group, direction and link; free ones dashed."""
    cable = plant.cable[colours.strand.cable]
    ends = f"{plant.nodes[cable.from_node].label} - {plant.nodes[cable.to_node].label}"
    used = {use.wavelength_nm: use for use in colours.uses}
    slots = "\n".join(_slot(plant, place, nm, used.get(nm), colours) for place, nm in enumerate(CWDM_NM))
    others = ", ".join(_said(plant, use) for use in colours.uses if use.wavelength_nm not in CWDM_NM)
    whole = _("taken whole by {links}").format(links=", ".join(colours.whole)) if colours.whole else ""
    below = "; ".join(item for item in (_summary(colours), others, whole) if item)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" \
aria-label={quoteattr(f"{colours.strand}: {below}")}>
<style>{STYLE}</style>
<rect class="ground" width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>
<text class="title" x="{LEFT}" y="36">{escape(str(colours.strand))}</text>
<text class="quiet" x="{LEFT}" y="58">{escape(ends)}</text>
{slots}
<text class="quiet" x="{LEFT}" y="{HEIGHT - 16}">{escape(below)}</text>
</svg>
"""


def _summary(colours: StrandColours) -> str:
    return _("{used} colours in use, {free} free").format(
        used=len({use.wavelength_nm for use in colours.uses}), free=len(colours.free)
    )


def _said(plant: Plant, use: ColourUse) -> str:
    return f"{use.wavelength_nm} nm {plant.user_group[use.user_group].label} {ARROWS[use.along]} {use.link}"


def _slot(plant: Plant, place: int, nm: int, use: ColourUse | None, colours: StrandColours) -> str:
    x, middle = LEFT + place * STEP, LEFT + place * STEP + STEP // 2 - 3
    box = f'x="{x}" y="{TOP}" width="{STEP - 6}" height="{BAR}" rx="4"'
    label = f'<text class="quiet" x="{middle}" y="{TOP + BAR + 18}" text-anchor="middle">{nm}</text>'
    if use is None:
        free = nm in colours.free
        word = _("free") if free else ""
        return (
            f'<g><rect class="{"free" if free else "slot"}" {box}/>'
            f'<text class="quiet" x="{middle}" y="{TOP + BAR // 2 + 4}" text-anchor="middle">{escape(word)}</text>'
            f"{label}</g>"
        )
    group = plant.user_group[use.user_group]
    short = use.user_group.rpartition("-")[2][:7]
    return (
        f"<g><title>{escape(_said(plant, use))}</title>"
        f'<rect class="used" {box} fill={quoteattr(group.display)} fill-opacity="0.35"/>'
        f'<text x="{middle}" y="{TOP + 28}" text-anchor="middle">{escape(short)}</text>'
        f'<text x="{middle}" y="{TOP + 54}" text-anchor="middle">{ARROWS[use.along]}</text>{label}</g>'
    )
