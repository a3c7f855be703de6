"""What holds for every route, told once."""

from gateway.docs.markup import code, pretty, table, text
from gateway.schemas import samples

STATUSES = {
    400: "The body is not JSON.",
    401: "There is no token, or it is not accepted; `detail` says why.",
    403: "The token's role may not do this: viewers change nothing, and what is under `/api/admin` is for admins.",
    404: "There is no such thing, or it belongs to another team.",
    409: "Things are not as the request assumes; `type` says which, such as `/problems/plan-changed` or "
    "`/problems/retry-required`.",
    413: "The body is too large.",
    416: "The range lies outside the bytes.",
    422: "Something in the request is not valid; `errors` names each field.",
    429: "Too many requests for this team; wait for `Retry-After` seconds.",
    503: "The owning service did not answer in time, or something is away; repeat with the same `Idempotency-Key`.",
}

TYPES = {
    "malformed-request": "The body is not JSON, or not what is expected here.",
    "unauthenticated": "There is no token, or it is not accepted.",
    "not-signed": "A webhook is not signed by the provider, or not of the last five minutes.",
    "forbidden": "The token's role may not do this.",
    "not-found": "There is no such thing, or it belongs to another team.",
    "unknown-asset": "There is no such asset in this campaign.",
    "unknown-brand": "There is no such brand.",
    "unknown-campaign": "There is no such campaign.",
    "method-not-allowed": "The path is right and the method is not; `Allow` names those that are.",
    "conflict": "Somebody else changed it first: read it again.",
    "not-yet-visible": "The change is made and not shown yet: read it again in a moment.",
    "plan-changed": "What was agreed to has changed since its preview; `preview` is the plan as it is now.",
    "approval-locked": "The campaign is pending approval or approved: say `reopen` to change it all the same.",
    "kit-not-ready": "The kit cannot be submitted; `blockers` lists what is missing, running, failed or stale.",
    "kit-incomplete": "The kit cannot be submitted: some of its assets were never made.",
    "approval-conflict": "The workflow stands elsewhere than the request assumes, as when somebody else acted first.",
    "manifest-changed": "Content changed since it was looked at; `diff` says what, asset by asset.",
    "not-caught-up": "The approval service has not heard of all that was looked at; repeat it in a moment.",
    "comment-required": "To reject and to request a revision one says why.",
    "self-approval": "Whoever submitted, or had a version made, does not approve it, unless the team's rules allow it.",
    "both-steps": "Whoever reviewed does not approve as well, unless the team's rules allow it.",
    "qa-blocks": "QA of this manifest is missing or failing: have it judged, suppress findings, or have it overridden.",
    "unknown-report": "There is no such QA report.",
    "unknown-issue": "The report has no such finding.",
    "nothing-to-judge": "The campaign has no content yet that QA could judge.",
    "already-suppressed": "The finding was suppressed before; the report says by whom and why.",
    "nothing-to-override": "The report does not stand in the way, so there is nothing to override.",
    "retry-required": "The same failed before, and nothing has changed: change something, or have a retry approved.",
    "budget-exceeded": "The team's budget for this month leaves too little; `remainingYen` says how much.",
    "limits-contradict": "The soft limit of a budget is above the hard one.",
    "unknown-job": "There is no such job.",
    "job-ended": "The job has ended, so it cannot be cancelled; `jobStatus` says how it ended.",
    "job-not-failed": "Only a job that failed for good is brought back by a retry.",
    "unknown-retry-intent": "There is no such retry intent.",
    "retry-intent-ended": "The retry was executed or rejected before; `jobId` names the job that it became.",
    "unknown-dead-letter": "There is no such dead letter; it may have been replayed already.",
    "idempotency-key-reused": "The key was used for another request: take a new one.",
    "idempotency-key-expired": "The key's first request is too long ago to be answered again.",
    "too-large": "The body is too large.",
    "unsupported-media-type": "The body is of a kind that is not read here.",
    "range-not-satisfiable": "The range lies outside the bytes.",
    "invalid": "Something in the request is not valid; `errors` names each field.",
    "invalid-brief": "The brief contradicts itself, or changes what stays as it was created.",
    "copy-limits-exceeded": "The wording does not fit its platform; `violations` says where and by how much.",
    "photo-needs-prompt": "The image is a person's own photo: give a prompt, or another photo.",
    "unknown-copy-variant": "The composite cannot take this copy variant.",
    "unknown-layout": "There is no such layout.",
    "upstream-missing": "What it would be made from does not exist yet.",
    "rejected": "The owning service refused the change; `detail` says why.",
    "too-many-requests": "Too many requests for this team; wait for `Retry-After` seconds.",
    "internal-error": "Something went wrong here; quote `instance`.",
    "unavailable": "Something is away for the moment; repeat with the same `Idempotency-Key`.",
    "no-answer": "The owning service did not answer in time; repeat with the same `Idempotency-Key`.",
    "price-unknown": "The service that would make it has not started, so no price can be told.",
}
"""What each `type` of a problem means; its address leads to its row."""

PROBLEM = {
    "errors": [{"path": "layout", "message": "must be one of auto, band_bottom, band_top, …"}],
    "type": "/problems/invalid",
    "title": "The request is not valid",
    "status": 422,
    "detail": "layout: must be one of auto, band_bottom, band_top, …",
    "instance": samples.EVENT_ID,
}

HABITS = (
    (
        "`Idempotency-Key`",
        "Send a key of your own with every change: repeating a request with it has no second effect",
    ),
    (
        "`Prefer: wait=30`",
        "Regenerating and cancelling answer 202 at once; with this, 200 when it is done within the wait.",
    ),
    ("`cursor`", "Lists come in pages, newest first. Give `nextCursor` back as `cursor`; null means there is no more."),
    ("`Last-Event-ID`", "Read a campaign, then stream its events from its `streamPosition`: nothing is missed."),
    ("Examples", "Of a kit's many assets, the examples show a few; of a page, its first items."),
    ("Fields", "Unknown fields in a body are refused; absent fields of a PATCH stay as they are."),
)


def guide(base_url: str) -> str:
    """How to begin, what problems look like, and the headers worth knowing."""
    begin = f"export SAISEI={base_url.rstrip('/')}\nexport TOKEN=$(saisei token --team demo --user me --role editor)"
    return (
        '<section id="start"><h2>start</h2>'
        f"<p>{text('The curl lines below use these two, and variables for the ids in a path:')}</p>{code(begin)}"
        f"<p>{text('For a client generator: ')}<a href='/openapi.json'>/openapi.json</a>.</p>"
        f"{table(('what', 'how'), [(text(name), text(how)) for name, how in HABITS])}"
        f"<h3>Problems</h3><p>{text(INTRODUCTION)}</p>{pretty(PROBLEM)}"
        f"{table(('status', 'when'), [(str(status), text(when)) for status, when in STATUSES.items()])}"
        f"{table(('type', 'meaning'), [(_type(name), text(meaning)) for name, meaning in TYPES.items()])}</section>"
    )


def _type(name: str) -> str:
    return f'<code id="problem-{name}">/problems/{name}</code>'


INTRODUCTION = (
    "Every answer that is not a success is `application/problem+json` (RFC 9457). Decide by `type`, show `detail`, and "
    "quote `instance`, the request's id, when something needs looking into."
)
