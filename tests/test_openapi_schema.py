"""JSON Schema of every dialect becomes types, models and aliases, each once, whatever is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from openapi_documents import Compiled, operation, prop, schemas

from naftiko_codegen.ir.types import (
    AnyType,
    ArrayOf,
    Literals,
    MapOf,
    ModelRef,
    Nullable,
    Scalar,
    Type,
    UnionOf,
)

STRING, INTEGER = Scalar("string"), Scalar("integer")


@pytest.mark.parametrize(
    ("schema", "wanted"),
    [
        ("{}", AnyType()),
        ("true", AnyType()),
        ("false", AnyType()),
        ("{description: nothing else}", AnyType()),
        ("{type: string}", STRING),
        ("{type: string, format: date-time}", Scalar("string", "date-time")),
        ("{type: string, contentEncoding: base64}", Scalar("string", "byte")),
        ("{type: 'null'}", Scalar("null")),
        ("{type: [string, 'null']}", Nullable(STRING)),
        ("{type: [string, integer]}", UnionOf((STRING, INTEGER))),
        ("{type: [string, integer, 'null']}", Nullable(UnionOf((STRING, INTEGER)))),
        ("{type: array, items: {type: number}}", ArrayOf(Scalar("number"))),
        ("{items: {type: number}}", ArrayOf(Scalar("number"))),
        ("{type: array}", ArrayOf(AnyType())),
        (
            "{type: array, prefixItems: [{type: string}, {type: integer}], items: false}",
            ArrayOf(UnionOf((STRING, INTEGER))),
        ),
        ("{type: object}", MapOf(AnyType())),
        ("{additionalProperties: {type: integer}}", MapOf(INTEGER)),
        ("{type: object, patternProperties: {'^x': {type: integer}}}", MapOf(INTEGER)),
        ("{enum: [b, a, b]}", Literals(("b", "a"))),
        ("{enum: [true, 1]}", Literals((True, 1))),
        ("{type: [string, 'null'], enum: [a, null]}", Nullable(Literals(("a",)))),
        ("{const: a}", Literals(("a",))),
        ("{type: number, enum: [1, 1.5]}", Scalar("number")),
        ("{enum: [[], {}]}", AnyType()),
        ("{oneOf: [{type: string}, {type: 'null'}]}", Nullable(STRING)),
        ("{anyOf: [{type: string}, {type: string}]}", STRING),
        (
            "{oneOf: [{enum: [a]}, {oneOf: [{enum: [b]}, {type: integer}]}]}",
            UnionOf((Literals(("a", "b")), INTEGER)),
        ),
        ("{oneOf: [{type: string}, {}]}", AnyType()),
        ("{allOf: [{type: string}, {minLength: 1}], description: one}", STRING),
        ("{allOf: [{type: array, items: {type: string}}]}", ArrayOf(STRING)),
        ("{allOf: [{$ref: '#/components/schemas/T'}], description: me}", ModelRef("T")),
        ("{$ref: '#/components/schemas/T', description: me}", ModelRef("T")),
    ],
)
def test_schema_becomes_type(tmp_path: Path, schema: str, wanted: Type) -> None:
    compiled = Compiled(tmp_path, prop(schema))
    assert compiled.type() == wanted
    assert [line for line in compiled.findings if "N403" not in line] == []


@pytest.mark.parametrize(
    ("schema", "wanted", "normal"),
    [
        (
            "{type: string, nullable: true}",
            Nullable(STRING),
            {"type": ["string", "null"]},
        ),
        (
            "{type: string, enum: [a], nullable: true}",
            Nullable(Literals(("a",))),
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/T'}], nullable: true, description: d}",
            Nullable(ModelRef("T")),
            {
                "description": "d",
                "anyOf": [
                    {"allOf": [{"$ref": "#/components/schemas/T"}]},
                    {"type": "null"},
                ],
            },
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/T'}, {nullable: true}]}",
            Nullable(ModelRef("T")),
            {
                "anyOf": [
                    {"allOf": [{"$ref": "#/components/schemas/T"}, {}]},
                    {"type": "null"},
                ]
            },
        ),
        (
            "{type: number, minimum: 1, exclusiveMinimum: true, maximum: 2, exclusiveMaximum: false}",
            Scalar("number"),
            {"type": "number", "exclusiveMinimum": 1, "maximum": 2},
        ),
        ("{type: string, example: 5, x-y: 1, xml: {}}", STRING, {"type": "string"}),
    ],
)
def test_openapi_3_0_becomes_2020_12(
    tmp_path: Path, schema: str, wanted: Type, normal: object
) -> None:
    compiled = Compiled(tmp_path, prop(schema, "3.0.3"))
    assert compiled.type() == wanted
    assert compiled.normal("T") == {"type": "object", "properties": {"x": normal}}


def test_objects_become_models_named_after_their_owner(tmp_path: Path) -> None:
    compiled = Compiled(
        tmp_path,
        schemas("""\
            Ship:
              type: object
              description: A ship.
              required: [name]
              properties:
                name: {type: string, maxLength: 9, description: Painted on.}
                crew:
                  type: array
                  items: {type: object, properties: {rank: {type: string, default: mate}}}
              additionalProperties: false
            """),
    )
    ship = compiled.model("Ship")
    assert (ship.words, ship.description, ship.extra) == (("Ship",), "A ship.", None)
    name, crew = ship.fields
    assert (name.required, name.constraints, name.description) == (
        True,
        (("maxLength", 9),),
        "Painted on.",
    )
    assert crew.type == ArrayOf(ModelRef("Ship#crew/[]"))
    nested = compiled.model("Ship#crew/[]")
    assert nested.words[0] == "Ship crew item"
    assert nested.extra == AnyType()
    assert nested.fields[0].default == "mate"
    assert [m.key for m in compiled.package.service.models] == ["Ship", "Ship#crew/[]"]


def test_components_that_are_no_objects_become_aliases_in_order_of_need(
    tmp_path: Path,
) -> None:
    compiled = Compiled(
        tmp_path,
        schemas("""\
            Fleet: {type: array, items: {$ref: '#/components/schemas/Size'}}
            Size: {type: string, enum: [S, L], description: How big.}
            """),
    )
    aliases = compiled.package.service.aliases
    assert [a.key for a in aliases] == ["Size", "Fleet"]
    assert aliases[0].type == Literals(("S", "L"))
    assert aliases[0].description == "How big."
    assert aliases[1].type == ArrayOf(ModelRef("Size"))


def test_all_of_merges_properties_and_what_is_required(tmp_path: Path) -> None:
    compiled = Compiled(
        tmp_path,
        schemas("""\
            Base: {type: object, required: [id], properties: {id: {type: integer}, tag: {description: bare}}}
            Ship:
              allOf:
              - $ref: '#/components/schemas/Base'
              - required: [name]
              - properties: {name: {type: string}, id: {type: string}}
              properties: {tag: {type: boolean}}
            """),
    )
    fields = {f.name: (f.type, f.required) for f in compiled.model("Ship").fields}
    assert fields == {
        "id": (STRING, True),
        "tag": (Scalar("boolean"), False),
        "name": (STRING, True),
    }


def test_required_names_that_nothing_describes_become_fields(tmp_path: Path) -> None:
    compiled = Compiled(
        tmp_path,
        schemas("""\
            Base: {type: object, required: [kind, id, id], properties: {id: {type: string}}}
            Ship: {allOf: [{$ref: '#/components/schemas/Base'}], properties: {kind: {type: integer}}}
            Sizes: {required: [a, b], properties: {a: {}}, additionalProperties: {type: integer}}
            Closed: {required: [a, b], properties: {a: {}}, additionalProperties: false}
            Map: {type: object, required: [a]}
            """),
    )

    def fields(model: str) -> list[tuple[str, Type, bool]]:
        return [(f.name, f.type, f.required) for f in compiled.model(model).fields]

    assert fields("Base") == [("id", STRING, True), ("kind", AnyType(), False)]
    assert fields("Ship") == [("id", STRING, True), ("kind", INTEGER, True)]
    assert fields("Sizes")[1] == ("b", INTEGER, False)
    assert [name for name, _, _ in fields("Closed")] == ["a"]
    assert compiled.alias("Map").type == MapOf(AnyType())
    assert compiled.normal("Base")["required"] == ["kind", "id"]  # type: ignore[index]
    assert compiled.codes().count("N469") == 3
    assert compiled.one("N468").startswith("warning")


def test_properties_beside_one_of_take_in_those_of_the_variants(tmp_path: Path) -> None:
    compiled = Compiled(
        tmp_path,
        schemas("""\
            T:
              type: object
              required: [a]
              properties: {a: {type: string}}
              oneOf:
              - {required: [b], properties: {b: {type: integer}, a: {const: x}}}
              - {required: [b], properties: {b: {type: string}}}
              - {required: [a]}
            """),
    )
    assert [(f.name, f.type, f.required) for f in compiled.model("T").fields] == [
        ("a", STRING, True),
        ("b", UnionOf((INTEGER, STRING)), False),
    ]


def test_unnamed_variants_are_told_apart_by_words_of_the_document(
    tmp_path: Path,
) -> None:
    compiled = Compiled(
        tmp_path,
        schemas("""\
            T:
              oneOf:
              - {title: Sailing ship, properties: {a: {type: string}}}
              - {properties: {kind: {const: tug}, a: {type: string}}}
              - {required: [own], properties: {a: {type: string}, own: {type: string}}}
              - {properties: {a: {type: string}}}
              - {properties: {a: {type: integer}}}
            """),
    )
    type_ = compiled.alias("T").type
    assert isinstance(type_, UnionOf)
    assert [v.model for v in type_.variants if isinstance(v, ModelRef)] == [
        "T#|0",
        "T#|1",
        "T#|2",
    ]
    assert MapOf(AnyType()) in type_.variants
    assert [m.words[0] for m in compiled.package.service.models] == [
        "T Sailing ship",
        "T tug",
        "T own",
    ]


def test_items_and_values_of_several_kinds_are_told_apart(tmp_path: Path) -> None:
    compiled = Compiled(
        tmp_path,
        schemas("""\
            Items:
              type: array
              prefixItems:
              - {title: Tug, properties: {a: {type: string}}}
              - {title: Ferry, properties: {b: {type: string}}}
              items: true
            Pairs:
              type: array
              prefixItems: [{properties: {a: {type: string}}}, {properties: {b: {type: string}}}]
            Values:
              type: object
              patternProperties:
                '^a': {properties: {kind: {const: a}}}
                '^b': {properties: {kind: {const: b}}}
            """),
    )
    assert compiled.alias("Items").type == ArrayOf(AnyType())
    pairs, values = compiled.alias("Pairs").type, compiled.alias("Values").type
    assert pairs == ArrayOf(UnionOf((ModelRef("Pairs#[]/|0"), ModelRef("Pairs#[]/|1"))))
    assert values == MapOf(
        UnionOf((ModelRef("Values#{}/|^a"), ModelRef("Values#{}/|^b")))
    )
    assert [f.name for f in compiled.model("Pairs#[]/|1").fields] == ["b"]


def test_discriminator_names_its_variants(tmp_path: Path) -> None:
    compiled = Compiled(
        tmp_path,
        schemas("""\
            Tug: {type: object, properties: {kind: {type: string}}}
            Ferry: {type: object, properties: {kind: {type: string}}}
            Any:
              oneOf: [{$ref: '#/components/schemas/Tug'}, {$ref: '#/components/schemas/Ferry'}]
              discriminator: {propertyName: kind, mapping: {t: Tug}}
            """),
    )
    assert compiled.alias("Any").type == UnionOf(
        (ModelRef("Tug"), ModelRef("Ferry")), "kind", (("t", "Tug"), ("Ferry", "Ferry"))
    )
    assert compiled.normal("Any")["discriminator"] == {  # type: ignore[index]
        "propertyName": "kind",
        "mapping": {"t": "#/components/schemas/Tug"},
    }


def test_recursive_models_refer_to_themselves(tmp_path: Path) -> None:
    compiled = Compiled(
        tmp_path, prop("{type: array, items: {$ref: '#/components/schemas/T'}}")
    )
    assert compiled.type() == ArrayOf(ModelRef("T"))


def test_circles_are_cut_with_a_finding_each(tmp_path: Path) -> None:
    compiled = Compiled(
        tmp_path,
        schemas("""\
            A: {$ref: '#/components/schemas/A'}
            B: {allOf: [{$ref: '#/components/schemas/C'}]}
            C: {allOf: [{$ref: '#/components/schemas/B'}]}
            D: {oneOf: [{$ref: '#/components/schemas/D'}, {type: string}]}
            E: {type: array, items: {$ref: '#/components/schemas/E'}}
            """),
    )
    assert [a.key for a in compiled.package.service.aliases] == [
        "A",
        "C",
        "B",
        "D",
        "E",
    ]
    assert compiled.alias("A").type == AnyType()
    assert compiled.alias("D").type == STRING
    assert compiled.alias("E").type == ArrayOf(AnyType())
    assert compiled.codes().count("N412") == 2
    assert compiled.one("N416").startswith("note N416 11:24 ")
    assert compiled.one("N415").startswith("note")


def test_a_base_that_lists_its_children_keeps_them_as_children(tmp_path: Path) -> None:
    compiled = Compiled(
        tmp_path,
        schemas("""\
            Base:
              type: object
              properties: {kind: {type: string}}
              oneOf: [{$ref: '#/components/schemas/Tug'}]
            Tug:
              allOf: [{$ref: '#/components/schemas/Base'}, {properties: {power: {type: integer}}}]
            """),
    )
    assert [f.name for f in compiled.model("Base").fields] == ["kind"]
    assert [f.name for f in compiled.model("Tug").fields] == ["kind", "power"]
    assert compiled.one("N416").startswith("note")


def test_a_diamond_of_all_of_is_merged_once_per_schema(tmp_path: Path) -> None:
    lines = ["X0: {type: object, properties: {p: {type: string}}}"]
    lines += [
        f"X{n}: {{allOf: [{{$ref: '#/components/schemas/X{n - 1}'}}, {{$ref: '#/components/schemas/X{n - 1}'}}]}}"
        for n in range(1, 30)
    ]
    compiled = Compiled(tmp_path, schemas("\n".join(lines)))
    assert [f.name for f in compiled.model("X29").fields] == ["p"]


def test_depth_is_limited(tmp_path: Path) -> None:
    deep = "{type: string}"
    for _ in range(70):
        deep = f"{{type: array, items: {deep}}}"
    compiled = Compiled(tmp_path, prop(deep))
    assert "N460" in compiled.codes()


@pytest.mark.parametrize(
    ("schema", "finding"),
    [
        (
            "{type: strin}",
            "warning N461 `strin` is no type; it is left out | did you mean `string`?",
        ),
        ("{type: [string, 3]}", "warning N461 `3` is no type"),
        (
            "{type: string, maxLength: two}",
            "warning N402 `maxLength` must be a whole number of at least 0, not a text",
        ),
        (
            "{type: integer, default: x}",
            "warning N470 the default `x` is not what its schema allows",
        ),
        (
            "{type: integer, enum: [1, x]}",
            "warning N471 `x` in enum is not of the type integer",
        ),
        (
            "{type: string, enum: []}",
            "warning N402 `enum` must be a list of at least one value, not an empty list",
        ),
        ("{type: string, pattern: '('}", "note N464 the pattern `(` is not understood"),
        ("{$dynamicRef: '#m'}", "warning N463 $dynamicRef is not followed"),
        (
            "{nullable: true, type: string}",
            "warning N462 nullable is not of OpenAPI 3.1",
        ),
        (
            "{oneOf: {}}",
            "warning N402 `oneOf` must be a list of at least one schema, not an object",
        ),
        ("5", "warning N402 `x` must be a schema, not a number; any value is assumed"),
    ],
)
def test_faults_are_found_at_their_place(
    tmp_path: Path, schema: str, finding: str
) -> None:
    compiled = Compiled(tmp_path, prop(schema))
    assert not compiled.failed
    severity, code, words = finding.split(" ", 2)
    found = compiled.one(code)
    assert found.startswith(f"{severity} {code} 8:")
    assert words in found


def test_place_of_a_finding_is_line_and_column(tmp_path: Path) -> None:
    text = schemas("""\
        T:
          type: object
          properties:
            x:
              type: strin
        """)
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "strin" in row)
    assert f" {line}:17 " in Compiled(tmp_path, text).one("N461")


@pytest.mark.parametrize(
    ("ref", "code", "words"),
    [
        ("#/components/schemas/Tt", "N410", "did you mean `T`?"),
        ("#/components/schemas/T/properties/-1", "N410", "there is no `-1`"),
        ("#/components/schemas/Arr/prefixItems/01", "N410", "there is no `01`"),
        ("#/components/schemas/Arr/prefixItems/-1", "N410", "there is no `-1`"),
        ("#/__class__", "N410", "there is no `__class__`"),
        ("#/components/schemas/a~b", "N410", "is no JSON pointer"),
        ("#anchor", "N413", "an anchor"),
        ("#", "N413", "the whole document"),
        ("#/info", "N413", "names no schema"),
        ("https://elsewhere.test/x", "N411", "is remote; nothing is fetched"),
        ("other.yaml#/x", "N411", "names no file; any value is assumed"),
        ("", "N411", "names no part of this document"),
    ],
)
def test_references_that_lead_nowhere_are_any_value(
    tmp_path: Path, ref: str, code: str, words: str
) -> None:
    text = f"T: {{type: object, properties: {{x: {{$ref: '{ref}'}}}}}}\nArr: {{prefixItems: [{{type: string}}]}}"
    compiled = Compiled(tmp_path, schemas(text))
    assert compiled.type() == AnyType()
    assert words in compiled.one(code)
    assert not compiled.failed


@pytest.mark.parametrize(
    ("ref", "wanted"),
    [
        ("#/components/schemas/a~1b%20c~0d", ModelRef("a/b c~d")),
        ("#/components/schemas/Arr/prefixItems/0", ModelRef("Arr/prefixItems/0")),
        ("#/components/schemas/%54", ModelRef("T")),
        ("#/components/schemas/T/properties/x", ModelRef("T/x")),
    ],
)
def test_references_follow_rfc_6901(tmp_path: Path, ref: str, wanted: Type) -> None:
    text = f"""\
