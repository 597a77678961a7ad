"""What handling refuses besides broken rules."""

from shared.errors import Fault

IN_A_STUDY = Fault(
    "case-in-study",
    409,
    "Forløbet indgår i en undersøgelse og kan ikke gå op i et andet.",
    "The case is enrolled in a study and can't be joined into another.",
)
