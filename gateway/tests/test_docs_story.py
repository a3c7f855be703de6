"""The documentation's answers about one campaign's approval agree with each other and with what is asked."""

import pytest

from gateway.docs import examples
from gateway.docs.answers import ANSWERS

PENALTY = {"error": 20, "warning": 5}


def told(operation_id, status=200):
    return ANSWERS[operation_id, status].model_dump(mode="json", by_alias=True)


def asked(operations, operation_id):
    operation = operations[operation_id]
    return examples.requests(operation.document, operation.body[1])


def issues(report):
    return [issue for section in report["sections"].values() for issue in section["issues"]]


def test_every_operation_of_approvals_and_qa_has_an_answer_of_the_story(operations):
    named = {key for key, one in operations.items() if one.content["tags"][0] in ("approvals", "qa")}
    assert len(named) == 13
    assert named == {operation_id for operation_id, _ in ANSWERS} & named


def test_steps_name_the_version_and_the_manifest_that_the_workflow_has(operations):
    submit, revise = asked(operations, "actOnApproval")
    submitted = told("actOnApproval")
    assert submit["manifest"] == submitted["manifest"] == submitted["currentManifest"]
    assert (revise["version"], revise["manifest"]) == (submitted["version"], submitted["manifest"])
    assert submitted["history"][0]["comment"] == submit["comment"]


def test_workflow_in_the_list_is_the_one_that_is_shown():
    (item,), shown = told("listApprovals")["items"], told("getApproval")
    names = ("campaignId", "status", "version", "manifest", "submitted", "reviewed")
    assert [item[name] for name in names] == [shown[name] for name in names]
    assert shown["history"][:1] == told("actOnApproval")["history"]
    assert [one["version"] for one in shown["history"]] == [1, 2]


def test_report_that_counts_is_the_one_that_was_made_of_the_submitted_kit():
    approval, (report,) = told("getApproval"), told("listQaReports")["items"]
    assert approval["qa"] == {"verdict": "passed", "reportIds": [report["id"]], "suppressedErrors": []}
    assert (report["manifest"], report["passed"], report["stale"]) == (approval["manifest"], True, False)
    assert report["completedAt"] < approval["submitted"]["at"]


@pytest.mark.parametrize("operation_id", ["getQaReport", "suppressQaIssue", "overrideQaReport"])
def test_score_follows_from_the_findings_that_nobody_suppressed(operation_id):
    report = told(operation_id, 200 if operation_id == "getQaReport" else 201)
    standing = [one["severity"] for one in issues(report) if one["suppressed"] is None]
    assert report["overallScore"] == 100 - sum(PENALTY[severity] for severity in standing)
    assert report["passed"] == ("error" not in standing)
    assert issues(report)


def test_what_is_said_of_a_finding_is_in_the_answer(operations):
    (suppression,), (override,) = asked(operations, "suppressQaIssue"), asked(operations, "overrideQaReport")
    (finding,) = issues(told("suppressQaIssue", 201))
    assert (finding["id"], finding["suppressed"]["reason"]) == (suppression["issueId"], suppression["reason"])
    assert told("overrideQaReport", 201)["override"]["reason"] == override["reason"]


def test_rules_are_answered_as_they_were_set(operations):
    (approval,), (qa,) = asked(operations, "setApprovalRules"), asked(operations, "setQaRules")
    assert told("setApprovalRules").items() >= approval.items()
    assert told("setQaRules").items() >= qa.items()


def test_difference_begins_at_the_submitted_kit_and_reads_as_both_of_its_sides():
    diff = told("compareManifests")
    (words,) = (one for one in diff["changed"] if one["text"])
    (change,) = words["text"]
    without = {op: "".join(one["text"] for one in change["segments"] if one["op"] != op) for op in ("added", "removed")}
    assert diff["from"] == told("getApproval")["manifest"] != diff["to"]
    assert (without["added"], without["removed"]) == (change["was"], change["now"])
    assert words["was"]["copy"]["headline"] == change["was"]
    assert all(one["was"]["contentHash"] != one["now"]["contentHash"] for one in diff["changed"])
