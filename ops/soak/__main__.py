"""Plays the wall, a month, faults, an upgrade, slow clients, answers and screens in full: `python -m soak [part …]`.

Why: `make test` plays the same few on every run; this plays many and other ones each time. The seed is printed, and
SETU_SOAK_SEED plays the same again. Exit code 1 when a property was broken; what a time limit cut short is told.
Not for every change: it takes as long as it is given.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
REFERRALS = CHECKOUT / "tests" / "integration" / "referral"
PROPERTIES = [
    str((REFERRALS / f"test_wall_{who}_{sent_to}.py").relative_to(CHECKOUT))
    for who in ("officer", "custody")
    for sent_to in ("one_service", "candidates")
]
NAMED = str((REFERRALS / "test_wall.py").relative_to(CHECKOUT))
STUCK = str((REFERRALS / "test_nothing_gets_stuck.py").relative_to(CHECKOUT))
DIRECTORY = [
    f"tests/integration/directory_finding/test_{what}.py"
    for what in ("feed_index_and_state_agree", "cached_responses_by_tag")
]
MONTH = "tests/integration/referral/test_month_of_a_district.py"
REFERRALS_OF_A_MONTH = 400
FIGURES = "tests/unit/referral/test_figures_cannot_be_solved.py"
MONTHS_OF_FIGURES = 24
MINUTES = "tests/e2e/directory_partnership/test_two_type_for_long.py"
TYPING_SECONDS = 600
JOURNEY = "tests/faults/journey/test_nothing_is_lost.py"
BROKER = "tests/faults/kit/test_broker_restarts.py"
INDEXER = "tests/faults/directory_finding/test_indexer_dies.py"
ROTATIONS = "tests/faults/referral/test_rotation_dies.py"
SLOW_CLIENTS = "tests/faults/kit_web/test_slow_clients.py"
LARGE = "soak.large_directory"
ANSWERS = "tests/contract/directory_hsds/test_many_services.py"
SOURCES = "tests/integration/directory_importing/test_random_sources.py"
DOCUMENTS = "tests/contract/test_openapi_schemathesis.py"
SCREENS = "tests/e2e"
RANDOM_SOURCES, CUTS = 100, 100  # of each kind
PROPERTIES_OF_ALL = ["tests/unit", "tests/integration", "tests/contract"]
EXAMPLES = 500  # of each property that says no number of its own
DOCUMENT_ROUNDS = 50  # requests made up for each operation
KILLED_ROTATIONS = 200
INDEXER_SERIES = 25  # of four kills each
BROKER_KILLS = 20
SLOW_SECONDS = 60
UPGRADE_REFERRALS, LOSSY_REFERRALS = 50, 200
CHUNK = 64  # histories of each property in one run of pytest, which can be told to stop between two


@dataclass(frozen=True)
class Wanted:
    """How much, for how long, and from which seed."""

    seed: int
    histories: int
    notices: int
    services: int
    imported: int
    indexed: int
    slow_connections: int
    minutes: float  # for each part but the last

    @classmethod
    def from_environment(cls) -> "Wanted":
        """Read SETU_SOAK_SEED, _HISTORIES, _NOTICES, _SERVICES, _IMPORTED and so on. Raises ValueError."""
        chance = random.SystemRandom().randrange(2**32)
        return cls(
            int(os.environ.get("SETU_SOAK_SEED", chance)),
            int(os.environ.get("SETU_SOAK_HISTORIES", "10000")),
            int(os.environ.get("SETU_SOAK_NOTICES", "20000")),
            int(os.environ.get("SETU_SOAK_SERVICES", "100000")),
            int(os.environ.get("SETU_SOAK_IMPORTED", "100000")),
            int(os.environ.get("SETU_SOAK_INDEXED", "1000000")),
            int(os.environ.get("SETU_SOAK_SLOW_CONNECTIONS", "200")),
            float(os.environ.get("SETU_SOAK_MINUTES", "60")),
        )


def main(names: Sequence[str]) -> int:
    """Run the named parts, or all but the loads, also after a failure of one, and say whether all held."""
    wanted = Wanted.from_environment()
    parts: dict[str, Callable[[Wanted], int]] = {
        "wall": _wall,
        "stuck": _stuck,
        "month": _month,
        "figures": _figures,
        "minutes": _minutes,
        "directory": _directory,
        "journey": _journey,
        "upgrade": _upgrade,
        "one-machine": _one_machine,
        "broker": _broker,
        "indexer": _indexer,
        "rotations": _rotations,
        "slow-clients": _slow_clients,
        "answers": _answers,
        "sources": _sources,
        "large-directory": _large_directory,
        "documents": _documents,
        "examples": _examples,
        "screens": _screens,
        "cluster": _cluster,
    }
    chosen = {name: part for name, part in parts.items() if not names or name in names}
    quiet = {"load": _load, "cluster-load": _cluster_load}  # only where it is named: both want a machine to themselves
    chosen |= {name: part for name, part in quiet.items() if name in names}
    if unknown := set(names) - chosen.keys():
        print(f"There is no part {', '.join(sorted(unknown))}; there are {', '.join([*parts, *quiet])}.")
        return 2
    print(f"seed {wanted.seed}: SETU_SOAK_SEED={wanted.seed} make soak plays the same again", flush=True)
    return max(part(wanted) for part in chosen.values())


def _wall(wanted: Wanted) -> int:
    """Hidden acts change no byte in named histories, and in `wanted.histories` random ones of all properties."""
    named = _play([NAMED], wanted.seed)
    return _histories("the wall", PROPERTIES, wanted, -(-wanted.histories // len(PROPERTIES))) or named


def _stuck(wanted: Wanted) -> int:
    """Nothing gets stuck, in a tenth as many histories."""
    return _histories("nothing gets stuck", [STUCK], wanted, -(-wanted.histories // 10))


def _month(wanted: Wanted) -> int:
    """Each of a month's referrals has ended or stands on somebody's list."""
    return _pytest([MONTH], SETU_SOAK_SEED=str(wanted.seed), SETU_MONTH_REFERRALS=str(REFERRALS_OF_A_MONTH))


def _figures(wanted: Wanted) -> int:
    """No number below ten can be solved from all that is told of two years of twelve districts."""
    return _pytest([FIGURES], SETU_FIGURES_SEED=str(wanted.seed), SETU_FIGURES_MONTHS=str(MONTHS_OF_FIGURES))


def _minutes(wanted: Wanted) -> int:
    """Two people type minutes at once for ten minutes, and nothing is lost."""
    return _pytest([MINUTES], SETU_SOAK_SEED=str(wanted.seed), SETU_MINUTES_SECONDS=str(TYPING_SECONDS))


def _directory(wanted: Wanted) -> int:
    """Feed, index and state agree after every step, in a hundredth as many histories, which are longer; and tags."""
    return _histories("feed, index and state", DIRECTORY, wanted, -(-wanted.histories // 100))


def _histories(what: str, tests: list[str], wanted: Wanted, count: int) -> int:
    end, played, chunk = time.monotonic() + 60 * wanted.minutes, 0, 0
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        while played < count and time.monotonic() < end:
            seeds = [wanted.seed + number for number in range(chunk, chunk + workers)]
            if any(pool.map(lambda seed: _play(tests, seed), seeds)):
                return 1
            chunk, played = chunk + workers, played + workers * CHUNK
            print(f"{what}: {played} of {count} histories a property", flush=True)
    _tell_of_the_limit(what, played, count)
    return 0


def _play(tests: list[str], seed: int) -> int:
    return _pytest([*tests, f"--hypothesis-seed={seed}"], SETU_HISTORIES=str(CHUNK), SETU_HISTORIES_SEED=str(seed))


def _journey(wanted: Wanted) -> int:
    """Kill -9 at random while notices are planned, until there are so many."""
    return _pytest(
        [JOURNEY, "-s"],
        SETU_SOAK_SEED=str(wanted.seed),
        SETU_SOAK_NOTICES=str(wanted.notices),
        SETU_SOAK_MINUTES=str(wanted.minutes),
    )


def _upgrade(wanted: Wanted) -> int:
    """The last release is upgraded and rolled back under load, so many referrals between two steps."""
    return _pytest(
        ["tests/integration/upgrade/test_upgrade_under_load.py", "-s"],
        SETU_SOAK_SEED=str(wanted.seed),
        SETU_UPGRADE_REFERRALS=str(UPGRADE_REFERRALS),
    )


def _one_machine(wanted: Wanted) -> int:
    """Faults of one machine, and so many referrals over a lossy network."""
    return _pytest(
        [f"tests/faults/journey/test_{name}.py" for name in ("doctor_names_the_cause", "clock_leaps", "lossy_network")],
        SETU_SOAK_SEED=str(wanted.seed),
        SETU_LOSSY_REFERRALS=str(LOSSY_REFERRALS),
    )


def _load(_wanted: Wanted) -> int:
    """Ten minutes at fixed rates on one machine."""
    return subprocess.run([sys.executable, "-m", "soak.load", "machine"], cwd=CHECKOUT, check=False).returncode


def _cluster_load(_wanted: Wanted) -> int:
    """Ten minutes at fixed rates on a cluster; takes a Docker engine."""
    return subprocess.run([sys.executable, "-m", "soak.load", "cluster"], cwd=CHECKOUT, check=False).returncode


def _broker(_wanted: Wanted) -> int:
    """Kill -9 of the broker so many times while events are on their way."""
    return _pytest([BROKER], SETU_BROKER_KILLS=str(BROKER_KILLS))


def _indexer(wanted: Wanted) -> int:
    """Kill -9 of the indexer at random moments: index, feed and whoever follows it agree again."""
    return _pytest([INDEXER], SETU_SOAK_SEED=str(wanted.seed), SETU_INDEXER_SERIES=str(INDEXER_SERIES))


def _rotations(wanted: Wanted) -> int:
    """Kill -9 at random places while keys rotate under load: what lives opens, what was destroyed does not."""
    failed = _pytest([ROTATIONS], SETU_SOAK_SEED=str(wanted.seed), SETU_ROTATIONS=str(KILLED_ROTATIONS))
    if not failed:
        print(f"keys: {KILLED_ROTATIONS} rotations were killed; what lives opens, what was destroyed does not")
    return failed


def _slow_clients(wanted: Wanted) -> int:
    """So many connections of each slow kind, each held for a minute, beside an honest client; prints the figures."""
    return _pytest(
        [SLOW_CLIENTS, "-s"], SETU_SLOW_CONNECTIONS=str(wanted.slow_connections), SETU_SLOW_SECONDS=str(SLOW_SECONDS)
    )


def _answers(wanted: Wanted) -> int:
    """Every answer over so many generated services is what the standard's schemas say."""
    failed = _pytest([ANSWERS], SETU_SOAK_SEED=str(wanted.seed), SETU_GENERATED_SERVICES=str(wanted.services))
    if not failed:
        print(f"the directory: every answer over {wanted.services} services is as the standard says", flush=True)
    return failed


