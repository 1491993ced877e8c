"""An owner keeps projects, buildings and deliveries over the API as on its desk."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.web.examples import WRITING
from catalog.db import Database
from catalog.permissions import Actor
from tests.builders import a_bill_line, a_certificate, a_product, bring
from tests.casework import APPLICANT, in_business
from tests.integration.test_owners_desk import OTHER, an_owner
from tests.programs import As

PATH = "/api/v1/projects"
PROJECT = {"code": "XM-1", "name": "示例小学", "division": "08", "number": "erp-1"}
NOTE = {
    "note_number": "SH-1",
    "delivered_on": "2025-05-01",
    "name": "预拌混凝土 C30",
    "unit": "m3",
    "quantity": "80.5",
    "certificate": "CTC-2024-001",
    "category": "ready-mixed-concrete",
    "number": "erp-3",
}


@pytest.fixture
def owner(database: Database) -> Actor:
    """An owner, where one product is certified."""
    bring(database, [a_product(certificate=a_certificate())])
    return an_owner(database)


def a_building(desk: As) -> str:
    project = desk.post(PATH, PROJECT)
    assert project.status_code == 200, project.text
    building = desk.post(f"{PATH}/xm-1/buildings", {"code": "1#", "name": "教学楼"})
    assert building.status_code == 200, building.text
    return str(building.json()["key"])


def test_a_project_is_kept_changed_and_taken_back(
    client: TestClient[Litestar], database: Database, owner: Actor
) -> None:
    desk, other = As(client, owner), As(client, an_owner(database, OTHER))
    building = a_building(desk)
    assert desk.post(PATH, PROJECT).json()["key"] == "xm-1"
    assert other.post(PATH, PROJECT).status_code == 409
    shown = desk.get("/api/v1/own-projects/xm-1").json()
    changed = {k: v for k, v in PROJECT.items() if k != "number"}
    changed |= {"name": "示例中心小学", "floor_area_m2": "1200.5", "state": shown["state"]}
    assert other.put(f"{PATH}/xm-1", changed).status_code == 403
    run = desk.put(f"{PATH}/xm-1", changed).json()["run"]
    assert client.get(f"{PATH}/xm-1").json()["floor_area_m2"] == "1200.5"
    assert desk.put(f"{PATH}/xm-1", changed).status_code == 409
    assert desk.post(f"{PATH}/xm-1/entries/{run}/undo", {}).status_code == 200
    assert client.get(f"{PATH}/xm-1").json()["name"] == "示例小学"
    state = shown["building_states"][building]
    raised = {"code": "1#", "name": "教学楼", "storeys": 5, "state": state}
    assert desk.put(f"{PATH}/xm-1/buildings/{building}", raised).status_code == 200
    assert desk.put(f"{PATH}/xm-1/target", {"method": "B", "percent": "70"}).json()["percent"]
    assert desk.put(f"{PATH}/xm-1/target", {"method": "B", "percent": "71"}).status_code == 409
    why = {"reason": "建错了"}
    assert desk.post(f"{PATH}/xm-1/buildings/{building}/withdraw", why).status_code == 200
    assert desk.post(f"{PATH}/xm-1/withdraw", why).status_code == 200
    assert client.get(f"{PATH}/xm-1").status_code == 404


def test_the_examples_of_the_guide_write_what_they_say(
    client: TestClient[Litestar], database: Database, owner: Actor
) -> None:
    desk = As(client, owner)
    place = {"PROJECT": "xm-1", "BUILDING": a_building(desk)}
    recorded, stated, *_ = WRITING
    path = re.sub("[A-Z]{2,}", lambda name: place[name[0]], recorded.path)
    assert desk.post(path, json.loads(recorded.body)).status_code == 200
    (came,) = client.get(path).json()
    assert (came["note_number"], came["quantity"]) == ("SH-1", "80.5")
    in_business(database)
    one = As(client, APPLICANT).post(stated.path, json.loads(stated.body))
    assert (one.status_code, one.json()["state"]) == (200, "draft")


def test_a_delivery_is_recorded_once_corrected_and_withdrawn(
    client: TestClient[Litestar], database: Database, owner: Actor
) -> None:
    desk, other = As(client, owner), As(client, an_owner(database, OTHER))
    site = f"{PATH}/xm-1/buildings/{a_building(desk)}"
    bring(database, [a_bill_line(project="XM-1")])
    assert other.post(f"{site}/deliveries", NOTE).status_code == 403
    first = desk.post(f"{site}/deliveries", NOTE)
    assert first.status_code == 200, first.text
    assert desk.post(f"{site}/deliveries", NOTE).json() == first.json()
    (came,) = desk.get(f"{site}/site-deliveries").json()
    assert (came["delivery"]["quantity"], came["check"]["proof"]["green"]) == ("80.5", True)
    id_ = came["delivery"]["id"]
    stated: dict[str, Any] = {k: v for k, v in NOTE.items() if k != "number"}
    correction = stated | {"quantity": "79", "reason": "看错了"}
    assert desk.put(f"{site}/deliveries/{id_}", correction).status_code == 200
    assert desk.put(f"{site}/deliveries/{id_}", correction).status_code == 404
    (row,) = client.get(f"{site}/quantities").json()["items"]
    sums = {side: Decimal(value) for side, value in row["quantities"]["sums"].items()}
    assert sums == {"settled": 100, "delivered": 79, "green": 79}
    (item,) = client.get(f"{site}/tender").json()["items"]
    assert item["makers"] == 1 and item["is_narrow"]
    (came,) = desk.get(f"{site}/site-deliveries").json()
    gone = f"{site}/deliveries/{came['delivery']['id']}/withdraw"
    assert desk.post(gone, {"reason": "退货"}).status_code == 200
    assert desk.get(f"{site}/site-deliveries").json() == []
    told = "/api/v1/own-projects/xm-1/findings"
    assert desk.get(told).json()["total"] == 0
    assert other.get(told).status_code == other.get(f"{site}/site-deliveries").status_code == 403
