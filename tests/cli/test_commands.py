"""The command line as people use it: what it prints, how it ends, and one line that says what to do when something is wrong."""

import gzip
import json
import shutil
from pathlib import Path

import pytest

from chalicelib.rulebook.loading import load_rulebook
from local.world import ROOT

STORY = [
    {"type": "identify", "userId": "anna", "messageId": "1", "timestamp": "2026-03-02T10:00:00Z",
     "traits": {"email": "anna@example.com", "timezone": "Europe/Sofia", "consents": {"email": ["offers"]}}},
    {"type": "track", "userId": "anna", "messageId": "2", "timestamp": "2026-03-02T10:01:00Z", "event": "Product Added",
     "properties": {"product_id": "b-1", "name": "The Quiet Sea", "price": 18.5, "currency": "EUR", "quantity": 1}},
    {"type": "track", "anonymousId": "somebody", "messageId": "3", "timestamp": "2026-03-02T10:02:00Z", "event": "Product Added",
     "properties": {"product_id": "b-2", "price": 9}},
    {"type": "product", "timestamp": "2026-03-02T09:00:00Z", "productId": "b-1", "price": 18.5},
]


@pytest.fixture
def rules(tmp_path) -> Path:
    """The shipped rules, to be broken."""
    return Path(shutil.copytree(ROOT / "rules", tmp_path / "rules"))


@pytest.fixture
def events(tmp_path) -> Path:
    path = tmp_path / "events.ndjson.gz"
    path.write_bytes(gzip.compress("".join(json.dumps(line) + "\n" for line in STORY).encode()))
    return path


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_backtest_tells_what_would_have_gone_out(beckon, events, tmp_path):
    decisions, occurrences = tmp_path / "decisions.ndjson", tmp_path / "occurrences.ndjson"
    code, out, err = beckon("backtest", events, "--rules", ROOT / "rules", "--decisions", decisions, "--occurrences", occurrences)
    assert (code, err) == (0, "")
    assert "abandoned-cart: fired 2 times; 3 messages to 1 customers" in out
    assert "1 catalog lines, 0 unusable" in out
    told = lines(decisions)
    sent, denied = [line for line in told if line["step"] == 1]
    assert [(line["customer"], line["step"], line["verdict"]) for line in told if line["step"] > 1] == [
        ("anna", 2, "send"), ("somebody", 2, "deny"), ("anna", 3, "send"), ("somebody", 3, "deny")]
    assert list(sent) == ["at", "decidedAt", "customer", "rule", "variant", "step", "verdict", "reason", "channel", "key", "cause", "data",
                          "version", "rulebook"]
    assert (sent["version"], sent["rulebook"]) == (1, load_rulebook(ROOT / "rules").digest)
    assert (sent["at"], sent["customer"], sent["verdict"], sent["reason"], sent["channel"], sent["cause"]) == (
        "2026-03-02T11:01:00.000Z", "anna", "send", None, "email", "2")
    assert len(sent["key"]) == 26
    assert (denied["customer"], denied["verdict"], denied["reason"]) == ("somebody", "deny", "no_address")
    assert [list(line) for line in lines(occurrences)] == [["at", "customer", "rule", "key", "cause", "data"]] * 2


def test_backtest_between_two_moments_and_with_lateness(beckon, events, tmp_path):
    out = tmp_path / "decisions.ndjson"
    assert beckon("backtest", events, "--rules", ROOT / "rules", "--from", "2026-03-02T11:02:00Z", "--decisions", out)[0] == 0
    assert [line["customer"] for line in lines(out) if line["step"] == 1] == ["somebody"]
    assert beckon("backtest", events, "--rules", ROOT / "rules", "--until", "last", "--decisions", out)[0] == 0
    assert lines(out) == []
    until = ("--until", "2026-03-02T11:01:00Z", "--lateness", "2m")
    assert beckon("backtest", events, "--rules", ROOT / "rules", *until, "--decisions", out)[0] == 0
    assert [(line["at"], line["decidedAt"]) for line in lines(out)] == [("2026-03-02T11:01:00.000Z", "2026-03-02T11:03:00.000Z")]


