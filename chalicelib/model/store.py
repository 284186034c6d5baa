"""store: a place where the shop sells: where it stands, when it is open, and what its letters say of it."""

from typing import Annotated, Any, Self
from zoneinfo import available_timezones

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator
from typing_extensions import TypedDict

from .canonical import plain_json
from .catalog import Document as Document
from .errors import EventRejected, RuleInvalid
from .grid import MOST_LATITUDE
from .hours import Hours
from .instant import parse_instant
from .place import LEAST_RADIUS, MOST_RADIUS, USUAL_RADIUS, Fence, circle, polygon, reach_of
from .written import Written

MOST_STORES = 1_000
"""In one request."""
MOST_BYTES = 16 * 1024
MOST_RING = 11_000.0
"""Metres from a store beyond which nobody is in it or its margin, whatever a rule's ring; beyond a polygon's corners as well."""
_OWN_REACH = 20_000.0  # of a store's polygon
_NOT_TOLD = ("lat", "lon", "polygon", "radius", "hours", "removed", "timestamp")  # of what letters may say of a store

def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


StoreId = Annotated[str, BeforeValidator(_text), Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Store(Written):
    """A store. Fields of the shop's own stand beside these and are there for conditions and templates, as `trigger.store`."""

    model_config = ConfigDict(**{**Written.model_config, "extra": "allow"})
    STRICT = False  # it comes from shops' systems, of which some write every number as a text

    store_id: StoreId = Field(examples=["sofia-1"])
    """The store's id, the same in every feed."""
    name: str = Field(default="", max_length=200, examples=["Nutshell Books, Vitosha Boulevard"])
    """What customers call it."""
    lat: float = Field(ge=-MOST_LATITUDE, le=MOST_LATITUDE, examples=[42.6977])
    """Latitude in degrees."""
    lon: float = Field(ge=-180, le=180, examples=[23.3219])
    """Longitude in degrees."""
    timezone: str | None = Field(default=None, examples=["Europe/Sofia"])
    """The IANA time zone of its opening hours."""
    hours: Hours | None = Field(default=None, examples=[{"mon": ["09:00-18:00"], "sat": ["10:00-14:00"]}])
    """By day (`mon` to `sun`) when it is open, local time; a day that is not there is closed, `00:00-24:00` is all day."""
    radius: float | None = Field(default=None, ge=LEAST_RADIUS, le=MOST_RADIUS)
    """Metres within which somebody is at this store, for rules that name no radius; 150 without it."""
    polygon: list[tuple[float, float]] | None = Field(default=None, max_length=500)
    """Corners `[latitude, longitude]` of its grounds, for rules that name no radius; goes before `radius`."""
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$", examples=["EUR"])
    """What it sells in (ISO 4217)."""
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$", examples=["BG"])
    """Where it is (ISO 3166-1, two letters)."""
    address: str | None = Field(default=None, max_length=300)
    """Street and number."""
    city: str | None = Field(default=None, max_length=100)
    """Town."""
    postal_code: Annotated[str, BeforeValidator(_text)] | None = Field(default=None, max_length=20)
    """Postal code."""
    phone: Annotated[str, BeforeValidator(_text)] | None = Field(default=None, max_length=40)
    """Telephone."""
    url: str | None = Field(default=None, max_length=500)
    """Its page."""
    removed: bool = False
    """The store is no more."""
    timestamp: str | None = Field(default=None, examples=["2026-03-01T09:00:00Z"])
    """The moment this speaks of; what is older than what is known of the store changes nothing. Without it, now."""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and value not in available_timezones():
            raise ValueError(f"{value[:60]!r} is no IANA time zone; write for example Europe/Sofia")
        return value

    @field_validator("timestamp")
    @classmethod
    def _moment(cls, value: str | None) -> str | None:
        if value is not None and parse_instant(value) is None:
            raise ValueError(f"{value[:40]!r} is no moment; write 2026-03-01T09:00:00Z")
        return value

    @model_validator(mode="after")
    def _fence_can_be_drawn(self) -> Self:
        try:
            fence = fence_of(self.model_dump())
        except RuleInvalid as error:
            raise ValueError(f"polygon: {error.problem} - {error.mend}") from None
        if fence.corners and reach_of(fence.middle, fence.corners) > _OWN_REACH:
            raise ValueError(f"polygon: larger than a store - keep it within {_OWN_REACH / 1_000:g} km of its middle")
        return self

    def document(self) -> dict[str, Any]:
        """The store as it is kept, without what was not given."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)


class StoreEntries(TypedDict):
    """Many stores at once."""

    stores: Annotated[list[Store], Field(max_length=MOST_STORES, description="The stores, each as it is now, whole.")]


def store_from(entry: Any) -> Store:
    """The store an entry of a feed describes. EventRejected names the field, what is wrong with it, and the mend."""
    if not isinstance(entry, dict):
        raise EventRejected("not_an_object", "a store is an object - give storeId, lat and lon")
    try:
        if len(plain_json(entry)) > MOST_BYTES:
            raise EventRejected("too_large", f"a store has at most {MOST_BYTES} bytes")
        return Store.model_validate({name: value for name, value in entry.items() if name != "type"})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"])) or "store"
        mend = " - every store needs it" if first["type"] == "missing" else ""
        raise EventRejected("invalid_store", f"{place}: {first['msg'].removeprefix('Value error, ')}{mend}") from None
    except (ValueError, TypeError, RecursionError) as error:
        raise EventRejected("not_storable", f"it is nested too deeply or holds a number that is none ({error})"[:200]) from None


def fence_of(store: Document) -> Fence:
    """A store's own fence: its polygon, its radius, or 150 m."""
    id = store.get("storeId") or store.get("store_id") or ""
    if store.get("polygon"):
        return polygon(id, [(lat, lon) for lat, lon in store["polygon"]])
    return circle(id, store["lat"], store["lon"], store.get("radius") or USUAL_RADIUS)


def reach_from(store: Document) -> float:
    """Metres from the store's own place within which anybody can be in one of its rings."""
    fence = fence_of(store)
    if not fence.corners:
        return MOST_RING
    corners = [(store["lat"], store["lon"]), *fence.corners]
    return MOST_RING + reach_of(corners[0], corners)


def told_of(store: Document) -> dict[str, Any]:
    """What conditions and letters see of a store: all but where exactly it stands and what only rules reckon with."""
    return {name: value for name, value in store.items() if name not in _NOT_TOLD}