def _sources(wanted: Wanted) -> int:
    """Each row of random sources goes in or is named, nothing is said that none holds, and no cut removes anything."""
    counts = {"SETU_RANDOM_SOURCES": str(RANDOM_SOURCES), "SETU_RANDOM_CUTS": str(CUTS)}
    return _pytest([SOURCES], SETU_SOAK_SEED=str(wanted.seed), **counts)


def _large_directory(wanted: Wanted) -> int:
    """So many services imported while it is killed, then so many indexed, searched and exported; prints the figures."""
    command = [sys.executable, "-m", LARGE, str(wanted.imported), str(wanted.indexed)]
    return subprocess.run(
        command, cwd=CHECKOUT, env=os.environ | {"SETU_SOAK_SEED": str(wanted.seed)}, check=False
    ).returncode


def _documents(wanted: Wanted) -> int:
    """Every operation answers made-up requests as its OpenAPI document says."""
    return _pytest([DOCUMENTS], SETU_SOAK_SEED=str(wanted.seed), SETU_SCHEMATHESIS_ROUNDS=str(DOCUMENT_ROUNDS))


def _examples(wanted: Wanted) -> int:
    """Every property that hypothesis draws examples for holds with many times as many."""
    drawn = ["-m", "hypothesis", f"--hypothesis-seed={wanted.seed}"]
    return _pytest([*PROPERTIES_OF_ALL, *drawn], SETU_EXAMPLES=str(EXAMPLES))