def test_backtest_as_json(beckon, events):
    summary = json.loads(beckon("backtest", events, "--rules", ROOT / "rules", "--json")[1])
    assert summary["rules"]["abandoned-cart"] == {"occurrences": 2, "customers": 1, "sends": 3, "silences": {"deny no_address": 3}}


def test_explain_names_every_check(beckon, events):
    code, out, _ = beckon("explain", "--customer", "anna", "--rule", "abandoned-cart", "--rules", ROOT / "rules", events)
    assert code == 0
    assert "abandoned-cart step 1: send" in out
    for check in ("condition", "consent", "suppression", "frequency_cap", "quiet_hours"):
        assert check in out


def test_explain_somebody_unknown(beckon, events):
    code, _, err = beckon("explain", "--customer", "nobody", "--rules", ROOT / "rules", events)
    assert code == 2
    assert "nobody is known as 'nobody'" in err


def test_lint_is_content_with_the_shipped_rules(beckon):
    assert beckon("lint", ROOT / "rules") == (0, f"{ROOT / 'rules'}: nothing to mend\n", "")


@pytest.mark.parametrize(("before", "after", "told"), [
    ('"priority": 60,', '"priority": 60', ":8:17: a comma is missing here - write , before "),
    ('"priority": 60,', '"priorty": 60,', ':8:3: priorty: there is no such field - did you mean "priority"?'),
    ('"kind": "abandonment"', '"kind": "abandoned"', 'trigger.kind: there is no trigger "abandoned" - did you mean "abandonment"?'),
    ('"wait": "1h"', '"wait": "1 hour"', 'trigger.wait: "1 hour" is no duration - write "1h"'),
    ('"cart.value > `0`"', '"cart.value > > `0`"', "condition: > has no place here"),
    ('"cart.value > `0`"', '"event.properties.price > `0`"', "asks for 'event', but sees only customer, cart, trigger"),
    ('"cart.value > `0`"', '"length(products[?price > `0`]) > `0`"', "asks for 'products', but sees only customer, cart, trigger"),
    ('"event": "Product Added"', '"event": "Product Added", "where": "properties.price > `0`"',
     "asks for 'properties', but sees only event, customer, cart - the event's own fields stand in `event.properties`"),
    ('"topic": "offers"', '"topic": "Offers & more"', "topic: "),
    ('"id": "abandoned-cart"', '"id": "abandoned"', "is 'abandoned' in a file called abandoned-cart.json"),
    ('"template": "abandoned-cart"', '"template": "abandoned-basket"', "there is no template 'abandoned-basket'"),
])
def test_lint_names_the_place_and_the_mend(beckon, rules, before, after, told):
    rule = rules / "abandoned-cart.json"
    assert before in rule.read_text("utf-8")
    rule.write_text(rule.read_text("utf-8").replace(before, after, 1), "utf-8")
    code, out, _ = beckon("lint", rules)
    assert code == 1
    assert str(rule) in out
    assert told in out
    found = json.loads(beckon("lint", rules, "--json")[1])[0]
    assert (found["level"], found["file"]) == ("error", str(rule)) and f"{rule}:{found['line']}:{found['column']}: " in out
    assert {"code", "endLine", "endColumn", "problem", "mend"} <= found.keys()


@pytest.mark.parametrize(("text", "told"), [
    ("x" * 613, "takes 5 SMS"), ("я" * 269, "takes 5 SMS"), ("x" * 612 + "{{ customer.firstName }}", None),
    ("x" * 613 + "{{ customer.firstName }}", "takes 5 SMS"), ("{% if cart %}" + "x" * 613 + "{% endif %}", None),
], ids=["five parts", "five in Cyrillic", "four and a name", "five and a name", "perhaps"])
def test_lint_knows_a_text_that_is_too_long_whatever_its_variables_hold(beckon, rules, text, told):
    place = rules / "templates" / "abandoned-cart" / "sms.en.text.liquid"
    place.write_text(text, "utf-8")
    code, out, _ = beckon("lint", rules)
    assert code == (1 if told else 0)
    assert (f"{place}:1:1: the text {told}" in out) if told else (str(place) not in out)


