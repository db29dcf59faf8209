"""The manual: what each page must tell, and that programs for manual pages take it as it is."""

from __future__ import annotations

import configparser
import fnmatch
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, List, Optional

import click
import pytest

from clore_cli import columns, docgen, offers, told
from clore_cli.builtins import BUILTINS
from clore_cli.command import RowsCommand
from clore_cli.manual import command_page, pages, plaintext, roff, topic_plugins
from clore_cli.plugin import App, Context, command
from clore_cli.status import MEANING
from clore_cli.tree import walk
from clore_client.sandbox.faults import AFTER

if TYPE_CHECKING:
    from clore_cli.manual.pages import Block, Page, Section

PROJECT = Path(__file__).resolve().parent.parent.parent
ROOT = docgen.tree(list(BUILTINS))
CONTEXTS = list(walk(ROOT, "clore"))[1:]
PATHS = [ctx.command_path for ctx in CONTEXTS]
PAGES = {
    path: text for path, text in docgen.documents(PROJECT).items() if path.parent == Path("man")
}
#: Statuses of other programs, which `clore ssh` and `clore sandbox` pass on or end with.
OTHERS = {126, 127, 143, 255}


def page(text: Section, *, about: str = "A test") -> Page:
    """A page of one section."""
    return pages.Page("clore-test", 1, about, "test 1.0", "2026-01-31", [text])


def section(*blocks: Block) -> Section:
    return pages.Section("DESCRIPTION", blocks)


def source(*blocks: Block) -> List[str]:
    """The lines of roff below the title of a section."""
    text = roff.write(page(section(*blocks)))
    return text.partition(".SH DESCRIPTION\n")[2].splitlines()


def shown(*blocks: Block, width: int = 40, color: bool = False) -> List[str]:
    """The lines of text below the title of a section."""
    text = plaintext.write(page(section(*blocks)), plaintext.Terminal(width, color))
    return text.partition("DESCRIPTION")[2].splitlines()[1:]


# What the pages tell


@pytest.mark.parametrize("ctx", CONTEXTS, ids=PATHS)
def test_every_command_has_examples_and_exit_statuses(ctx: Context) -> None:
    mine = told.of(ctx.command)
    least = 1 if isinstance(ctx.command, click.Group) else 3
    assert len(mine.examples) >= least
    assert all(text.endswith(".") for _, text in mine.examples)
    assert mine.exits is not None
    assert {int(status) for status in mine.exits} <= {int(s) for s in MEANING} | OTHERS
    assert all(column.about for column in getattr(ctx.command, "columns", ()))


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_every_page_that_a_page_names_is_there(path: Path) -> None:
    for name, number in re.findall(r"\\fB(clore[a-z\\-]*)\\fR\(([17])\)", PAGES[path]):
        assert Path("man", name.replace("\\", "") + f".{number}") in PAGES


EXAMPLES = [
    (made.name, line)
    for made in docgen.manual_pages(ROOT)
    for part in made.sections
    if part.title in ("EXAMPLES", "FIRST STEPS")
    for block in part.blocks
    if isinstance(block, pages.Example)
    for line in block.lines
]


def parts(text: str) -> List[List[str]]:
    """The simple commands of a line of shell, without where their output goes."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    found: List[List[str]] = [[]]
    for word in lexer:
        if set(word) <= set("|&;"):
            found.append([])
        else:
            found[-1].append(word)
    return [part[: next((i for i, w in enumerate(part) if w in "<>"), len(part))] for part in found]


def clore_commands(text: str) -> Iterator[List[str]]:
    """The arguments of each `clore` in a line, those inside `$( )` and behind a variable too."""
    inner = re.findall(r"\$\((clore [^)]*)\)", text)
    for part in [*parts(re.sub(r"\$\(clore [^)]*\)", "inner", text)), *map(shlex.split, inner)]:
        if "xargs" in part:
            part.append("1")  # what it would add
        while part and ("=" in part[0] or part[0] in ("while", "xargs", "[", "!", "do")):
            part.pop(0)
        if part and part[0] == "clore":
            yield part[1:]
        if "--" in part and part[part.index("--") + 1 :][:1] == ["clore"]:
            yield part[part.index("--") + 2 :]


def parsed(arguments: List[str]) -> Context:
    """The context that `clore` makes of ``arguments``; a mistake is an error of click's."""
    command: Optional[click.Command] = ROOT
    name: Optional[str] = "clore"
    parent: Optional[Context] = None
    while True:
        assert command is not None
        ctx = command.make_context(name, list(arguments), parent=parent)
        kept = vars(ctx)  # click 8.1 has another name for them
        rest = [*(kept.get("_protected_args") or kept.get("protected_args", [])), *ctx.args]
        if not isinstance(command, click.Group) or not rest:
            return ctx
        name, command, arguments = command.resolve_command(ctx, rest)
        parent = ctx


