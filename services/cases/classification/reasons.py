"""Why a case was classified anew: a code for programs, and a sentence for people in both languages."""

from enum import StrEnum

from shared.wire import Language


class Reason(StrEnum):
    """What had happened when a case was classified."""

    REGISTRATION = "registration"
    REGISTRATION_ENDED = "registration-ended"
    JOINED = "joined"
    SPLIT = "split"
    HANDOVER = "handover"
    CASE_WRITTEN = "case-written"
    UNIT_CHANGED = "unit-changed"
    UNIT_MERGED = "unit-merged"
    RULE_SET_CHANGED = "rule-set-changed"
    REGISTER_UPGRADED = "register-upgraded"

    def description(self, language: Language) -> str:
        """Say the reason in a language."""
        danish, english = _TEXTS[self]
        return danish if language == "da" else english


_TEXTS = {
    Reason.REGISTRATION: (
        "Et fagsystem har indberettet, hvem der er inde i forløbet.",
        "A case system reported who is involved in the case.",
    ),
    Reason.REGISTRATION_ENDED: (
        "En sag i et fagsystem er afsluttet.",
        "A file in a case system was closed.",
    ),
    Reason.JOINED: ("To forløb er lagt sammen.", "Two cases were joined."),
    Reason.SPLIT: ("Forløbet er delt i to.", "The case was split in two."),
    Reason.HANDOVER: (
        "En fagperson har overtaget efter en anden.",
        "One professional took over from another.",
    ),
    Reason.CASE_WRITTEN: ("Forløbet er rettet i hånden.", "The case was changed by hand."),
    Reason.UNIT_CHANGED: (
        "En enhed i forløbet tæller på en anden måde end før.",
        "A unit in the case counts in another way than before.",
    ),
    Reason.UNIT_MERGED: (
        "En enhed i forløbet er lagt sammen med en anden.",
        "A unit in the case was merged with another.",
    ),
    Reason.RULE_SET_CHANGED: (
        "Kommunen har taget et andet regelsæt i brug.",
        "The municipality put another rule set to use.",
    ),
    Reason.REGISTER_UPGRADED: (
        "Registret er opgraderet og holder nu tallene på forløbet selv.",
        "The register was upgraded, and now keeps the counts on the case itself.",
    ),
}
