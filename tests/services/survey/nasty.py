"""Values nobody should send; most hold a mark that no answer may repeat."""

from typing import Any
from uuid import UUID

CANARY = "zqx7kanarie"
CPR = "010190-9994"
MARKS = (CANARY, CPR, CPR.replace("-", ""), "314159265358979", "<script>")

TEXTS = (
    *(
        f"{CANARY}\x00",
        f"\ud800{CANARY}",
        f"{CANARY}\udfff",
        "",
        " ",
        "\t\n\r",
        f"\ufeff{CANARY}",
        "\u202e\u2066",
    ),
    *(CPR, CPR.replace("-", ""), f"'; DROP TABLE form; -- {CANARY}", f'" OR 1=1 /* {CANARY} */'),
    *(
        f"<script>alert('{CANARY}')</script>",
        f"</textarea><img src=x onerror={CANARY}>",
        f"{{{{7*7}}}}{CANARY}",
    ),
    *(
        f"${{jndi:ldap://{CANARY}}}",
        f"{{subject}}{CANARY}",
        f"%s%n%x{CANARY}",
        f"../../{CANARY}",
        f"=cmd|'{CANARY}'",
    ),
    *(
        CANARY * 10,
        CANARY * 20_000,
        "a" * 300,
        "é" * 200,
        "e\u0301" * 200,
        "👩‍👧" * 200,
        "٠٧٦٦",
        "ﬁ",
        "İ",
        "\u2028",
    ),
    *(
        "null",
        "true",
        "NaN",
        "0",
        "-1",
        "1e400",
        "2026-13-45T99:99:99Z",
        "0000-00-00T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ),
    *(
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00+99:99",
        f"{UUID(int=0)}",
        f"{UUID(int=2**128 - 1)}",
        "urn:uuid:x",
    ),
    *(
        "{00000000-0000-0000-0000-000000000000}",
        "a-b",
        "A",
        "-",
        "self",
        "da",
        "xx-Latn-XX",
        f"{CANARY}@x.dk",
    ),
)
NUMBERS = (0, -1, 1, 2**31, -(2**31) - 1, 2**63, 2**64, 10**60, 314159265358979, 1.5, -0.0, 1e308, 5e-324)
OTHERS: tuple[Any, ...] = (
    None,
    True,
    False,
    [],
    {},
    [[]],
    [None],
    {"": ""},
    {CANARY: CANARY},
    [CANARY] * 3,
)
RAW_VALUES = (
    "NaN",
    "-Infinity",
    "1e999",
    "1" + "0" * 5000,
    "01",
    "+1",
    "'x'",
    "0x10",
    '"\\ud800"',
    '"\\u0000"',
)
RAW_BODIES = (
    *(
        b"",
        b" ",
        b"null",
        b"0",
        b'""',
        b"[]",
        b"{",
        b'{"',
        b"{}{}",
        b"\x00",
        b"\xff\xfe\x00",
        b"\xef\xbb\xbf{}",
    ),
    *(
        b"[" * 50_000,
        b'{"a":' * 20_000,
        b"{" + b'"a":1,' * 5000 + b'"a":1}',
        b"\x1f\x8b\x08\x00",
        b'"\xc3\x28"',
    ),
    *(
        b'{"purpose": "\xed\xa0\x80"}',
        "{}".encode("utf-16"),
        "{}".encode("utf-32"),
        b"--x\r\n\r\n",
        b"a=1&b=2",
    ),
)
TYPES = (
    *(
        "text/plain",
        "text/html",
        "application/xml",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
    ),
    *(
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        f"application/{CANARY}",
        "json",
        "",
    ),
    *(
        "application/json, text/plain",
        "application/problem+json",
        "application/JSON",
        "*/*",
        "application/octet-stream",
    ),
)
HEADERS = (
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Accept-Language",
    "Accept",
    "Content-Encoding",
    "traceparent",
)
HEADER_VALUES = (
    *(
        "",
        '"',
        "*",
        '"1"',
        'W/"1"',
        f'"{CANARY}"',
        CANARY,
        "x" * 4000,
        "da;q=9",
        "-;;,,",
        "gzip",
        "\xe6\xf8".encode(),
    ),
    *(b"\xff\xfe", f"00-{'0' * 32}-{'0' * 16}-00", '"-1"', f'"{"9" * 40}"', CPR, "a b c d e f g h"),
)
