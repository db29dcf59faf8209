"""The environment variables and the files of `clore`, for its manual. Pure."""

from __future__ import annotations

from typing import Dict

#: What is read beside the variables of options.
ENVIRONMENT: Dict[str, str] = {
    "CLORE_API_KEY": "The API key. Comes before every other place where a key may be.",
    "CLORE_API_KEY_FILE": "A file that holds the API key, when CLORE_API_KEY is not set.",
    "CLORE_CA_BUNDLE": "Certificates to trust; else SSL_CERT_FILE, else REQUESTS_CA_BUNDLE.",
    "CLORE_CONFIG_DIR": "Where config.json and the other files are, instead of ~/.clore.",
    "CLORE_DEBUG": "With any value, a bug shows its traceback.",
    "CLORE_LIMITER": "Where the rate limit lives: machine (default), process or redis://HOST.",
    "CLORE_NO_PLUGINS": "With any value, no plugin is looked for.",
    "HTTPS_PROXY": "A proxy; NO_PROXY lists the hosts that are asked without one.",
    "NO_COLOR": "With any value, nothing is coloured.",
}

#: All that clore keeps of its own; CLORE_CONFIG_DIR moves the directory.
FILES: Dict[str, str] = {
    "~/.clore/config.json": (
        "Settings and profiles, and the API key where there is no usable keyring. Only you can"
        " read it."
    ),
    "~/.clore/attempts/": (
        "The journal: every attempt to rent is written down before it is sent, so that 'clore"
        " reconcile' can tell what became of it."
    ),
    "~/.clore/cache/": (
        "The last answer of the marketplace, for 'clore search --max-age', and the names and"
        " numbers that TAB offers; no secrets."
    ),
    "~/.clore/known_hosts.d/": "The host keys of your machines, a file for each order.",
    "~/.clore/limits/": "When requests were sent, so that all your programs keep the rate limit.",
    "~/.clore/ssh_config": "The Host blocks of 'clore ssh-config --write'.",
}
