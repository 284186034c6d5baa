"""`beckon eval`: a condition tried out on a document, at a moment, or on the cases of the compliance suite."""

import pytest


def test_eval_prints_json(beckon, tmp_path):
    document = tmp_path / "cart.json"
    document.write_text('{"cart": {"value": 21}}')
    assert beckon("eval", "cart.value > `20`", "--input", document) == (0, "true\n", "")
    code, _, err = beckon("eval", "cart.value >", "--input", document)
    assert code == 2
    assert err.splitlines() == ["beckon: nothing comes after > - write what is missing, or take it away",
                                "    cart.value >", f"    {'^':>12}"]


@pytest.mark.parametrize(("text", "said", "pointed"), [
    ("cart.value > 20", "the number 20 stands without backticks - write `20`", "             ^^"),
    ("cart.value > `20` and x", "and is no word of this language - write &&", "                  ^^^"),
    ("len(cart.items) > `1`", "there is no function len() - did you mean length()?", "^^^")])
def test_eval_says_what_is_wrong_as_lint_does(beckon, tmp_path, text, said, pointed):
    document = tmp_path / "cart.json"
    document.write_text('{"cart": {"value": 21, "items": []}}')
    code, out, err = beckon("eval", text, "--input", document)
    assert (code, out, err.splitlines()) == (2, "", [f"beckon: {said}", f"    {text}", f"    {pointed}"])


@pytest.mark.parametrize("content", ["{}", "[1]", '[{"given": {}}]', '[{"given": {}, "cases": [{"expression": "a"}]}]', "[", "3"])
def test_eval_says_in_one_line_that_a_file_has_no_cases(beckon, tmp_path, content):
    file = tmp_path / "sc.json"
    file.write_text(content)
    code, out, err = beckon("eval", "--cases", file)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "sc.json is no file of cases" in err


def test_eval_asks_at_a_moment_in_the_zone_of_the_document_and_says_what_it_cannot_know(beckon, tmp_path):
    document = tmp_path / "scope.json"
    document.write_text('{"customer": {"timezone": "Asia/Tokyo", "tags": ["vip"]}}')
    asked = ("--input", document, "--at", "2026-03-01T23:00:00Z")
    shown = '["2026-03-02", "mon", 0.5]\n'
    assert beckon("eval", "[local_date(), weekday(), hours_since('2026-03-01T22:30:00Z')]", *asked) == (0, shown, "")
    for text in ("happened('A', '7d')", "last_time('A')", "in_audience('a')", "stores_within('1km')", "in_stock('b-1')"):
        code, _, err = beckon("eval", text, *asked)
        assert code == 2 and ("not known" in err or "nobody knows" in err or "here is none" in err)
    document.write_text("{}")
    code, _, err = beckon("eval", "weekday()", *asked)
    assert code == 2 and "nobody knows the time zone" in err


@pytest.mark.filterwarnings("ignore:deprecated string literal syntax")  # the suite asks for the old literals too
def test_eval_runs_the_compliance_suite(beckon, shared_data):
    code, out, _ = beckon("eval", "--cases", *sorted((shared_data / "jmespath_compliance").glob("*.json")))
    assert (code, out.splitlines()[-1]) == (0, "892 passed, 0 failed")
