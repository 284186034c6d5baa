"""browser: a real Chromium without a window, driven over its debugging pipe: open a page, press keys, look, take a picture."""

import base64
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
           "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-pipe"]
_PATIENCE = 60.0  # seconds until something that should appear counts as missing
_KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowRight": 39, "Home": 36, "End": 35}


class Browser:
    """One tab. Every address that answered it and every error of the page is kept."""

    def __init__(self, to_it: int, from_it: int) -> None:
        self._to_it, self._from_it = to_it, os.fdopen(from_it, "rb")
        self._number, self._session = 0, ""
        self.answered: list[str] = []
        self.errors: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._call(f"{domain}.enable")

    def size(self, width: int, height: int) -> None:
        """How large the window is; below 500 pixels it is a telephone."""
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)

    def media(self, **features: str) -> None:
        """What the page is told of its reader, for example `prefers_color_scheme="dark"`."""
        self._call("Emulation.setEmulatedMedia", features=[{"name": name.replace("_", "-"), "value": value}
                                                           for name, value in features.items()])

    def open(self, url: str, until: str) -> None:
        """Open an address and wait until an expression holds there."""
        self._call("Page.navigate", url=url)
        self.wait(until)

    def see(self, expression: str) -> Any:
        """The value of an expression in the page."""
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise AssertionError(f"{expression}: {answer['exceptionDetails'].get('exception', {}).get('description')}")
        return answer["result"].get("value")

    def wait(self, expression: str) -> None:
        """Wait until an expression holds."""
        end = time.monotonic() + _PATIENCE
        while not self.see(f"document.readyState === 'complete' && Boolean({expression})"):
            assert time.monotonic() < end, f"{expression} does not come to hold; {self.errors}; {self.see('document.body.innerText')[:900]}"
            time.sleep(0.05)

    def press(self, key: str) -> None:
        """Press a key of the keyboard."""
        for kind in ("rawKeyDown", "keyUp"):
            self._call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=_KEYS[key])
            if key == "Enter" and kind == "rawKeyDown":
                self._call("Input.dispatchKeyEvent", type="char", key=key, code=key, text="\r", windowsVirtualKeyCode=13)

    def picture(self, path: Path) -> None:
        """Write what is to be seen as a PNG."""
        path.write_bytes(base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"]))

    def close(self) -> None:
        """Let go of the pipe."""
        os.close(self._to_it)
        self._from_it.close()

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        call = {"id": self._number, "method": method, "params": parameters, **({"sessionId": self._session} if self._session else {})}
        os.write(self._to_it, json.dumps(call).encode() + b"\0")
        while True:
            said = json.loads(self._read())
            if said.get("id") == self._number:
                assert "error" not in said, f"{method}: {said['error']}"
                return said["result"]
            self._note(said)

    def _note(self, said: dict[str, Any]) -> None:
        match said:
            case {"method": "Network.responseReceived", "params": {"response": {"url": url}}}:
                self.answered.append(url)
            case {"method": "Runtime.exceptionThrown", "params": {"exceptionDetails": details}}:
                self.errors.append(str(details.get("exception", {}).get("description") or details["text"]))
            case {"method": "Log.entryAdded", "params": {"entry": {"level": "error", "text": text}}}:
                self.errors.append(text)

    def _read(self) -> bytes:
        content = bytearray()
        while (byte := self._from_it.read(1)) != b"\0":
            assert byte, "the browser has gone"
            content += byte
        return bytes(content)


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """A browser whose profile lies in a folder; it is ended in the end."""
    (its_in, to_it), (from_it, its_out) = os.pipe(), os.pipe()
    script = f'exec 3<&{its_in} 4>&{its_out}; exec "$@"'
    process = subprocess.Popen(["bash", "-c", script, "bash", *PROGRAM, f"--user-data-dir={folder}"], pass_fds=(its_in, its_out),
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(its_in)
    os.close(its_out)
    browser = Browser(to_it, from_it)
    try:
        yield browser
    finally:
        process.terminate()
        process.wait(timeout=20)
        browser.close()
