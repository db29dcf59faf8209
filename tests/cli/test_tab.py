"""TAB in real shells: what the completion scripts answer by themselves, and what they ask."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Iterator, List, Set, Tuple

import click
import pytest
from shells import COMPLETIONS, SHELLS, Bash, Shell

from clore_cli.completion import install
from clore_cli.completion.scripts import script

if TYPE_CHECKING:
    from pathlib import Path

    from click.core import Group

FORMATS = {"table", "json", "jsonl", "csv", "tsv"}

#: Answers in every shell alike, without the program.
BUILTIN = [
    ("clore dep", {"deploy"}),
    ("clore --verb", {"--verbose"}),
    ("clore config s", {"set", "show"}),
    ("clore auth ", {"login", "logout", "status"}),
    ("clore --profile dep ord", {"order", "orders"}),
    ("clore -v --timeout=3 ord", {"order", "orders"}),
    ("clore completion ", {"bash", "zsh", "fish"}),
    ("clore completion bash ", set()),
    ("clore orders -o ", FORMATS),
    ("clore orders --output ", FORMATS),
    ("clore orders --output=j", {"--output=json", "--output=jsonl"}),
    ("clore orders -oj", {"-ojson", "-ojsonl"}),
    ("clore orders -qo ", FORMATS),
    ("clore orders -qoc", {"-qocsv"}),
    ("clore orders --js", {"--json"}),
    ("clore orders --json --js", set()),
    ("clore orders -o csv --outp", set()),
    ("clore orders --limit ", set()),
    ("clore orders -- --", set()),
    ("clore server-set rig --unavailable --avai", set()),
    ("clore deploy --port 22", set()),
    ("clore deploy --port 22:", {"22:tcp", "22:http"}),
    ("clore deploy --port 22:t", {"22:tcp"}),
    ("clore deploy --port=22:", {"--port=22:tcp", "--port=22:http"}),
    ("clore deploy --port=22:tcp --por", {"--port"}),
    ("clore deploy --env A=b:c --typ", {"--type"}),
    ("clore deploy --env 'A=b c' --type s", {"spot"}),
    ("clore deploy --wait=", {"--wait=running", "--wait=ssh"}),
    ("clore deploy --wait ssh --typ", {"--type"}),
    ("clore deploy --wait --typ", {"--type"}),
    ("clore deploy --profile deploy --type o", {"on-demand"}),
    ("clore deploy --env-file no", {"notes.txt"}),
    ("clore deploy --env-file=no", {"--env-file=notes.txt"}),
    ("clore api --input no", {"notes.txt"}),
    ("clore deploy --command no", set()),
    ("clore nothing ", set()),
    ("clore config nothing ", set()),
    ("clore sandbox run --froz", {"--frozen"}),
    ("clore sandbox run -- clore config s", {"set", "show"}),
    ("clore sandbox run clore orders -oj", {"-ojson", "-ojsonl"}),
    ("clore sandbox run -- cat no", {"notes.txt"}),
    ("clore sandbox run -- marked-pro", {"marked-program"}),
    ("clore ssh 1 -- no", set()),
]

#: The program of the questions that the scripts cannot answer: notes its words, knows four.
PROGRAM = """#!/bin/sh
printf '%s|' "$@" >>{log}
for last; do :; done
for answer in 1001 'two words' a:b "it's"; do
  case $answer in "$last"*) printf '%s\\tabout it\\n' "$answer" ;; esac
done
"""


def example() -> Group:
    """Commands with every kind of value."""

    def known(ctx: click.Context, param: click.Parameter, incomplete: str) -> List[str]:
        raise AssertionError("the scripts are made without asking")

    params = [
        click.Argument(["what"], shell_complete=known),
        click.Argument(["also"], required=False),
        click.Option(["-n", "--name"], shell_complete=known),
        click.Option(["--dir"], type=click.Path(file_okay=False)),
        click.Option(["--size"], type=click.Choice(["Small", "Large"], case_sensitive=False)),
        click.Option(["--tag"], multiple=True, type=click.Choice(["a", "b"])),
        click.Option(["--wait"], is_flag=False, flag_value="now", type=click.Choice(["now"])),
        click.Option(["--hidden"], hidden=True, type=click.Choice(["x"])),
        click.Option(["-q"], is_flag=True, help="It's [quiet]: `no` $HOME."),
    ]
    return click.Group("clore", commands=[click.Command("take", params=params)])


ASKED = [
    ("clore take 1", {"1001"}),
    ("clore take a:", {"a:b"}),
    ("clore take --name=a:", {"--name=a:b"}),
    ("clore take -n 1", {"1001"}),
    ("clore take -n1", {"-n1001"}),
    ("clore take --wait 1", {"1001"}),
    ("clore take --wait n", {"now"}),
    ("clore take 1001 ", set()),
    ("clore take --dir ", {"folder"}),
    ("clore take --dir=f", {"--dir=folder"}),
    ("clore take --size s", {"Small"}),
    ("clore take --size=LA", {"--size=Large"}),
    ("clore take --tag a --ta", {"--tag"}),
    ("clore take --hid", set()),
    ("clore take --hidden ", {"x"}),
]


class Place:
    """A home directory with a file and a directory in it, and a program called clore."""

    def __init__(self, path: Path) -> None:
        self.home, self.log = path / "home", path / "asked"
        binaries = path / "bin"
        (self.home / "folder").mkdir(parents=True)
        (self.home / "notes.txt").touch()
        binaries.mkdir()
        self.program(binaries / "clore", PROGRAM.format(log=self.log))
        self.program(binaries / "marked-program", "#!/bin/sh\n")
        self.env = {
            "PATH": f"{binaries}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "CLORE_NO_PLUGINS": "1",
        }

    def program(self, path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o755)

    def asked(self) -> str:
        """The words of the questions since the last look."""
        text = self.log.read_text() if self.log.exists() else ""
        self.log.write_text("")
        return text


def scripts_of(group: Group, directory: Path) -> Path:
    directory.mkdir()
    for name, shell in install.SHELLS.items():
        (directory / shell.file).write_text(script(group, name))
    return directory


@pytest.fixture(scope="module", params=SHELLS)
def name(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    return name


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("tab"))


@pytest.fixture(scope="module")
def shell(name: str, place: Place) -> Iterator[Shell]:
    """A shell with the scripts of the project, in the home directory."""
    with SHELLS[name](place.env, f"cd {place.home}") as found:
        yield found


@pytest.fixture(scope="module")
def other(name: str, place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A shell with the scripts of the example."""
    scripts = scripts_of(example(), tmp_path_factory.mktemp("example") / name)
    with SHELLS[name](place.env, f"cd {place.home}", scripts=scripts) as found:
        yield found


