"""The site in a real headless browser: it fits the screen, and its search finds a name."""

from __future__ import annotations

import functools
import importlib.util
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        importlib.util.find_spec("zensical") is None,
        reason="needs zensical: python -m pip install --group docs",
    ),
]
PAGES = [
    *("", "tutorial/", "architecture/", "local-backend/", "protocol/", "performance/"),
    *("reference/client/", "reference/errors/", "how-to/web/", "explanation/composer/"),
]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def address(site):
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("width", [1280, 500], ids=["desktop", "telephone"])
def test_each_page_fits_the_screen(browser, address, width):
    browser.set_window_size(width, 900)
    for page in PAGES:
        browser.get(address + page)
        wide, window = browser.execute_script(
            "return [document.documentElement.scrollWidth, window.innerWidth]"
        )
        assert wide <= window, f"{page} has to be moved sideways"
        assert browser.find_element("css selector", "h1").is_displayed()
        images = browser.find_elements("css selector", "article img")
        assert all(image.get_property("naturalWidth") > 100 for image in images), page
    assert browser.get_log("browser") == []  # no error of a script, nothing missing


def test_the_search_finds_a_name(browser, address):
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait

    browser.get(address)
    browser.find_element("css selector", "body").send_keys("/")
    WebDriverWait(browser, 10).until(
        lambda _: browser.execute_script("return document.activeElement.shadowRoot !== null")
    )
    field = browser.switch_to.active_element
    found = "return document.activeElement.shadowRoot.querySelectorAll('a[href]')[0]?.href"
    browser.execute_script("document.activeElement.shadowRoot.querySelector('input').focus()")
    field.shadow_root.find_element("css selector", "input").send_keys("OutcomeUnknownError")
    link = WebDriverWait(browser, 10).until(lambda _: browser.execute_script(found))
    assert link.startswith(f"{address}reference/errors/")
    assert "OutcomeUnknownError" in link
    field.shadow_root.find_element("css selector", "input").send_keys(Keys.ENTER)
    WebDriverWait(browser, 10).until(lambda _: "reference/errors" in browser.current_url)
