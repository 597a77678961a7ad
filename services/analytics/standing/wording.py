"""What is said of limits and of why a case is on the attention list, in two languages; names nobody."""

from collections.abc import Mapping
from enum import StrEnum

from shared.wire import Language

Text = Mapping[Language, str]

THRESHOLD = 2.5
"""Where the instruments' band `low` ends, midway between disagreeing and neither; not validated."""
SATISFIED = 3.5
"""Where the instruments' band `high` begins; not validated."""
PROBABLE = 0.8
"""From which probability on a case is on the list; not validated."""


class AttentionReason(StrEnum):
    """Why a case is on the attention list."""

    LOW = "team-low"
    FALLING = "team-falling"
    LOW_CITIZEN_SATISFIED = "team-low-citizen-satisfied"
    CITIZEN_DISSATISFIED = "citizen-dissatisfied-team-not-low"


BANDS: Text = {
    "da": (
        "Ikke valideret: der er ikke offentliggjort officielle grænser. Grænsen er en læsehjælp, "
        "midt mellem to svar på skalaen."
    ),
    "en": (
        "Not validated: no official limits are published. The limit is a reading aid, midway between "
        "two answers on the scale."
    ),
}

CHOSEN: Text = {
    "da": "Ikke valideret: grænsen er valgt af den, der spurgte.",
    "en": "Not validated: the limit was chosen by whoever asked.",
}

REASONS: Mapping[AttentionReason, Text] = {
    AttentionReason.LOW: {
        "da": "Teamets relationelle kapacitet er sandsynligvis under grænsen.",
        "en": "The team's relational capacity is probably below the threshold.",
    },
    AttentionReason.FALLING: {
        "da": "Teamets relationelle kapacitet er sandsynligvis faldet siden den tidligere måling.",
        "en": "The team's relational capacity has probably fallen since the earlier measurement.",
    },
    AttentionReason.LOW_CITIZEN_SATISFIED: {
        "da": (
            "Borgeren oplever god kvalitet, mens teamets relationelle kapacitet sandsynligvis er under "
            "grænsen."
        ),
        "en": (
            "The citizen experiences good quality, while the team's relational capacity is probably below "
            "the threshold."
        ),
    },
    AttentionReason.CITIZEN_DISSATISFIED: {
        "da": (
            "Borgeren oplever lav kvalitet, mens teamets relationelle kapacitet sandsynligvis ikke er "
            "under grænsen."
        ),
        "en": (
            "The citizen experiences low quality, while the team's relational capacity is probably not "
            "below the threshold."
        ),
    },
}
