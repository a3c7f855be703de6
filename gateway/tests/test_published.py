"""The OpenAPI document says of every operation what may happen to it."""

PROBLEM = "application/problem+json"


def statuses(operation):
    return {int(status) for status in operation.content["responses"]}


def test_every_refusal_is_a_problem_and_nothing_else(operations):
    for name, operation in operations.items():
        for status, response in operation.content["responses"].items():
            if status >= "400" and name != "isReady":
                reference = response["content"][PROBLEM]["schema"]["$ref"]
                assert list(response["content"]) == [PROBLEM]
                assert operation.document.resolved({"$ref": reference})["title"] == "ProblemView"


def test_what_needs_a_token_may_be_refused_slowed_down_or_not_served(operations):
    for operation in operations.values():
        assert ({401, 429, 503} <= statuses(operation)) == ("security" in operation.content)


def test_what_takes_a_body_may_find_it_malformed_too_large_or_invalid(operations):
    for operation in operations.values():
        if operation.body:
            assert {400, 413, 422} <= statuses(operation)


def test_what_takes_a_parameter_may_find_it_invalid_and_never_takes_a_null(operations):
    for operation in operations.values():
        for parameter in operation.content.get("parameters", ()):
            assert 422 in statuses(operation)
            assert "anyOf" not in parameter["schema"]


def test_frameworks_own_errors_are_not_in_it(operations):
    schemas = operations["isAlive"].document.root["components"]["schemas"]
    assert not {"HTTPValidationError", "ValidationError"} & set(schemas)
