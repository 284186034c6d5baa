"""web_address: where a link in a message may lead: to the web and nowhere else, in the one form that a header can hold."""

import re

LONGEST_ADDRESS = 2_000
# RFC 3986, without a user's name before the host, which is there to deceive only. A host in other letters than ASCII is not known here.
_ADDRESS = re.compile(r"https?://(?P<host>[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?(?:[/?#].*)?",
                      re.IGNORECASE | re.ASCII)
_TO_ESCAPE = re.compile(r"[^A-Za-z0-9\-._~%/:?#\[\]@!$&'()*+,;=]+")


def web_address(text: str) -> str | None:
    """The address, escaped as browsers do; None when it is not one of http or https, or too long."""
    address = text.strip()
    if not address.isprintable() or not _ADDRESS.fullmatch(address):
        return None
    escaped = _TO_ESCAPE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), address)
    return escaped if len(escaped) <= LONGEST_ADDRESS else None


def host_of(text: str) -> str | None:
    """The host such an address leads to, in small letters; None when it is no such address."""
    found = _ADDRESS.fullmatch(text.strip())
    return found["host"].lower().rstrip(".") if found else None
