"""What schemathesis needs besides: how bytes of media are written."""

from __future__ import annotations

from typing import Any

import schemathesis


@schemathesis.serializer(
    *(
        f"{kind}/{name}"
        for kind, names in {
            "audio": ("flac", "wav", "mp3", "mpeg", "ogg", "webm", "*"),
            "image": ("png", "jpeg", "webp", "gif", "*"),
            "video": ("mp4", "webm", "*"),
        }.items()
        for name in names
    )
)
def as_it_is(_: Any, value: Any) -> Any:
    """Texts and bytes as they are."""
    return value if isinstance(value, bytes) else str(value).encode()
