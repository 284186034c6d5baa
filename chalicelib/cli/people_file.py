"""people_file: customers, consents and suppressions as other systems export them, by the names their columns have there.

A column is recognised by its letters and digits alone: `E-mail`, `Email Address` and `email_address` are one. Every name that is understood
stands in the tables below. In a file of customers any other column is a trait of its own name.
"""

import re
from collections.abc import Callable
from typing import Any

from ..model.identifier_kinds import BUILT_IN
from ..model.instant import format_instant, parse_instant
from .calls_file import Form, cell_value

_WHO = {
    "userId": ("userid", "customerid", "id", "externalid", "clientid", "shopifyid"), "anonymousId": ("anonymousid", "deviceid"),
    "email": ("email", "emailaddress", "mail"), "phone": ("phone", "phonenumber", "mobile", "mobilephone", "telephone", "sms"),
    "loyaltyCard": ("loyaltycard", "card", "cardnumber", "loyaltynumber", "loyaltyid"),
    "whatsapp": ("whatsapp",), "telegram": ("telegram", "telegramid"), "viber": ("viber", "viberid"),
    "messenger": ("messenger", "messengerid"), "pushToken": ("pushtoken", "devicetoken"),
}
_TRAITS = {
    "firstName": ("firstname", "givenname", "fname"), "lastName": ("lastname", "familyname", "surname", "lname"),
    "name": ("name", "fullname"), "locale": ("locale", "language", "lang"), "timezone": ("timezone", "tz"),
    "birthday": ("birthday", "birthdate", "dateofbirth", "dob"),
    "createdAt": ("createdat", "created", "signedupat", "registeredat", "firstactive"),
}
_CONSENT = {
    "channel": ("channel", "medium"), "topic": ("topic", "list", "newsletter"),
    "status": ("status", "consent", "optin", "subscribed", "state"),
    "at": ("at", "timestamp", "date", "consentedat", "optintime", "changedat", "updatedat"),
    "source": ("source", "origin", "method"), "text": ("text", "textversion", "version", "wording"),
}
_SUPPRESSION = {
    "channel": ("channel", "medium"), "address": ("address", "email", "emailaddress", "phone", "phonenumber", "destination", "value"),
    "reason": ("reason", "type", "cause"), "topic": ("topic", "list"), "at": ("at", "timestamp", "date", "createdat", "lastupdatetime"),
}
_YES = ("given", "yes", "true", "1", "subscribed", "granted", "optedin", "optin", "in", "active")
_NO = ("withdrawn", "no", "false", "0", "unsubscribed", "denied", "optedout", "optout", "out", "inactive", "none")

Cells = dict[str, Any]


def customers_form(as_of: int) -> Form:
    """Rows of customers as identify calls. `as_of`: when the file was right (milliseconds): what was said later counts more."""
    return _form({**_WHO, **_TRAITS}, lambda cells, others: _customer(cells, others, as_of), others_allowed=True)


def consents_form(as_of: int) -> Form:
    """Rows of consents as `Subscribed` and `Unsubscribed`; those without a time are of `as_of` (milliseconds)."""
    return _form({**_WHO, **_CONSENT}, lambda cells, _: _consent(cells, as_of))


def suppressions_form(as_of: int) -> Form:
    """Rows of addresses that must not be written to."""
    return _form(_SUPPRESSION, lambda cells, _: _suppression(cells, as_of))


def _customer(cells: Cells, others: Cells, as_of: int) -> dict[str, Any]:
    _must_name_somebody(cells)
    traits = {(BUILT_IN[name].traits[0] if name in BUILT_IN else name): value for name, value in cells.items()
              if name not in ("userId", "anonymousId")}
    return {"type": "identify", **_ids(cells), "traits": {**others, **traits}, "timestamp": format_instant(as_of)}


def _consent(cells: Cells, as_of: int) -> dict[str, Any]:
    _must_name_somebody(cells)
    said = re.sub(r"[^a-z0-9]", "", str(cells.get("status", "")).lower())
    if said not in (*_YES, *_NO):
        raise ValueError(f"the consent is {str(cells.get('status', 'missing'))[:40]!r} - write given or withdrawn in a column `status`")
    external = [{"type": name, "id": _text(value)} for name, value in cells.items() if name in BUILT_IN]
    about = {"channel": str(cells.get("channel", "email")).strip().lower(), "topic": _text(cells["topic"]) if "topic" in cells else None,
             "source": cells.get("source"), "text_version": cells.get("text")}
    return {"type": "track", "event": "Subscribed" if said in _YES else "Unsubscribed", **_ids(cells),
            "properties": {name: value for name, value in about.items() if value is not None},
            **({"context": {"externalIds": external}} if external else {}), "timestamp": format_instant(_moment(cells, as_of))}


def _suppression(cells: Cells, as_of: int) -> dict[str, Any]:
    if "address" not in cells:
        raise ValueError("there is no address - give it in a column `address`")
    if "reason" not in cells:
        raise ValueError("there is no reason - write bounce, complaint or unsubscribed in a column `reason`")
    said = {"channel": str(cells.get("channel", "email")).strip().lower(), "address": _text(cells["address"]),
            "reason": _text(cells["reason"]), "topic": _text(cells["topic"]) if "topic" in cells else None}
    return {**{name: value for name, value in said.items() if value is not None}, "at": format_instant(_moment(cells, as_of))}


def _ids(cells: Cells) -> dict[str, Any]:
    return {name: _text(cells[name]) for name in ("userId", "anonymousId") if name in cells}


def _moment(cells: Cells, as_of: int) -> int:
    if "at" not in cells:
        return as_of
    moment = parse_instant(str(cells["at"]).strip())
    if moment is None:
        raise ValueError(f"{str(cells['at'])[:40]!r} is no moment - write 2026-03-01T09:00:00Z")
    return moment


def _must_name_somebody(cells: Cells) -> None:
    if not any(name in cells for name in _WHO):
        raise ValueError(f"names nobody - fill one of {', '.join(_WHO)}")


def _form(names: dict[str, tuple[str, ...]], make: Callable[[Cells, Cells], dict[str, Any]], *, others_allowed: bool = False) -> Form:
    ours = {alias: name for name, aliases in names.items() for alias in (name.lower(), *aliases)}

    def known(column: str) -> str | None:
        return ours.get(re.sub(r"[^a-z0-9]", "", column.lower()))

    def check(column: str) -> None:
        if known(column) is None and not (others_allowed and column):
            raise ValueError(f"there is no field {column!r} - columns are {', '.join(names)}, and what other systems call them")

    def of_cells(row: Cells, value: Callable[[Any], Any]) -> dict[str, Any]:
        cells: Cells = {}
        others: Cells = {}
        for column, cell in row.items():
            name = known(column)
            if name is None:
                check(column)
                others[column] = value(cell)
            elif cell not in (None, ""):
                cells.setdefault(name, cell)  # of two columns for one thing the first counts
        return make(cells, others)

    return Form(check, lambda row: of_cells(row, cell_value), lambda found: of_cells(found, lambda value: value))


def _text(value: Any) -> str:
    """Identifiers are texts, whatever a spreadsheet made of them."""
    return str(value).strip()