def test_lint_looks_events_up_when_it_is_given_some(beckon, rules, events):
    assert beckon("lint", rules, "--events", events)[:2] == (0, f"{rules}: nothing to mend\n")
    rule = rules / "abandoned-cart.json"
    rule.write_text(rule.read_text("utf-8").replace('"event": "Product Added"', '"event": "Product Aded"'), "utf-8")
    assert beckon("lint", rules)[0] == 0, "without them nobody knows which there are"
    code, out, _ = beckon("lint", rules, "--events", events)
    assert code == 1
    assert "no event 'Product Aded' in these events; 'Product Added' has 2 - write 'Product Added'" in out
    assert beckon("lint", rules, "--events", events, "--endpoint", "http://127.0.0.1:8080")[0] == 2


def test_lint_shows_the_place_in_a_condition(beckon, rules):
    rule = rules / "abandoned-cart.json"
    rule.write_text(rule.read_text("utf-8").replace("cart.value > `0`", "cart.value > 0"), "utf-8")
    line, shown, caret = beckon("lint", rules)[1].splitlines()
    _, number, column, _ = line.split(":", 3)
    assert rule.read_text("utf-8").splitlines()[int(number) - 1][int(column) - 1:].startswith('0"')
    assert (shown, caret) == ("    cart.value > 0", "                 ^")
    assert beckon("lint", rules)[0] == 1


def test_a_remark_is_no_error(beckon, rules):
    (rules / "audiences" / "rich.json").write_text('{"id": "rich", "condition": "customer.orders.value > `500`"}')
    code, out, _ = beckon("lint", rules)
    assert code == 0
    assert out.splitlines()[0].startswith(f"{rules / 'audiences' / 'rich.json'}:1:8: remark: id: no rule asks for the audience 'rich' - ")
    assert out.splitlines()[1:] == [f"{rules}: nothing to mend"]
    assert [found["level"] for found in json.loads(beckon("lint", rules, "--json")[1])] == ["remark"]


def test_lint_asks_for_a_rule_that_asks_for_confirmation(beckon, rules):
    brand = rules / "brand.json"
    brand.write_text(brand.read_text("utf-8").replace('"locale": "en"', '"locale": "en", "doubleOptIn": ["email"]'), "utf-8")
    assert beckon("lint", rules)[0] == 0
    (rules / "confirm-subscription.json").unlink()
    code, out, _ = beckon("lint", rules)
    assert (code, ": doubleOptIn: no live rule listens to 'Subscription Asked' and writes by email" in out) == (1, True)


def test_lint_reads_templates(beckon, rules):
    templates = rules / "templates" / "abandoned-cart"
    (templates / "email.en.text.liquid").write_text("{% if customer.firstName %}Hello")
    (templates / "email.bg.subject.liquid").unlink()
    code, out, _ = beckon("lint", rules)
    assert code == 1
    assert "email.en.text.liquid:1:1: " in out
    assert "email.bg.subject.liquid:1:1: is missing" in out


def test_lint_wants_what_is_offered_to_be_in_what_is_read(beckon, rules):
    for part in ("text", "html", "subject"):
        template = rules / "templates" / "second-look" / f"email.en.{part}.liquid"
        template.write_text(template.read_text("utf-8").replace("offer.code", "offer.percent"), "utf-8")
    code, out, _ = beckon("lint", rules)
    assert code == 1 and len(out.splitlines()) == 1, "a subject need not say it"
    said = "does not print the offer of the rule 'second-look', nor does email.en.text - write {{ offer.code }}"
    assert f"second-look/email.en.html.liquid:1:1: {said}" in out


