"""Proxies by environment and setting, and whom TLS trusts: values, without a connection."""

from __future__ import annotations

import base64
import copy
import pickle
import ssl
import traceback

import attrs
import pytest

from nemomusic.errors import ConfigurationError
from nemomusic.network import Proxies, ProxyAddress
from nemomusic.runtime.tls import Tls
from nemomusic.settings import Settings

API = "https://api.example/x"


@pytest.mark.parametrize(
    ("text", "url", "login"),
    [
        ("http://proxy.example:3128", "http://proxy.example:3128", None),
        ("proxy.example:3128", "http://proxy.example:3128", None),
        (" http://proxy.example/ ", "http://proxy.example:80", None),
        ("https://proxy.example", "https://proxy.example:443", None),
        ("http://[::1]:3128", "http://[::1]:3128", None),
        ("http://me:pw@proxy.example:1", "http://proxy.example:1", "me:pw"),
        ("me:pw@proxy.example:1", "http://proxy.example:1", "me:pw"),
        ("http://me@proxy.example:1", "http://proxy.example:1", "me:"),
        ("http://m%40e:p%3Aw%2F@proxy.example:1", "http://proxy.example:1", "m@e:p:w/"),
        ("http://me:p@w@proxy.example:1", "http://proxy.example:1", "me:p@w"),
    ],
)
def test_an_address_is_read_and_its_login_kept_apart(text, url, login):
    found = ProxyAddress.parse(text, "HTTPS_PROXY")
    assert found.url == url
    if login is None:
        assert found.authorization is None
    else:
        value = found.authorization.reveal()
        assert base64.b64decode(value.removeprefix("Basic ")).decode() == login
    assert "pw" not in repr(found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("socks5://me:S3CRET@proxy.example:1080", "SOCKS"),
        ("socks5h://proxy.example", "SOCKS"),
        ("ftp://proxy.example", "not the address"),
        ("http://", "not the address"),
        ("", "not the address"),
        ("http://proxy.example:port", "not the address"),
        ("http://me:S3CRET/x@proxy.example:1", "not the address"),
        ("http://me:12/S3CRET@proxy.example:1", "not the address"),
        ("http://me:S3CRET#x@proxy.example:1", "not the address"),
        ("http://proxy.example/path", "not the address"),
        ("http://proxy example:1", "not the address"),
    ],
)
def test_what_is_no_address_of_a_proxy_is_refused_and_not_quoted(text, words):
    with pytest.raises(ConfigurationError, match=words) as caught:
        Settings(proxy=text)
    assert caught.value.remedy
    assert "S3CRET" not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(ConfigurationError, match=f"HTTPS_PROXY.*{words}") as caught:
        Proxies.from_env({"HTTPS_PROXY": text or "x://"}).for_url(API)
    assert "S3CRET" not in str(caught.value)


