"""The columns of an export and what each means; no name of its own could be an item's; pure.

Items have kebab-case ids, so every other column has a capital letter in its name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.survey.answers.schemas import Layout
from services.survey.instruments.definition import Instrument


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, and in both languages what it holds."""

    name: str
    danish: str
    english: str


ABOUT_ROUND = (
    Column("roundId", "Målerunden", "The round"),
    Column("caseId", "Borgerforløbet; tom for samarbejdsgrupper", "The case; empty for groups"),
    Column("groupId", "Samarbejdsgruppen; tom for borgerforløb", "The group; empty for cases"),
    Column("waveCode", "Måletidspunktets kode", "The wave's code"),
    Column("waveOrdinal", "Måletidspunktets nummer", "The wave's number"),
    Column("roundState", "Om runden er åben eller lukket", "Whether the round is open or closed"),
    Column(
        "roundVisibility",
        "Hvad der er lovet om synlighed: team-open eller confidential",
        "What was promised about visibility: team-open or confidential",
    ),
    Column("openedAt", "Hvornår runden åbnede", "When the round opened"),
    Column("complexityLevel", "Kompleksitet ved åbningen", "Complexity at opening"),
    Column("unitCount", "Antal enheder ved åbningen", "Units at opening"),
    Column("authorityFunctions", "Myndighedsfunktioner ved åbningen", "Authority functions at opening"),
    Column("citizenResources", "Borgerens ressourcer", "The citizen's resources"),
    Column("instrumentCode", "Spørgeskemaet", "The instrument"),
    Column("instrumentVersion", "Spørgeskemaets version", "The instrument's version"),
    Column("formKind", "Hvem der bedømmer hvem", "Who rates whom"),
)
ABOUT_RESPONDENT = (
    Column(
        "respondentKey",
        "Pseudonym, ens i hele filen og kun i den",
        "Pseudonym, the same throughout the file and only there",
    ),
    Column("respondentSeat", "Respondentens plads i målingen", "The respondent's seat in the measurement"),
    Column("respondentKind", "professional eller citizen", "professional or citizen"),
    Column("respondentRole", "Rolle i forløbet ved åbningen", "Role in the case at opening"),
    Column("respondentProfessionalGroup", "Faggruppe ved åbningen", "Professional group at opening"),
    Column("respondentUnitId", "Enhed ved åbningen", "Unit at opening"),
    Column("respondentAreaId", "Område ved åbningen", "Area at opening"),
    Column("respondentMunicipality", "Kommunekode ved åbningen", "Municipality at opening"),
    Column(
        "respondentLeaderKey", "Pseudonym for lederen ved åbningen", "Pseudonym of the leader at opening"
    ),
)
ABOUT_SUBJECT = (
    Column("subjectKey", "Pseudonym for den eller det bedømte", "Pseudonym of whom or what is rated"),
    Column("subjectSeat", "Den bedømtes plads i målingen", "The subject's seat in the measurement"),
    Column(
        "subjectKind",
        "professional, group, leader, case eller collaboration",
        "professional, group, leader, case or collaboration",
    ),
    Column("subjectRole", "Rolle i forløbet ved åbningen", "Role in the case at opening"),
    Column("subjectProfessionalGroup", "Faggruppe ved åbningen", "Professional group at opening"),
    Column("subjectUnitId", "Enhed ved åbningen", "Unit at opening"),
    Column("subjectAreaId", "Område ved åbningen", "Area at opening"),
)
ABOUT_ANSWER = (
    Column("recordKind", "rating: bedømmelse; text: fritekst", "rating, or text: a free text"),
    Column("answerVersion", "1, eller højere for en rettelse", "1, or more for a correction"),
    Column("isNewest", "Om dette er den nyeste version", "Whether this is the newest version"),
    Column("submittedAt", "Hvornår skemaet først blev indsendt", "When the form was first submitted"),
    Column("answeredAt", "Hvornår denne version blev indsendt", "When this version was submitted"),
    Column("answeredBy", "Hvem der svarede", "Who answered"),
    Column("answerLanguage", "Sproget der blev svaret på", "The language answered in"),
    Column(
        "shareWithTeam",
        "Om borgeren vil dele svaret med teamet",
        "Whether the citizen shares the answer with the team",
    ),
)
OF_TEXT = (
    Column("textQuestionId", "Det åbne spørgsmål", "The open question"),
    Column("textBody", "Friteksten", "The free text"),
    Column("mayQuote", "Om teksten må citeres", "Whether the text may be quoted"),
)
OF_ITEM = (
    Column("itemId", "Udsagnet", "The statement"),
    Column("itemLabel", "Udsagnets korte navn", "The statement's short name"),
    Column("isFocusItem", "Om runden arbejder med udsagnet", "Whether the round works on the statement"),
    Column(
        "answerKind",
        "rated, dont-know, dont-work-with eller not-answered",
        "rated, dont-know, dont-work-with or not-answered",
    ),
    Column("answerValue", "Den valgte værdi; tom uden bedømmelse", "The value; empty if nothing is rated"),
    Column("answerLabel", "Svaret i ord", "The answer in words"),
)
SHARED = (*ABOUT_ROUND, *ABOUT_RESPONDENT, *ABOUT_SUBJECT, *ABOUT_ANSWER, *OF_TEXT)


def columns_of(layout: Layout, instruments: Iterable[Instrument]) -> tuple[str, ...]:
    """Name the columns of an export, in order."""
    own = [each.name for each in OF_ITEM] if layout is Layout.LONG else item_columns(instruments)
    return (*(each.name for each in SHARED), *own)


def item_columns(instruments: Iterable[Instrument]) -> Sequence[str]:
    """Name every item of any version: the oldest version's first, what later ones added after them."""
    by_version = sorted(instruments, key=lambda each: each.version)
    return list(dict.fromkeys(item for each in by_version for item in each.item_ids))
