"""Talks to a world in its own words, for the sandbox's tests; no client in between."""

from __future__ import annotations

import json
from typing import Any, Dict, Optional, Tuple

from clore_client.sandbox import Clock, VirtualClock, World
from clore_client.wire import Request

USD = "USD-Blockchain"
IMAGE = "cloreai/jupyter:ubuntu24.04-v2"

Answer = Tuple[int, Dict[str, Any]]


class Api:
    """A world under a virtual clock, asked politely: 5 s before each request."""

    def __init__(
        self, scenario: str = "docs", clock: Optional[Clock] = None, **kwargs: Any
    ) -> None:
        self.clock = clock or VirtualClock()
        kwargs = {"lag": 0.0, "deploy": 60.0, **kwargs}
        self.world = World(clock=self.clock, scenario=scenario, **kwargs)
        self.transport = self.world.transport("a-key")

    def pass_time(self, seconds: float) -> None:
        if isinstance(self.clock, VirtualClock):
            self.clock.advance(seconds)

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> Answer:
        self.pass_time(5)
        response = self.transport.send(Request(method, path, query, body))
        return response.status, json.loads(response.body)

    def get(self, path: str, body: Any = None, **query: str) -> Dict[str, Any]:
        status, answer = self.ask("GET", path, body, **query)
        assert status == 200
        return answer

    def post(self, path: str, **body: Any) -> Answer:
        return self.ask("POST", path, body)

    def rent(self, server_id: int, /, **body: Any) -> Answer:
        wanted: Dict[str, Any] = {
            "currency": USD,
            "image": IMAGE,
            "renting_server": server_id,
            "type": "on-demand",
            "ports": {"22": "tcp", "8888": "http"},
        }
        return self.post("/create_order", **{**wanted, **body})

    def bid(self, server_id: int, price: float, /, **body: Any) -> Answer:
        return self.rent(server_id, type="spot", spotprice=price, ports={"22": "tcp"}, **body)

    def orders(self, **query: str) -> Dict[int, Dict[str, Any]]:
        return {row["id"]: row for row in self.get("/my_orders", **query)["orders"]}

    def newest(self) -> Dict[str, Any]:
        orders = self.orders()
        return orders[max(orders)]

    def closed(self) -> Dict[int, Dict[str, Any]]:
        rows = self.orders(return_completed="true")
        return {key: row for key, row in rows.items() if row.get("expired")}

    def server(self, server_id: int) -> Dict[str, Any]:
        rows = self.get("/marketplace")["servers"]
        return dict(next(row for row in rows if row["id"] == server_id))

    def spot(self, server_id: int) -> Dict[str, Any]:
        return dict(self.get("/spot_marketplace", market=str(server_id))["market"])

    def balance(self, coin: str = USD) -> float:
        wallets = self.get("/wallets")["wallets"]
        return float(next(row["balance"] for row in wallets if row["name"] == coin))
