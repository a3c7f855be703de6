"""Signed webhooks: vectors that others published, agreement with Replicate's own SDK, and all that is refused."""

import time

import pytest
from replicate.webhook import Webhooks, WebhookSigningSecret, WebhookValidationError

from gateway.signatures import TOLERANCE_SECONDS, NotSigned, Signed, keys_of

from .webhook_sender import Sender, new_secret

OURS, ANOTHER = new_secret("ours"), new_secret("another")
BODY = '{"id": "run-1", "status": "succeeded", "input": {"prompt": "抹茶ラテ"}}'.encode()
NOW = 1_800_000_000

# Published with the scheme, at docs.svix.com/receiving/verifying-payloads/how-manual.
PUBLISHED = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
PUBLISHED_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PUBLISHED_BODY = b'{"test": 2432232314}'


def is_accepted(headers, body=BODY, secrets=OURS, now: float = NOW) -> bool:
    try:
        Signed.of(headers, now).check(body, keys_of(secrets))
    except NotSigned:
        return False
    return True


def is_accepted_by_the_sdk(headers, body, secret) -> bool:
    try:
        Webhooks.validate(
            headers=headers, body=body.decode(), secret=WebhookSigningSecret(key=secret), tolerance=TOLERANCE_SECONDS
        )
    except WebhookValidationError:
        return False
    return True


def sent(secret=OURS, at: float = NOW, webhook_id="msg_1", body=BODY):
    return Sender(secret).headers(body, webhook_id, at)


def test_published_vector_is_accepted_and_any_other_body_is_not():
    then = int(PUBLISHED["webhook-timestamp"])
    assert is_accepted(PUBLISHED, PUBLISHED_BODY, PUBLISHED_SECRET, then)
    assert not is_accepted(PUBLISHED, PUBLISHED_BODY + b" ", PUBLISHED_SECRET, then)


@pytest.mark.parametrize(
    ("change", "accepted"),
    [
        ({}, True),
        ({"webhook-id": "msg_2"}, False),
        ({"webhook-timestamp": str(int(time.time()) + 1)}, False),
        ({"webhook-signature": "v1,bm90IGl0"}, False),
        ({"webhook-signature": ""}, False),
        ({"webhook-id": ""}, False),
        ({"webhook-timestamp": ""}, False),
    ],
)
def test_replicates_own_sdk_agrees(change, accepted):
    now = time.time()
    headers = sent(at=now) | change
    assert is_accepted(headers, now=now) is accepted
    assert is_accepted_by_the_sdk(headers, BODY, OURS) is accepted


@pytest.mark.parametrize("away", [-TOLERANCE_SECONDS - 30, TOLERANCE_SECONDS + 30])
def test_replicates_own_sdk_agrees_on_what_is_of_another_time(away):
    now = time.time()
    headers = sent(at=now + away)
    assert not is_accepted(headers, now=now)
    assert not is_accepted_by_the_sdk(headers, BODY, OURS)


@pytest.mark.parametrize(
    ("away", "accepted"),
    [
        (-TOLERANCE_SECONDS, True),
        (TOLERANCE_SECONDS, True),
        (-TOLERANCE_SECONDS - 1, False),
        (TOLERANCE_SECONDS + 1, False),
    ],
)
def test_time_is_held_to_in_both_directions(away, accepted):
    assert is_accepted(sent(at=NOW + away)) is accepted


def test_signature_of_another_secret_is_refused():
    assert not is_accepted(sent(ANOTHER))


def test_old_and_new_secret_are_both_taken_while_one_replaces_the_other():
    both = f"{OURS}, {ANOTHER}"
    assert is_accepted(sent(OURS), secrets=both)
    assert is_accepted(sent(ANOTHER), secrets=both)
    assert not is_accepted(sent(new_secret("third")), secrets=both)


def test_one_right_signature_among_several_is_enough():
    headers = sent()
    wrong = sent(ANOTHER)["webhook-signature"]
    assert is_accepted(headers | {"webhook-signature": f"{wrong} v1a,AAAA {headers['webhook-signature']}"})
    assert not is_accepted(headers | {"webhook-signature": f"{wrong} v1a,AAAA"})


@pytest.mark.parametrize("version", ["v1a", "v2", "v1 "])
def test_right_signature_under_another_version_is_refused(version):
    headers = sent()
    digest = headers["webhook-signature"].removeprefix("v1,")
    assert not is_accepted(headers | {"webhook-signature": f"{version},{digest}"})


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg.1"},
        {"webhook-id": "msg_1\n"},
        {"webhook-id": "m" * 101},
        {"webhook-timestamp": "1e9"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "１８００００００００"},
        {"webhook-timestamp": "9" * 13},
        {"webhook-signature": "é"},
    ],
)
def test_malformed_header_is_refused_in_words(change):
    headers = sent() | change
    with pytest.raises(NotSigned, match=next(iter(change))):
        Signed.of(headers, NOW).check(BODY, keys_of(OURS))


def test_what_is_signed_cannot_be_cut_elsewhere():
    timestamp = str(NOW)
    signature = Sender(OURS).signature(BODY, "msg_1", timestamp)
    moved = {"webhook-id": f"msg_1.{timestamp}", "webhook-timestamp": timestamp, "webhook-signature": signature}
    assert not is_accepted(moved, BODY)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_AAAA", "whsec_nonsense!", OURS.removeprefix("whsec_"), f"{OURS},"]
)
def test_secret_that_would_protect_nothing_is_refused_without_being_shown(secret):
    with pytest.raises(ValueError, match="must be whsec_") as caught:
        keys_of(secret)
    assert "nonsense" not in str(caught.value)
