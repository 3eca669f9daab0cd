"""What can be set, where it comes from, and what is refused."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import attrs
import pytest

from nemomusic import Client
from nemomusic._version import __version__
from nemomusic.errors import ConfigurationError
from nemomusic.network import is_loopback
from nemomusic.secret import Secret
from nemomusic.settings import Settings, Timeouts, detect_platform

HOME = {"HOME": "/home/ann", "USERPROFILE": "/home/ann"}


def test_defaults_are_the_contracts():
    settings = Settings.from_env(HOME)
    assert settings.token is None
    assert settings.api_url == "https://mega-api-prod.nemovideo.ai"
    assert settings.web_url == "https://nemovideo.com"
    assert settings.client_id is None
    assert settings.client_id_file == Path("/home/ann/.config/nemovideo/client_id")
    assert settings.token_file == Path("/home/ann/.config/nemomusic/tokens.json")
    assert settings.attribution == {
        "X-Skill-Source": "video-music-generator",
        "X-Skill-Version": __version__,
        "X-Skill-Platform": "unknown",
    }
    assert settings.allow_anonymous is False
    assert not settings.is_local
    timeouts = Timeouts()
    assert (timeouts.turn, timeouts.heartbeats, timeouts.notice) == (900, 600, 120)
    assert (timeouts.recover_first, timeouts.recover_next, timeouts.render) == (None, None, 300)
    assert timeouts.render_total == 900


def test_environment():
    settings = Settings.from_env(
        {
            **HOME,
            "NEMO_TOKEN": "  nmv_usr_abc\n",
            "NEMO_API_URL": "https://api.example/base/",
            "NEMO_WEB_URL": "https://web.example/",
            "NEMO_CLIENT_ID": "my-id",
            "SKILL_SOURCE": "my-platform",
        }
    )
    assert settings.token == Secret("nmv_usr_abc")
    assert settings.api_url == "https://api.example/base"
    assert settings.web_url == "https://web.example"
    assert settings.client_id == "my-id"
    assert settings.attribution["X-Skill-Platform"] == "my-platform"


def test_empty_variables_count_as_absent():
    names = ("NEMO_TOKEN", "NEMO_API_URL", "NEMO_WEB_URL", "NEMO_CLIENT_ID", "SKILL_SOURCE")
    empty = Settings.from_env({**HOME, **dict.fromkeys(names, "")})
    assert empty == Settings.from_env(HOME)
    assert Settings.from_env({**HOME, "NEMO_TOKEN": "  "}).token is None


def test_the_process_environment_is_the_default(monkeypatch):
    monkeypatch.setenv("NEMO_CLIENT_ID", "from-the-process")
    assert Settings.from_env().client_id == "from-the-process"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "not a web address"),
        ("ftp://x.example", "not a web address"),
        ("https://", "not a web address"),
        ("https://x.example:port", "not a web address"),
        ("https://x..example", "not a web address"),
        ("https://ä..example", "not a web address"),
        (f"https://{'x' * 64}.example", "not a web address"),
        ("https://x.example:99999", "not a web address"),
        ("https://[::1", "not a web address"),
        ("https://x.example/?a=b", "not a web address"),
        ("https://x.example/#a", "not a web address"),
        ("https://x.example/a b", "not a web address"),
        ("https://x.exa\nmple", "not a web address"),
        ("https://x.example/?", "not a web address"),
        ("https://user:secret@x.example", "user name or password"),
        ("https://user:secret@x.example/?a=b", "user name or password"),
        ("ftp://secret@x.example", "user name or password"),
        ("http://x.example", "plain http"),
        ("http://127.evil.example", "plain http"),
        ("http://127.0.0.1.evil.example", "plain http"),
        ("http://localhost.evil.example", "plain http"),
        ("http://10.0.0.1", "plain http"),
        ("http://0.0.0.0:80", "plain http"),
    ],
)
@pytest.mark.parametrize("name", ["NEMO_API_URL", "NEMO_WEB_URL"])
def test_addresses_that_are_refused(url, words, name):
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_env({**HOME, name: url})
    assert name in str(caught.value)
    assert words in str(caught.value)
    assert caught.value.remedy
    assert "secret" not in str(caught.value)


def test_an_error_names_what_was_passed():
    with pytest.raises(ConfigurationError, match="api_url is plain http"):
        Settings(api_url="http://x.example")
    with pytest.raises(ConfigurationError, match="base_url is plain http") as caught:
        Client("tok", settings=Settings(), base_url="http://x.example")
    assert "NEMO_API_URL" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8080", "http://127.8.9.1", "http://localhost:1", "http://[::1]:8080"],
)
def test_plain_http_is_for_loopback(url):
    settings = Settings(api_url=url + "/")
    assert settings.api_url == url
    assert settings.is_local


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.255.1.2", True),
        ("::1", True),
        ("127.evil.example", False),
        ("127.0.0.1.example", False),
        ("128.0.0.1", False),
        ("", False),
        (None, False),
    ],
)
def test_loopback(host, own):
    assert is_loopback(host) is own


@pytest.mark.parametrize("client_id", ["x" * 65, "a\nb", "a\0", "\u2028"])
def test_client_ids_that_are_refused(client_id):
    with pytest.raises(ConfigurationError) as caught:
        Settings(client_id=client_id)
    assert "1 to 64" in str(caught.value)
    assert Settings(client_id="x" * 64).client_id == "x" * 64


@pytest.mark.parametrize("token", ["a b", "a\nb", "a\r\nX-Evil: 1", "tökén", "a\0b", "\u200bnmv"])
def test_tokens_that_are_refused_and_not_shown(token):
    with pytest.raises(ConfigurationError) as caught:
        Settings(token=token)
    assert token not in str(caught.value)
    assert "nmv_usr_" in str(caught.value)


def test_the_token_is_not_shown():
    settings = Settings(token="nmv_usr_abc", proxy="http://me:password@proxy.example")
    assert settings.token.reveal() == "nmv_usr_abc"
    assert "nmv_usr_abc" not in repr(settings)
    assert "password" not in repr(settings)
    for copied in (copy.copy(settings), copy.deepcopy(settings), copy.deepcopy([settings])[0]):
        assert copied.token.reveal() == "nmv_usr_abc"
    with pytest.raises(TypeError, match="can't be pickled"):
        pickle.dumps(settings)
    without = attrs.evolve(settings, token=None, proxy=None)
    assert pickle.loads(pickle.dumps(without)) == without
    assert attrs.evolve(settings, client_id="x").token == settings.token


def test_settings_do_not_change():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Settings().api_url = "https://x.example"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("path", "platform"),
    [
        ("/home/ann/.clawhub/skills/x/a.py", "clawhub"),
        ("/home/ann/.cursor/skills/x/a.py", "cursor"),
        ("/home/ann/.cursor/other/a.py", "unknown"),
        ("/home/ann/.clawhub-old/a.py", "unknown"),
        ("/home/bob/.clawhub/a.py", "unknown"),
        ("/usr/lib/python3/a.py", "unknown"),
    ],
)
def test_platform(path, platform):
    assert detect_platform(Path(path), Path("/home/ann")) == platform
