"""registry: every policy, in the order in which they are asked. A new policy is one file, one line here and one field in Policies."""

from types import ModuleType

from ..model.written import Written
from . import consent, frequency_cap, holdout, quiet_hours, suppression, verified_address
from .frequency_cap import Settings as FrequencyCap
from .quiet_hours import Settings as QuietHours

POLICIES: tuple[tuple[str, ModuleType], ...] = (
    ("consent", consent),
    ("suppression", suppression),
    ("verified_address", verified_address),
    ("frequency_cap", frequency_cap),
    ("quiet_hours", quiet_hours),
    ("holdout", holdout),
)


class Policies(Written):
    """What a rule (or the brand, for all its rules) sets otherwise than the defaults. Consent and suppression cannot be changed."""

    frequency_cap: FrequencyCap | None = None
    """How much marketing one customer gets."""
    quiet_hours: QuietHours | None = None
    """When no marketing goes out."""
