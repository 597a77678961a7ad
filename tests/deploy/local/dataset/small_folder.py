"""A data folder of one case with three members, for tests to break in one place each."""

from pathlib import Path

FILES = {
    "municipalities.csv": "municipality_id,code,name\nK1,0766,Hedensted\n",
    "units.csv": (
        "unit_id,municipality_id,area,name,authority_function,law,external\n"
        "U1,K1,Børn og Unge,Familieafdelingen,1,Barnets lov,0\n"
        "U2,K1,Børn og Unge,Skole,0,Folkeskoleloven,0\n"
        "U3,K1,Øvrige,Egen læge,0,,1\n"
    ),
    "leaders.csv": "leader_id,municipality_id,unit_id\nL1,K1,U1\n",
    "professionals.csv": (
        "professional_id,municipality_id,unit_id,professional_group,leader_id\n"
        "P1,K1,U1,Socialrådgiver,L1\n"
        "P2,K1,U2,Lærer,L1\n"
        "P3,K1,U3,Praktiserende læge,\n"
    ),
    "waves.csv": (
        "wave,code,opens_on,closes_on\n"
        "1,baseline,2019-01-14,2019-02-15\n"
        "2,follow-up,2019-05-13,2019-06-14\n"
    ),
    "cases.csv": "case_id,municipality_id,arm,n_units\nS1,K1,1,3\n",
    "involvements.csv": "case_id,unit_id,role\nS1,U1,authority\nS1,U2,provider\nS1,U3,provider\n",
    "members.csv": "case_id,professional_id,leader_id\nS1,P1,L1\nS1,P2,L1\nS1,P3,\n",
    "rk.csv": (
        "case_id,wave,rater_id,target_id,i1,i2,i3,i4,i5,i6\n"
        "S1,1,P1,P2,1,2,3,4,5,DK\n"
        "S1,1,P1,P3,DW,DW,DW,DW,DW,DW\n"
        "S1,1,P2,P1,,,,,,\n"
    ),
    "leadership.csv": (
        "case_id,wave,respondent_id,leader_id,l1,l2,l3,l4,l5,l6,l7\nS1,1,P1,L1,1,2,3,4,5,DK,\n"
    ),
    "citizen.csv": "case_id,wave,citizen_id,c1,c2,c3,c4,c5\nS1,1,B1,1,2,3,DK,\n",
}


def write_folder(folder: Path) -> Path:
    """Write the whole folder without a mistake."""
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def replace_in(folder: Path, file: str, old: str, new: str) -> None:
    """Change one place of one file; the place must be there."""
    path = folder / file
    content = path.read_text(encoding="utf-8")
    if content.count(old) != 1:
        raise ValueError(f"{file} has {old!r} {content.count(old)} times")
    path.write_text(content.replace(old, new), encoding="utf-8")
