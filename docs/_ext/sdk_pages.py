"""The reference of the SDK, and of what tests of plugins have, as pages of directives. Pure."""

from __future__ import annotations

import inspect
from typing import Any, Dict, Iterator, List, Sequence, Tuple

import directives
import docstrings
import facade_page
import model_tables
import names

import clore_ai
import clore_ai.exceptions
import clore_ai.models
import clore_client.sandbox
from clore_cli import testing
from clore_cli.explaining import HINTS, explain
from clore_client import rental
from clore_client.endpoints import ENDPOINTS

#: The pages of models: their titles, and the modules whose models they have.
_GROUPS: Dict[str, Tuple[str, Sequence[str]]] = {
    "models-market": ("The marketplace", ("market", "money", "specs")),
    "models-orders": ("Orders", ("orders", "outcomes", "reconciled")),
    "models-spot": ("The spot market", ("spot",)),
    "models-hosting": ("Servers that you rent out", ("hosting",)),
    "models-fees": ("Fees and Proof of Holding", ("fees", "poh")),
    "models-gigaspot": ("GigaSPOT", ("gigaspot", "bids")),
}
_LOOKS = f"up to {len(rental.LOOK_GAPS)} times"
#: What the methods of several requests send beside the one that they are called after.
BESIDE: Dict[str, Sequence[str]] = {
    "create_order": (
        "``GET /my_orders`` is sent once before it, and after it until the order is listed,",
        f"{_LOOKS}.",
    ),
    "cancel_order": (
        "``GET /my_orders`` follows where it is refused or its answer is lost, twice at most.",
    ),
    "get_gigaspot": (
        "The snapshot is a second request, to another host and without your key, unless",
        "``snapshot`` is False.",
    ),
    "create_gigaspot_orders": (
        "GigaSPOT is read as by `get_gigaspot`, in two requests, once before it and, where the",
        f"answer is lost, {_LOOKS} after it.",
    ),
}


def pages() -> Dict[str, str]:
    """Every page, by its name."""
    made = {
        "clients": _clients(),
        "errors": _errors(),
        "models": _models(),
        "foundations": _foundations(),
        "sandbox": _sandbox(),
        "plugin": facade_page.page(),
        "testing": _testing(),
    }
    made.update({name: _group(*group) for name, group in _GROUPS.items()})
    return {name: "\n".join(lines) + "\n" for name, lines in made.items()}


def _clients() -> List[str]:
    lines = [
        *directives.title("The clients"),
        "Both clients have the methods below, with the same arguments. Those of `CloreAI` return",
        "what is told; those of `AsyncCloreAI` are coroutines of it::",
        "",
        "   servers = client.marketplace(gpu='RTX 4090')",
        "   servers = await async_client.marketplace(gpu='RTX 4090')",
        "",
        *directives.title("Settings", "-"),
        ".. autoclass:: clore_ai.CloreAI",
        "",
        "   .. autoproperty:: server_time",
        "   .. automethod:: overheard",
        "   .. automethod:: close",
        "",
        ".. py:class:: AsyncCloreAI(*args, **kwargs)",
        "   :module: clore_ai",
        "",
        "   Made like `CloreAI`. It has `CloreAI.server_time` and `CloreAI.overheard`, too.",
        "",
        "   .. automethod:: clore_ai.AsyncCloreAI.aclose",
        "",
        *directives.title("Methods", "-"),
    ]
    for name in names.methods():
        lines += [f".. automethod:: clore_ai.CloreAI.{name}", "", *_contract(name)]
    return lines


def _contract(name: str) -> List[str]:
    """What is sent for the method ``name``, and whether that is repeated."""
    if name not in ENDPOINTS:
        return []
    spec = ENDPOINTS[name].spec
    key = "with your key" if spec.auth else "without need of a key (yours is sent along)"
    again = "sent again" if spec.idempotent else "never sent again"
    line = f"*Sends* ``{spec.method} {spec.path}``, {key}; {again} when the answer is lost."
    return ["   " + " ".join([line, *BESIDE.get(name, ())]), ""]


def _errors() -> List[str]:
    root = clore_ai.exceptions.CloreAPIError
    lines = [
        *directives.title("The errors"),
        "One ``except CloreAPIError`` catches everything that the SDK raises:",
        "",
        *_tree(root, ""),
        "",
        "The numbers are the exit statuses of the command ``clore``; see",
        ":doc:`clore-exit-codes(7) </reference/clore-exit-codes.7>`.",
        "",
    ]
    for kind in _kinds(root):
        lines += [f".. autoexception:: clore_ai.exceptions.{kind.__name__}", "   :members:"]
        lines += ["   :exclude-members: default_code", ""]
        lines += [f"   *Exit status of* ``clore``: {_status(kind)}.", ""]
    return lines


def _kinds(kind: Any) -> Iterator[Any]:
    yield kind
    for child in kind.__subclasses__():
        if child.__bases__[0] is kind and child.__name__ in clore_ai.exceptions.__all__:
            yield from _kinds(child)


def _tree(kind: Any, indent: str) -> Iterator[str]:
    about = docstrings.split(kind)[""].split("\n")[0]
    yield f"{indent}* `{kind.__name__}` ({_status(kind)}): {about}"
    children = [child for child in kind.__subclasses__() if child.__bases__[0] is kind]
    if children:
        yield ""
    for child in children:
        yield from _tree(child, f"{indent}  ")
    if children:
        yield ""


