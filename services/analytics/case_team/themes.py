"""What a team can take up in its network meetings, in two languages, and where it is from; names nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.wire import Language

Text = Mapping[Language, str]


class Meeting(StrEnum):
    """The two network meetings."""

    FIRST = "first"
    SECOND = "second"


class Sign(StrEnum):
    """What of a network a theme answers to."""

    DIMENSION = "dimension-mean"
    DONT_KNOW = "dont-know-pairs"
    DONT_WORK_WITH = "dont-work-with-pairs"
    ASYMMETRY = "mean-asymmetry"
    APART = "groups-apart"


@dataclass(frozen=True, slots=True)
class Theme:
    """Something to take up, when its sign shows; `dimension` is whose mean, where that is the sign."""

    code: str
    meeting: Meeting
    sign: Sign
    text: Text
    basis: Text
    dimension: str | None = None


STUDY: Text = {
    "da": (
        "Storch og Hornstrup: Ledelsesinterventioner i arbejdet med sammenhængende og "
        "helhedsorienterede borgerforløb i den offentlige sektor"
    ),
    "en": (
        "Storch and Hornstrup: Ledelsesinterventioner i arbejdet med sammenhængende og "
        "helhedsorienterede borgerforløb i den offentlige sektor (leadership interventions; in Danish)"
    ),
}

FOCUS: Mapping[Meeting, Text] = {
    Meeting.FIRST: {
        "da": "Gensidigt kendskab til hinandens roller og arbejdsbetingelser.",
        "en": "Mutual knowledge of each other's roles and working conditions.",
    },
    Meeting.SECOND: {
        "da": "Forståelse for de forskellige faggruppers udfordringer, og fælles problemløsning.",
        "en": "Understanding each professional group's challenges, and solving problems together.",
    },
}
"""What the meetings are about whatever the figures say."""

_SMALL_THINGS: Text = {
    "da": "Undersøgelsens liste over små ting, der gjorde en stor forskel.",
    "en": "The study's list of small things that made a great difference.",
}
_FRUSTRATIONS: Text = {
    "da": "Undersøgelsens liste over, hvad der trak samarbejdet ned uden møder.",
    "en": "The study's list of what pulled collaboration down without meetings.",
}
_FIRST_FOCUS: Text = {
    "da": "Undersøgelsens fokus for det første møde.",
    "en": "The study's focus of the first meeting.",
}
_SECOND_FOCUS: Text = {
    "da": "Undersøgelsens fokus for det andet møde.",
    "en": "The study's focus of the second meeting.",
}

THEMES = (
    Theme(
        code="roles-and-conditions",
        meeting=Meeting.FIRST,
        sign=Sign.DIMENSION,
        dimension="mutual-knowledge",
        text={
            "da": "Fortæl på skift, hvad I hver især gør i forløbet, og hvilke vilkår I arbejder under.",
            "en": "Tell each other in turn what you do in the case, and the conditions you work under.",
        },
        basis=_FIRST_FOCUS,
    ),
    Theme(
        code="faces-and-phone-numbers",
        meeting=Meeting.FIRST,
        sign=Sign.DONT_KNOW,
        text={
            "da": "Få et ansigt på hinanden, og udveksl telefonnumre, så I kan nå hinanden direkte.",
            "en": "Put a face to each name, and exchange phone numbers: reach each other directly.",
        },
        basis=_SMALL_THINGS,
    ),
    Theme(
        code="who-works-with-whom",
        meeting=Meeting.FIRST,
        sign=Sign.DONT_WORK_WITH,
        text={
            "da": "Gennemgå, hvem der er med om hvad, og om flere af jer bør arbejde sammen.",
            "en": "Go through who is in the case for what, and whether more of you should work together.",
        },
        basis=_FRUSTRATIONS,
    ),
    Theme(
        code="understanding-conditions",
        meeting=Meeting.FIRST,
        sign=Sign.DIMENSION,
        dimension="mutual-respect",
        text={
            "da": "Tal om hinandens forudsætninger, og om hvad I har brug for hinanden til.",
            "en": "Talk about each other's conditions, and about what you need each other for.",
        },
        basis=_SMALL_THINGS,
    ),
    Theme(
        code="different-views",
        meeting=Meeting.FIRST,
        sign=Sign.ASYMMETRY,
        text={
            "da": "I oplever samarbejdet forskelligt to og to: lad alle blive hørt om, hvordan de ser det.",
            "en": "Two by two you experience it differently: let everyone be heard on how they see it.",
        },
        basis={
            "da": "Undersøgelsens samtaleform: lederen sikrer, at alle bliver hørt.",
            "en": "The study's form of talk: the leader sees to it that everyone is heard.",
        },
    ),
    Theme(
        code="one-problem-together",
        meeting=Meeting.SECOND,
        sign=Sign.DIMENSION,
        dimension="problem-solving",
        text={
            "da": "Tag ét aktuelt problem, hør hver faggruppe om det, og aftal en fælles løsning.",
            "en": "Take one present problem, hear each professional group on it, and agree on a solution.",
        },
        basis=_SECOND_FOCUS,
    ),
    Theme(
        code="response-times",
        meeting=Meeting.SECOND,
        sign=Sign.DIMENSION,
        dimension="knowledge-sharing",
        text={
            "da": "Aftal, hvem der skal vide hvad hvornår, og hvor hurtigt I svarer hinanden.",
            "en": "Agree on who needs to know what and when, and on how fast you answer each other.",
        },
        basis=_SMALL_THINGS,
    ),
    Theme(
        code="simple-priorities",
        meeting=Meeting.SECOND,
        sign=Sign.DIMENSION,
        dimension="holistic-orientation",
        text={
            "da": "Lav en enkel fælles prioritering, så borgeren ikke presses af indsatser dobbelt.",
            "en": "Set simple priorities together, so that the citizen isn't pressed by double efforts.",
        },
        basis=_SMALL_THINGS,
    ),
    Theme(
        code="new-agreements",
        meeting=Meeting.SECOND,
        sign=Sign.DIMENSION,
        dimension="innovation",
        text={
            "da": "Find mindst én ny måde at gøre tingene på, som ingen af jer kan gennemføre alene.",
            "en": "Find at least one new way of doing things that none of you can carry through alone.",
        },
        basis={
            "da": "En leder i undersøgelsen: møderne gav nye aftaler, som ingen havde tænkt på før.",
            "en": "A leader in the study: meetings brought new agreements nobody had thought of before.",
        },
    ),
    Theme(
        code="across-groups",
        meeting=Meeting.SECOND,
        sign=Sign.APART,
        text={
            "da": "Stærke relationer forbinder ikke alle i forløbet: aftal, hvordan alle får besked.",
            "en": "Strong relations don't connect everyone: agree on how to keep all informed.",
        },
        basis=_FRUSTRATIONS,
    ),
)
"""In the order in which they are shown, never by how strongly they show."""
