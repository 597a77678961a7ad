"""Starts the register: which slices it has, and what its feed tells."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.cases.classification import api as classification
from services.cases.organisation import api as organisation
from services.cases.organisation.repository import (
    AREA_ROWS,
    PERSON_ROWS,
    PROFESSIONAL_ROWS,
    UNIT_ROWS,
)
from services.cases.register import api as register
from services.cases.register.repository import read_case_states
from services.cases.settings import CasesSettings
from services.cases.studies import api as studies
from services.cases.studies.repository import ENROLMENT_ROWS, STUDY_ROWS
from shared.app.builder import ServiceDescription, build_app
from shared.changes.feed import feed_router
from shared.contracts.register import (
    AREA,
    CASE,
    ENROLMENT,
    PERSON,
    PROFESSIONAL,
    STUDY,
    UNIT,
    AreaState,
    EnrolmentState,
    PersonState,
    ProfessionalState,
    StudyState,
    UnitState,
)
from shared.lifecycle import open_service
from shared.resources import states_of
from shared.server import serve

SERVICE = "cases"

_FEED = {
    AREA: states_of(AREA_ROWS, AreaState),
    UNIT: states_of(UNIT_ROWS, UnitState),
    PERSON: states_of(PERSON_ROWS, PersonState),
    PROFESSIONAL: states_of(PROFESSIONAL_ROWS, ProfessionalState),
    CASE: read_case_states,
    STUDY: states_of(STUDY_ROWS, StudyState),
    ENROLMENT: states_of(ENROLMENT_ROWS, EnrolmentState),
}


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with open_service(app, SERVICE, _FEED):
        yield


def build(settings: CasesSettings) -> FastAPI:
    """Build the register's application."""
    return build_app(
        ServiceDescription(
            name=SERVICE,
            title="Samspil: the register",
            description="Areas, units, people and the cases they work in, classified by complexity.",
            routers=[
                organisation.router,
                register.router,
                classification.router,
                studies.router,
                register.internal_router,
                feed_router(),
            ],
            lifespan=_lifespan,
        ),
        settings,
    )


if __name__ == "__main__":
    _settings = CasesSettings()
    serve(SERVICE, build(_settings), _settings)
