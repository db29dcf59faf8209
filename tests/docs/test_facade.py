"""docs/plugins.md tells of every name of the facade that plugins may rely on."""

from __future__ import annotations

import re

from docs.pages import load

from clore_cli import plugin

PAGE = load("docs/plugins.md").text
#: What only the commands need that are about `clore` itself: no part of the promise.
OURS = {
    "InstalledPlugin", "completion_script", "completion_setup", "endings", "find_command",
    "help_text", "install_completion", "installed_plugins", "nearest_name", "row_schema",
    "write_plugin",
}  # fmt: skip


def test_every_promised_name_is_told_and_there() -> None:
    told = set(re.findall(r"`(?:raise )?([A-Za-z_]+)[`.(]", PAGE.partition("## The facade")[2]))
    assert set(plugin.__all__) - OURS - told == set()
    assert set(plugin.__all__) >= OURS


def test_every_attribute_that_is_told_is_there() -> None:
    for name, attribute in re.findall(r"`(app|cells|offers|gpus)\.([a-z_A-Z]+)", PAGE):
        owner = plugin.App if name == "app" else getattr(plugin, name)
        made_later = name == "app" and attribute == "settings"
        assert made_later or hasattr(owner, attribute), f"{name}.{attribute}"
