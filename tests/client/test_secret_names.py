"""Which names stand for secrets."""

from __future__ import annotations

import pytest

from clore_client.redact import FIELDS
from clore_client.secret_names import is_secret

SECRET = """
    dockerhub_auth auto_login hf_auth passwd passphrase credentials apikey API-Key accessKey
    HF_TOKEN DB_PASSWORD authorization Authorisation private_key hfAuth db-pass pwd sentry_dsn
    session_cookie slack_webhook
"""
PLAIN = """
    image price_usd author design ssh_key key_command key_store public_key compass country
    autossh_entrypoint mrl name env pinned bypass_proxy
"""


@pytest.mark.parametrize("name", [*SECRET.split(), *sorted(FIELDS)])
def test_what_may_be_a_secret(name):
    assert is_secret(name)


@pytest.mark.parametrize("name", PLAIN.split())
def test_what_is_none(name):
    assert not is_secret(name)
