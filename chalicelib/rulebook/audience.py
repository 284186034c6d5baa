"""audience: a named condition on the customer, one file `rules/audiences/<id>.json`; rules name it, and it can be exported."""

from pydantic import Field, model_validator

from ..conditions.arguments import calls_in
from ..conditions.condition import ConditionText, check_roots, condition
from ..conditions.membership import audiences_in
from ..conditions.places import ABOUT_PLACES
from ..conditions.products import ABOUT_PRODUCTS
from ..conditions.turns import check_turns
from ..model.written import Written


class Audience(Written):
    """Who belongs: everybody for whom the condition holds. To enter and to leave it are events, `Audience Entered` and `Audience Left`."""

    schema_: str | None = Field(default=None, alias="$schema", examples=["../schema/audience.schema.json"])
    """Where the schema lies, from this file: by it an editor completes and explains every field."""
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", examples=["regulars"])
    """The audience's name everywhere; the same as the file's."""
    description: str = Field(default="", max_length=1_000, examples=["Bought three times or more."])
    """Who that is, for people."""
    condition: ConditionText = Field(examples=[
        "customer.orders.count >= `3`", "happened('Product Viewed', '7d') >= `5`", "days_since(last_time('Order Completed')) >= `90`"])
    """For whom, over `customer` and `cart`."""
    exported: bool = False
    """Whether it is there to be exported, so that `beckon lint` does not mind that no rule asks for it."""

    @model_validator(mode="after")
    def _condition_sees_what_it_asks_for(self) -> "Audience":
        check_roots(self.condition, ("customer", "cart"), "an audience is about the customer, not about one event")
        parsed = condition(self.condition).parsed
        if "customer.audiences" in self.condition or any(audiences_in(parsed)):
            raise ValueError(f"{self.condition!r} asks for other audiences - write out what they ask")
        check_turns(parsed)
        for call in calls_in(parsed, *ABOUT_PRODUCTS, *ABOUT_PLACES):
            raise ValueError(f"{call.name}() changes without anything the customer does - ask it in the rule's own condition")
        return self
