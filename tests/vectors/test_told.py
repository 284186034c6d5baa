"""What is known of a product after several words on it."""

from chalicelib.model.told import Told, hear, told_from

from .reading import cases, moment


@cases("told.json")
def test_words_are_put_together(case):
    told: Told | None = None
    for at, word in case["words"]:
        told = hear(told, {**word, "at": moment(at)})
    assert {name: value for name, value in told.thing.items() if name != "at"} == case["thing"]
    assert told.thing["at"] == moment(case["at"]) if "at" in case else told.thing["at"] == max(moment(at) for at, _ in case["words"])
    assert told_from(told.document()) == told
