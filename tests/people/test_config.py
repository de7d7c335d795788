"""The configuration of a server: read strictly, every mistake one sentence with a way out."""

from dataclasses import is_dataclass

import pytest

from nmr_core.errors import InputError
from nmr_core.serving import Provider, admission, profiles, read
from nmr_core.serving.example import EXAMPLE

URL = 'url = "https://echo.lab.org"\n'
LAB = """
[providers.lab]
title = "Lab"
issuer = "https://id.lab.org"
client_id = "echo"
"""
SECRET = 'client_secret = "s"\n'


@pytest.fixture
def config(tmp_path):
    """``config(text)``: the configuration in a file with this text."""

    def configured(text: str):
        file = tmp_path / "server.toml"
        file.write_text(text, encoding="utf-8")
        return read(file)

    return configured


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "url is missing. Add a line url = ..."),
        ("url = 3", "url must be text in quotes, got 3. Correct the line."),
        ('ulr = "https://x"', "ulr is not known. Did you mean url?"),
        ('url = "echo.lab.org"', "url must look like https://echo.lab.org"),
        (URL + 'port = "8501"', "port must be a whole number, got '8501'"),
        (URL + "port = true", "port must be a whole number, got True"),
        (URL + "port = 70000", "port must be from 1 to 65535, got 70000"),
        (URL + "seats = -1", "seats must be 0 (no limit) or more, got -1"),
        (URL + "trusted_proxies = [1]", "trusted_proxies must be a list of texts"),
        (URL + "sessions = 3", "sessions must be a table, got 3. Begin it with [sessions]."),
        (URL + "[sessions]\nidle_hour = 3", "sessions.idle_hour is not known. Did you mean"),
        (URL + "[sessions]\ndays = 0", "sessions.days must be more than 0, got 0"),
        (URL + "[audit]\nfiles = -1", "audit.files must be from 0 to 1,000,000, got -1"),
        (URL + "[audit]\nmegabyte = 1", "audit.megabyte is not known. Did you mean megabytes?"),
        (URL + "[ready]\nfree_megabytes = -5", "ready.free_megabytes must be from 0 to"),
        (URL + "[ready]\nsupervisor_seconds = 0", "ready.supervisor_seconds must be more than"),
        (URL + '[log]\nformat = "xml"', "log.format must be one of json, text, got 'xml'"),
        (URL + '[log]\nlevel = "loud"', "log.level must be one of debug, info, warning, error"),
        (URL + "[log]\nrequests = 1", "log.requests must be true or false, got 1"),
        (URL + "[accounts]\nenabled = 1", "accounts.enabled must be true or false, got 1"),
        (URL + "[accounts]\nenabled = false", "There is no way in. Add a table [providers.NAME]"),
        (URL + LAB, "providers.lab lets no one in. Add groups = [...], domains = [...] or"),
        (URL + LAB + "everyone = true", "needs one of client_secret_file, client_secret_env and"),
        (
            URL + LAB + 'everyone = true\nclient_secret_env = "NO_SUCH"',
            "the environment variable NO_SUCH is empty. Write the secret there.",
        ),
        (
            URL + LAB + 'everyone = true\nclient_secret_file = "/no/such"',
            "providers.lab.client_secret_file /no/such cannot be read",
        ),
        (
            URL + "[accounts]\nenabled = false" + LAB + SECRET + "everyone = true",
            "No one could become administrator. Add admin_groups",
        ),
        (URL + LAB.replace("lab]", "My_Lab]") + SECRET, "must be named by a-z, 0-9 and '-'"),
        (URL + LAB.replace("https://id", "id") + SECRET + "everyone = true", "begin with https://"),
        ("url = ", "is not valid TOML"),
    ],
)
def test_what_is_wrong_is_one_sentence(config, text, sentence, monkeypatch):
    monkeypatch.delenv("NO_SUCH", raising=False)
    with pytest.raises(InputError) as error:
        config(text)
    assert sentence in str(error.value)
    assert "server.toml" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match=r"cannot be read.*Give its path by --config"):
        read(tmp_path / "none.toml")


def test_a_secret_comes_from_a_file_or_the_environment_and_is_never_shown(
    config, tmp_path, monkeypatch
):
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv("LAB_SECRET", "from the environment")
    for line, secret in {
        f'client_secret_file = "{tmp_path / "secret"}"': "from the file",
        'client_secret_env = "LAB_SECRET"': "from the environment",
        'client_secret = "written"': "written",
    }.items():
        settings = config(f"{URL}{LAB}everyone = true\n{line}")
        assert settings.providers["lab"].client_secret == secret
        assert secret not in repr(settings)


def test_the_example_is_valid_and_names_every_key(config):
    example = config(EXAMPLE)
    assert example.accounts.enabled
    active = "\n".join(line.removeprefix("# ") for line in EXAMPLE.splitlines() if "=" in line)
    tables = {name for name, value in vars(example).items() if is_dataclass(value)}
    kinds = [Provider, type(example), *(type(getattr(example, name)) for name in tables)]
    assert f"[{']['.join(sorted(tables))}]" == "[accounts][audit][log][ready][sessions]"
    for kind in kinds:
        for name in set(kind.__dataclass_fields__) - tables - {"providers", "client_secret"}:
            assert f"{name} = " in active, name


def test_the_address_gives_origin_and_path(config):
    settings = config('url = "https://lab.org:8443/echo/"')
    assert (settings.origin, settings.base, settings.secure) == (
        "https://lab.org:8443",
        "/echo",
        True,
    )


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_without_a_login_this_computer_only(address):
    profiles.check_address(address, insecure=False)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "", None, "10.0.0.7", "echo.lab.org"])
def test_other_computers_need_a_profile_or_the_insecure_wish(address):
    with pytest.raises(InputError, match=r"serve --profile team.*NMR_INSECURE=1"):
        profiles.check_address(address, insecure=False)
    profiles.check_address(address, insecure=True)


LISTS = {"groups": ("nmr", "guests"), "domains": ("lab.org",)}
PROVIDER = Provider("Lab", "https://id", "echo", **LISTS, admin_groups=("chiefs",))
GOOD = {"email": "a@Lab.org", "email_verified": True, "groups": ["x", "nmr"]}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, ""),
        ({"groups": "guests"}, ""),
        ({"groups": ["x"]}, "none of the groups"),
        ({"groups": None}, "none of the groups"),
        ({"groups": {"nmr": 1}}, "none of the groups"),
        ({"email": "a@evil-lab.org"}, "none of the domains"),
        ({"email": "a@sub.lab.org"}, "none of the domains"),
        ({"email": ""}, "none of the domains"),
        ({"email_verified": False}, "has not verified"),
        ({"email_verified": "false"}, "has not verified"),
        ({"email_verified": None}, "has not verified"),
    ],
)
def test_who_may_come_in(change, why):
    answer = admission.refusal(PROVIDER, GOOD | change)
    assert why in answer
    assert bool(why) == bool(answer)


def test_a_group_makes_administrators():
    assert admission.is_admin(PROVIDER, GOOD) is False
    assert admission.is_admin(PROVIDER, GOOD | {"groups": ["nmr", "chiefs"]}) is True
    assert admission.is_admin(Provider("Lab", "https://id", "echo"), GOOD) is None