def _screens(_wanted: Wanted) -> int:
    """Every screen in every language, width and scheme under axe."""
    return _pytest([SCREENS], SETU_EVERY_LOOK="1")


def _cluster(wanted: Wanted) -> int:
    """So many faults of a cluster under load, where they are asked for: it takes a Docker engine and half a day."""
    if "SETU_CLUSTER_FAULTS" not in os.environ:
        print("no faults of a cluster: SETU_CLUSTER_FAULTS says how many", flush=True)
        return 0
    settings = os.environ | {"SETU_CLUSTER_SEED": str(wanted.seed)}
    return subprocess.run([sys.executable, "-m", "cluster_check"], cwd=CHECKOUT, env=settings, check=False).returncode


def _pytest(arguments: list[str], **settings: str) -> int:
    """Run pytest; its output is shown when it fails, and all along with -s."""
    shown = "-s" in arguments
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(
        command, cwd=CHECKOUT, env=os.environ | settings, check=False, capture_output=not shown, text=True
    )
    if done.returncode and not shown:
        print(f"{' '.join(arguments)}\n{done.stdout}{done.stderr}", flush=True)
    return int(done.returncode != 0)


def _tell_of_the_limit(what: str, reached: int, wanted: int) -> None:
    if reached < wanted:
        print(f"{what}: time was up at {reached} of {wanted} (SETU_SOAK_MINUTES)", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
