"""What rounds refuse."""

from shared.errors import Fault

ROUND_CLOSED = Fault(
    "round-closed",
    409,
    "Målerunden er lukket; der kan ikke svares længere.",
    "The round is closed; answers are no longer taken.",
)
EMPTY_ROSTER = Fault(
    "empty-roster",
    422,
    "Der er ingen i forløbet at spørge.",
    "There is nobody in the case to ask.",
)
