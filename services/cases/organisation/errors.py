"""What the organisation refuses."""

from shared.errors import Fault

UNIT_MERGED = Fault(
    "unit-merged",
    409,
    "Enheden er allerede lagt sammen med en anden.",
    "The unit has been merged into another already.",
)
