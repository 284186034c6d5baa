"""Codes in bulk: a file fills its pool once however often it is sent, whatever it is made of, and bad lines are told with their place."""

import gzip
from pathlib import Path

import pytest

from chalicelib.model.coupon import Stock

from .conftest import engine

FILES = {
    "codes.csv": "id;Coupon Code;used\n1;A-1;no\n2;A-2;no\n\n3;A-3;no\n",
    "codes.ndjson": '{"code":"A-1"}\n{"discount_code":"A-2"}\n{"code":"A-3"}\n',
    "codes.txt": "\ufeffA-1\n\n  A-2\nA-3", "no-ending": "A-1\r\nA-2\r\nA-3\r\n",
}


@pytest.fixture
def beckon(bring):
    """Run the command; its exit code and what it printed."""
    return lambda *arguments: bring("coupons", *arguments)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gz"])
def test_every_form_of_file_gives_the_same_codes(beckon, tmp_path, name, zipped):
    file = Path(tmp_path / (f"{name}.gz" if zipped else name))
    file.write_bytes(gzip.compress(FILES[name].encode()) if zipped else FILES[name].encode())
    with engine([(200, {"refused": []})]) as (url, posted):
        code, out, err = beckon("spring", file, "--endpoint", url)
    assert (code, out, err) == (0, "3 codes: 3 stored, 0 known already, 0 set aside, 0 refused\n", "")
    assert posted == [{"codes": ["A-1", "A-2", "A-3"]}]


def test_the_same_file_again_adds_nothing(beckon, shop, tmp_path):
    client, url = shop
    file = tmp_path / "codes.txt"
    file.write_text("\n".join(f"SPRING-{number:04d}" for number in range(1_200)))
    assert beckon("spring", file, "--endpoint", url) == (0, "1200 codes: 1200 stored, 0 known already, 0 set aside, 0 refused\n", "")
    assert beckon("spring", file, "--endpoint", url) == (0, "1200 codes: 0 stored, 1200 known already, 0 set aside, 0 refused\n", "")
    assert client.world.ports.coupons.stock("spring") == Stock(1_200, 0, 0)


def test_bad_lines_are_told_with_their_place_and_the_others_go_on(beckon, tmp_path):
    file = tmp_path / "codes.ndjson"
    file.write_text('{"code":"A-1"}\n{"code":"TEN OFF"}\n{"price":3}\n{\nA-2\n')
    with engine([(200, {"refused": []})]) as (url, posted):
        code, out, err = beckon("spring", file, "--endpoint", url)
    assert (code, out) == (1, "5 codes: 2 stored, 0 known already, 0 set aside, 3 refused\n")
    told = [line.removeprefix(f"{file}:") for line in err.splitlines()]
    assert "2: 'TEN OFF' is no code - write 1 to 64 letters" in told[0]
    assert told[1] == "3: it has no `code` - give one"
    assert told[2].startswith("4: is not JSON")
    assert posted == [{"codes": ["A-1", "A-2"]}]


def test_a_csv_file_without_a_header_says_the_mend(beckon, tmp_path):
    file = tmp_path / "codes.csv"
    file.write_text("A-1\nA-2\n")
    code, out, err = beckon("spring", file)
    assert (code, out) == (2, "")
    assert err.startswith(f"beckon: {file}:1: one column must be called `code` - name it so, or") and "let its name end in .txt" in err


def test_after_a_break_you_are_told_where_to_go_on(beckon, tmp_path, pauses):
    file = tmp_path / "codes.txt"
    file.write_text("\n".join(f"A-{number}" for number in range(1, 2_001)))
    with engine([(200, {"refused": []}), (403, {"message": "no"})]) as (url, posted):
        code, _, err = beckon("spring", file, "--endpoint", url)
    assert code and f"{file}:1000: up to here all is in; go on with --from-line 1001" in err
    with engine([(200, {"refused": []})]) as (url, posted):
        assert beckon("spring", file, "--endpoint", url, "--from-line", "1001")[0] == 0
    assert posted[0]["codes"][0] == "A-1001"


def test_what_can_be_no_pool_is_said_before_anything_is_sent(beckon, tmp_path):
    file = tmp_path / "codes.txt"
    file.write_text("A-1")
    code, _, err = beckon("Spring Sale", file)
    assert code == 2 and "small letters, digits" in err