@pytest.mark.parametrize(("near", "good"), [(["linden"], True), (["linden", "harbour"], False), (None, False)])
def test_lint_wants_an_offer_to_be_good_wherever_its_rule_fires(beckon, rules, near, good):
    rule = rules / "near-a-store.json"
    document = json.loads(rule.read_text("utf-8"))
    document["offer"]["stores"] = ["linden"]
    document["trigger"] |= {"stores": near} if near else {}
    rule.write_text(json.dumps(document), "utf-8")
    code, out, _ = beckon("lint", rules)
    said = ": offer.stores: is not good in every store the trigger fires at - let trigger.stores name no other stores"
    assert (code, said in out) == ((0, False) if good else (1, True)), out


def test_lint_reads_the_templates_and_offers_of_every_variant(beckon, rules):
    rule = rules / "near-a-store.json"
    document = json.loads(rule.read_text("utf-8"))
    offer = {"code": "LINDEN", "percent": 5, "stores": ["linden"]}
    document["variants"] = [{"id": "plain", "weight": 1}, {"id": "linden", "weight": 1, "offer": offer, "templates": ["price-drop"]}]
    rule.write_text(json.dumps(document), "utf-8")
    code, out, _ = beckon("lint", rules)
    assert code == 1
    assert ": variants.2.offer.stores: is not good in every store the trigger fires at" in out
    assert "price-drop/push.en.title.liquid:1:1: is missing, as is all of push in 'en'" in out
    assert "price-drop/email.en.text.liquid" not in out, "the rule sends no email"
    document["variants"][1]["templates"] = ["nowhere"]
    rule.write_text(json.dumps(document), "utf-8")
    assert ": variants.2.templates.1: there is no template 'nowhere'" in beckon("lint", rules)[1]


def test_lint_reads_the_codes_of_this_machine(beckon, rules):
    (rules / "coupons" / "spring.txt").write_text("SPRING-1\n\nTEN OFF\n")
    code, out, _ = beckon("lint", rules)
    assert code == 1
    assert f"{rules / 'coupons' / 'spring.txt'}:3:1: 'TEN OFF' is no code - write 1 to 64 letters, digits and signs, no spaces" in out


def test_examples_that_do_not_hold_are_findings(beckon, rules):
    rule = rules / "abandoned-cart.json"
    rule.write_text(rule.read_text("utf-8").replace('"wait": "1h"', '"wait": "2h"'), "utf-8")
    code, out, _ = beckon("test", rules)
    assert code == 1
    assert "expected send of step 1 after 1h1m, got send of step 1 after 2h1m" in out
    assert beckon("test", ROOT / "rules")[0] == 0


@pytest.mark.parametrize(("content", "told"), [("{not json}\n", ":1: is not JSON"), ("[]\n", ":1: is no event"),
                                               ('{"type":"track"}\n', ":1: the event has no time that can be read")])
def test_an_unreadable_events_file(beckon, tmp_path, content, told):
    (tmp_path / "broken.ndjson").write_text(content)
    code, _, err = beckon("backtest", tmp_path / "broken.ndjson", "--rules", ROOT / "rules")
    assert code == 2
    assert f"broken.ndjson{told}" in err
    assert len(err.strip().splitlines()) == 1


def test_misuse_ends_with_2(beckon, events):
    assert beckon("backtest")[0] == 2
    assert beckon("nothing-like-it")[0] == 2
    assert beckon("backtest", events, "--rules", ROOT / "rules", "--until", "tomorrow")[0] == 2
    assert beckon("explain", "--customer", "anna")[0] == 2


def test_schemas_are_written_where_editors_look(beckon, rules):
    for path in (rules / "schema").glob("*.json"):
        path.unlink()
    assert beckon("schema", rules)[0] == 0
    assert sorted(path.name.split(".")[0] for path in (rules / "schema").iterdir()) == ["audience", "brand", "identifiers", "rule"]
    assert (rules / "schema" / "rule.schema.json").read_text() == (ROOT / "rules" / "schema" / "rule.schema.json").read_text()
