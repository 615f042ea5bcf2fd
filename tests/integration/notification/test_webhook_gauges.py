"""What the metrics port says of webhooks: how old the oldest is, what is overdue, which endpoints are off."""

from datetime import timedelta
from uuid import uuid4

from notification_service.use_cases.measure_webhooks import measure_webhooks
from service_kit import metrics
from support.notification import NGO, Scene, an_event, referral_data
from support.webhooks.endpoints import an_endpoint, deliver_all, dependencies
from support.webhooks.sinks import a_sink


def measured(scene: Scene) -> dict[str, float]:
    measure_webhooks(scene.db, scene.clock.now())
    lines = [line.rpartition(" ") for line in metrics.exposition().decode().splitlines() if line.startswith("setu_web")]
    return {name.removeprefix("setu_webhook_"): float(value) for name, _, value in lines}


def test_an_endpoint_that_fails_is_late_alone_and_what_nobody_tries_is_overdue(scene: Scene) -> None:
    failing, working = "https://failing.example/", "https://working.example/"
    an_endpoint(scene, failing, failing_since=scene.clock.now(), state="enabled")
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)))
    scene.clock.advance(timedelta(minutes=10))
    found = measured(scene)
    assert (found["oldest_undelivered_seconds"], found["overdue_seconds"]) == (600, 0)

    an_endpoint(scene, working)
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)))
    scene.clock.advance(timedelta(minutes=3))
    found = measured(scene)
    assert (found["oldest_undelivered_seconds"], found["overdue_seconds"]) == (780, 180)


def test_endpoints_that_are_off_are_counted_by_reason(scene: Scene) -> None:
    with a_sink() as sink:
        an_endpoint(scene, sink.answering(410))
        an_endpoint(scene, "https://one.example/", state="disabled", reason="failing")
        an_endpoint(scene, "https://two.example/", state="disabled", reason="failing", removed_at=scene.clock.now())
        scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)))
        deliver_all(scene, dependencies(scene))
    found = measured(scene)
    off = {reason: found[f'endpoints_off{{reason="{reason}"}}'] for reason in ("gone", "failing", "by_hand")}
    assert off == {"gone": 1, "failing": 1, "by_hand": 0}
    assert (found["oldest_undelivered_seconds"], found["overdue_seconds"]) == (0, 0)