def ids(table: List[Tuple[str, Set[str]]]) -> List[str]:
    return [line for line, _ in table]


@pytest.mark.parametrize(("line", "expected"), BUILTIN, ids=ids(BUILTIN))
def test_the_shell_answers_without_the_program(
    shell: Shell, place: Place, line: str, expected: Set[str]
) -> None:
    place.asked()
    assert shell.offers(line) == expected
    assert place.asked() == ""


def test_all_commands_are_offered(shell: Shell) -> None:
    from clore_cli.builtins import BUILTINS

    assert shell.offers("clore ") == {builtin.name for builtin in BUILTINS}


@pytest.mark.parametrize(("line", "expected"), ASKED, ids=ids(ASKED))
def test_every_kind_of_value(other: Shell, line: str, expected: Set[str]) -> None:
    assert other.offers(line) == expected


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("clore take 'two w' x --name=1", "take|two w|x|--name|1|"),
        ("clore take --dir x\\ y 1", "take|--dir|x y|1|"),
        ('clore take -qn "it\'s" 1', "take|-qn|it's|1|"),
        ("clore take -qn1", "take|-n|1|"),
        ("clore take --hidden x --name a:", "take|--hidden|x|--name|a:|"),
        (
            "clore take '$(touch evil)' --name '`touch evil`",
            "take|$(touch evil)|--name|`touch evil`|",
        ),
    ],
)
def test_the_program_is_asked_with_the_words_as_meant(
    other: Shell, place: Place, line: str, words: str
) -> None:
    place.asked()
    other.offers(line)
    assert place.asked() == words
    assert not (place.home / "evil").exists()


@pytest.mark.parametrize("line", ["clore take $(touch evil) 1", "clore $(touch evil) ", "clore * "])
def test_what_is_typed_is_never_evaluated(other: Shell, place: Place, line: str) -> None:
    other.offers(line)
    assert not (place.home / "evil").exists()


KEYS = [
    ("clore take tw", "\t", "clore take two\\ words "),
    ('clore take "tw', "\t", 'clore take "two words" '),
    ("clore take 'tw", "\t", "clore take 'two words' "),
    ("clore take two\\ w", "\t", "clore take two\\ words "),
    ("clore take it", "\t", "clore take it\\'s "),
    ("clore take a:", "\t", "clore take a:b "),
    ("clore take --name=tw", "\t", "clore take --name=two\\ words "),
    ("clore ta 1001", "\x01" + 8 * "\x06" + "\t", "clore take 1001"),
    ("clore take --dir fo", "\t", "clore take --dir folder/"),
]


@pytest.mark.parametrize(("line", "keys", "expected"), KEYS, ids=[row[0] for row in KEYS])
def test_what_tab_makes_of_a_line(
    name: str, other: Shell, line: str, keys: str, expected: str
) -> None:
    if name == "fish":
        pytest.skip("fish quotes by itself, and shows only what it draws")
    after = other.line_after(line, keys)
    assert after.replace("  ", " ") == expected  # in the middle zsh adds a blank to the next one


def test_descriptions(name: str, shell: Shell) -> None:
    if name == "bash":
        pytest.skip("bash shows none")
    shell.shows("clore s", r"search\s.*Search the marketplace")
    shell.shows("clore orders --", r"--limit\s.*Print the first N rows only")


@pytest.mark.parametrize(
    "setup",
    ["COMP_WORDBREAKS=${COMP_WORDBREAKS//:}", "COMP_WORDBREAKS=${COMP_WORDBREAKS//[:=]}",
     "set -o posix", "shopt -s failglob nocasematch extglob", "IFS=x"],
)  # fmt: skip
def test_bash_as_people_set_it_up(place: Place, setup: str) -> None:
    with Bash(place.env, f"cd {place.home}\n{setup}") as bash:
        for line, after in [
            ("clore deploy --port=22:t", "clore deploy --port=22:tcp "),
            ("clore deploy --port 22:t", "clore deploy --port 22:tcp "),
            ("clore deploy --wait=s", "clore deploy --wait=ssh "),
            ("clore dep", "clore deploy "),
        ]:
            assert bash.line_after(line) == after


def test_bash_scripts_keep_to_what_3_2_has() -> None:
    text = (COMPLETIONS / "clore").read_text()
    for newer in (
        "declare -A",
        "local -A",
        "mapfile",
        "readarray",
        ",,}",
        "^^}",
        "< <(",
        "|&",
        "local -n",
    ):
        assert newer not in text
