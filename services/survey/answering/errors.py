"""What answering refuses."""

from shared.errors import Fault

ALREADY_SUBMITTED = Fault(
    "already-submitted",
    409,
    "Dette skema er allerede besvaret.",
    "This form has been submitted already.",
)
DRAFT_CHANGED = Fault(
    "draft-changed",
    409,
    "Kladden er ændret et andet sted; hent den igen.",
    "The draft was changed elsewhere; read it again.",
)