@pytest.mark.parametrize(
    ("environ", "url", "host"),
    [
        ({}, API, None),
        ({"HTTPS_PROXY": "http://p:1"}, API, "p:1"),
        ({"https_proxy": "http://p:1"}, API, "p:1"),
        ({"https_proxy": "http://p:1", "HTTPS_PROXY": "http://q:1"}, API, "p:1"),
        ({"https_proxy": "", "HTTPS_PROXY": "http://q:1"}, API, None),
        ({"HTTPS_PROXY": "http://p:1"}, "http://cdn.example", None),
        ({"HTTP_PROXY": "http://p:1"}, "http://cdn.example", "p:1"),
        ({"HTTP_PROXY": "http://p:1"}, API, None),
        ({"HTTP_PROXY": "http://p:1", "REQUEST_METHOD": "GET"}, "http://cdn.example", None),
        ({"http_proxy": "http://p:1", "REQUEST_METHOD": "GET"}, "http://cdn.example", "p:1"),
        ({"ALL_PROXY": "http://p:1"}, API, "p:1"),
        ({"ALL_PROXY": "http://p:1"}, "http://cdn.example", "p:1"),
        ({"ALL_PROXY": "http://p:1", "HTTPS_PROXY": "http://q:1"}, API, "q:1"),
        ({"ALL_PROXY": "socks5://p:1", "HTTPS_PROXY": "http://q:1"}, API, "q:1"),
        # loopback never
        ({"ALL_PROXY": "http://p:1"}, "http://127.0.0.1:8000/x", None),
        ({"ALL_PROXY": "http://p:1"}, "http://localhost:8000/x", None),
        ({"ALL_PROXY": "http://p:1"}, "https://[::1]:8000/x", None),
        ({"ALL_PROXY": "socks5://p:1"}, "http://127.0.0.1:8000/x", None),
        # NO_PROXY
        *(
            ({"ALL_PROXY": "http://p:1", "NO_PROXY": entry}, url, None if direct else "p:1")
            for entry, url, direct in [
                ("*", API, True),
                ("api.example", API, True),
                ("API.Example", API, True),
                ("example", API, True),
                (".example", API, True),
                ("*.example", API, True),
                ("api.example.", API, True),
                ("api.example", "https://api.example./x", True),
                ("pi.example", API, False),
                ("other.example, api.example", API, True),
                ("other.example api.example", API, True),
                ("api.example:443", API, True),
                ("api.example:8443", API, False),
                ("api.example:8443", "https://api.example:8443", True),
                ("10.0.0.0/8", "https://10.1.2.3", True),
                ("10.0.0.0/8", "https://11.1.2.3", False),
                ("10.1.2.3", "https://10.1.2.3", True),
                ("10.1.2.3:99", "https://10.1.2.3:99", True),
                ("1.2.3", "https://10.1.2.3", False),
                ("fd00::/8", "https://[fd00::1]", True),
                ("[fd00::1]:443", "https://[fd00::1]", True),
                ("", API, False),
                (",", API, False),
            ]
        ),
        ({"ALL_PROXY": "http://p:1", "no_proxy": "", "NO_PROXY": "*"}, API, "p:1"),
    ],
)
def test_the_environment_chooses(environ, url, host):
    found = Settings.from_env({"HOME": "/home/ann", **environ}).proxy.for_url(url)
    assert (None if found is None else found.host) == host


def test_a_setting_is_for_all_hosts_but_loopback():
    proxies = Settings(proxy="http://p:1").proxy
    assert proxies.for_url(API).host == proxies.for_url("http://cdn.example").host == "p:1"
    assert proxies.for_url("http://127.0.0.1:1") is None
    assert Settings().proxy.for_url(API) is None


def test_settings_with_a_proxy_are_values_that_show_nothing():
    settings = Settings(proxy="http://me:S3CRET@p:1")
    assert settings == Settings(proxy="http://me:S3CRET@p:1")
    assert settings != Settings(proxy="http://me:other@p:1")
    for shown in (repr(settings), repr(settings.proxy), str(attrs.asdict(settings))):
        assert "S3CRET" not in shown
    with pytest.raises(TypeError, match="can't be pickled"):
        pickle.dumps(settings)
    copied = copy.deepcopy(attrs.evolve(settings, tls=ssl.create_default_context()))
    assert copied.proxy.for_url(API).authorization == settings.proxy.for_url(API).authorization
    assert copied.tls.context is not None
    assert attrs.evolve(settings, client_id="x").proxy == settings.proxy


def test_tls_takes_a_file_a_folder_and_a_context(tmp_path):
    context = ssl.create_default_context()
    assert Settings(tls=context).tls.build() is context
    assert Settings(tls=str(tmp_path)).tls == Tls(ca_file=tmp_path)
    assert Settings(tls=tmp_path / "ca.pem").tls.ca_file == tmp_path / "ca.pem"
    assert Settings().tls is None
    assert isinstance(Tls(ca_file=tmp_path).build(), ssl.SSLContext)  # a folder of CAs
    assert "S3CRET" not in repr(Tls(certificate="a.pem", password="S3CRET"))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda _: Settings(tls=False), "not bool"),
        (lambda _: Tls(context=ssl.create_default_context(), ca_file="x"), "files beside it"),
        (lambda _: Tls(key="me.key"), "without a certificate"),
        (lambda folder: Tls(ca_file=folder / "none.pem").build(), "none.pem can't be used"),
        (lambda folder: Tls(ca_file=folder / "text").build(), "text can't be used"),
        (lambda folder: Tls(certificate=folder / "text").build(), "client certificate"),
    ],
)
def test_tls_that_makes_no_sense(tmp_path, make, words):
    (tmp_path / "text").write_text("no certificate")
    with pytest.raises(ConfigurationError, match=words) as caught:
        make(tmp_path)
    assert caught.value.remedy