def assert_columns(ctx: Context, line: str) -> None:
    """What a line names of a command's rows, in options and in a filter of jq, is there."""
    assert isinstance(ctx.command, RowsCommand)
    known = ctx.command.columns
    view = {name: ctx.params.get(f"clore_print_{name}") for name in ("columns", "sort")}
    assert view["columns"] is None or columns.find_all(known, view["columns"])
    assert view["sort"] is None or columns.sort_keys(known, view["sort"])
    keys = re.findall(r"\.([a-z_]+)", line.partition("| jq ")[2])
    assert set(keys) <= {column.key for column in known}


@pytest.mark.parametrize(("name", "line"), EXAMPLES, ids=[line for _, line in EXAMPLES])
def test_examples_are_commands_that_clore_takes(
    name: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("body.json").write_text("{}")
    commands = list(clore_commands(line))
    assert commands or name in ("clore-environment", "clore-ssh-config")  # export, scp, rsync
    for arguments in commands:
        ctx = parsed(arguments)
        if ctx.command.name in ("search", "rent"):
            offers.parse(ctx.params["terms"])
        if getattr(ctx.command, "columns", ()) and "--raw" not in arguments:
            assert_columns(ctx, line)
        ctx.close()


def test_a_line_of_shell_is_taken_apart() -> None:
    line = 'A=1 clore orders -o tsv | xargs clore cancel --yes > x; cp "$(clore config path)" y'
    assert list(clore_commands(line)) == [
        ["orders", "-o", "tsv"], ["cancel", "--yes", "1"], ["config", "path"]
    ]  # fmt: skip
    with pytest.raises(click.UsageError):
        parsed(["cancel"])
    with pytest.raises(click.UsageError):
        parsed(["orders", "--nosuch"])


# Programs for manual pages


def checked(program: str, *arguments: str, text: str) -> str:
    """What ``program`` says of a page; the test is skipped where it is not installed."""
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    done = subprocess.run(
        [program, *arguments], input=text, capture_output=True, text=True, timeout=30, check=True
    )
    return done.stdout if program == "lexgrog" else done.stdout + done.stderr


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_manual_pages_are_clean(path: Path) -> None:
    assert checked("groff", "-man", "-ww", "-z", "-Kutf8", text=PAGES[path]) == ""
    assert checked("mandoc", "-Tlint", "-Wwarning", text=PAGES[path]) == ""


@pytest.mark.skipif(not shutil.which("man"), reason="man is not installed")
def test_man_shows_them_without_a_warning(tmp_path: Path) -> None:
    for path, text in PAGES.items():
        (tmp_path / path.name).write_text(text)
    files = [str(tmp_path / path.name) for path in PAGES]
    done = subprocess.run(
        ["man", "--warnings", "-P", "cat", "-l", *files], capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    assert "not hyphenated" not in done.stdout
    assert "\u2010\n" not in done.stdout


@pytest.mark.skipif(not shutil.which("lexgrog"), reason="lexgrog is not installed")
def test_whatis_finds_name_and_summary(tmp_path: Path) -> None:
    for path, text in PAGES.items():
        (tmp_path / path.name).write_text(text)
    files = [str(tmp_path / path.name) for path in PAGES]
    done = subprocess.run(["lexgrog", *files], capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == len(PAGES)
    assert 'clore-deploy.1: "clore-deploy - Rent a server"' in done.stdout


def test_every_page_is_installed() -> None:
    config = configparser.ConfigParser()
    config.read(PROJECT / "setup.cfg")
    places = config["options.data_files"]
    for path in PAGES:
        pattern = places[f"share/man/man{path.suffix[1:]}"]
        assert fnmatch.fnmatch(path.as_posix(), pattern.strip())


# The two writers


def test_roff_escapes_what_it_would_read_otherwise() -> None:
    text = r".SH a\fB 'quoted' --x ~ ^ ` " + '"'
    line = source(pages.Paragraph((pages.Span(text),)))[0]
    assert line == r"\&.SH a\(rsfB \(aqquoted\(aq \-\-x \(ti \(ha \(ga \(dq"
    assert source(pages.Example([".x", "'y", "  z\\n"]))[2:5] == [r"\&.x", r"\(aqy", r"  z\(rsn"]


def test_roff_marks_commands_options_and_placeholders() -> None:
    line = source(pages.Paragraph(pages.inline("See 'clore x NAME', --a-b, -v and ORDER_ID.")))[0]
    wanted = r"See \fBclore x NAME\fR, \fB\-\-a\-b\fR, \fB\-v\fR and \fIORDER_ID\fR."
    assert line == wanted


def test_a_page_holds_no_control_characters() -> None:
    evil = page(section(*pages.paragraphs("a\x1b[31m b")), about="x\x07\u202e\n.SH y")
    for text in (roff.write(evil), plaintext.write(evil, plaintext.Terminal())):
        assert not {"\x1b", "\x07", "\u202e"}.intersection(text)
    assert ".SH y" not in roff.write(evil).splitlines()


def test_text_fits_the_width() -> None:
    words = pages.paragraphs("word " * 60)
    assert max(map(len, shown(*words, width=40))) == 38
    rows = [("--option", "what it does " * 5), ("x" * 30, "text")]
    for compact in (True, False):
        lines = shown(pages.items(rows, compact=compact), width=44)
        assert max(map(len, lines)) <= 44
        assert all(line.startswith("    ") for line in lines if line)


def test_text_is_bold_in_colour_only() -> None:
    block = pages.paragraphs("Run 'clore help', or --help.")
    assert shown(*block) == ["    Run 'clore help', or --help."]
    assert shown(*block, color=True) == [
        "    Run \x1b[1mclore\x1b[0m \x1b[1mhelp\x1b[0m, or \x1b[1m--help\x1b[0m."
    ]


def test_what_click_leaves_alone_stays_as_it_is() -> None:
    text = "First.\n\n\b\n  a   b\n  .c\n\nLast\nline."
    assert shown(*pages.paragraphs(text)) == [
        "    First.", "", "          a   b", "          .c", "", "    Last line.",
    ]  # fmt: skip


def test_authors_read_about_all_that_they_may_tell() -> None:
    assert list(topic_plugins.TOLD) == list(told.Told._fields)


def test_the_sandbox_tells_after_which_faults_a_request_was_carried_out() -> None:
    text = told.of(next(c for c in CONTEXTS if c.command_path == "clore sandbox run").command).more
    carried_out = f"After {', '.join(AFTER[:-1])} and {AFTER[-1]} the request was carried out"
    assert carried_out in " ".join(text.split())


def test_an_author_may_tell_everything() -> None:
    @command(
        "mine",
        more="More of it.",
        arguments={"THING": "What it is about."},
        examples=[("clore mine x", "Do it.")],
        exits={6: "It is not wanted."},
        environment={"MINE": "A variable."},
        files={"~/.mine": "A file."},
        see=["search", "query(7)"],
    )
    @click.argument("thing")
    def mine(app: App, thing: str) -> None:
        """Do a thing.

        THING is taken as it is.
        """

    ctx = click.Context(mine, info_name="mine", parent=click.Context(ROOT, info_name="clore"))
    made = command_page.page(ctx, "clore-mine 1.2")
    text = " ".join(plaintext.write(made, plaintext.Terminal()).split())
    for wanted in (
        "clore-mine - Do a thing", "Do a thing. THING is taken as it is. More of it.",
        "THING What it is about.", "Do it: clore mine x", "6 It is not wanted.",
        "MINE A variable.", "~/.mine A file.", "clore(1), clore-search(1), clore-exit-codes(7),",
    ):  # fmt: skip
        assert wanted in text
    assert '"1" "2026-11-23" "clore\\-mine 1.2" "Clore Manual"' in roff.write(made)
