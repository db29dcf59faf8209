"""What clore-plugins(7) says: how to add commands. Pure."""

from __future__ import annotations

from typing import List

from .command_page import examples
from .pages import Example, Section, items, paragraphs


def sections() -> List[Section]:
    """The sections of the page."""
    return [
        Section(
            "DESCRIPTION",
            paragraphs(
                "Every installed Python distribution can add commands: it names them in the"
                " entry-point group clore_cli.plugins. A command takes the App first and returns"
                " rows; formats, columns, sorting, exit statuses, error texts and the manual page"
                " come from clore.\n\nPlugins are imported when their command runs, and not before."
                " A built-in command keeps its name, and a plugin that cannot be loaded harms no"
                " other command. 'clore plugins list' shows what is installed and whether it"
                " works; CLORE_NO_PLUGINS=1 leaves all plugins out."
            ),
        ),
        Section(
            "A COMMAND",
            [
                *paragraphs(
                    "'clore plugins new mine' writes a complete distribution to start from, with"
                    " a test. What makes it one is a function:"
                ),
                Example(_PLUGIN),
                *paragraphs("and a name for it in pyproject.toml:"),
                Example(['[project.entry-points."clore_cli.plugins"]', 'mine = "clore_mine:mine"']),
                *paragraphs(_DECORATOR),
            ],
        ),
        Section("ITS MANUAL PAGE", _PLUGIN_PAGE),
        Section("ITS TESTS", paragraphs(_TESTS)),
        Section(
            "EXAMPLES",
            examples(
                [
                    ("clore plugins list", "The plugins that are installed."),
                    ("clore plugins new mine", "Write one to start from, in ./clore-mine."),
                    (
                        "clore help --roff mine > man/clore-mine.1",
                        "The manual page, to be shipped with the plugin.",
                    ),
                ]
            ),
        ),
    ]


_PLUGIN = (
    "from __future__ import annotations",
    "",
    "from clore_cli.plugin import App, Column, command",
    "",
    "@command(",
    '    columns=[Column("id"), Column("gpu_model")],',
    '    examples=[("clore mine --json", "All of them, for a script.")],',
    ")",
    "def mine(app: App) -> object:",
    '    """List offers of 4090s."""',
    '    return app.client.marketplace(gpu="4090")',
)
_DECORATOR = (
    "clore_cli.plugin is all that a command needs, and is kept compatible within a major version."
    " app.client is the SDK's client with the user's key and settings; app.note and app.warn tell"
    " something on stderr, and app.confirm asks before something costs money."
)
#: What `@command` and `@group` take for the page.
TOLD = {
    "examples": "command lines, each with a sentence about what it does.",
    "more": "paragraphs that follow the help text.",
    "arguments": "what arguments mean, by their placeholders.",
    "exits": "exit statuses and what they mean here; API_EXITS has those of commands that ask the"
    " API, and an empty text stands for the usual meaning.",
    "environment": "variables, and what they do.",
    "files": "files, and what is in them.",
    "see": "related commands, and topics such as query(7).",
}
_PLUGIN_PAGE = [
    *paragraphs(
        "'clore help mine' shows a plugin's page like any other. It is made from the help texts,"
        " the parameters and the columns, and from what @command and @group are told beside them:"
    ),
    items(list(TOLD.items())),
    *paragraphs(
        "'clore help --roff mine > man/clore-mine.1', once the plugin is installed, writes the page"
        " for man(1). The wheel brings it along when pyproject.toml says so:"
    ),
    Example(["[tool.setuptools.data-files]", '"share/man/man1" = ["man/clore-mine.1"]']),
]
_TESTS = (
    "Where clore is installed, pytest has a fixture called clore: a function that runs the command"
    " against a marketplace of the test's own, with no account and no network."
)
