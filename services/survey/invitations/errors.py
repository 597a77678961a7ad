"""What invitations refuse."""

from shared.errors import Fault

ROUND_OVER = Fault(
    "round-over",
    409,
    "Målerunden er slut; det kan ikke ændres længere.",
    "The round is over; this can't be changed any longer.",
)
