"""`clore completion`: the script that lets a shell complete `clore`."""

from __future__ import annotations

from clore_cli.plugin import (
    App,
    Choice,
    argument,
    command,
    completion_script,
    completion_setup,
    install_completion,
    option,
)


@command(
    section="tools",
    arguments={"bash|zsh|fish": "The shell that you use."},
    examples=[
        ("clore completion bash --install", "Set up bash, for you alone."),
        ("clore completion zsh --install", "The same for zsh."),
        ("clore completion fish > ~/.config/fish/completions/clore.fish", "Choose the place."),
    ],
    exits={1: "The script cannot be written where it belongs."},
    see=["help"],
)
@argument("shell", type=Choice(["bash", "zsh", "fish"]))
@option("--install", is_flag=True, help="Write it where the shell finds it, and print the path.")
def completion(app: App, shell: str, install: bool) -> None:
    """Print the completion script of a shell.

    With --install it is written to your own completion directory; your shell's settings are never
    changed. Repeat it after an update.
    """
    if not install:
        app.emit(completion_script(shell).rstrip("\n"))
        return
    app.emit(str(install_completion(shell)))
    app.note(completion_setup(shell))