T: {{type: object, properties: {{x: {{type: string}}, y: {{$ref: '{ref}'}}}}}}
Arr: {{prefixItems: [{{type: string}}]}}
a/b c~d: {{type: object, properties: {{z: {{}}}}}}
"""
    compiled = Compiled(tmp_path, schemas(text))
    assert compiled.type("y") == wanted
    assert "N410" not in compiled.codes()


def test_binary_is_bytes_in_multipart_and_text_in_json(tmp_path: Path) -> None:
    compiled = Compiled(
        tmp_path,
        operation(
            """\
            requestBody:
              content:
                multipart/form-data: {schema: {$ref: '#/components/schemas/Form'}}
                application/json: {schema: {$ref: '#/components/schemas/Plain'}}
            """,
            method="post",
            components="""\
            schemas:
              Form: {type: object, properties: {file: {type: string, format: binary}}}
              Plain: {type: object, properties: {file: {type: string, format: binary}}}
            """,
        ),
    )
    assert compiled.model("Form").fields[0].type == Scalar("binary")
    assert compiled.model("Plain").fields[0].type == Scalar("string", "binary")


def test_names_asked_for_win(tmp_path: Path) -> None:
    compiled = Compiled(
        tmp_path,
        schemas("""\
            T: {type: object, x-naftiko-name: Tanker, properties: {a-b: {type: string, x-naftiko-name: ab}}}
            U: {type: object, properties: {c: {type: string, x-naftiko-name: 'not one'}}}
            """),
    )
    assert compiled.model("T").words == ("Tanker", "T")
    assert compiled.model("T").fields[0].wanted_name == "ab"
    assert compiled.model("U").fields[0].wanted_name == ""
    assert "is no identifier" in compiled.one("N409")
    assert "x-naftiko-name" not in str(compiled.normal("T"))
