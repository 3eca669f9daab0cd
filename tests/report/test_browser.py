"""The page in a real headless browser: it renders, sorts, filters, searches and plays."""

from __future__ import annotations

import pytest

import nemomusic
from nemomusic.report import Report

pytestmark = pytest.mark.browser


@pytest.fixture
async def page(tiny_clip, tmp_path):
    """Give the report of two clips with music and one that failed."""
    orders = [
        nemomusic.Order(source=tiny_clip, prompt="warm lo-fi", output="one & two.mp4"),
        nemomusic.Order(source=tmp_path / "<b>none</b>.mp4"),
        nemomusic.Order(source=tiny_clip, prompt="fast techno", output="three.mp4"),
    ]
    async with nemomusic.Client.local(tmp_path / "backend") as client:
        async with Report(tmp_path / "report") as report:
            async for outcome in client.batches.run(orders, folder=tmp_path / "out"):
                report.add(outcome)
    return tmp_path / "report" / "report.html"


def numbers(browser):
    return [
        row.find_element("css selector", "td").text
        for row in browser.find_elements("css selector", "#rows tr")
        if row.is_displayed()
    ]


def test_the_page(browser, page):
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait

    browser.get(page.as_uri())
    assert sorted(numbers(browser)) == ["1", "2", "3"]
    assert "3 of 3 shown" in browser.find_element("id", "shown").text
    # Pictures are drawn, and nothing of a name became markup.
    images = browser.find_elements("css selector", "img.strip")
    assert [image.get_property("naturalWidth") > 100 for image in images] == [True, True]
    assert len(browser.find_elements("css selector", "svg polygon")) == 2
    assert not browser.find_elements("css selector", ".name b")
    # Sorting, by mouse.
    header = browser.find_element("css selector", "th[data-key=number] button")
    header.click()
    assert numbers(browser) == ["1", "2", "3"]
    header.click()
    assert numbers(browser) == ["3", "2", "1"]
    tempo = browser.find_element("css selector", "th[data-key=tempo] button")
    tempo.click()
    assert numbers(browser)[-1] == "2"  # it has none
    # Filtering and searching, by keyboard.
    body = browser.find_element("css selector", "body")
    body.send_keys("f")
    assert numbers(browser) == ["2"]
    assert "does not exist" in browser.find_element("css selector", ".bad").text
    body.send_keys("f")
    body.send_keys("/")
    field = browser.switch_to.active_element
    assert field.get_attribute("id") == "search"
    field.send_keys("three.mp4")
    assert numbers(browser) == ["3"]
    field.send_keys(Keys.ESCAPE)
    assert len(numbers(browser)) == 3
    # Playing, by keyboard: j goes to the first row, Enter plays it.
    browser.find_element("css selector", "h1").click()
    header.click()
    browser.execute_script("document.activeElement.blur()")
    browser.find_element("css selector", "body").send_keys("j")
    active = browser.switch_to.active_element
    assert active.tag_name == "tr"
    active.send_keys(Keys.ENTER)
    video = active.find_element("css selector", "video")
    WebDriverWait(browser, 20).until(lambda _: video.get_property("currentTime") > 0)
    assert video.get_property("error") is None
    # Light and dark.
    colors = []
    for scheme in ("light", "dark"):
        browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
        )
        colors.append(body.value_of_css_property("background-color"))
    assert colors[0] != colors[1]
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
