"""A model read from a query: each field a key of its own, with its bounds; no model it can't check."""

import inspect

import pytest
from fastapi import Query
from pydantic import Field, model_validator

from shared.query import QueryOf
from shared.wire import Code, WireModel


class Wanted(WireModel):
    """A filter."""

    main_colour: Code | None = Field(default=None, description="Which colour.", examples=["sea-green"])
    large: bool = False


class Demanding(WireModel):
    """A filter that must be given."""

    colour: str


class Choosing(WireModel):
    """A filter whose fields exclude each other."""

    one: str | None = None
    other: str | None = None

    @model_validator(mode="after")
    def _chooses(self) -> "Choosing":
        if (self.one is None) == (self.other is None):
            raise ValueError("give one or the other")
        return self


async def test_every_field_is_a_key() -> None:
    query = QueryOf(Wanted)
    parameters = inspect.signature(query).parameters
    assert list(parameters) == ["main_colour", "large"]
    said = parameters["main_colour"].annotation.__metadata__[-1]
    assert isinstance(said, type(Query()))
    assert (said.alias, said.description, said.examples) == ("mainColour", "Which colour.", ["sea-green"])
    assert await query(main_colour="red", large=True) == Wanted(main_colour="red", large=True)


@pytest.mark.parametrize("model", [Demanding, Choosing])
def test_what_would_be_found_too_late_is_refused(model: type[WireModel]) -> None:
    with pytest.raises(TypeError):
        QueryOf(model)
