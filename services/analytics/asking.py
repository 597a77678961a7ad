"""What routes of results are asked with, and by which roles; decides of nobody what they see."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from shared.access.principal import Role
from shared.wire import Code

PERSONS = (Role.PROFESSIONAL, Role.LEADER)
RESEARCHERS = (Role.ANALYST, Role.ADMINISTRATOR)

CaseId = Annotated[UUID, Path(alias="caseId")]
WaveQuery = Annotated[Code, Query(description="The wave's code.", examples=["baseline"])]
