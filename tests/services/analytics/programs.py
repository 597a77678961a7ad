"""Analytics' programs as processes of their own, started as outside: with their settings as variables."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from typing import Any

from pydantic import SecretStr

from services.analytics.settings import AnalyticsSettings


async def program(module: str, settings: AnalyticsSettings) -> Process:
    """Start a module; whoever does waits for its end."""
    variables = {
        f"ANALYTICS_{name.upper()}": _written(getattr(settings, name))
        for name in AnalyticsSettings.model_fields
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, env={**os.environ, **variables}, stdout=PIPE, stderr=PIPE
    )


def _written(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return json.dumps(value) if isinstance(value, dict) else str(value)
