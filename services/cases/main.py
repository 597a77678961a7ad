"""Starts the register: which slices it has, and what its feed tells."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.cases.casemap import api as casemap
from services.cases.casemap.service import Pictures
from services.cases.classification import api as classification
from services.cases.classification.reclassifier import reclassifying
from services.cases.groups import api as groups
from services.cases.groups.repository import read_group_states
from services.cases.handling import api as handling
from services.cases.intake import api as intake
from services.cases.listing import api as listing
from services.cases.organisation import api as organisation
from services.cases.organisation.repository import (
    AREA_ROWS,
    PERSON_ROWS,
    PROFESSIONAL_ROWS,
    UNIT_ROWS,
)
from services.cases.own import api as own
from services.cases.protection import api as protection
from services.cases.protection.repository import read_nobody
from services.cases.register import api as register
from services.cases.register.pseudonyms import CitizenKeys
from services.cases.register.standing import read_case_states
from services.cases.settings import CasesSettings
from services.cases.studies import api as studies
from services.cases.studies.repository import ENROLMENT_ROWS, STUDY_ROWS
from services.cases.synchronisation import api as synchronisation
from shared.app.builder import ServiceDescription, build_app
from shared.audit_trail import audit_router
from shared.changes.feed import feed_router
from shared.contracts.register import (
    AREA,
    CASE,
    CITIZEN,
    COLLABORATION_GROUP,
    ENROLMENT,
    PERSON,
    PROFESSIONAL,
    STUDY,
    UNIT,
    WIDE_PATHS,
    AreaState,
    EnrolmentState,
    PersonState,
    ProfessionalState,
    StudyState,
    UnitState,
)
from shared.inside import inside_router
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
    CITIZEN: read_nobody,
    STUDY: states_of(STUDY_ROWS, StudyState),
    ENROLMENT: states_of(ENROLMENT_ROWS, EnrolmentState),
    COLLABORATION_GROUP: read_group_states,
}


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: CasesSettings = app.state.settings
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures") as executor:
        async with (
            open_service(app, SERVICE, _FEED),
            reclassifying(app.state.database, str(settings.feed_dsn), app.state.bell),
        ):
            app.state.pictures = Pictures(app.state.database, executor)
            yield


def build(settings: CasesSettings) -> FastAPI:
    """Build the register's application."""
    app = build_app(
        ServiceDescription(
            name=SERVICE,
            title="Samspil: the register",
            description="Areas, units, people and the cases they work in, classified by complexity.",
            routers=[
                organisation.router,
                synchronisation.router,
                intake.case_router,
                register.router,
                listing.router,
                intake.router,
                handling.router,
                classification.router,
                casemap.router,
                studies.router,
                groups.router,
                register.internal_router,
                groups.internal_router,
                protection.router,
                own.router,
                audit_router("/v1/cases-audit-events"),
                feed_router(),
                inside_router(),
            ],
            lifespan=_lifespan,
            wide_paths=WIDE_PATHS,
        ),
        settings,
    )
    app.state.citizen_keys = CitizenKeys(settings.citizen_keys)
    return app


if __name__ == "__main__":
    _settings = CasesSettings()
    serve(SERVICE, build(_settings), _settings)
