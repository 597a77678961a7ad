"""Routes of instruments: public definitions that front ends build forms from."""

from typing import Annotated

from fastapi import Path, Request
from pydantic import Field
from starlette.responses import Response

from services.survey.instruments.definition import Instrument, Text, load_catalogue
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.contracts.survey import Form
from shared.errors import NOT_FOUND, Problem
from shared.representation import represent
from shared.wire import Code, WireModel

router = strict_router("instruments")

_READERS = [role for role in Role if role not in {Role.SERVICE, Role.OPERATOR}]


class TextView(WireModel):
    """A text in both languages."""

    da: str = Field(examples=["Samarbejdet omkring borgeren"])
    en: str = Field(examples=["The collaboration around the citizen"])


class InstrumentSummary(WireModel):
    """An instrument in the list."""

    code: str = Field(examples=["relational-capacity"])
    version: int
    form: Form
    title: TextView
    provenance: TextView


class InstrumentList(WireModel):
    """Every instrument there is, in order."""

    items: list[InstrumentSummary]


def _text(text: Text) -> TextView:
    return TextView(da=text.da, en=text.en)


@router.get("/v1/instruments", dependencies=[allow(*_READERS)], response_model=InstrumentList)
async def list_instruments(request: Request) -> Response:
    """List the instruments."""
    items = [
        InstrumentSummary(
            code=each.code,
            version=each.version,
            form=each.form,
            title=_text(each.title),
            provenance=_text(each.provenance),
        )
        for each in load_catalogue().values()
    ]
    return represent(request, InstrumentList(items=items))


@router.get(
    "/v1/instruments/{code}/versions/{version}",
    dependencies=[allow(*_READERS)],
    response_model=Instrument,
)
async def get_instrument(
    request: Request, code: Code, version: Annotated[int, Path(ge=1, le=1000)]
) -> Response:
    """Read one version of an instrument: items, scale, texts in both languages, provenance."""
    instrument = load_catalogue().get((code, version))
    if instrument is None:
        raise Problem(NOT_FOUND)
    return represent(request, instrument)
