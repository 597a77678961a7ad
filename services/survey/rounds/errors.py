"""What rounds refuse."""

from shared.errors import Fault

ROUND_CLOSED = Fault(
    "round-closed",
    409,
    "Målerunden er lukket; der kan ikke svares længere.",
    "The round is closed; answers are no longer taken.",
)
ROUND_NOT_OPEN = Fault(
    "round-not-open",
    409,
    "Målerunden er ikke åben.",
    "The round is not open.",
)
ROUND_NOT_PLANNED = Fault(
    "round-not-planned",
    409,
    "Kun en planlagt målerunde kan aflyses.",
    "Only a planned round can be cancelled.",
)
ROUND_EXISTS = Fault(
    "round-exists",
    409,
    "Der er allerede en målerunde på dette måletidspunkt.",
    "There is a round for this wave already.",
)
EMPTY_ROSTER = Fault(
    "empty-roster",
    422,
    "Der er ingen at spørge.",
    "There is nobody to ask.",
)
