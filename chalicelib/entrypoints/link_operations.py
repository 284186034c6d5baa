"""link_operations: what the routes behind links in messages take and answer."""

from .operation import Operation

_TOKEN = "The token of a link in a message."
_PAGE = Operation("links", "text/html", path_parameter=_TOKEN)
_BUTTON = Operation("links", "text/html", takes="*/*", path_parameter=_TOKEN)
_ON = Operation("links", "text/html", path_parameter=_TOKEN, leads_on=True)

LINK_OPERATIONS: dict[tuple[str, str], Operation] = {
    ("GET", "/c/{token}"): _ON, ("HEAD", "/c/{token}"): _ON,
    ("GET", "/o/{token}"): Operation("links", "image/gif", errors=(), path_parameter="The token of a message, with `.gif` at its end."),
    ("GET", "/u/{token}"): _PAGE, ("POST", "/u/{token}"): _BUTTON,
    ("GET", "/y/{token}"): _PAGE, ("POST", "/y/{token}"): _BUTTON,
}
