"""Routes of files. What may not leave and what does not exist answer alike: 404 `not-available`."""

from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from starlette.responses import Response

from services.analytics.asking import PERSONS, RESEARCHERS, AskedNow, CaseId, WavePath, WaveQuery
from services.analytics.exports.code_book import code_book, code_book_csv
from services.analytics.exports.files import GRAPHML, NETWORKS, PARQUET, SAV, TABLES
from services.analytics.exports.schemas import CodeBookView, ExportPurpose, TeamContent, WaveContent
from services.analytics.exports.service import Exports, TeamWish, WaveWish
from services.analytics.resident.asked import Asked
from shared.access.policy import Caller, allow
from shared.app.language import preferred_language
from shared.app.media_type import media_type_for
from shared.app.routing import strict_router
from shared.representation import represent, represent_bytes, represent_bytes_tagged
from shared.spreadsheet import MEDIA_TYPE as CSV
from shared.spreadsheet import CsvWriter
from shared.wire import Language

router = strict_router("exports")

_VARY = {"Vary": "Accept"}
_JSON = "application/json"
_LONGEST = 2**31 - 1
_EXAMPLES = {
    CSV: "waveCode,level,figure,value\r\nbaseline,wave,overview.meanOfCases,3.9\r\n",
    PARQUET: "PAR1...",
    SAV: "$FL2@(#) SPSS DATA FILE ...",
    GRAPHML: '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed"/>...',
}
_CONTENT: dict[str, dict[str, Any]] = {
    each: {"schema": {"type": "string", "maxLength": _LONGEST}, "example": example}
    for each, example in _EXAMPLES.items()
}


def _described(*offered: str) -> dict[int | str, dict[str, Any]]:
    content = {each: _CONTENT[each] for each in offered}
    return {200: {"description": "The file", "content": content}, 406: {}}


Purpose = Annotated[ExportPurpose, Query(description="What the file is for; the audit keeps it.")]


async def _exports(request: Request) -> Exports:
    exports: Exports = request.app.state.exports
    return exports


async def _team_wish(
    request: Request,
    content: Annotated[TeamContent, Path(description="What the file holds.")],
    wave: WaveQuery,
    purpose: Purpose,
) -> TeamWish:
    headers = request.headers
    offered = NETWORKS if content is TeamContent.NETWORK else TABLES
    media_type = media_type_for(headers.get("accept"), offered)
    language = preferred_language(headers.get("accept-language"))
    return TeamWish(content, wave, purpose, media_type, language)


ExportsNow = Annotated[Exports, Depends(_exports)]
TeamWishNow = Annotated[TeamWish, Depends(_team_wish)]


@router.get(
    "/v1/cases/{caseId}/exports/{content}",
    dependencies=[allow(*PERSONS)],
    response_class=Response,
    responses=_described(*TABLES, GRAPHML),
)
async def export_case_results(
    request: Request, case_id: CaseId, wanted: TeamWishNow, caller: Caller, exports: ExportsNow
) -> Response:
    """Take a case's exact results away as a file: for its own team, once the round is closed.

    `answers` (a row for each answer) and `matrix` come as CSV, Parquet or SPSS, `network` as GraphML: say
    which in `Accept`. Labels are in the language of `Accept-Language`. The purpose is recorded. Whoever has
    the file keeps what was promised to those who answered.
    """
    file = await exports.team_file(caller, case_id, wanted)
    headers = _headers(file.disposition, wanted.language)
    return represent_bytes(request, file.body, file.media_type, headers)


@router.get(
    "/v1/waves/{wave}/exports/figures",
    dependencies=[allow(*RESEARCHERS)],
    response_class=Response,
    responses=_described(*TABLES),
)
async def export_wave_figures(
    request: Request, wave: WavePath, asked: AskedNow, exports: ExportsNow
) -> Response:
    """Take all released figures of a wave away as a file, one row for each, as CSV, Parquet or SPSS.

    It holds the figures that the views over the wave show to the same caller, and no others: its overview,
    reliability, associations, distribution of cases' scores, response, leadership profile and cuts.
    """
    media_type = media_type_for(request.headers.get("accept"), TABLES)
    return await _wave_file(exports, asked, WaveWish(WaveContent.FIGURES, wave, media_type))


@router.get(
    "/v1/waves/{wave}/exports/case-scores",
    dependencies=[allow(*RESEARCHERS)],
    response_class=Response,
    responses=_described(*TABLES),
)
async def export_wave_case_scores(
    request: Request, wave: WavePath, purpose: Purpose, asked: AskedNow, exports: ExportsNow
) -> Response:
    """Take the released scores of a wave's cases away as a file, one row for each figure of each case.

    It holds what `/v1/cases/{caseId}/scores` shows to those who are not of the team: cases that enough
    people answered in. The purpose is recorded with each case.
    """
    media_type = media_type_for(request.headers.get("accept"), TABLES)
    return await _wave_file(exports, asked, WaveWish(WaveContent.CASE_SCORES, wave, media_type, purpose))


@router.get(
    "/v1/exports/code-book",
    dependencies=[allow(*PERSONS, *RESEARCHERS)],
    response_model=CodeBookView,
    responses={200: {"content": {CSV: _CONTENT[CSV]}}, 406: {}},
)
async def get_export_code_book(request: Request) -> Response:
    """Read what each column, code and figure of the files means, in Danish and English, as JSON or CSV.

    The statements' wordings are the survey's: see its instruments.
    """
    wanted = media_type_for(request.headers.get("accept"), (_JSON, CSV))
    if wanted == _JSON:
        return represent(request, code_book(), headers=_VARY)
    headers = {**_VARY, "Content-Disposition": 'attachment; filename="samspil-export-code-book.csv"'}
    return represent_bytes(request, code_book_csv(), CsvWriter.media_type, headers)


async def _wave_file(exports: Exports, asked: Asked, wanted: WaveWish) -> Response:
    tag, file = await exports.wave_file(asked, wanted)
    if file is None:
        return represent_bytes_tagged(None, wanted.media_type, tag, _VARY)
    return represent_bytes_tagged(
        file.body, file.media_type, tag, _headers(file.disposition, asked.language)
    )


def _headers(disposition: str, language: Language) -> dict[str, str]:
    return {**_VARY, "Content-Disposition": disposition, "Content-Language": language}
