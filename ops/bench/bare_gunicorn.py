"""gunicorn's settings for the bare applications: those of the services, without logs, metrics and hooks.

Read from the services' own file, so that worker class, threads, keep-alive and collection of garbage cannot differ.
"""

import gc
from typing import Any

from service_kit.web import gunicorn as ours

bind = ours.bind
worker_class = ours.worker_class
workers = ours.workers
threads = ours.threads
preload_app = ours.preload_app
keepalive = ours.keepalive
timeout = ours.timeout
max_requests = ours.max_requests
max_requests_jitter = ours.max_requests_jitter
worker_tmp_dir = ours.worker_tmp_dir
control_socket_disable = ours.control_socket_disable


def when_ready(server: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Freeze what was loaded before the fork, as the services do."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
