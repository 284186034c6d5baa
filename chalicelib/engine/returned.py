"""returned: messages that dispatch did not send after all, or could not send yet: what was taken for them goes back."""

from typing import Any

from ..model.decision import Decision
from ..model.reason import Reason
from . import cascade
from .journeys import ENDING, close, record
from .offers import give_back
from .tell_trigger import tell_trigger
from .work import Work, journey_timer


def refused(work: Work, properties: dict[str, Any]) -> None:
    """Dispatch did not send a message: the cap is given back, the silence recorded, and whoever waited for the cap asked again."""
    customer, reason = work.customer, Reason(properties["reason"])
    _give_cap_back(work, properties["key"])
    give_back(work, properties.get("offer"))
    journey = customer.journeys.get(f"{properties['rule']}|{properties['run']}")
    work.record(Decision(
        at=properties["at"], decided_at=work.now, customer=customer.id, name=customer.name, rule=properties["rule"], run=properties["run"],
        run_key=properties.get("runKey"), step=properties["step"], verdict="deny", reason=str(reason), channel=properties["channel"],
        key=properties["key"], cause=properties.get("endedBy") or properties["cause"], data=properties.get("data", {}),
        trace=properties.get("trace", []), version=properties.get("version"), rulebook=properties.get("rulebook"),
        variant=properties.get("variant")))
    waiting = journey is not None and cascade.give_up(journey, properties["key"])
    if journey is None or not cascade.is_on_its_way(journey, properties["step"]):
        tell_trigger(work, properties["rule"], properties["run"], properties["step"], properties.get("data", {}), None)
    if journey is None:
        return
    left_out = any(line.get("check") == "when" and line["verdict"] == "deny" for line in properties.get("trace", []))
    if journey.status == "open" and reason in ENDING and not left_out:  # a step's own condition speaks for that step alone
        close(work, journey, "exited", properties.get("endedBy"))
    elif waiting:  # the next channel has its turn at once
        journey.step_at = journey.due = work.now
        work.set_timer(journey_timer(journey), work.now)


def deferred(work: Work, properties: dict[str, Any]) -> None:
    """Dispatch could not send now: the step waits again, under the same key, and the cap is given back until then."""
    customer = work.customer
    journey = customer.journeys.get(f"{properties['rule']}|{properties['run']}")
    rule = work.rulebook.rules.get(properties["rule"])
    step = rule.steps[properties["step"] - 1] if rule and properties["step"] <= len(rule.steps) else None
    if (journey is None or journey.status == "exited" or journey.step not in (properties["step"], properties["step"] + 1)
            or not cascade.is_last(journey, properties["key"])):
        refused(work, {**properties, "reason": Reason.EXPIRED})
        return
    if step and properties["reason"] == Reason.TRANSPORT_BUSY and cascade.goes_sooner(customer, step, properties):
        refused(work, properties)
        return
    cascade.take_back(journey, properties["key"])
    _give_cap_back(work, properties["key"])
    journey.status, journey.step, journey.message_key = "open", properties["step"], properties["key"]
    journey.data, journey.offer = properties.get("data", {}), properties.get("offer")
    journey.step_at, journey.due = properties["at"], properties["until"]
    journey.held_since, journey.held_for = work.now if journey.held_since is None else journey.held_since, properties["reason"]
    record(work, journey, properties["channel"], "hold", Reason(properties["reason"]), properties.get("trace", []),
           asked=(properties.get("version"), properties.get("rulebook")))
    work.set_timer(journey_timer(journey), properties["until"])


def _give_cap_back(work: Work, key: str) -> None:
    """Return a cap; messages held for a full cap may have their turn now."""
    customer = work.customer
    kept = [send for send in customer.sends if send.key != key]
    if len(kept) < len(customer.sends):
        customer.sends = kept
        for journey in customer.journeys.values():
            if journey.status == "open" and journey.held_for == Reason.FREQUENCY_CAPPED:
                journey.due = work.now
                work.set_timer(journey_timer(journey), work.now)
