"""What answering refuses."""

from shared.errors import Fault

ALREADY_SUBMITTED = Fault(
    "already-submitted",
    409,
    "Dette skema er allerede besvaret.",
    "This form has been submitted already.",
)
ANSWERS_CHANGED = Fault(
    "answers-changed",
    409,
    "Svarene er ændret et andet sted; hent dem igen.",
    "The answers were changed elsewhere; read them again.",
)
DRAFT_CHANGED = Fault(
    "draft-changed",
    409,
    "Kladden er ændret et andet sted; hent den igen.",
    "The draft was changed elsewhere; read it again.",
)
RESPONSE_WITHDRAWN = Fault(
    "response-withdrawn",
    409,
    "Dine svar er trukket tilbage; der kan ikke svares igen.",
    "Your answers have been withdrawn; nothing can be answered again.",
)
NO_LONGER_ASKED = Fault(
    "no-longer-asked",
    409,
    "Du er ikke længere med i forløbet og bliver derfor ikke spurgt.",
    "You are no longer part of this, and so you are not asked.",
)
