"""Each command of docs/integrators.md runs against a demo, in order, and shows what the page says (… is anything)."""

import json
import os
import re
import shutil
import subprocess
import sys

from local_stack.layout import CHECKOUT

PAGE = (CHECKOUT / "docs" / "integrators.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh|python)\n(.*?)^```\n(?:```text\n(.*?)^```\n)?", PAGE, re.MULTILINE | re.DOTALL)
END = "-- end of block --"


def as_pattern(shown):
    return ".*".join(re.escape(part) for part in shown.strip().split("…"))


def test_each_command_of_the_page_shows_what_the_page_says(demo, tmp_path):
    def here(text):
        of_demo = text.replace("http://127.0.0.1:8001", demo.ready["directory"])
        of_demo = of_demo.replace("http://127.0.0.1:8003", demo.ready["notification"])
        return of_demo.replace("var/demo/ready.json", str(demo.layout.ready_file))

    assert len(BLOCKS) == PAGE.count("\n```sh\n") + PAGE.count("\n```python\n") > 8
    script = ["set -euo pipefail"]
    for number, (language, block, _) in enumerate(BLOCKS):
        program = tmp_path / f"{number}.py"
        program.write_text(here(block) if language == "python" else "", encoding="utf-8")
        script += [here(block) if language == "sh" else f"{sys.executable} {program}", f"echo; echo '{END}'"]
    bash = shutil.which("bash")
    assert bash
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [bash, "-c", "\n".join(script)],
        cwd=tmp_path,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    shown = done.stdout.split(END)
    for (_, block, expected), output in zip(BLOCKS, shown, strict=False):
        assert re.fullmatch(as_pattern(here(expected)), output.strip(), re.DOTALL), (block, output)


def test_the_program_for_a_copy_reads_only_what_became_different(demo, tmp_path):
    program = next(block for language, block, _ in BLOCKS if language == "python")
    (tmp_path / "keep_a_copy.py").write_text(program.replace("http://127.0.0.1:8001", demo.ready["directory"]))

    def run():
        return subprocess.run(
            [sys.executable, "keep_a_copy.py"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
        ).stdout

    def settled():
        """What it keeps, once the worker has published what was changed before."""
        before = None
        while (kept := (run(), json.loads(copy.read_text()))) != before:
            before = kept
        return kept

    copy = tmp_path / "copy.json"
    shown, (documents, since) = settled()
    assert shown == f"{sum('status' in each for each in documents.values())} services\n"
    forgotten = documents.pop(next(iter(documents)))
    copy.write_text(json.dumps([documents, since]))
    run()
    assert forgotten["id"] not in json.loads(copy.read_text())[0], "only what became different is read"
