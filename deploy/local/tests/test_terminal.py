"""Foreign text on the terminal is shown as it is, whatever brackets it holds."""

import io

from rich.console import Console

from saisei_local.dead import DeadLetter
from saisei_local.doctor import Check, Report
from saisei_local.terminal import print_dead, print_report
from saisei_local.up import show_notices

BRACKETS = "prompt was [INST] :warning: [/INST] [red]"


def test_notice_that_quotes_brackets_is_shown_whole():
    shown = io.StringIO()
    show_notices(Console(file=shown, width=200), [f"all: job_failed {BRACKETS}"])
    assert shown.getvalue() == f"all: job_failed {BRACKETS}\n"


def test_doctor_shows_a_detail_with_brackets_whole(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    check = Check("broker", False, BRACKETS)
    print_report(Report("http://g", "postgresql://u:p@h/d", "amqp://h", "amqp://h", f"/[/{BRACKETS}", {}, [check]))
    assert f"bad broker: {BRACKETS}\n" in capsys.readouterr().out


def test_dead_letters_reason_with_brackets_is_shown_whole(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    print_dead([DeadLetter("image.jobs", "m-1", "run_job", BRACKETS, 3, "", {}, b"")], as_json=False)
    assert BRACKETS in capsys.readouterr().out
