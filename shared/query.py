"""Reads a route's query keys into a wire model, so that a list and a search by body share one model."""

import inspect
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic.fields import FieldInfo

from shared.wire import WireModel

Model = TypeVar("Model", bound=WireModel)


class QueryOf(Generic[Model]):
    """A dependency that offers every field of a model as a query key, with its bounds and description.

    The model may have optional fields only, each valid or not by itself: what two fields may not say
    together would be found too late to be a malformed request.
    """

    def __init__(self, model: type[Model]) -> None:
        if model.__pydantic_decorators__.model_validators or any(
            each.is_required() for each in model.model_fields.values()
        ):
            raise TypeError("a model read from a query has optional fields, each checked by itself")
        self._model = model
        # What FastAPI reads instead of the parameters below.
        self.__signature__ = inspect.Signature(
            [_parameter(name, each) for name, each in model.model_fields.items()]
        )

    async def __call__(self, **values: Any) -> Model:
        """Make the model of what was sent."""
        return self._model(**values)


def _parameter(name: str, wanted: FieldInfo) -> inspect.Parameter:
    query = Query(alias=wanted.alias, description=wanted.description, examples=wanted.examples)
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=wanted.default,
        annotation=Annotated[wanted.rebuild_annotation(), query],
    )
