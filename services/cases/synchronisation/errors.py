"""What the synchronisation of organisations refuses."""

from shared.errors import Fault

SUSPICIOUS_SNAPSHOT = Fault(
    "suspicious-snapshot",
    409,
    "Øjebliksbilledet ville afslutte mere end 30 % af kildens enheder eller ansættelser.",
    "The snapshot would end more than 30 % of the source's units or employments.",
)
