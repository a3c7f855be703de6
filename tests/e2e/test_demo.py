"""`saisei demo` as a person runs it: on the sample, on their own brief and photo, and against the providers' APIs."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image

from tests.e2e.conftest import stand_in

BRIEF = """
brand:
  name: 海辺のパン工房
  defaultRegister: casual
  colours: {primary: "#1d4e89", accent: "#f79256"}
campaign:
  name: 夏の塩パン
  images: 1
  brief:
    objective: conversion
    product: 塩バターパン
    targetAudience: 休日に海へ出かける家族
    platforms: [instagram, line]
    moodTags: [夏, 海]
"""


def _photo(path: Path) -> Path:
    """A photo-like picture: a bright round subject on a soft gradient."""
    y, x = np.mgrid[0:1200, 0:1600]
    sky = np.stack([120 + y // 12, 160 + y // 16, 210 - y // 30], axis=-1)
    sun = ((x - 1000) ** 2 + (y - 420) ** 2 < 200**2)[..., None]
    Image.fromarray(np.where(sun, (250, 200, 90), sky).clip(0, 255).astype(np.uint8)).save(path, quality=92)
    return path


def _demo(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SAISEI_", "ANTHROPIC_"))}
    env = clean | {"SAISEI_STATE_DIR": str(folder / "state")} | environment
    command = [sys.executable, "-m", "saisei_local", "demo", "--out", str(folder / "out"), *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=200, check=False)


def _written(folder: Path, name: str) -> Any:
    return json.loads((folder / "out" / name).read_text())


def _kit(folder: Path) -> dict[str, Any]:
    return _written(folder, "kit.json")


def _is_approved_and_reopened(folder: Path) -> bool:
    """What was approved has a report of QA, was locked, and is a draft whose difference is one image with its sizes."""
    told = _written(folder, "approval.json")
    view, diff = told["approval"], told["diff"]
    steps = [(one["action"], one["outdated"]) for one in view["history"]]
    judged = view["history"][2]["manifest"]
    return (
        steps == [("submitted", True), ("reviewed", True), ("approved", True), ("reopened", True)]
        and (view["status"], told["refusal"]["type"]) == ("draft", "/problems/approval-locked")
        and judged == diff["from"] == told["qaReport"]["manifest"]
        and diff["to"] == view["currentManifest"]
        and {one["kind"] for one in diff["changed"]} == {"image", "composited_image", "platform_image"}
    )


def test_demo_plays_on_a_persons_own_brief_and_photo_without_any_key_and_shows_what_qa_objects_to(
    tmp_path: Path,
) -> None:
    brief = tmp_path / "brief.yaml"
    brief.write_text(BRIEF.replace("塩バターパン", "日本一の塩バターパン"), encoding="utf-8")
    photo = _photo(tmp_path / "photo.jpg")
    done = _demo(tmp_path, "--brief", str(brief), "--image", str(photo))
    assert done.returncode == 0, done.stdout + done.stderr
    kit = _kit(tmp_path)
    uploaded = [asset for asset in kit["assets"] if asset["kind"] == "image" and asset["provider"] == "person"]
    assert (kit["name"], kit["status"]) == ("夏の塩パン", "ready")
    assert [(one["offline"], one["blob"]["width"], one["blob"]["height"]) for one in uploaded] == [(False, 1600, 1200)]
    assert len(_written(tmp_path, "cascades.json")) == 4
    assert _is_approved_and_reopened(tmp_path)
    assert "legal.number_one" in done.stdout
    approved = _written(tmp_path, "approval.json")["approval"]["history"][2]
    assert approved["qaOverride"]["by"] == "demo-approver"
    with Image.open(tmp_path / "out" / "contact-sheet.png") as sheet:
        assert sheet.width >= 2000
    assert len(list((tmp_path / "out" / "images").iterdir())) > 10


def test_demo_plays_through_the_real_adapters(tmp_path: Path) -> None:
    brief = tmp_path / "brief.yaml"
    brief.write_text(BRIEF, encoding="utf-8")
    with (
        stand_in("claude.standin") as anthropic,
        stand_in("services/image/tests/replicate_standin.py") as replicate,
    ):
        keys = {
            "ANTHROPIC_API_KEY": "test-key",
            "ANTHROPIC_BASE_URL": anthropic,
            "REPLICATE_API_TOKEN": "test-token",
            "REPLICATE_BASE_URL": replicate,
        }
        done = _demo(tmp_path, "--brief", str(brief), "--image", str(_photo(tmp_path / "photo.jpg")), **keys)
        charged = [httpx2.get(f"{url}/control/ledger", trust_env=False).json() for url in (anthropic, replicate)]
    assert done.returncode == 0, done.stdout + done.stderr
    kit = _kit(tmp_path)
    assert {asset["provider"] for asset in kit["assets"]} == {"anthropic", "replicate", "person", "compositor"}
    assert not [asset for asset in kit["assets"] if asset["offline"]]
    assert all(charged)
    assert _is_approved_and_reopened(tmp_path)
    cascades = _written(tmp_path, "cascades.json")
    assert sum(cascade["costYen"] for cascade in cascades) > 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("brand: [", "neither YAML"),
        ("brand: {name: A}\ncampaign: {}", "brand.colours"),
        (BRIEF.replace("moodTags", "moodTag"), "campaign.brief.moodTag"),
        (None, "cannot be read"),
    ],
)
def test_brief_that_cannot_be_used_is_one_clear_message(tmp_path: Path, content: str | None, told: str) -> None:
    brief = tmp_path / "brief.yaml"
    if content is not None:
        brief.write_text(content, encoding="utf-8")
    done = _demo(tmp_path, "--brief", str(brief))
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_photo_that_cannot_be_used_is_told_before_anything_is_made(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_text("not a picture")
    done = _demo(tmp_path, "--image", str(photo))
    assert done.returncode == 1
    assert str(photo) in done.stderr
    assert "The kit" not in done.stdout
