"""written: the form of all that marketers write in JSON: camelCase names, unknown fields are errors, durations `90m`, money `25 EUR`."""

import re
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler, PlainSerializer, ValidationInfo, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_before_validator_function

from .days import is_day_or_moment
from .instant import format_duration, parse_duration
from .money import COST_PATTERN, MONEY_PATTERN, parse_cost, parse_money
from .money import Money as Amount


def title_of(name: str) -> str:
    """What an editor calls a field: `verified_address` is "Verified address"."""
    return name.strip("_").replace("_", " ").capitalize()


_NOT_WRITTEN = frozenset({"metadata", "serialization"})


def _whole(value: Any) -> Any:
    return int(value) if type(value) is float and value.is_integer() else value  # 6e1 is a whole number by JSON Schema


def _take_as_written(part: Any) -> None:
    """Make all numbers and truth values of a core schema strict, and nothing else: texts still become moments, enums and the like."""
    if isinstance(part, dict):
        kind = part.get("type")
        if kind in ("float", "bool"):
            part["strict"] = True
        elif kind == "int" and not part.get("strict"):
            strict = {**part, "strict": True}
            part.clear()
            part.update(no_info_before_validator_function(_whole, strict))
        elif kind not in ("int", "dataclass") and getattr(part.get("cls"), "STRICT", True):  # others use dataclasses too
            for name, value in part.items():
                if name not in _NOT_WRITTEN:
                    _take_as_written(value)
    elif isinstance(part, (list, tuple)):
        for value in part:
            _take_as_written(value)


class Written(BaseModel):
    """A part of a rule or of the brand's settings; never changed once read."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, validate_by_alias=True, validate_by_name=True,
                              serialize_by_alias=True, use_attribute_docstrings=True,
                              field_title_generator=lambda name, _: title_of(name))

    STRICT: ClassVar[bool] = True
    """Whether numbers and truth values must be written as JSON has them."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """As pydantic's, but `"10"` is no number and `1` is not true: an editor, which goes by the schema, would mark them too."""
        schema = handler(source)
        _take_as_written(schema)
        return schema


FROM_A_FILE = {"from": "a file"}
"""The context in which what marketers write is validated: a number is no duration there, as nobody would know of what."""


def _duration(value: Any, info: ValidationInfo) -> Any:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and info.context is not FROM_A_FILE else parse_duration(value)


DURATION_PATTERN = "^([0-9]+[smhd])+$"
Duration = Annotated[
    int, BeforeValidator(_duration, json_schema_input_type=str), PlainSerializer(format_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": DURATION_PATTERN, "examples": ["90m", "24h", "7d"]}),
]
"""Milliseconds in code, `90m` in JSON."""


def _clock_time(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        return value
    raise ValueError(f"{value!r} is not a time of day; write for example 09:00 or 22:30")


ClockTime = Annotated[str, BeforeValidator(_clock_time),
                      WithJsonSchema({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "examples": ["09:00"]})]
"""A local time of day, `09:00`."""


def _day_or_moment(value: Any) -> Any:
    if isinstance(value, str) and is_day_or_moment(value):
        return value
    raise ValueError(f"{value!r} is neither a day nor a moment; write for example 2026-03-31 or 2026-03-31T18:00:00Z")


DayOrMoment = Annotated[str, BeforeValidator(_day_or_moment, json_schema_input_type=str),
                        WithJsonSchema({"type": "string", "examples": ["2026-03-31", "2026-03-31T18:00:00Z"]})]
"""A day, by the brand's clock, or a moment (`model/days.py`)."""


def _money(value: Any) -> Any:
    return value if isinstance(value, Amount) else parse_money(value)


Money = Annotated[
    Amount, BeforeValidator(_money, json_schema_input_type=str), PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": MONEY_PATTERN, "examples": ["25 EUR", "25.50 EUR"]}),
]
"""An amount and its currency in code (`model/money.py`), `25 EUR` in JSON."""


def _cost(value: Any) -> Any:
    return value if isinstance(value, Amount) else parse_cost(value)


Cost = Annotated[
    Amount, BeforeValidator(_cost, json_schema_input_type=str), PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": COST_PATTERN, "examples": ["0.0075 EUR", "0 EUR"]}),
]
"""What one of something costs: finer than money, and maybe nothing. `0.0075 EUR` in JSON."""
