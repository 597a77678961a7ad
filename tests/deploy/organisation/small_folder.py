"""A small organisation as CSV files."""

from pathlib import Path

FILES = {
    "areas": "reference,name,municipality_code\nbu,Børn og Unge,0766\n",
    "units": "reference,name,area_reference,parent_reference,municipality_code,counts_as_unit,"
    "authority_function,external,laws\n"
    "familie,Familieafdelingen,bu,,0766,1,ja,nej,Barnets lov|Serviceloven\n"
    "familiehus,Familiehuset,bu,familie,0766,0,,,\n",
    "persons": "reference,name\nkibe,Kirsten Berg\nanho,Anne Holm\n",
    "professionals": "reference,person_reference,unit_reference,professional_group,leader_reference,email,"
    "mobile,valid_from\n"
    "kibe-1,kibe,familie,Leder,,,,\n"
    "anho-1,anho,familiehus,Familiebehandler,kibe-1,anho@hedensted.example,12 34 56 78,01-08-2026\n",
}


def write(folder: Path, **changed: str) -> Path:
    """Write the files, some otherwise."""
    for name, text in {**FILES, **changed}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder
