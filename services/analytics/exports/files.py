"""The formats a file comes in, and how a table or a network is written in each; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.analytics.exports.parquet import write_parquet
from services.analytics.exports.sav import write_sav
from services.analytics.exports.table import Table
from shared.spreadsheet import MEDIA_TYPE as CSV
from shared.spreadsheet import CsvWriter
from shared.wire import Language

PARQUET = "application/vnd.apache.parquet"
SAV = "application/x-spss-sav"
GRAPHML = "application/graphml+xml"

_EXTENSIONS = {CSV: "csv", PARQUET: "parquet", SAV: "sav", GRAPHML: "graphml"}
_SENT_AS = {CSV: CsvWriter.media_type}


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file: its bytes and what they are; its name is made of codes, nothing in it is anybody's text."""

    body: bytes
    media_type: str
    name: str

    @property
    def disposition(self) -> str:
        """What tells a browser to keep it as a file."""
        return f'attachment; filename="{self.name}"'


def file_of(body: bytes, media_type: str, stem: str) -> ExportFile:
    """Name a file by what it holds."""
    sent_as = _SENT_AS.get(media_type, media_type)
    return ExportFile(body, sent_as, f"samspil-{stem}.{_EXTENSIONS[media_type]}")


def _write_csv(table: Table, language: Language) -> bytes:
    writer = CsvWriter([each.name for each in table.columns])
    return b"".join([writer.start(), writer.some(table.rows), writer.end()])


WRITERS: Mapping[str, Callable[[Table, Language], bytes]] = {
    CSV: _write_csv,
    PARQUET: write_parquet,
    SAV: write_sav,
}
"""How a table is written in each format; CSV comes first, to whoever has no wish."""
TABLES = tuple(WRITERS)
NETWORKS = (GRAPHML,)
