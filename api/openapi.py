"""Show Pydantic's own JSON Schema in OpenAPI.

Litestar 2.25 rebuilds it field by field and loses ``Field(pattern=…)``, constraints inside
unions and lists, and ``extra="forbid"`` on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, get_args

from litestar._openapi.schema_generation import SchemaCreator
from litestar.openapi.spec import (
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    Reference,
    RequestBody,
    Schema,
)
from litestar.plugins import OpenAPISchemaPlugin
from litestar.plugins.pydantic import PydanticSchemaPlugin
from litestar.typing import FieldDefinition
from pydantic import BaseModel


@dataclass
class _RawSchema(Schema):
    raw: dict[str, Any] = field(default_factory=dict)
    references: dict[str, Reference] = field(default_factory=dict)

    def to_schema(self) -> dict[str, Any]:
        # Litestar names its components last: two of one name are told apart by their modules.
        return {key: self._named(key, value) for key, value in self.raw.items()}

    def _named(self, key: str, value: Any) -> Any:  # noqa: ANN401  A piece of JSON.
        if key == "$ref" and value in self.references:
            return self.references[value].ref
        if isinstance(value, dict):
            return {inner: self._named(inner, each) for inner, each in value.items()}
        if isinstance(value, list):
            return [self._named("", each) for each in value]
        return value


def _types_in(annotation: object) -> Iterator[type]:
    if isinstance(annotation, type):
        yield annotation
    for inner in get_args(annotation):
        yield from _types_in(inner)


class FaithfulPydanticSchema(PydanticSchemaPlugin):
    """A PydanticSchemaPlugin that lets nothing get lost."""

    def to_openapi_schema(
        self, field_definition: FieldDefinition, schema_creator: SchemaCreator
    ) -> Schema:
        """Return the reference, and put the model's own schema behind it."""
        answer = super().to_openapi_schema(field_definition, schema_creator)
        model = field_definition.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            source = model.model_json_schema(ref_template="#/components/schemas/{model}")
            registry = schema_creator.schema_registry
            references: dict[str, Reference] = {}
            for part in model.model_fields.values():
                for named in _types_in(part.annotation):
                    reference = registry.get_reference_for_field_definition(
                        FieldDefinition.from_annotation(named)
                    )
                    if reference is not None:
                        references[f"#/components/schemas/{named.__name__}"] = reference
            component = registry.get_schema_for_field_definition(field_definition)
            component.properties = {
                name: _RawSchema(raw=raw, references=references)
                for name, raw in source.get("properties", {}).items()
            }
            if source.get("additionalProperties") is False:
                component.additional_properties = False
        return answer


class TextualDecimal(OpenAPISchemaPlugin):
    """Say what the answers hold: a decimal leaves as text, for a JSON number is a float."""

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:  # noqa: ANN401  Any type may be asked about.
        """Tell whether this is the type of exact numbers."""
        return value is Decimal

    def to_openapi_schema(
        self, field_definition: FieldDefinition, schema_creator: SchemaCreator
    ) -> Schema:
        """Return the schema of a decimal in text."""
        return Schema(type=OpenAPIType.STRING, pattern=r"^-?\d+(\.\d+)?$")


@dataclass
class FileOperation(Operation):
    """An operation whose body is the bytes of a file."""

    def __post_init__(self) -> None:
        """Say so."""
        schema = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        self.request_body = RequestBody(
            content={"application/octet-stream": OpenAPIMediaType(schema=schema)}, required=True
        )
