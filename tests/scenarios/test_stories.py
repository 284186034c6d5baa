"""test_stories: every story in this folder."""

import json
from pathlib import Path
from typing import Any

import pytest

from .player import play

STORIES = [json.loads(path.read_text("utf-8")) for path in sorted(Path(__file__).parent.glob("*.json"))]


@pytest.mark.parametrize("story", STORIES, ids=[story["name"] for story in STORIES])
def test_the_story_ends_like_this(story: dict[str, Any]) -> None:
    play(story)


def test_a_story_that_expects_too_little_or_something_else_fails() -> None:
    story = next(story for story in STORIES if any("messages" in step.get("expect", {}) for step in story["steps"]))
    silent = {**story, "steps": [{"silence": "nothing is expected"} if "expect" in step else step for step in story["steps"]]}
    with pytest.raises(AssertionError, match="into the story"):
        play(silent)


@pytest.mark.parametrize("wrong", [
    {"people": {"anna": ["laptop", "nobody-yet"]}}, {"people": {"nobody": ["laptop"]}}, {"people": {"boris": ["laptop"]}},
    {"carts": {"anna": {"b-1": 1}}}, {"carts": {"anna": {"b-1": 2, "b-2": 1, "b-3": 1}}}, {"carts": {"boris": {}}},
    {"consents": {"anna": {}}}, {"consents": {"anna": {"email/offers": "withdrawn"}}},
], ids=str)
def test_a_story_that_is_wrong_about_people_fails(wrong: dict[str, Any]) -> None:
    story = next(story for story in STORIES if story["name"].startswith("She writes in Telegram"))
    told = next(place for place, step in enumerate(story["steps"]) if "people" in step.get("expect", {}))
    expected = story["steps"][told]["expect"]
    with pytest.raises(AssertionError, match=r"into the story"):
        play({**story, "steps": [*story["steps"][:told], {"expect": {**expected, **wrong}}]})
