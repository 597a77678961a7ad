"""What the documentation page says itself, in both languages."""

from dataclasses import dataclass

from shared.wire import Language


@dataclass(frozen=True, slots=True)
class Wording:
    """The page's own words."""

    introduction: str
    contents: str
    parameters: str
    place: dict[str, str]
    required: str
    body: str
    example: str
    answers: str
    access: str
    public: str
    scheme: dict[str, str]
    document: str


WORDING: dict[Language, Wording] = {
    "da": Wording(
        introduction=(
            "Alle kald går til én adresse. Svar er JSON; fejl er application/problem+json (RFC 9457) "
            "med en kode til programmer og en tekst på dansk eller engelsk."
        ),
        contents="Indhold",
        parameters="Parametre",
        place={"path": "sti", "query": "forespørgsel", "header": "header"},
        required="påkrævet",
        body="Indhold i forespørgslen",
        example="Eksempel",
        answers="Svar",
        access="Adgang",
        public="alle",
        scheme={
            "bearer": "token fra egen OpenID-udbyder",
            "clientCredentials": "token fra /oauth2/token",
            "operator": "driftens token",
            "respondent": "respondentens token fra linket",
        },
        document="Hele beskrivelsen som OpenAPI 3.1",
    ),
    "en": Wording(
        introduction=(
            "All calls go to one address. Answers are JSON; errors are application/problem+json "
            "(RFC 9457) with a code for programs and a text in Danish or English."
        ),
        contents="Contents",
        parameters="Parameters",
        place={"path": "path", "query": "query", "header": "header"},
        required="required",
        body="Request body",
        example="Example",
        answers="Answers",
        access="Access",
        public="everybody",
        scheme={
            "bearer": "token of the own OpenID provider",
            "clientCredentials": "token of /oauth2/token",
            "operator": "operators' token",
            "respondent": "the respondent's token from the link",
        },
        document="The whole description as OpenAPI 3.1",
    ),
}
