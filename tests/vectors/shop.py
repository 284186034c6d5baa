"""shop: the smallest rulebook around a rule under test."""

from typing import Any

from chalicelib.rulebook.brand import Brand
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook

TEMPLATES = {"note": {"email.en.subject": "A note", "email.en.text": "{{ unsubscribeUrl }}", "email.en.html": "{{ unsubscribeUrl }}"}}
BRAND = {"name": "Nutshell Books", "sender": {"email": "hello@nutshell.example", "name": "Nutshell Books"}, "timezone": "Europe/Sofia"}
STEPS = [{"send": {"channel": "email", "template": "note"}}]


def rulebook(*rules: dict[str, Any]) -> Rulebook:
    """A rulebook of these rules; steps are one e-mail unless a rule has its own."""
    read = [Rule.model_validate({"steps": STEPS, **rule}) for rule in rules]
    return Rulebook(brand=Brand.model_validate(BRAND), rules={rule.id: rule for rule in read}, templates=TEMPLATES, digest="vectors")
