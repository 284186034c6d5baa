"""step: one step of a journey: after how long, on what condition, and what is sent."""

from pydantic import Field, model_validator

from ..channels.registry import ChannelName
from ..conditions.condition import ConditionText
from ..model.evidence import Proof
from ..model.instant import DAY, HOUR
from ..model.written import Duration, Written
from .variant import TEMPLATE_NAME


class Send(Written):
    """One message: on one channel, or on the first of several that proves to have reached the customer (a cascade)."""

    channel: ChannelName | None = None
    """The channel."""
    channels: list[ChannelName] = Field(default=[], max_length=8, examples=[["push", "email"]])
    """In place of `channel`: several in order. The next one is tried when what `until` asks for has not come within `wait`."""
    template: str = Field(pattern=TEMPLATE_NAME, examples=["abandoned-cart"])
    """A folder in `rules/templates`, with files for each channel."""
    wait: Duration = Field(default=4 * HOUR, ge=60_000, le=7 * DAY)
    """How long a cascade waits for the proof before it goes on to the next channel."""
    until: Proof = "opened"
    """What stops a cascade: that a message was `sent`, `delivered`, `opened`, `seen`, `clicked`, `visited` or `replied` to, or more. A
    channel that cannot tell so much is judged on the most it can."""

    @property
    def ways(self) -> tuple[str, ...]:
        """The channels in order."""
        return tuple(self.channels) if self.channel is None else (self.channel,)

    @model_validator(mode="after")
    def _one_channel_or_a_cascade(self) -> "Send":
        if (self.channel is None) == (not self.channels):
            raise ValueError("name one `channel`, or several in order as `channels`")
        if len(set(self.channels)) < len(self.channels):
            raise ValueError("a channel stands twice in `channels`")
        if self.channel is not None and self.model_fields_set & {"wait", "until"}:
            raise ValueError("`wait` and `until` are for a cascade: name its `channels`")
        return self


class Step(Written):
    """One step of the journey."""

    after: Duration = Field(default=0, ge=0, le=90 * DAY)
    """How long after the first step was decided; the first step itself comes at once."""
    when: ConditionText | None = Field(default=None, examples=["contains(customer.tags || `[]`, 'vip')"])
    """A condition for this step alone, over `customer`, `cart` and `trigger`; if it does not hold, the step is left out."""
    send: Send
    """What is sent."""
