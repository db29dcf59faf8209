"""Options whose value may be left out, as in ``--wait`` and ``--wait ssh``. Pure."""

from __future__ import annotations

from typing import Dict, List, Sequence

import click


def spelled_out(params: Sequence[click.Parameter], args: Sequence[str]) -> List[str]:
    """``args`` in which every option that may be given without a value has one.

    click takes whatever follows such an option for its value: the 5 of ``--wait 5`` too, which is
    a server. Here only what is one of the option's choices is its value.
    """
    bare = _bare(params)
    end = args.index("--") if "--" in args else len(args)
    result = list(args)
    for index, arg in enumerate(args[:end]):
        option = bare.get(arg)
        if option is not None and not _is_choice(option, args[index + 1 : index + 2]):
            result[index] = f"{arg}={option.flag_value}"
    return result


def _bare(params: Sequence[click.Parameter]) -> Dict[str, click.Option]:
    """The options that may stand without a value, by their names."""
    return {
        name: param
        for param in params
        # Without one, flag_value is what the version of click makes of that: None, True, a mark.
        if isinstance(param, click.Option) and not param.is_flag
        if isinstance(param.flag_value, str)
        for name in param.opts
        if name.startswith("--")
    }


def _is_choice(option: click.Option, following: Sequence[str]) -> bool:
    choices = option.type.choices if isinstance(option.type, click.Choice) else ()
    return bool(following) and following[0] in choices
