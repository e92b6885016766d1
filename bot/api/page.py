"""The API's reference as one plain page: no script, and nothing from another machine."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

Schema = Mapping[str, Any]  # Any: an OpenAPI document is JSON of many shapes

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "h2{margin-top:2.5rem}code,pre{font-family:ui-monospace,monospace}table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8884}"
    ".method{display:inline-block;min-width:4.5rem}"
)


def reference(schema: Schema) -> str:
    """Return the page of an OpenAPI document."""
    info = schema["info"]
    operations = [
        (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    parts = [
        f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1><p>{escape(info['description'])}</p>",
        '<p>As a document for programs: <a href="openapi.json">openapi.json</a></p>',
        *(_operation(schema, path, method, operation) for path, method, operation in operations),
        "<h1>Shapes</h1>",
        *(_shape(name, shape) for name, shape in sorted(schema["components"]["schemas"].items())),
    ]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(info['title'])} API</title><style>{_STYLE}</style>{''.join(parts)}</html>"
    )


def _operation(schema: Schema, path: str, method: str, operation: Schema) -> str:
    address = schema["servers"][0]["url"] + path
    tokens = ", ".join(name for one in operation.get("security", ()) for name in one) or "none"
    rows = "".join(_parameters(operation))
    answers = "".join(
        f"<tr><td>{escape(status)}</td><td>{escape(answer['description'])}</td><td>{_content(answer)}</td></tr>"
        for status, answer in operation["responses"].items()
    )
    return (
        f'<h2><code><span class="method">{escape(method.upper())}</span>{escape(address)}</code></h2>'
        f"<p>{escape(operation.get('description', ''))} Token: {escape(tokens)}.</p>"
        f"<table>{rows}</table><h3>Answers</h3><table>{answers}</table>"
    )


def _parameters(operation: Schema) -> Iterator[str]:
    for one in operation.get("parameters", ()):
        words = one.get("description") or one["schema"].get("description", "")
        yield f"<tr><td><code>{escape(one['name'])}</code></td><td>{one['in']}</td><td>{escape(words)}</td></tr>"
    if body := operation.get("requestBody"):
        yield f"<tr><td>body</td><td></td><td>{_content(body)}</td></tr>"


def _content(carrier: Schema) -> str:
    found = [
        f"{escape(media)} {_type(content.get('schema', {}))}"
        for media, content in carrier.get("content", {}).items()
    ]
    return "<br>".join(found)


def _shape(name: str, shape: Schema) -> str:
    required = set(shape.get("required", ()))
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code>{'' if field in required else ' (optional)'}</td>"
        f"<td>{_type(content)}</td><td>{escape(content.get('description', ''))}</td></tr>"
        for field, content in shape.get("properties", {}).items()
    )
    values = ", ".join(f"<code>{escape(str(value))}</code>" for value in shape.get("enum", ()))
    return (
        f'<h3 id="{escape(name)}"><code>{escape(name)}</code></h3>'
        f"<p>{escape(shape.get('description', ''))} {values}</p><table>{rows}</table>"
    )


def _type(content: Schema) -> str:
    if reference := content.get("$ref"):
        name = escape(str(reference).rsplit("/", 1)[-1])
        return f'<a href="#{name}">{name}</a>'
    if choices := content.get("anyOf"):
        return " or ".join(_type(choice) for choice in choices)
    if content.get("type") == "array":
        return f"list of {_type(content.get('items', {}))}"
    limits = [f"{words} {escape(str(content[name]))}" for name, words in _LIMITS.items() if name in content]
    return " ".join([escape(str(content.get("type", ""))), *limits])


_LIMITS = {
    "format": "",
    "pattern": "matching",
    "minimum": "from",
    "maximum": "to",
    "minLength": "at least",
    "maxLength": "at most",
    "default": "else",
}
