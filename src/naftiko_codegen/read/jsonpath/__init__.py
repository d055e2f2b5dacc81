"""JSONPath (RFC 9535), with every step counted, so that no query can run for long."""

from __future__ import annotations

from naftiko_codegen.read.jsonpath.evaluate import Steps, select
from naftiko_codegen.read.jsonpath.parse import parse
from naftiko_codegen.read.jsonpath.query import CostError, Query, QueryError

__all__ = ["CostError", "Query", "QueryError", "Steps", "parse", "select"]
