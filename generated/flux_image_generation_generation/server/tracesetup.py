# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Whether spans are recorded at all, and OpenTelemetry's SDK made ready where they are: nothing is imported before."""

from __future__ import annotations

import logging
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .settings import Settings

if TYPE_CHECKING:
    from .tracing import Tracer

_API = "opentelemetry.trace"
_SDK = "opentelemetry.sdk.trace"
_ASKING = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_MODULES = {
    "grpc": "opentelemetry.exporter.otlp.proto.grpc.trace_exporter",
    "http/protobuf": "opentelemetry.exporter.otlp.proto.http.trace_exporter",
}

logger = logging.getLogger(__name__)


def tracer(settings: Settings) -> Tracer | None:
    """What records spans; ``None`` when nobody asked for any, or the SDK is not installed.

    Asked is by an exporter of the document or of the variables of OpenTelemetry, by the program that starts this one
    (``opentelemetry-instrument``), or by ``record``.
    """
    asked = settings.exporter or any(os.environ.get(name) for name in _ASKING)
    if _switched_off() or not (asked or running()):
        return None
    return record(settings)


def record(settings: Settings) -> Tracer | None:
    """What records spans, wherever they go; ``None`` when the SDK is not installed."""
    if _switched_off() or not installed():
        return None
    if not running():
        _set_up(settings)
    from .tracing import Tracer

    return Tracer(settings.package)


def installed() -> bool:
    """Whether there is OpenTelemetry's SDK."""
    return bool(find_spec("opentelemetry") and find_spec("opentelemetry.sdk"))


def _switched_off() -> bool:
    return os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"


def running() -> bool:
    """Whether some SDK has been set up in this process."""
    if _SDK not in sys.modules:
        return False
    provider: Any = import_module(_SDK).TracerProvider
    return isinstance(import_module(_API).get_tracer_provider(), provider)


def _set_up(settings: Settings) -> None:
    """A provider as the variables of OpenTelemetry say, and else the document."""
    environ = os.environ
    named = environ.get("OTEL_SERVICE_NAME") or settings.package
    sampler = None
    if not environ.get("OTEL_TRACES_SAMPLER") and settings.sampling < 1:
        sampling = import_module(f"{_SDK}.sampling")
        sampler = sampling.ParentBasedTraceIdRatio(settings.sampling)
    resources = import_module("opentelemetry.sdk.resources")
    resource = resources.Resource.create({"service.name": named})
    provider = import_module(_SDK).TracerProvider(sampler=sampler, resource=resource)
    if exporter := _exporter(settings.exporter):
        batches = import_module(f"{_SDK}.export").BatchSpanProcessor(exporter)
        provider.add_span_processor(batches)
    import_module(_API).set_tracer_provider(provider)


def _exporter(said: str) -> Any:
    """The OTLP exporter; ``None`` when nothing says where to, or it is not installed."""
    environ = os.environ
    variable = next(
        (environ[name] for name in reversed(_ASKING) if environ.get(name)), ""
    )
    address = variable or said
    if not address or environ.get("OTEL_TRACES_EXPORTER") == "none":
        return None
    protocol = environ.get("OTEL_EXPORTER_OTLP_PROTOCOL") or _protocol(address)
    try:
        module = import_module(_MODULES.get(protocol, _MODULES["http/protobuf"]))
    except ModuleNotFoundError as error:
        logger.warning("%s is not installed: no span is sent", error.name)
        return None
    if variable:
        return module.OTLPSpanExporter()
    bare = urlsplit(said).path in ("", "/") and protocol != "grpc"
    return module.OTLPSpanExporter(said.rstrip("/") + "/v1/traces" if bare else said)


def _protocol(address: str) -> str:
    """The usual port of gRPC means gRPC."""
    return "grpc" if urlsplit(address).port == 4317 else "http/protobuf"
