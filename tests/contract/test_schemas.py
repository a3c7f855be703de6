"""The committed JSON Schemas against real serialised messages, and what readers do with what they do not know."""

import json
from functools import cache
from uuid import uuid4

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.context import MessageContext
from chassis.transaction import Transaction
from contracts.envelope import Command, Envelope, Event
from saisei_local.generate import ROOT, SCHEMAS
from saisei_local.generated.documents import Document
from saisei_local.generated.messages import message_types
from saisei_local.generated.schemas import DIALECT

from .from_schema import values, with_unknown_fields

CONTEXT = MessageContext(team_id="team-1", actor="tanaka", correlation_id=uuid4(), causation_id=uuid4())
MESSAGES = message_types()
KEYWORDS = {
    *("$schema", "$ref", "$defs", "title", "description", "default", "type", "const", "enum", "anyOf", "items"),
    *("properties", "required", "additionalProperties", "pattern", "format"),
}
every_message = pytest.mark.parametrize("name", MESSAGES)
few_examples = settings(max_examples=10, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def schema(name):
    return json.loads((ROOT / SCHEMAS / f"{name}.json").read_text())


@cache
def validator(name):
    checker = jsonschema.FormatChecker()
    return jsonschema.Draft202012Validator(schema(name), format_checker=checker)


@cache
def contents(name):
    """Whatever the schema allows as a message's data."""
    return values(Document(schema(name)), schema(name)["properties"]["data"])


def serialised(content):
    """The bytes that a transaction puts in the outbox for an event, a command or a reply."""
    tx = Transaction(None, CONTEXT, "image")
    if isinstance(content, Event):
        tx.emit(content, subject="asset/a-1")
    elif isinstance(content, Command):
        tx.send(content, queue="image.commands")
    else:
        tx.reply(content, "gateway.replies.1")
    return tx.outgoing[0].body


def test_there_is_one_schema_for_every_message_type():
    assert {path.stem for path in (ROOT / SCHEMAS).glob("*.json")} == set(MESSAGES)


@every_message
def test_schema_is_valid_json_schema_2020_12(name):
    assert schema(name)["$schema"] == DIALECT
    jsonschema.Draft202012Validator.check_schema(schema(name))


@every_message
@few_examples
@given(data=st.data())
def test_what_is_really_sent_fits_its_schema_and_is_read_back_the_same(name, data):
    content = MESSAGES[name].model_validate(data.draw(contents(name)))
    message = json.loads(serialised(content))
    validator(name).validate(message)
    assert MESSAGES[name].model_validate(Envelope.model_validate(message).data) == content


@every_message
@few_examples
@given(data=st.data())
def test_readers_and_schema_ignore_fields_that_were_added_later(name, data):
    content = MESSAGES[name].model_validate(data.draw(contents(name)))
    message = with_unknown_fields(Document(schema(name)), schema(name), json.loads(serialised(content)))
    assert message["addedLater"]
    assert message["data"]["addedLater"]
    validator(name).validate(message)
    assert MESSAGES[name].model_validate(Envelope.model_validate(message).data) == content


@every_message
def test_schema_refuses_another_type_and_missing_data(name):
    message = {"specversion": "1.0", "type": name, "data": {}}
    errors = {error.json_path for error in validator(name).iter_errors(message | {"type": "other.type"})}
    assert "$.type" in errors
    del message["data"]
    assert any("'data' is a required property" in error.message for error in validator(name).iter_errors(message))


@every_message
def test_schema_uses_only_keywords_that_the_compatibility_rule_knows(name):
    assert _keywords(schema(name)) <= KEYWORDS


def _keywords(value):
    found = set(value)
    for keyword, inner in value.items():
        if keyword in ("properties", "$defs"):
            nested = list(inner.values())
        elif keyword in ("items", "additionalProperties"):
            nested = [inner]
        else:
            nested = inner if keyword == "anyOf" else []
        found |= set().union(*(_keywords(each) for each in nested if isinstance(each, dict)))
    return found
