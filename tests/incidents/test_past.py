"""What the past teaches, on a city with one known cut."""

from __future__ import annotations

import pytest

from incidents.ground import Ground
from incidents.incident import Cause, Incident, Outage, Status, Verdict
from incidents.messages import Wording
from incidents.past import past
from incidents.report import past_text
from rainbow.kernel.texts import use
from simulator.city import generate
from topology.availability import availability
from topology.cut_index import CutIndex
from topology.rates import rates_of
from topology.settings import TopologySettings

YEAR_S = 365 * 86_400.0


def test_minutes_stand_beside_the_prediction_and_cuts_move_the_rate() -> None:
    ground = Ground(CutIndex.of(generate(7, 12).plant))
    node = ground.plant.sites[-1].code
    ends_s = 3 * YEAR_S

    def made(number: int, cause: Cause, hours: float, status: Status = Status.CLOSED) -> Incident:
        closed_s = YEAR_S + hours * 3600
        return Incident(
            number=number,
            status=status,
            verdict=Verdict(cause=cause, codes=(), score=9.0),
            opened_s=YEAR_S,
            good_s=YEAR_S,
            bad_s=YEAR_S,
            changed_s=closed_s,
            closed_s=closed_s,
            outages=(Outage(code=node, from_s=YEAR_S, to_s=closed_s),),
        )

    told = [made(1, Cause.CUT, 6), made(2, Cause.POWER, 1), made(3, Cause.CUT, 2, Status.MERGED)]
    settings = TopologySettings()
    found = past(ground, told, YEAR_S, ends_s, settings)
    assert (found.cuts, found.repair_h, round(found.years, 3)) == (1, 6.0, 2.0)
    used = {code for code, links in ground.plant.links_in.items() if links}
    assert found.km == pytest.approx(sum(ground.plant.section[code].length_m for code in used) / 1000)
    assert found.rate == pytest.approx((2 + 1) / (2 / 8 + found.km_years / 1000))
    first = found.nodes[0]
    assert (first.node, first.times, first.by_cuts_min, first.lost_min) == (node, 2, 360.0, 420.0)
    bounds = availability(ground.index, rates_of(settings))[node]
    assert (first.least_min, first.most_min) == pytest.approx((2 * bounds.least_min, 2 * bounds.most_min))
    with use("en"):
        text = past_text(found, Wording(ground))
    assert "2.00 years watched" in text
    assert "tickets_cuts 1" in text
