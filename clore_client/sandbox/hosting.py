"""my_servers, server_config and set_server_settings: the account as a host."""

from __future__ import annotations

from typing import Any, Dict

from . import forms, settings
from .order import Row
from .refusal import field
from .state import Call, Host, State

_UNPRICED = {"bitcoin": 0, "usd": 0}
_OC_GPUS = '[{"pl":[100,350]}]'


def my_servers(state: State, _call: Call) -> Dict[str, Any]:
    """The servers that the account rents out, those that never connected included."""
    return {"servers": [_listing(state, host) for host in state.hosts.values()], "limit": 100}


def server_config(state: State, call: Call) -> Dict[str, Any]:
    """One of them in full, by the name in the body of this GET."""
    host = _host(state, forms.text(forms.mapping(call.json), "server_name"))
    return {"config": _config(state, host), "creation_completed": host.server is not None}


def set_server_settings(state: State, call: Call) -> Dict[str, Any]:
    """Change one of them; whatever the body leaves out stays as it is."""
    body = forms.mapping(call.json)
    host = _host(state, forms.text(body, "name"))
    settings.change(host, body)
    return {}


def visibility(host: Host) -> str:
    """The wire's word for whether the server is on offer."""
    return "public" if host.visible else "hidden"


def _host(state: State, name: str) -> Host:
    host = state.hosts.get(name)
    if host is None:
        raise field("server_dont_exist")
    return host


def _listing(state: State, host: Host) -> Row:
    server = host.server
    if server is None:
        return {**_stub(host), "min_spot_pricing": _UNPRICED, "init_token": "SANDBOX-INIT-TOKEN"}
    return {
        "id": server["id"],
        **_identity(host),
        "pricing": server["price"]["on_demand"],
        "min_spot_pricing": server["price"]["spot"],
        "online": server["id"] not in state.offline,
        "is_vpn_enabled": False,
        "gpu_array": server["gpu_array"],
        "max_fair_price_usd": 4.1,
        "allowed_currencies": server["allowed_coins"],
        "mass_price_changeable": True,
        "gpu_count": len(server["gpu_array"]),
        "usd_pricing": server["price"].get("original_usd", {}),
        "autoprice": _autoprice(server),
        "oc_gpus": _OC_GPUS,
        "specs": server["specs"],
        "lock_balance": 0,
        "lock_balance_initial_update": "2026-01-01",
        "working_properly": True,
        "monitoring": 1,
    }


def _config(state: State, host: Host) -> Row:
    server = host.server
    if server is None:
        return {**_stub(host), "spot_pricing": _UNPRICED, "initialized": False}
    return {
        **_identity(host),
        "pricing": server["price"]["on_demand"],
        "usd_pricing": server["price"].get("original_usd", {}),
        "spot_pricing": server["price"]["spot"],
        "autoprice": _autoprice(server),
        "mrl": server["mrl"],
        "online": server["id"] not in state.offline,
        "initialized": True,
        "id": server["id"],
        "rental_status": 0,
        "allowed_coins": server["allowed_coins"],
        "is_vpn_enabled": False,
        "is_partner_enabled": False,
        "remaining_time": 0,
        "gpu_array": server["gpu_array"],
        "monitoring": 1,
        "specs": server["specs"],
        **_UPKEEP,
        "clock_lock_ranges": {
            name.strip(): {"core_lock": [210, 2100], "mem_lock": [405, 9751]}
            for name in server["gpu_array"]
        },
    }


_UPKEEP = {
    "background_job": {
        "times_updated": 3,
        "image": "cloreai/hiveos",
        "command": "",
        "env": {"rig_id": "10000000"},
    },
    "mfp_usd": 4.1,
    "kernel": "5.15.0-113-generic",
    "allow_oc": True,
    "oc_gpus": _OC_GPUS,
    "xorg_valid": True,
    "onboard_type": 1,
}


def _identity(host: Host) -> Row:
    connected = host.server is not None
    return {"name": host.name, "connected": connected, "visibility": visibility(host)}


def _stub(host: Host) -> Row:
    return {**_identity(host), "pricing": _UNPRICED, "online": False}


def _autoprice(server: Row) -> Row:
    original = server["price"].get("original_usd", {})
    return {coin: "usd" if coin in original else False for coin in server["price"]["on_demand"]}
