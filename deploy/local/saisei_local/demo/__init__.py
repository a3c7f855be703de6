"""`saisei demo`: the main job from end to end, on a sample brief or a person's own."""

from pathlib import Path

from rich.console import Console
from rich.text import Text

from saisei_local.demo.approval import cast_at
from saisei_local.demo.briefs import SAMPLE, check_photo, load_brief
from saisei_local.demo.files import prepare_folder, write_story
from saisei_local.demo.instance import running_instance
from saisei_local.demo.story import play
from saisei_local.settings import LocalSettings
from saisei_local.state import StateDir

PIPE_WIDTH = 132


def run_demo(settings: LocalSettings, brief: Path | None, photo: Path | None, out: Path) -> None:
    """Plays the demonstration and writes it to `out`. Raises SettingsError in words that say what to do."""
    console = Console()
    if not console.is_terminal:
        # A pipe or a log has no width of its own, and 80 columns would break the trees.
        console = Console(width=PIPE_WIDTH)
    file = load_brief(brief or SAMPLE)
    if photo is not None:
        check_photo(photo)
    prepare_folder(out)
    state = StateDir(settings.state_dir)
    runs_on = state.is_locked()
    with running_instance(settings, console) as url, cast_at(url, state) as cast:
        sheet = write_story(cast.editor, play(cast, console, file, photo), out)
    following = (
        f"the README's curl, on the instance that runs at {url}" if runs_on else "`make up`, then the README's curl"
    )
    console.rule("[bold]Done[/]")
    for line in (
        f"every image, kit.json, cascades.json and approval.json are in {out}/",
        f"look at {sheet}: before and after, side by side",
        f"next: {following}; the ids it needs are in {out}/kit.json",
    ):
        console.print(Text(line))
