"""test_coupons: a pool filled over HTTP, and its code in an e-mail: deployed, each function under its own role."""

import json
import uuid

import pytest

from .deployment import Deployment, eventually
from .test_stories import call, daytime_zone

pytestmark = pytest.mark.e2e
POOL = "/v1/coupons/second-look"


def stock(beckon: Deployment) -> tuple[int, int, int]:
    """How many codes are left, reserved and committed."""
    status, text = beckon.get(POOL)
    assert status == 200, text
    counted = json.loads(text)
    return counted["left"], counted["reserved"], counted["committed"]


def test_a_code_of_a_filled_pool_goes_out_once(beckon: Deployment) -> None:
    user, codes = f"clara-{uuid.uuid4()}", [f"CLARA-{number}" for number in range(20)]
    assert stock(beckon) == (0, 0, 0), "a deployment does not read the codes that lie in the folder"
    for stored in (20, 0):
        status, text = beckon.post(POOL, {"codes": codes})
        assert (status, json.loads(text)["stored"]) == (200, stored)
    looks = [call("track", user, 4 - place, event="Product Viewed", properties={"product_id": f"b-{place}", "price": 9})
             for place in range(3)]
    status, _ = beckon.post("/v1/batch", {"batch": [call("identify", user, 5, traits={
        "email": f"{user}@example.com", "timezone": daytime_zone(), "consents": {"email": ["offers"]}}), *looks]})
    assert status == 200

    (email,) = eventually(lambda: [email for email in beckon.emails() if user in str(email["To"])], "the e-mail with the code")
    assert sum(f"{code}\n" in str(email["BodyText"]).replace("\r", "") for code in codes) == 1
    assert eventually(lambda: stock(beckon) == (19, 0, 1), "the code counted as given")
