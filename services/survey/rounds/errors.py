"""What rounds refuse."""

from shared.errors import Fault

ROUND_CLOSED = Fault(
    "round-closed",
    409,
    "Målerunden er lukket; der kan ikke svares længere.",
    "The round is closed; answers are no longer taken.",
)
ROUND_EXISTS = Fault(
    "round-exists",
    409,
    "Forløbet har allerede en målerunde på dette måletidspunkt.",
    "The case already has a round for this wave.",
)
EMPTY_ROSTER = Fault(
    "empty-roster",
    422,
    "Der er ingen i forløbet at spørge.",
    "There is nobody in the case to ask.",
)