def _status(kind: Any) -> str:
    """How ``clore`` ends on an error of this kind, as its own table has it."""
    needed = {
        name: parameter
        for name, parameter in inspect.signature(kind).parameters.items()
        if parameter.default is parameter.empty and parameter.kind is parameter.KEYWORD_ONLY
    }
    values = {"sent": False, "server_id": 1, "type": "spot", "sent_at": 0.0}
    found = [
        int(explain(kind("-", response={"error": word}, **{n: values[n] for n in needed})).status)
        for word in ("", *HINTS)
    ]
    return " or ".join(map(str, dict.fromkeys(found)))


def _models() -> List[str]:
    lines = [
        *directives.title("The models"),
        "What the methods return, and what GigaSPOT is sent (`GigaspotOrder`, `GigaspotEdit`).",
        "Prices are of the whole machine; *unit* says per what. *Wire name* is the API's name for",
        "a field where it is another one; ``raw`` has what the API sent.",
        "",
        "What is missing or makes no sense is None, never 0; a list or a dict is empty then,",
        "unless its type has None, too. When nothing tells, the ``gpu_count`` of an offer or a",
        "configuration is 0, and an order is of type ``'on-demand'`` and of status ``'unknown'``.",
        "",
    ]
    for page, (title, modules) in _GROUPS.items():
        lines += [f":doc:`{title} <{page}>`", ""]
        lines += [f"* `{m.__name__}`: {_about(m)}" for m in _of(modules)]
        lines.append("")
    toctree = [".. toctree::", "   :hidden:", "", *(f"   {page}" for page in _GROUPS), ""]
    lines += [
        *directives.title("What all have in common", "-"),
        *directives.documented("clore_client.models.Model"),
    ]
    return [*lines, *directives.documented("clore_client.models.Rows"), *toctree]


def _about(thing: Any) -> str:
    first = docstrings.split(thing)[""].split("\n\n")[0].replace("\n", " ")
    return first.partition(";")[0].rstrip(".") + "."


def _of(modules: Sequence[str]) -> Iterator[Any]:
    """The public models of ``modules``, in their order there."""
    for module in modules:
        source = f"clore_client.models.{module}"
        found = [getattr(clore_ai.models, name) for name in clore_ai.models.__all__]
        mine = [model for model in found if model.__module__ == source]
        yield from sorted(mine, key=lambda model: inspect.getsourcelines(model)[1])


def _group(title: str, modules: Sequence[str]) -> List[str]:
    lines = directives.title(title)
    for model in _of(modules):
        full = f"clore_ai.models.{model.__name__}"
        if not names.fields(model):
            lines += directives.documented(full)
            continue
        body = [docstrings.split(model)[""], *model_tables.table(model)]
        for name, value in vars(model).items():
            if inspect.isroutine(value) and not name.startswith("_"):
                body += [f".. automethod:: {full}.{name}", ""]
        lines += [f".. py:class:: {model.__name__}", "   :module: clore_ai.models", ""]
        lines += [*_indented(body), ""]
    return lines


def _indented(parts: Sequence[str]) -> Iterator[str]:
    for line in "\n".join(parts).split("\n"):
        yield f"   {line}".rstrip()


def _foundations() -> List[str]:
    return [
        *directives.title("Limiters, transports and clocks"),
        "What the arguments ``limiter``, ``transport`` and ``clock`` of a client take; :doc:`/sdk`",
        "tells where the limit lives otherwise.",
        "",
        *(line for full in names.FOUNDATIONS for line in directives.documented(full)),
    ]


def _sandbox() -> List[str]:
    told = ("World", "Clock", "RealClock", "VirtualClock", "FrozenClock", "LogEntry", "Fault")
    lines = [*directives.title("The sandbox"), *directives.module_text(clore_client.sandbox), ""]
    lines += [
        line for name in told[:1] for line in directives.documented(f"clore_client.sandbox.{name}")
    ]
    lines += [".. autofunction:: clore_client.sandbox.serve", ""]
    lines += [
        line for name in told[1:] for line in directives.documented(f"clore_client.sandbox.{name}")
    ]
    lines += [".. autofunction:: clore_client.sandbox.parse_fault", ""]
    lines += [".. py:data:: clore_client.sandbox.FAULT_KINDS", "", "   The kinds of faults:", ""]
    kinds = clore_client.sandbox.FAULT_KINDS
    lines += [f"   * ``{name}``: {text}" for name, text in kinds.items()]
    lines += ["", ".. py:data:: clore_client.sandbox.SCENARIOS", ""]
    return [
        *lines,
        f"   What a world may begin with: {directives.listed(clore_client.sandbox.SCENARIOS)}.",
        "",
    ]


def _testing() -> List[str]:
    return [
        *directives.title("Testing plugins"),
        *directives.module_text(testing),
        "",
        ".. autofunction:: clore_cli.testing.clore",
        "",
        *directives.documented("clore_cli.testbench.Bench"),
        "   .. automethod:: __call__",
        "",
        *directives.documented("clore_cli.testbench.Result"),
    ]
