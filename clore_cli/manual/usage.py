"""How a command and its options are written in its manual page, from its parameters. Pure."""

from __future__ import annotations

import re
from typing import AbstractSet, FrozenSet, Iterator, List, Sequence

import click

from .pages import FIXED_SPACE, Items, Line, Span, Usage, bold, inline, italic

_DEFAULT = re.compile(r"\s*\[default: (.*)\]\s*\Z", re.DOTALL)


def placeholders(command: click.Command) -> FrozenSet[str]:
    """The words in capitals that stand for something else in the usage of ``command``."""
    texts = [_metavar(p) for p in command.params if isinstance(p, click.Argument)]
    texts += [_value_name(p) for p in shown_options(command)]
    return frozenset(word for text in texts for word in re.findall(r"\b[A-Z][A-Z_]*\b", text))


def shown_options(command: click.Command) -> List[click.Option]:
    """The options that the help lists, without those of the output and the help itself."""
    printing = getattr(command, "output_names", ())
    return [
        param
        for param in command.params
        if isinstance(param, click.Option) and not param.hidden and param.name not in printing
    ]


def synopsis(ctx: click.Context) -> Iterator[Usage]:
    """What may be typed; of a group, all that its commands take."""
    command, path = ctx.command, ctx.command_path
    if isinstance(command, click.Group):
        for child in children(ctx):
            yield from synopsis(click.Context(child, info_name=child.name, parent=ctx))
        return
    parts: List[Line] = [_bracketed(option) for option in shown_options(command)]
    if getattr(command, "columns", ()):
        parts.append((Span("["), italic("OUTPUT_OPTION"), Span("...]")))
    arguments = [_argument(p) for p in command.params if isinstance(p, click.Argument)]
    yield Usage(path, [*parts, *arguments])


def _bracketed(option: click.Option) -> Line:
    """An option as the synopsis shows it, not to be broken."""
    names = [*option.opts, *option.secondary_opts] if option.secondary_opts else option.opts[:1]
    opened, closed = ("", "") if option.required else ("[", "]")
    spans: List[Span] = [Span(opened)]
    for at, name in enumerate(names):
        spans += [Span(f"{FIXED_SPACE}|{FIXED_SPACE}")] if at else []
        spans.append(bold(name))
    more = f"{closed}..." if option.multiple else closed
    return (*spans, *_value(option, FIXED_SPACE), Span(more))


def option_names(option: click.Option) -> Iterator[Span]:
    """All names of an option, with what it takes."""
    for at, name in enumerate((*option.opts, *option.secondary_opts)):
        yield Span(", " if at else "")
        yield bold(name)
    yield from _value(option, " ")


def option_rows(options: Sequence[click.Option], marks: AbstractSet[str]) -> Items:
    """What each of ``options`` is called and does, from the parameters themselves."""
    return Items([(tuple(option_names(o)), inline(_everything(o), marks)) for o in options])


def _everything(option: click.Option) -> str:
    return f"{about(option)} Environment: {option.envvar}." if option.envvar else about(option)


def _value(option: click.Option, space: str) -> Line:
    """What an option takes: its placeholder, or its choices; in brackets what may be left out."""
    text = _value_name(option)
    if not text:
        return ()
    if isinstance(option.flag_value, str) and not option.is_flag:
        return (Span("["), bold("="), *usage_text(text), Span("]"))
    return (Span(space), *usage_text(text))


def _value_name(option: click.Option) -> str:
    if option.is_flag or option.count:
        return ""
    if isinstance(option.type, click.Choice):
        return "|".join(map(str, option.type.choices))
    return option.metavar or (option.name or "").upper()


def _argument(param: click.Parameter) -> Line:
    return usage_text(_metavar(param).replace("[-- CMD", f"[--{FIXED_SPACE}CMD"))


def _metavar(param: click.Parameter) -> str:
    """An argument as the usage shows it; click's own way of asking varies with its version."""
    if param.metavar:
        return param.metavar
    choice = isinstance(param.type, click.Choice)
    name = "|".join(getattr(param.type, "choices", ())) if choice else (param.name or "").upper()
    name += "..." if param.nargs != 1 else ""
    return name if param.required else f"[{name}]"


def usage_text(text: str) -> Line:
    """The words in capitals are placeholders, everything else but brackets is typed as it is."""
    parts = re.findall(r"[A-Z][A-Z_]*\b|[\[\]|.]+|[^\[\]|.A-Z]+", text)
    return tuple(
        italic(part) if part[0].isupper() else Span(part) if part[0] in "[]|." else bold(part)
        for part in parts
    )


def about(option: click.Option) -> str:
    """The help of an option, with its default."""
    text = option.help or ""
    default = _DEFAULT.search(text)
    facts = [_DEFAULT.sub("", text)]
    if default:
        facts.append(f"Default: {default[1]}.")
    elif option.show_default and isinstance(option.default, (str, int, float)):
        facts.append(f"Default: {option.default}.")
    return " ".join(facts)


def short_help(option: click.Option) -> str:
    """The help of an option without the list that follows a colon, and its variable."""
    text = (option.help or "").partition(": ")[0].rstrip(".") + "."
    return f"{text} Default: {option.default}." if option.show_default else text


def children(ctx: click.Context) -> List[click.Command]:
    """The commands of a group, in the order of their names."""
    group = ctx.command
    if not isinstance(group, click.Group):
        return []
    found = (group.get_command(ctx, name) for name in group.list_commands(ctx))
    return [child for child in found if child is not None]
