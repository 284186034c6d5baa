"""facts: what rules read beyond the customer. The flow fetches it before the evaluator runs, so that the evaluator does no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Facts:
    """Products by id, as the catalog has them at this moment; empty while no rule of the rulebook asks for them."""

    products: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


NO_FACTS = Facts()
