"""What instruments refuse."""

from shared.errors import UNSUPPORTED_MEDIA_TYPE, Fault

INSTRUMENT_PUBLISHED = Fault(
    "instrument-published",
    409,
    "Et spørgeskema, der er udgivet, ændres ikke; lav en ny version.",
    "An instrument that was published does not change; make a new version.",
)
NOT_PUBLISHED = Fault(
    "instrument-not-published",
    409,
    "Kun et udgivet spørgeskema kan trækkes tilbage; en kladde kan slettes.",
    "Only a published instrument can be retired; a draft can be deleted.",
)
RETIRED_FOR_GOOD = Fault(
    "instrument-retired",
    409,
    "Spørgeskemaet er trukket tilbage; lav en ny version.",
    "The instrument has been retired; make a new version.",
)
DEFINITION_MEDIA_TYPE = Fault(
    UNSUPPORTED_MEDIA_TYPE.code,
    415,
    "Indholdet skal være application/json eller application/yaml.",
    "The content must be application/json or application/yaml.",
)
