"""Clips that several tests share, and profiles of Hypothesis."""

from __future__ import annotations

import gc
import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from support.fast import collect

if TYPE_CHECKING:
    from pathlib import Path

for profile, examples in {"dev": 25, "ci": 200, "nightly": 2000}.items():
    settings.register_profile(
        profile,
        max_examples=examples,
        deadline=None,
        derandomize=profile != "nightly",  # a suite fails by a change, not by chance
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

# A shell starts background jobs with SIGINT ignored. Tests send it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


gc.disable()  # until the tests are collected: collecting them leaves no garbage worth a search


def pytest_collection_finish() -> None:
    """Let the collector work from here on."""
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Start half as many workers more than processors: many tests wait for a process or a timer."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


@pytest.fixture(autouse=True, scope="module")
def _quick_collections() -> None:
    """Take what was there before out of the collector's sight: many tests call `gc.collect()`."""
    collect()


SIZE = (320, 180)
RATE = 15
CUTS = (0.8, 1.6)
SECONDS = 2.4


def write_clip(path: Path, *, sound: bool) -> Path:
    """Write an MP4 of three moving scenes with hard cuts at CUTS; `sound` adds some like speech."""
    import av
    import numpy as np

    from support.drawn_clips import X264_THREADS

    width, height = SIZE
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    with av.open(str(path), "w", format="mp4") as container:
        options = {"preset": "ultrafast", "threads": X264_THREADS}
        video = container.add_stream("libx264", rate=RATE, options=options)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        audio = container.add_stream("aac", rate=48000, layout="mono") if sound else None
        for number in range(round(SECONDS * RATE)):
            scene = sum(number / RATE >= cut for cut in CUTS)
            wave = np.sin((x * (scene + 1) + y * 2 + number * 9) / 25) * 60
            red, blue = (70, 180, 110)[scene], (190, 70, 140)[scene]
            channels = [wave + level for level in (red, 100, blue)]
            frame = np.stack(channels, axis=-1).clip(0, 255).astype(np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(video.encode(None))
        if audio is not None:
            t = np.arange(round(SECONDS * 48000)) / 48000
            voice = sum(np.sin(2 * np.pi * 140 * n * t) / n for n in range(1, 12))
            syllables = np.clip(np.sin(2 * np.pi * 4 * t), 0, 1)
            samples = (voice * syllables * 0.15).astype(np.float32)[np.newaxis]
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 48000, 0
            container.mux(audio.encode(frame))
            container.mux(audio.encode(None))
    return path


@pytest.fixture(scope="session")
def tiny_clip(tmp_path_factory) -> Path:
    """Give a 2.4 s MP4 of 320x180 with two hard cuts and no sound. Copy it before changing it."""
    return write_clip(tmp_path_factory.mktemp("clips") / "tiny.mp4", sound=False)


@pytest.fixture(scope="session")
def talking_clip(tmp_path_factory) -> Path:
    """Give the same with sound that comes and goes like syllables."""
    return write_clip(tmp_path_factory.mktemp("clips") / "talking.mp4", sound=True)


@pytest.fixture
def collected():
    """Collect what a test leaves open while their warnings are ignored.

    Else the collector finds them during another test, whose warnings are errors.
    """
    yield
    gc.collect()


@pytest.fixture
def refusing_port():
    """Give a port that refuses connections, whatever other tests do meanwhile."""
    from support.networks import closed_port

    with closed_port() as port:
        yield port


@pytest.fixture
def browser():
    """Give a headless chromium."""
    webdriver = pytest.importorskip("selenium.webdriver")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.fail("this test needs chromium and chromedriver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--mute-audio"):
        options.add_argument(argument)
    options.add_argument("--autoplay-policy=no-user-gesture-required")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield started
    started.quit()
