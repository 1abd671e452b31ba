"""Has the doctor of `pymcap-cli` examine MCAP files: one line of JSON for each, with its findings by severity."""

import json
import os
import sys

from pymcap_cli.doctor import Severity, examine_mcap

for path in sys.argv[1:]:
    with open(path, "rb") as stream:
        report = examine_mcap(stream, os.path.getsize(path), path)
    found = {severity.value: [] for severity in Severity}
    for finding in report.findings:
        found[finding.severity.value].append(f"{finding.code.value}: {finding.message}")
    print(json.dumps({"path": path, "messages": report.message_count, **found}), flush=True)
