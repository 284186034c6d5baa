"""test_erasure: two customers erased from the deployed stack: nothing of theirs stays in a table, and nothing brings them back."""

import json
import uuid

import pytest

from chalicelib.adapters.clock import system_clock
from chalicelib.cli.deployed import ports_of
from chalicelib.flows.replay import replay
from chalicelib.model.instant import HOUR

from ..tables import everything_in
from .deployment import REGION, STACK, Deployment, eventually
from .test_stories import call, daytime_zone

pytestmark = pytest.mark.e2e


def test_of_the_erased_no_table_holds_a_trace_and_others_stay(beckon: Deployment) -> None:
    anna, vera, boris = (f"{name}-{uuid.uuid4()}" for name in ("anna", "vera", "boris"))  # two who go, and one who stays
    devices = (f"phone-of-{anna}", f"tablet-of-{anna}")
    reachable = {"timezone": daytime_zone(), "consents": {"email": True}}
    for batch in (
        [call("identify", name, 9, traits={"email": f"{name}@example.com", **reachable}) for name in (anna, vera, boris)],
        [call("track", "", 8, anonymousId=device, event="Product Viewed", properties={"product_id": anna}) for device in devices],
        [call("identify", anna, 7, anonymousId=devices[0])],
        [call("track", anna, 6), *(_put(name, 5) for name in (anna, boris))],  # the first is no event and is set aside
    ):
        assert beckon.post("/v1/batch", {"batch": batch})[0] == 200
    eventually(lambda: [email for email in beckon.emails() if f"{anna}@example.com" in str(email["To"])], "the letter to Anna")
    assert beckon.post("/v1/batch", {"batch": [_put(vera, 0), call("identify", anna, 0, anonymousId=devices[1])]})[0] == 200
    for name in (f"{anna}@example.com", vera):  # a letter to Vera is about to be written, and Anna's tablet is just joining
        assert beckon.delete(f"/v1/customers/{name}")[0] == 200

    def traces() -> list[str]:
        kept = everything_in(beckon.emulator.client("dynamodb"))
        return [name for name in (anna, vera) if name in kept]

    eventually(lambda: not traces(), "the erasure")
    late = [*(_put(name, 3_600) for name in (anna, vera)), call("track", "", 3_600, anonymousId=devices[1], event="Product Viewed"),
            call("track", anna, 0, event="Email Bounced", properties={"email": f"{anna}@example.com"})]
    assert beckon.post("/v1/batch", {"batch": late})[0] == 200
    replay(ports_of(STACK, REGION), system_clock() - HOUR)
    beckon.invoke("OnMinute")
    eventually(lambda: not traces(), "the end of what came late")

    for name in (anna, vera, *devices):
        assert beckon.get(f"/v1/customers/{name}")[0] == 404
    assert not [email for email in beckon.emails() if vera in str(email["To"])]
    status, text = beckon.get(f"/v1/customers/{boris}")
    assert (status, [line["productId"] for line in json.loads(text)["cart"]["products"]]) == (200, [f"wish-of-{boris}"])


def _put(name: str, seconds_ago: int) -> dict[str, object]:
    return call("track", name, seconds_ago, event="Product Added", properties={"product_id": f"wish-of-{name}", "price": 42.5})
