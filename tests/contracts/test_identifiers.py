"""The contract of the identifiers."""

from chalicelib.model.identity import Identifier

from .conftest import Stores
from .stories import ANNA, BORIS, at_once

USER, PHONE = Identifier("user", "anna"), Identifier("anonymous", "anna")


def test_a_new_identifier_belongs_to_whoever_claims_it_first(stores: Stores) -> None:
    assert stores.identifiers.claim(USER, ANNA) == ANNA
    assert stores.identifiers.claim(USER, BORIS) == ANNA
    assert stores.identifiers.claim(USER, ANNA) == ANNA
    assert stores.identifiers.find([USER]) == {USER: ANNA}


def test_a_user_and_a_browser_of_the_same_name_are_two(stores: Stores) -> None:
    stores.identifiers.claim(USER, ANNA)
    stores.identifiers.claim(PHONE, BORIS)
    assert stores.identifiers.find([USER, PHONE]) == {USER: ANNA, PHONE: BORIS}


def test_unknown_ones_are_not_found_and_asking_for_none_finds_none(stores: Stores) -> None:
    assert stores.identifiers.find([USER]) == {}
    assert stores.identifiers.find([]) == {}


def test_a_moved_identifier_points_to_the_other_customer_from_then_on(stores: Stores) -> None:
    stores.identifiers.claim(USER, ANNA)
    stores.identifiers.move(USER, BORIS)
    stores.identifiers.move(USER, BORIS)
    assert stores.identifiers.find([USER]) == {USER: BORIS}
    assert stores.identifiers.claim(USER, ANNA) == BORIS


def test_more_than_a_hundred_are_found_at_once_and_one_named_twice_is_one(stores: Stores) -> None:
    many = [Identifier("anonymous", f"browser-{number}") for number in range(230)]
    for identifier in many:
        stores.identifiers.claim(identifier, ANNA)
    assert stores.identifiers.find([*many, many[0]]) == dict.fromkeys(many, ANNA)


def test_values_no_key_could_hold_identify_all_the_same(stores: Stores) -> None:
    hostile = [Identifier("user", value) for value in ("\ud800", "\ud801", "ї" * 256, "\U0001d4b3" * 256, "~", "a#b", "x:y")]
    for number, identifier in enumerate(hostile):
        assert stores.identifiers.claim(identifier, str(number)) == str(number)
    assert stores.identifiers.find(hostile) == {identifier: str(number) for number, identifier in enumerate(hostile)}


def test_of_eight_who_claim_one_identifier_one_gets_it_and_all_learn_who(dynamo: Stores) -> None:
    answers = at_once([lambda name=str(number): dynamo.identifiers.claim(USER, name) for number in range(8)])
    assert set(answers) == set(dynamo.identifiers.find([USER]).values())
