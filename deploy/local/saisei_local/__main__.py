"""`python -m saisei_local` is the `saisei` command."""

from saisei_local.cli import app

app()
