#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/personal-data.md names every table of the records and no other.    tests/test_personal_data.py THRESHOLDCTL DOC"""
import os
import re
import sqlite3
import subprocess
import sys
import tempfile

from kit import run_tests

ctl, doc = sys.argv[1:3]


def documented():
    with open(doc, encoding="utf-8") as f:
        return re.findall(r"^\| `([a-z_]+)` \|", f.read(), re.M)


def there(folder):
    config = os.path.join(folder, "c.conf")
    with open(config, "w", encoding="utf-8") as f:
        f.write(f"[threshold]\nstate-dir={folder}/state\n")
    subprocess.run([ctl, "--config", config, "staff", "add", "LI MIN", "--role", "manager", "--pin-stdin"],
                   input=b"135790\n", check=True, stdout=subprocess.DEVNULL)
    db = sqlite3.connect(f"file:{folder}/state/records.db?mode=ro", uri=True)
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    db.close()
    return tables


def every_table_is_in_the_document_and_no_other():
    with tempfile.TemporaryDirectory() as folder:
        tables = there(folder)
    named = documented()
    assert len(named) == len(set(named)), "a table is named twice"
    assert tables - set(named) == set(), f"not in the document: {sorted(tables - set(named))}"
    assert set(named) - tables == set(), f"no such table: {sorted(set(named) - tables)}"


run_tests([("every table is in the document, and no other", every_table_is_in_the_document_and_no_other)])
