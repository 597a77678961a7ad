"""The description is served as a document and as a page that needs nothing from anywhere else."""

import base64
import hashlib
import re

import pytest

from services.gateway.openapi.page import CONTENT_POLICY, render_page
from tests.services.gateway.conftest import Front, stub_document


class TestGetDescription:
    async def test_serves_the_document_and_304(self, front: Front) -> None:
        answer = await front.http.get("/v1/openapi.json")
        assert answer.json() == stub_document()
        again = await front.http.get("/v1/openapi.json", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

    async def test_pages_of_every_origin_may_read_it(self, front: Front) -> None:
        answer = await front.http.get("/v1/openapi.json", headers={"Origin": "https://anybody.example"})
        assert answer.headers.get_list("access-control-allow-origin") == ["*"]
        health = await front.http.get("/health/live", headers={"Origin": "https://anybody.example"})
        assert "access-control-allow-origin" not in health.headers

    async def test_is_still_where_it_was(self, front: Front) -> None:
        answer = await front.http.get("/openapi.json")
        assert answer.json() == stub_document()


class TestGetDocs:
    @pytest.mark.parametrize(
        ("wanted", "language", "word"), [("en", "en", "Contents"), ("da", "da", "Indhold")]
    )
    async def test_speaks_both_languages(self, front: Front, wanted: str, language: str, word: str) -> None:
        answer = await front.http.get("/docs", headers={"Accept-Language": wanted})
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["content-language"] == language
        assert f'<html lang="{language}">' in answer.text
        assert word in answer.text

    async def test_allows_its_own_style_and_nothing_else(self, front: Front) -> None:
        answer = await front.http.get("/docs")
        assert answer.headers.get_list("content-security-policy") == [CONTENT_POLICY]
        [style] = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in CONTENT_POLICY
        assert "<script" not in answer.text
        assert not re.search(r'(src|href)="(?!#|/v1/openapi\.json)', answer.text)

    def test_escapes_what_it_shows(self) -> None:
        document = stub_document()
        document["paths"]["/v1/cases"]["get"]["description"] = "<script>alert(1)</script>"
        document["info"]["title"] = "<b>"
        page = render_page(document, "en")
        assert "<script" not in page
        assert "<b>Access" in page
        assert "<h1>&lt;b&gt;" in page
