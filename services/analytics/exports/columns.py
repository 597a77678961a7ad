"""The columns of all tables and what each holds, named as in the survey's exports where they meet; pure."""

from uuid import UUID

from services.analytics.exports.table import Column, Kind, Measure
from services.analytics.exports.words import (
    ANSWER_CODES,
    ANSWER_KINDS,
    CODES,
    REASONS,
    SUB_SCALES,
    Values,
)
from services.analytics.scores.words import DIMENSIONS, Said


def _text(name: str, danish: str, english: str, values: Values | None = None) -> Column:
    return Column(name, Kind.TEXT, Measure.NOMINAL, Said(danish, english), values or {})


def _number(name: str, danish: str, english: str) -> Column:
    return Column(name, Kind.NUMBER, Measure.SCALE, Said(danish, english))


def _whole(name: str, danish: str, english: str) -> Column:
    return Column(name, Kind.WHOLE, Measure.SCALE, Said(danish, english))


CASE = _text("caseId", "Borgerforløbet", "The case")
WAVE = _text("waveCode", "Måletidspunktets kode", "The wave's code")
VERSIONS = (
    _text(
        "instruments",
        "Spørgeskemaer og deres versioner, adskilt af mellemrum",
        "Instruments and their versions, separated by spaces",
    ),
    _text("methodVersion", "Beregningens version", "The method's version"),
    _text(
        "dataVersion",
        "Datas version: samme version, samme tal",
        "The data's version: same version, same figures",
    ),
)
RATER = (
    _text("raterId", "Den der bedømmer", "Who rates"),
    _text("raterLabel", "Navn på den der bedømmer", "Name of who rates"),
    _text("raterProfessionalGroup", "Faggruppe ved åbningen", "Professional group at opening"),
)
NETWORK = (
    _text("label", "Navn", "Name"),
    _text(
        "kind",
        "Deltager, eller gruppe der bedømmes",
        "Participant, or a group that is rated",
        {"participant": Said("Deltager", "Participant"), "group": Said("Gruppe", "Group")},
    ),
    _text("professionalGroup", "Faggruppe ved åbningen", "Professional group at opening"),
    _text("unitId", "Faglig enhed ved åbningen", "Professional unit at opening"),
    _number("weight", "Gennemsnit, fra den der bedømmer", "Mean, from the one who rates"),
)
"""The attributes of the network's nodes, and its ties' weight."""
ANSWERS = (
    CASE,
    WAVE,
    *RATER,
    _text("subjectId", "Den eller det bedømte", "Who or what is rated"),
    _text("subjectLabel", "Navn på den eller det bedømte", "Name of who or what is rated"),
    _text("itemId", "Udsagnet", "The statement", DIMENSIONS),
    _text("answerKind", "Om der er bedømt, eller hvorfor ikke", "Whether rated, or why not", ANSWER_KINDS),
    Column(
        "answerCode",
        Kind.WHOLE,
        Measure.ORDINAL,
        Said(
            "Svaret som kode; 0, -1 og -2 er ingen bedømmelse",
            "The answer as code; 0, -1, -2 are no rating",
        ),
        ANSWER_CODES,
        tuple(CODES.values()),
    ),
    _number("answerValue", "Bedømmelsen 1-5; tom uden bedømmelse", "The rating 1-5; empty without one"),
    *VERSIONS,
)
MATRIX = (
    CASE,
    WAVE,
    *RATER,
    _number("givenMean", "Gennemsnit af hvordan de andre bedømmes", "Mean of how the others are rated"),
    _number("receivedMean", "Gennemsnit af de andres bedømmelse", "Mean of the others' ratings"),
)
FIGURE = "figure"
FIGURES = (
    WAVE,
    _text(
        "level",
        "Hvad tallet er for: hele måletidspunktet eller ét forløb",
        "What the figure is of: the whole wave, or one case",
        {"wave": Said("Måletidspunktet", "The wave"), "case": Said("Borgerforløbet", "The case")},
    ),
    _text("caseId", "Borgerforløbet; tom for hele måletidspunktet", "The case; empty for the whole wave"),
    _text(
        FIGURE,
        "Tallets navn, som vejen i JSON-svaret",
        "The figure's name, as its path in the JSON answer",
    ),
    _text("dimensionCode", "Udsagn eller delskala", "Item or sub-scale", {**DIMENSIONS, **SUB_SCALES}),
    _text(
        "cut",
        "Andet der afgrænser tallet: navn=værdi; ...",
        "What else delimits the figure: name=value; ...",
    ),
    _number("value", "Tallet; tom hvor det ikke findes", "The figure; empty where it is undefined"),
    _text("reason", "Hvorfor tallet ikke findes", "Why the figure is undefined", REASONS),
    _number("standardError", "Standardfejl", "Standard error"),
    _number("degreesOfFreedom", "Frihedsgrader", "Degrees of freedom"),
    _number("p", "p-værdi", "p value"),
    _number("low", "Intervallets nedre grænse", "The interval's lower end"),
    _number("high", "Intervallets øvre grænse", "The interval's upper end"),
    _number("confidenceLevel", "Intervallets konfidensniveau", "The interval's level of confidence"),
    _text("intervalReason", "Hvorfor intervallet ikke findes", "Why the interval is undefined", REASONS),
    _whole("raters", "Antal der bedømte", "How many rated"),
    _whole("dyads", "Antal bedømte relationer", "How many relations were rated"),
    _whole("cells", "Antal bedømmelser", "How many ratings"),
    *VERSIONS,
)


ABOUT_ANYBODY = _number(
    "about_{id}",
    "Gennemsnit om den bedømte med dette id",
    "Mean about the one rated with this id",
)


def about(subject: UUID, label: str) -> Column:
    """Return the matrix's column of one who is rated; its name is the id, with underscores."""
    return _number(about_name(subject), f"Gennemsnit om {label}", f"Mean about {label}")


def about_name(subject: UUID) -> str:
    """Return what the column of one who is rated is called."""
    return "about_" + str(subject).replace("-", "_")
