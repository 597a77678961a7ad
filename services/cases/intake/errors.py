"""What intake refuses besides broken rules."""

from shared.errors import Fault

ERASED_CASE = Fault(
    "erased-case",
    409,
    "Forløbet er slettet og oprettes ikke igen.",
    "The case was erased and is not made again.",
)
MOVED_CASE = Fault(
    "moved-case",
    409,
    "Det, du siger om forløbet, er gået over i et andet; skriv i det.",
    "What you say of the case went on in another; write that one.",
)
FOREIGN_SYSTEM = Fault(
    "foreign-system",
    403,
    "Dit token gælder ikke for dette kildesystem.",
    "Your token does not speak for this source system.",
)
SOURCE_NEEDED = Fault(
    "source-needed",
    422,
    "Dit token taler for flere kildesystemer; sig hvilket.",
    "Your token speaks for several source systems; say which.",
)
OUTDATED_SNAPSHOT = Fault(
    "outdated-snapshot",
    409,
    "Et nyere øjebliksbillede fra kilden er allerede afsluttet.",
    "A newer snapshot of the source was closed already.",
)
INCOMPLETE_SNAPSHOT = Fault(
    "incomplete-snapshot",
    409,
    "Der er modtaget færre sager, end øjebliksbilledet har; intet er afsluttet.",
    "Fewer files arrived than the snapshot has; nothing was ended.",
)
SUSPICIOUS_SNAPSHOT = Fault(
    "suspicious-snapshot",
    409,
    "Øjebliksbilledet ville afslutte mere end tre ud af ti sager; intet er afsluttet.",
    "The snapshot would end more than three files in ten; nothing was ended.",
)
