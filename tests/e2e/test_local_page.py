"""The pages of this machine in a real browser: messages as they look on each channel, filters in the address, the chart, the clock, the
whole story of a customer. What people typed stays text, nothing is fetched from elsewhere, and a keyboard is enough."""

import html
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.server import LocalServer
from local.world import ROOT, World
from simulators.serving import serving
from simulators.shop_client import ShopClient

from .browser import Browser, browsing

pytestmark = pytest.mark.e2e

CLEVER = "<script>document.title='stolen'</script><img src=x onerror=alert(1)>"
SIZES = {"a desk": (1280, 860), "a telephone": (390, 844)}
READY = "document.querySelector('#detail').childElementCount && document.querySelector('#list').childElementCount"


def sent(channel: str, **more: Any) -> dict[str, Any]:
    """A message as the inbox lists it, of a channel that is not e-mail."""
    return {"at": "2026-03-02T11:30:00.000Z", "channel": channel, "address": "+359888123456", "customer": "boris", "rule": "price-drop",
            "step": 1, "key": f"key-{channel}", "subject": "", "text": f"It costs less now {CLEVER}", "html": "", "links": [],
            "headers": {}, **more}


OTHERS = [
    sent("sms", parts=2, headers={"AWS.SNS.SMS.SMSType": "Promotional"}), sent("push", title=f"Now 12.00 EUR {CLEVER}"),
    sent("telegram", html=f"<b>It costs less</b> now {html.escape(CLEVER)}<img src=http://elsewhere.example/x onerror=alert(1)>",
         buttons=[[{"text": "Look at it", "url": "https://nutshell.example/"}]]),
    sent("webhook", text='{"type": "price_drop", "data": {"productId": "b-1"}}', headers={"webhook-id": "msg-1"}), sent("pigeon"),
]


