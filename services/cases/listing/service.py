"""Use cases of lists: list cases, and search for them by what belongs in no address."""

from uuid import UUID

from sqlalchemy import ColumnElement

from services.cases.listing.repository import about_citizen, called, known_as, list_page
from services.cases.listing.schemas import CaseFilter, CaseSummary, CitizenWanted, SearchCases
from services.cases.register.citizens import find_citizen
from services.cases.register.pseudonyms import CitizenKeys
from shared.audit import Access, record_access
from shared.database.connection import Transaction
from shared.paging import Page, PageRequest


async def list_cases(transaction: Transaction, filters: CaseFilter, page: PageRequest) -> Page[CaseSummary]:
    """Return one page of the cases that the caller may see."""
    return await list_page(transaction, filters, (), {}, page)


async def search_cases(
    transaction: Transaction, keys: CitizenKeys, wanted: SearchCases
) -> Page[CaseSummary]:
    """Return one page of what a search finds; a search for a citizen is recorded, found or not."""
    terms: list[ColumnElement[bool]] = []
    said: dict[str, object] = {}
    if wanted.citizen is not None:
        citizen_id = await _citizen(transaction, keys, wanted.citizen)
        if citizen_id is None:
            return Page(items=[], next_cursor=None)
        await record_access(transaction, Access("search", "citizen", citizen_id, "case-handling"))
        terms.append(about_citizen(transaction.tenant, citizen_id))
        # The pseudonym, never the number: a cursor's digest of so few numbers could be guessed.
        said["citizen"] = str(citizen_id)
    if wanted.reference is not None:
        terms.append(known_as(transaction.tenant, wanted.reference))
        said["reference"] = wanted.reference.model_dump()
    if wanted.text is not None:
        terms.append(called(wanted.text))
        said["text"] = wanted.text
    return await list_page(transaction, wanted, terms, said, PageRequest(wanted.page_size, wanted.cursor))


async def _citizen(transaction: Transaction, keys: CitizenKeys, wanted: CitizenWanted) -> UUID | None:
    if wanted.cpr is not None:
        return await find_citizen(transaction, keys, wanted.cpr)
    return wanted.citizen_id
