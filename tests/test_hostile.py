"""Hostile documents run no code, write nowhere else, read nothing else, open no socket: a finding, or escaped code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hostile.box import Outcome, check, run
from hostile.cases import CAPABILITY, OPENAPI, Case
from hostile.payloads import PAYLOADS, capability, everywhere, openapi

DOCUMENTS = {"openapi": openapi, "capability": capability}
BOTH = pytest.mark.parametrize("kind", DOCUMENTS)
ERROR = re.compile(r"\.(json|yaml)(:\d+:\d+)?: error\[N\d{3}\]: ")
FINDING = re.compile(r"\.(json|yaml)(:\d+:\d+)?: (error|warning)\[N\d{3}\]: ")


def expect(outcome: Outcome, wanted: str) -> None:
    """A refusal has an error with a place; a build has modules."""
    check(outcome)
    if wanted == "report":
        assert FINDING.search(outcome.text), outcome.text
    if outcome.code:
        assert wanted != "build", outcome.text
        assert ERROR.search(outcome.text), outcome.text
        assert not outcome.modules
    else:
        assert wanted != "refuse", outcome.text
        assert outcome.modules


@BOTH
def test_the_plain_documents_build(tmp_path: Path, kind: str) -> None:
    outcome = run(tmp_path, "plain.json", json.dumps(DOCUMENTS[kind]()).encode())
    expect(outcome, "build")


@pytest.mark.parametrize("name", OPENAPI)
def test_openapi(tmp_path: Path, name: str) -> None:
    check_case(tmp_path, OPENAPI[name])


@pytest.mark.parametrize("name", CAPABILITY)
def test_capability(tmp_path: Path, name: str) -> None:
    check_case(tmp_path, CAPABILITY[name])


def check_case(box: Path, case: Case) -> None:
    """Build one case in its box."""
    name, data, wanted = case
    expect(run(box, name, data), wanted)


@BOTH
@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_in_every_description(tmp_path: Path, kind: str, payload: str) -> None:
    document = everywhere(DOCUMENTS[kind](), PAYLOADS[payload])
    document["info"]["title" if kind == "openapi" else "label"] = "Box"
    expect(run(tmp_path, "plain.json", json.dumps(document).encode()), "either")
