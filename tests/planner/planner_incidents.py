"""A journal with an open cut, one that is over and a restart, behind the page of a small city."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner_scene import START_NS
from starlette.testclient import TestClient

from incidents.engine import State
from incidents.incident import Cause, Harm, Incident, Note, Outage, Status, Verdict
from incidents.journal import Journal
from incidents.notify import Memory
from inventory.entities import SiteKind
from planner.app import create_app
from planner.desk import Desk

if TYPE_CHECKING:
    from fastapi import FastAPI
    from planner_scene import Scene

    from inventory.entities import Code

START_S = START_NS / 1e9


class Told:
    """What the incident engine wrote; ``trench`` is cut, ``school`` without service, ``office`` on its last path."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.path = scene.database.with_name("incidents.sqlite")
        self.trench = next(iter(Desk.of(scene.services()).network.single_cuts))
        sites = [site for site in scene.plant.sites if not site.is_hub]
        self.school: Code = next(site.code for site in sites if site.kind is SiteKind.SCHOOL)
        self.office: Code = next(site.code for site in sites if site.code != self.school)
        self.cut = self._cut()
        self.over = replace(self.cut, number=2, status=Status.CLOSED, closed_s=self.cut.bad_s + 310, harm=Harm())
        restart = Verdict(cause=Cause.REBOOT, codes=(scene.plant.devices[0].code,), score=9.0, share=0.9)
        self.restart = replace(self.over, number=1, verdict=restart, worst=Harm(), outages=())
        self.write(self.restart, self.over, self.cut)

    def _cut(self) -> Incident:
        harm = Harm(sites=(self.school,), last_path=(self.office,), weight=5, criticality=3)
        return Incident(
            number=3,
            status=Status.OPEN,
            verdict=Verdict(cause=Cause.CUT, codes=(self.trench,), score=30.0, share=0.97),
            alternatives=(Verdict(cause=Cause.PATCH, codes=(self.scene.plant.links[0].a,), score=2.0, share=0.03),),
            opened_s=START_S - 40,
            good_s=START_S - 60,
            bad_s=START_S - 50,
            changed_s=START_S - 40,
            links=tuple(self.scene.plant.links_in[self.trench]),
            harm=harm,
            worst=harm,
            outages=(Outage(code=self.school, from_s=START_S - 50),),
            notes=(Note(at_s=START_S - 40, kind="opened", text="four links went together"),),
        )

    def write(self, *incidents: Incident) -> None:
        Journal(self.path).save(State(incidents=incidents), Memory(), (), now_s=START_S, keep_s=1e9)

    def app(self) -> FastAPI:
        return create_app(replace(self.scene.services(), incidents=Journal(self.path, read_only=True)))

    def client(self) -> TestClient:
        return TestClient(self.app(), base_url="http://127.0.0.1:8021")
