"""What the package stands on: pins with hashes, known vulnerabilities of them, a bill of materials.

``python .ci/supply.py lock`` writes requirements.lock: every package that the package itself needs, in the
versions of constraints.txt, with the hashes of all files of each, for every platform. ``audit`` looks the
lock up where vulnerabilities are published; where that cannot be had it says so and is no failure. ``sbom``
writes dist/bayes-ivig.cdx.json (CycloneDX), which is not committed: it repeats the lock, and whoever needs
one needs that of the release in hand.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK, PINS, BILL = ROOT / "requirements.lock", ROOT / "constraints.txt", ROOT / "dist" / "bayes-ivig.cdx.json"
TOOLS = {"lock": "uv==0.13.9", "audit": "pip-audit==2.10.1", "sbom": "cyclonedx-bom==7.5.0"}
ACCEPTED: dict[str, str] = {}  # vulnerabilities that do not concern us, each with the reason
HEAD = """\
# The dependencies with hashes of their files; made by `make lock` from pyproject.toml and constraints.txt.
# pip install --require-hashes -r requirements.lock, then pip install --no-deps .
"""
LONGEST = 180  # seconds that an audit may take: a network that answers nothing must not hold up the checks


def main(task: str) -> int:
    """Do one task with its tool, in an environment that is thrown away; returns the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder, "bin", "python")
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        install = [python, "-m", "pip", "install", "--quiet", TOOLS[task]]
        if subprocess.run(install, check=False, capture_output=True).returncode:
            print(f"{task}: not done: {TOOLS[task]} cannot be installed here")
            return 0 if task == "audit" else 1
        return {"lock": lock, "audit": audit, "sbom": bill}[task](python.parent)


def lock(programs: Path) -> int:
    """Write the lock, without the address of any index."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    options = "--universal --python-version 3.12 --generate-hashes --no-annotate -q"
    command = [programs / "uv", "pip", "compile", "pyproject.toml", "-c", PINS.name, *options.split()]
    command.append("--no-header")
    done = subprocess.run(command, cwd=ROOT, env=own, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode == 0:
        LOCK.write_text(HEAD + done.stdout, encoding="utf-8")
    return done.returncode


def audit(programs: Path) -> int:
    """Print what is known against the pins; returns 1 where something is, 0 where nothing could be asked."""
    command = [programs / "pip-audit", "-r", LOCK, "--require-hashes", "--disable-pip", "-f", "json"]
    command += ["--progress-spinner", "off"]
    try:
        done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        print(f"audit: not done: no answer in {LONGEST} seconds")
        return 0
    found = re.search(r"^\{.*\}", done.stdout, re.DOTALL | re.MULTILINE)
    if not found:
        why = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        print(f"audit: not done: no vulnerability data here ({why[:200]})")
        return 0
    packages = json.loads(found.group())["dependencies"]
    asked = [each for each in packages if "skip_reason" not in each]
    if not asked:
        print(f"audit: not done: no vulnerability data here ({packages[0]['skip_reason']})")
        return 0
    print(f"audit: {len(asked)} of {len(packages)} pins could be looked up")
    known = [(each, bug) for each in asked for bug in each["vulns"] if bug["id"] not in ACCEPTED]
    for each, bug in known:
        fixed = ", ".join(bug["fix_versions"]) or "no version yet"
        print(f"audit: {each['name']} {each['version']}: {bug['id']}, mended in {fixed}")
    return 1 if known else 0


def bill(programs: Path) -> int:
    """Write the bill of materials of the lock."""
    BILL.parent.mkdir(exist_ok=True)
    command = [programs / "cyclonedx-py", "requirements", LOCK, "--pyproject", ROOT / "pyproject.toml"]
    command += ["--output-reproducible", "--of", "JSON", "-o", BILL]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        print(done.stderr)
    else:
        print(f"sbom: {BILL.relative_to(ROOT)}: {len(json.loads(BILL.read_text())['components'])} components")
    return done.returncode


if __name__ == "__main__":
    if sys.argv[1:] not in [[task] for task in TOOLS]:
        sys.exit(f"usage: python .ci/supply.py {'|'.join(TOOLS)}")
    sys.exit(main(sys.argv[1]))
