"""`beckon import stores`: tables as shops and map services write them, NDJSON, and real lists of chains."""

import csv
import gzip
import io
import json
from collections import Counter

import pytest

from chalicelib.cli.store_rows import StoreReader, zone_of

GOOGLE = """Store code,Business name,Latitude,Longitude,Country,Locality,Monday hours,Saturday hours,Sunday hours,Has Café
sofia-1,Nutshell Books,42.6977,23.3219,BG,Sofia,"9:00-12:00, 14:00-18:00",10:00-14:00,closed,true
sofia-2,Nutshell Books,142.69,23.3219,BG,Sofia,9-18,,,
sofia-3,Nutshell Books,142.69,23.3219,BG,Sofia,,,,
"""


@pytest.fixture
def file(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path
    return write


def test_a_table_goes_in_and_what_is_wrong_is_told_with_its_place(bring, shop, file):
    client, address = shop
    path = file("stores.csv", GOOGLE)
    code, out, err = bring("stores", path, "--with", "timezone=Europe/Sofia", "--endpoint", address, "--key", "server-local")
    assert (code, out) == (1, "3 stores: 1 stored, 0 known already, 0 set aside, 2 refused\n")
    assert err.splitlines() == [
        f"{path}:3: mon '9-18' is no time of opening - write 09:00-18:00, several with a comma between them, or closed",
        f"{path}:4: lat: Input should be less than or equal to 85"]
    assert client.world.ports.stores.find(["sofia-1"]) == {"sofia-1": {
        "storeId": "sofia-1", "name": "Nutshell Books", "lat": 42.6977, "lon": 23.3219, "country": "BG", "city": "Sofia",
        "timezone": "Europe/Sofia", "hours": {"mon": ["09:00-12:00", "14:00-18:00"], "sat": ["10:00-14:00"]}, "hasCafé": True}}


def test_our_own_lines_go_in_as_they_stand_and_again_change_nothing(bring, shop, file):
    client, address = shop
    store = {"storeId": "a", "lat": 1.5, "lon": 2.5, "timezone": "GMT+02:00 Europe/Sofia", "hours": {"mon": ["09:00-18:00"]}}
    path = file("stores.ndjson", json.dumps(store) + "\n")
    arguments = ("stores", path, "--endpoint", address, "--key", "server-local")
    assert bring(*arguments) == (0, "1 stores: 1 stored, 0 known already, 0 set aside, 0 refused\n", "")
    assert bring(*arguments) == (0, "1 stores: 0 stored, 1 known already, 0 set aside, 0 refused\n", "")
    assert client.world.ports.stores.find(["a"])["a"]["timezone"] == "Europe/Sofia"


@pytest.mark.parametrize(("written", "zone"), [
    ("Europe/Sofia", "Europe/Sofia"), ("GMT+02:00 Europe/Sofia", "Europe/Sofia"), ("GMT+08:00 Asia/Beijing", "Asia/Shanghai"),
    ("(UTC-08:00) America/Los_Angeles", "America/Los_Angeles"), ("UTC", "UTC")])
def test_a_zone_is_mended(written, zone):
    assert zone_of(written) == zone


@pytest.mark.parametrize("written", ["GMT+08:00", "Beijing", "Europe/Atlantis", ""])
def test_what_names_no_zone_is_told(written):
    with pytest.raises(ValueError, match="is no IANA time zone - write for example Europe/Sofia"):
        zone_of(written)


@pytest.mark.parametrize(("text", "problem"), [
    ("name,lat,lon\nx,1,2\n", "stores.csv:1: no column says which store it is - add a column storeId"),
    ("id,lat\nx,1\n", "stores.csv:1: no column says where it stands - add a column lon"),
    ("id,lat,lon,hours\nx,1,2,nine to five\n", "stores.csv:2: hours 'nine to five' cannot be read - write {\"mon\""),
], ids=["no id", "no place", "no hours"])
def test_a_file_that_cannot_be_used_is_told(bring, file, text, problem):
    code, _, err = bring("stores", file("stores.csv", text), "--endpoint", "http://127.0.0.1:1", "--key", "k")
    assert code != 0
    assert problem in err


@pytest.mark.parametrize(("name", "count"), [("stores_starbucks_cn_rounded_2dp", 845), ("stores_us_ca_wa_ny", 11_305)])
def test_real_lists_of_stores_are_read_whole(shared_data, name, count):
    path = shared_data / f"{name}.csv.gz"
    lines = list(StoreReader({}).lines(path))
    rows = list(csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode())))
    assert Counter(line.problem for line in lines) == {"": count}
    assert [line.documents[0]["city"] for line in lines] == [row.get("City", row.get("city")) for row in rows]
    zones = {line.documents[0].get("timezone") for line in lines}
    assert zones <= {"Asia/Shanghai", "Asia/Urumqi", None}
