"""What collaboration groups refuse."""

from shared.errors import Fault

KIND_FIXED = Fault(
    "kind-fixed",
    409,
    "En samarbejdsgruppe bliver ved med at være af samme slags; opret en ny.",
    "A collaboration group stays of its kind; make a new one.",
)
