"""A worker takes no more connections than it may open files for."""

import subprocess
import sys

SAYS = """
import resource
from service_kit.web.gunicorn import most_connections
print([most_connections(each) for each in (64, 1024, 65_536, resource.RLIM_INFINITY)])
"""


def test_each_connection_may_hold_a_file_besides() -> None:
    # in a process of its own: gunicorn's settings turn the metrics of whoever loads them into files
    said = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, text=True, check=True)
    assert said.stdout == "[20, 480, 1000, 1000]\n"
