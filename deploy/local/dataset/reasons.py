"""Owns what a finding says, Danish first; no reason has room for what a cell held."""

MISSING_FILE = "filen mangler / the file is missing"
UNREADABLE_FILE = "filen kan ikke læses / the file cannot be read"
NOT_UTF8 = (
    "filen er ikke UTF-8; gem den som »CSV UTF-8« i Excel"
    " / the file is not UTF-8; save it as “CSV UTF-8” in Excel"
)
NOT_CSV = "linjen er ikke gyldig CSV (anførselstegn?) / the line is not valid CSV (quotes?)"
NO_HEADER = "filen har ingen overskrifter / the file has no header"
MISSING_COLUMN = "kolonnen mangler / the column is missing"
UNKNOWN_COLUMN = "ukendt kolonne; fjern den / unknown column; remove it"
REPEATED_COLUMN = "kolonnen står flere gange / the column stands more than once"
TOO_FEW_CELLS = "rækken har for få celler / the row has too few cells"
TOO_MANY_CELLS = "en celle uden for kolonnerne / a cell outside the columns"
PERSONAL_NUMBER = (
    "ligner et CPR-nummer; brug et pseudonym (vises ikke her)"
    " / looks like a CPR number; use a pseudonym (not shown here)"
)
EMPTY = "cellen er tom / the cell is empty"
TOO_LONG = "teksten er længere end 200 tegn / the text is longer than 200 characters"
CONTROL_CHARACTER = "et linjeskift eller styretegn / a line break or control character"
NOT_0_OR_1 = "skal være 0 eller 1 / must be 0 or 1"
NOT_A_ROLE = "skal være authority eller provider / must be authority or provider"
NOT_A_CODE = "skal være fire cifre, fx 0766 / must be four digits, such as 0766"
NOT_A_DATE = "skal være en dato: 2019-01-31 eller 31-01-2019 / must be a date: 2019-01-31 or 31-01-2019"
NOT_A_COUNT = "skal være et helt tal fra 1 / must be a whole number from 1"
NOT_A_UNIT_COUNT = "skal være et helt tal fra 0 / must be a whole number from 0"
NOT_A_WAVE_CODE = (
    "små bogstaver og bindestreger, fx follow-up / lower-case letters and hyphens, such as follow-up"
)
NOT_AN_ANSWER = "skal være 1-5, DK eller tom / must be 1-5, DK or empty"
NOT_AN_RK_ANSWER = "skal være 1-5, DK, DW eller tom / must be 1-5, DK, DW or empty"
AMBIGUOUS_NA = (
    "NA er tvetydigt: tom = ikke besvaret, DK = ved ikke"
    " / NA is ambiguous: empty = not answered, DK = don't know"
)
PARTLY_DW = (
    "DW gælder hele personen: alle seks celler eller ingen"
    " / DW is about the whole person: all six cells or none"
)
SELF_RATING = "ingen bedømmer sig selv / no one rates themselves"
OWN_LEADER_OF_SELF = "ingen er sin egen leder / no one is their own leader"
NOT_A_MEMBER = "er ikke med i sagen i members.csv / is not a member of the case in members.csv"
NOT_THE_LEADER = (
    "er ikke medlemmets leder i sagen i members.csv / is not the member's leader on the case in members.csv"
)
ANSWERS_WITHOUT_LEADER = (
    "svar om en leder, men medlemmet har ingen i members.csv"
    " / answers about a leader, but the member has none in members.csv"
)
CLOSES_BEFORE_OPENING = "lukker, før den åbner / closes before it opens"
WAVES_OUT_OF_ORDER = "åbner, før den foregående måling åbner / opens before the preceding wave opens"
TWO_PLACES = (
    "samme id står i professionals.csv med en anden kommune eller enhed"
    " / the same id has another municipality or unit in professionals.csv"
)


def repeated(line: int) -> str:
    """The key stands on an earlier line already."""
    return f"samme nøgle som linje {line} / the same key as line {line}"


def unknown_in(file: str) -> str:
    """The id refers to nothing."""
    return f"findes ikke i {file} / is not in {file}"


def unit_count_is(number: int) -> str:
    """The case's number of units is not that of its involvements."""
    return (
        f"involvements.csv har {number} enheder for sagen"
        f" / involvements.csv has {number} units for the case"
    )
