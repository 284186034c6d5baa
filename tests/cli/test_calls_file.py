"""What the cells of a CSV file mean."""

import gzip

from chalicelib.cli.calls_file import read_lines


def test_what_cells_mean(tmp_path):
    file = tmp_path / "calls.csv.gz"
    text = ("type,userId,traits.age,traits.card,traits.phone,traits.vip,traits.tags,traits.none,traits.address.city,traits.note\n"
            'identify,0042,33,007,+359881234567,true,"[""a"",1]",,София,"{not json"\n')
    file.write_bytes(gzip.compress(text.encode()))

    [line] = read_lines(file)

    assert {name: value for name, value in line.document.items() if name != "messageId"} == {
        "type": "identify", "userId": "0042",
        "traits": {"age": 33, "card": "007", "phone": "+359881234567", "vip": True, "tags": ["a", 1], "address": {"city": "София"},
                   "note": "{not json"}}


def test_numbers_that_a_double_cannot_keep_stay_text(tmp_path):
    file = tmp_path / "calls.csv"
    cells = {"18.50": 18.5, "-3": -3, "0.1": 0.1, "1234567890.12345": 1234567890.12345, "1234567890.123456": "1234567890.123456",
             "12345678901234567": "12345678901234567", "007": "007", "1e5": "1e5"}
    file.write_text(",".join(f"properties.{place}x" for place in range(len(cells))) + "\n" + ",".join(cells) + "\n")
    [line] = read_lines(file)
    assert list(line.document["properties"].values()) == list(cells.values())