def one_reminder(folder: Path) -> Path:
    """The shop's folder with one rule: one letter about the cart."""
    rules = Path(shutil.copytree(ROOT / "rules", folder / "rules"))
    reminder = json.loads((rules / "abandoned-cart.json").read_text("utf-8"))
    for path in rules.glob("*.json"):
        if path.name not in ("brand.json", "identifiers.json"):
            path.unlink()
    reminder |= {"steps": [{"send": {"channel": "email", "template": "abandoned-cart"}}], "examples": []}
    (rules / "abandoned-cart.json").write_text(json.dumps(reminder), "utf-8")
    return rules


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Beckon on which Anna buys after a letter, Boris is left in peace, and somebody has been clever everywhere."""
    world = World(one_reminder(tmp_path_factory.mktemp("page")), "http://localhost:8080").start()
    shop = ShopClient(world)
    shop.begin("2026-03-02T10:00:00Z")
    said = {"email": "anna@example.com", "firstName": f"Anna {CLEVER}", "timezone": "Europe/Sofia", "consents": {"email": ["offers"]}}
    book = {"product_id": "b-1", "name": f"The Quiet Sea {CLEVER}", "price": 18.5, "currency": "EUR"}
    shop.post({"type": "page", "messageId": "v", "anonymousId": "annas-phone", "name": "Home"},
              {"type": "identify", "messageId": "i", "userId": "anna", "anonymousId": "annas-phone", "traits": said},
              {"type": "track", "messageId": "p", "userId": "anna", "event": "Product Added", "properties": book},
              {"type": "identify", "messageId": "j", "userId": "boris", "traits": {"email": "boris@example.com"}},
              {"type": "track", "messageId": "q", "userId": "boris", "event": "Product Added", "properties": book})
    shop.do("clock", {"advance": "90m"})
    shop.post({"type": "track", "messageId": "o", "userId": "anna", "event": "Order Completed",
               "properties": {"order_id": "o-1", "total": 18.5, "currency": "EUR", "products": [book]}})
    shop.post({"type": "identify", "messageId": "k", "userId": "vera", "traits": {**said, "email": "vera@example.com"}},
              {"type": "track", "messageId": "w", "userId": "vera", "event": "Product Added", "properties": book})
    shop.do("idle", {})
    own = world.inbox.messages
    world.inbox.messages = lambda: [*own(), *OTHERS]  # type: ignore[method-assign]
    with serving(LocalServer(world, 0, lambda: None)) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    world.stop()


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """A tab at a desk, in which nothing may go wrong and nothing may be fetched from anywhere else."""
    chromium.size(*SIZES["a desk"])
    yield chromium
    errors, answered = chromium.errors[:], chromium.answered[:]
    chromium.errors.clear()
    chromium.answered.clear()
    assert [error for error in errors if "/o/" not in error] == [], "a letter's own picture is not fetched, everything else works"
    assert {address for address in answered if not address.startswith(("http://127.0.0.1:", "data:", "about:"))} == set()
    assert chromium.see("document.title") != "stolen"


def words_of(browser: Browser, selector: str = "body") -> str:
    shown: str = browser.see(f"document.querySelector({selector!r}).innerText")
    return shown


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/local", "/local?show=silent", "/local?open=key-telegram", "/local/customer?who=anna",
                                  "/local/customer?who=anna&show=story"])
def test_it_fits(browser: Browser, url: str, path: str, size: str) -> None:
    browser.size(*SIZES[size])
    browser.open(url + path, READY if "customer" not in path else "document.querySelector('.columns, .story')")
    assert browser.see("document.documentElement.scrollWidth") <= SIZES[size][0]
    assert browser.see("document.querySelectorAll('img, script:not([src])').length") == 0, "what people typed stays text"


def test_a_letter_is_shown_as_seen_and_cannot_run_anything(browser: Browser, url: str) -> None:
    browser.open(f"{url}/local?channel=email", READY)
    browser.see("document.querySelector('#list button').click()")
    browser.wait("document.querySelector('iframe')?.contentDocument?.querySelector('h1')")
    frame = browser.see("document.querySelector('iframe').getAttribute('sandbox')")
    assert "allow-scripts" not in frame and "allow-same-origin" in frame
    letter = browser.see("document.querySelector('iframe').contentDocument.body.innerText")
    assert "<script>document.title" in letter, "the name is text in the letter too"
    assert browser.see("document.querySelector('iframe').contentDocument.querySelectorAll('script').length") == 0
    for view, told in (("Text", "You left something good"), ("Headers", "List-Unsubscribe-Post")):
        browser.see(f"[...document.querySelectorAll('.mail .tab')].find((tab) => tab.innerText === '{view}').click()")
        browser.wait(f"document.querySelector('.mail').innerText.includes({told!r})")


@pytest.mark.parametrize(("channel", "selector", "told"), [
    ("sms", ".sms .bubble", "It costs less now <script>"), ("sms", ".sms", "2 parts"), ("push", ".notification", "Now 12.00 EUR <script>"),
    ("push", ".notification .app", "Nutshell Books"), ("telegram", ".chat .bubble", "It costs less now <script>"),
    ("telegram", ".chat .bubble b", "It costs less"),
    ("telegram", ".chat .key", "Look at it"), ("webhook", ".json", '"productId": "b-1"'), ("webhook", "article table", "msg-1"),
    ("pigeon", "article pre", "It costs less now <script>")])
def test_a_message_looks_as_on_its_channel(browser: Browser, url: str, channel: str, selector: str, told: str) -> None:
    browser.open(f"{url}/local?open=key-{channel}", f"document.querySelector({selector!r})")
    browser.wait(f"document.querySelector({selector!r}).innerText.includes({told!r})")


def test_the_address_says_what_is_shown(browser: Browser, url: str) -> None:
    browser.open(f"{url}/local?reason=not_consented", READY)
    assert words_of(browser, "#list").startswith("boris") and "has not agreed to be written to about this" in words_of(browser, "#list")
    assert browser.see("document.querySelectorAll('#list li').length") == 1
    browser.open(f"{url}/local?channel=sms&customer=boris", READY)
    assert browser.see("document.querySelectorAll('#list li').length") == 1
    browser.see("document.querySelector('#filters [name=channel]').value = 'push'")
    browser.see("document.querySelector('#filters [name=channel]').dispatchEvent(new Event('input', {bubbles: true}))")
    browser.wait("location.search === '?channel=push&customer=boris'")
    browser.open(f"{url}/local?customer=nobody", READY)
    assert "Nothing found" in words_of(browser, "#list")


def test_the_chart_tells_its_numbers_to_eyes_ears_and_keys(browser: Browser, url: str) -> None:
    browser.open(f"{url}/local", "document.querySelector('.chart')")
    assert browser.see("document.querySelectorAll('.legend li').length") == 2
    dashes = browser.see("[...document.querySelectorAll('.legend .way')].map((way) => getComputedStyle(way).strokeDasharray)")
    assert len(set(dashes)) == 2, "lines differ by more than colour"
    browser.see("document.querySelector('.chart').focus()")
    browser.press("Home")
    texts = [browser.see("document.querySelector('.chart').getAttribute('aria-valuetext')")]
    for _ in range(12):
        browser.press("ArrowRight")
        texts.append(browser.see("document.querySelector('.chart').getAttribute('aria-valuetext')"))
    assert any("1 sent, 1 not sent, not consented" in text for text in texts), texts
    assert browser.see("document.querySelector('.chart .told').hidden") is False
    browser.see("document.querySelector('.numbers').open = true")
    assert "Not consented" in words_of(browser, ".numbers thead")


def test_the_whole_story_from_the_first_visit_to_the_purchase(browser: Browser, url: str) -> None:
    browser.open(f"{url}/local/customer?who=anna@example.com&show=story", "document.querySelector('.story')")
    told = words_of(browser, "#customer")
    assert "From the first visit to the purchase: 1 hour 30 minutes, 18.50 EUR; 1 message on the way." in told
    places = [told.index(step) for step in ("Opened the page Home", "Told us", "now is the moment", "E-mail sent", "Bought 1 product")]
    assert places == sorted(places)
    browser.see("document.querySelector('.story input, .story-head input').click()")
    assert "A waiting time was over" not in words_of(browser, ".story")
    browser.open(f"{url}/local/customer?who=boris&show=story", "document.querySelector('.story')")
    assert "silence. The customer has not agreed to be written to about this." in words_of(browser, ".story")
    assert browser.see("[...document.querySelectorAll('.story details')].length") > 0


def test_a_keyboard_is_enough_to_read_a_message(browser: Browser, url: str) -> None:
    browser.open(f"{url}/local?channel=sms", READY)
    for _ in range(30):
        browser.press("Tab")
        if browser.see("document.activeElement.closest('#list li') !== null"):
            break
    assert browser.see("getComputedStyle(document.activeElement).outlineStyle") == "solid", "one sees where one is"
    browser.press("Enter")
    browser.wait("document.querySelector('.sms')")
    assert "open=key-sms" in browser.see("location.search")


def test_moving_the_clock_shows_what_fell_due(browser: Browser, url: str) -> None:
    """The last test here: it moves the one clock there is."""
    browser.open(f"{url}/local", READY)
    assert "next due 12:30" in words_of(browser, "#clock-state")
    browser.see("[...document.querySelectorAll('[data-move]')].find((button) => button.innerText === 'Next due').click()")
    browser.wait("!document.querySelector('#fell').hidden")
    assert "11:30 → 2 Mar, 12:30: 1 sent" in words_of(browser, "#fell") and "vera" in words_of(browser, "#fell")
    browser.see("[...document.querySelectorAll('[data-move]')].find((button) => button.innerText === 'Next due').click()")
    browser.wait("!document.querySelector('#notice').hidden")
    assert "Nothing is due" in words_of(browser, "#notice")
    assert [error.rpartition("status of ")[2] for error in browser.errors] == ["400 (Bad Request)"], "the clock says so with a refusal"
    browser.errors.clear()
