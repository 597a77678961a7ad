"""The rows of studies and enrolments, and their names in the feed."""

from services.cases.studies.tables import enrolment, study
from shared.contracts.register import ENROLMENT, STUDY
from shared.resources import Resource

STUDY_ROWS = Resource(study, STUDY)
ENROLMENT_ROWS = Resource(enrolment, ENROLMENT)
