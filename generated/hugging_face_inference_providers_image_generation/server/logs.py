# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What the program itself has to say, as one JSON object a line on standard error, beside the lines of requests."""

from __future__ import annotations

import json
import logging
import time
from typing import Any

from .logwriter import LOG


class JsonLines(logging.Formatter):
    """Formats a record as one line; nothing of it can begin another one."""

    def format(self, record: logging.LogRecord) -> str:
        """See ``logging``."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        members: dict[str, Any] = {
            "time": f"{stamp}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            members["exception"] = self.formatException(record.exc_info)
        return json.dumps(members)


def configure() -> None:
    """Log to standard error from level INFO on, unless the program that serves has its own way."""
    handler = logging.StreamHandler(LOG)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
