"""parked: something set aside, for people to look at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parked:
    """Something set aside whole, with the reason. `place`: `ingest`, `fold`, `relay`, `fan-out`, `dispatch` or `feedback`."""

    place: str
    id: str
    at: int
    reason: str
    body: str
