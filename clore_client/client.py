"""The two public clients. Both read their methods from the one table, so they cannot differ."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import cached_property
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, Final, Generator, Optional, Union
from urllib.parse import urlsplit

from . import (
    addresses,
    config,
    credentials,
    endpoints,
    gigaspot,
    limiters,
    passthrough,
    validate,
    waiting,
    workflows,
)
from . import reconcile as reconciling
from .clock import Clock, Pace, ServerClock
from .drivers import OffLoop, adrive, drive
from .errors import AuthError, CloreAPIError, ConfigError
from .joining import Reads
from .journal import FileJournal, Journal, NoJournal
from .limiter import Limiter, RateLimiter
from .method import Method, attach
from .plan import Run
from .rental import Claims
from .retry import RetryPolicy
from .wire import Overheard, Request, Response, Transport

if TYPE_CHECKING:
    from typing_extensions import Self

_claims: Dict[str, Claims] = {}
_PORTS = {"http": 80, "https": 443}


class _Runner:
    """What the two clients have in common: settings, transport, limiter.

    Args:
        api_key: the key; by default ``CLORE_API_KEY``, ``CLORE_API_KEY_FILE``, or what the
            profile says, in this order: its ``key_command``, the keyring when the key was stored
            there, its ``api_key``. `marketplace` works without one.
        base_url: the API; by default ``CLORE_BASE_URL``, the configuration file, or
            ``https://api.clore.ai/v1``.
        timeout: seconds for one attempt as a whole, from the look-up of the host's name to the
            last byte of the answer.
        max_retries: further attempts after a rate limit or when nothing was sent; for calls that
            do no harm twice also after a lost answer, code 1, or an answer that is not the API's.
        allow_http: send the key unencrypted to another machine, where ``base_url`` says http.
        limiter: where the rate limit lives: by default what ``CLORE_LIMITER`` says, else one for
            all processes of this machine (``"machine"``); ``"process"``; ``"redis://..."`` for
            several machines; ``"off"``; an object with the methods of `Limiter` replaces it.
        transport: sends the requests instead of urllib3, e.g. a sandbox's. Key and base URL
            are then its own business, and the limit is this client's alone unless ``limiter``
            says otherwise: all such clients share one ``"process"`` or ``"machine"``.
        clock: time and waiting, e.g. a sandbox's virtual clock; the limit is then as for a
            ``transport``.
        profile: which of several accounts in the configuration file; by default what
            ``CLORE_PROFILE`` says, or the one at the top level of the file.

    Raises:
        ConfigError: a setting cannot be used, or there is no such profile.
        KeySourceError: the place that should give the key does not.
        InvalidInputError: ``timeout`` or ``max_retries`` is not a number that makes sense.
    """

    base_url: str
    _blocking = True

    def __init__(
        self,
        api_key: Optional[str] = None,
        base_url: Optional[str] = None,
        timeout: float = 30.0,
        max_retries: int = 3,
        *,
        allow_http: bool = False,
        limiter: Union[Limiter, str, None] = None,
        transport: Optional[Transport] = None,
        clock: Optional[Clock] = None,
        profile: Optional[str] = None,
    ) -> None:
        try:
            self._set_up(
                api_key, base_url, timeout, max_retries, allow_http, limiter, transport, clock,
                profile,
            )  # fmt: skip
        except CloreAPIError as error:
            failure = _bare(error)
        else:
            return
        del api_key, limiter
        raise failure

    def _set_up(
        self,
        api_key: Optional[str],
        base_url: Optional[str],
        timeout: float,
        max_retries: int,
        allow_http: bool,
        limiter: Union[Limiter, str, None],
        transport: Optional[Transport],
        clock: Optional[Clock],
        profile: Optional[str],
    ) -> None:
        validate.positive("timeout", timeout)
        retry = RetryPolicy(validate.whole("max_retries", max_retries))
        if transport is not None:
            self.base_url, speed, key = base_url or "", 1.0, None
        else:
            self.base_url = config.base_url(base_url, profile)
            speed, key = config.sandbox_speed(self.base_url), credentials.resolve(api_key, profile)
        self._origin = f"The key {key.hint} came from {key.source}" if key else ""
        shared = _account(self.base_url, key, speed) if transport is None and not clock else None
        self._clock: Clock = clock or Pace(speed)
        self._transport = transport or _connect(self.base_url, key, timeout, allow_http)
        self._run = Run(
            limiter=_limiter(limiter, self._clock, shared, speed),
            retry=retry,
            monotonic=self._clock.monotonic,
            server_clock=ServerClock(self._clock.time),
            claims=_shared_claims(shared),
            has_key=bool(key or transport),
            reads=Reads(blocking=self._blocking),
            journal=_journal(shared, speed),
            local_api=transport is not None or addresses.is_loopback(self.base_url),
            secrets=frozenset([key.value] if key else []),
        )

    @property
    def server_time(self) -> float:
        """Unix time by the API's clock as of its latest answer; before one, by this machine's."""
        return self._run.server_clock.time()

    @contextmanager
    def overheard(self, hear: Callable[[Request, Response], None]) -> Generator[None, None, None]:
        """A context in which ``hear`` gets every request and its answer, as it came.

        For a cache or a recording, while one thread uses the client. What ``hear`` gets holds
        the requests' secrets.
        """
        usual = self._transport
        self._transport = Overheard(usual, hear)
        try:
            yield
        finally:
            self._transport = usual

    def _told(self, error: BaseException) -> BaseException:
        """``error`` as the caller gets it: a refused key is named by its source and its end."""
        if isinstance(error, AuthError) and self._origin:
            error.advice = self._origin
        return _bare(error)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self.base_url!r})"


class SyncRunner(_Runner):
    """Carries out the methods of a class in the calling thread. Safe for threads to share."""

    def __init_subclass__(cls) -> None:
        attach(cls, cls._method)

    @staticmethod
    def _method(definition: Method[Any, Any]) -> Any:
        def method(self: SyncRunner, *args: Any, **kwargs: Any) -> Any:
            try:
                steps = definition.steps(self._run, *args, **kwargs)
                return drive(steps, self._transport.send, self._clock.sleep)
            except (CloreAPIError, KeyboardInterrupt) as error:
                failure = self._told(error)
            del args, kwargs
            raise failure

        return method

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. A second time does nothing."""
        self._transport.close()


class AsyncRunner(_Runner):
    """Carries out the methods of a class in a task; only the HTTP exchange is in a thread."""

    _blocking = False

    def __init_subclass__(cls) -> None:
        attach(cls, cls._method)

    @staticmethod
    def _method(definition: Method[Any, Any]) -> Any:
        async def method(self: AsyncRunner, *args: Any, **kwargs: Any) -> Any:
            try:
                steps = definition.steps(self._run, *args, **kwargs)
                send, sleep = self._transport.send, self._clock.asleep
                return await adrive(steps, send, sleep, self._off_loop)
            except BaseException as error:
                if isinstance(error, Exception) and not isinstance(error, CloreAPIError):
                    raise  # a mistake in a program needs its traceback
                failure = self._told(error)
            del args, kwargs
            raise failure

        return method

    @cached_property
    def _off_loop(self) -> OffLoop:
        from .workers import LoopSide  # a blocking program has no use for asyncio

        return LoopSide()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections. A second time does nothing."""
        self._transport.close()


class _Api:
    """The methods of both clients, each defined once in `endpoints` or `workflows`."""

    wallets: Final = endpoints.wallets
    marketplace: Final = endpoints.marketplace
    my_servers: Final = endpoints.my_servers
    server_config: Final = endpoints.server_config
    my_orders: Final = endpoints.my_orders
    spot_marketplace: Final = endpoints.spot_marketplace
    create_order: Final = workflows.create_order
    cancel_order: Final = workflows.cancel_order
    cancel_orders: Final = endpoints.cancel_orders
    set_server_settings: Final = endpoints.set_server_settings
    set_spot_price: Final = endpoints.set_spot_price
    renter_fees: Final = endpoints.renter_fees
    poh_balance: Final = endpoints.poh_balance
    get_gigaspot: Final = gigaspot.get_gigaspot
    create_gigaspot_orders: Final = gigaspot.create_gigaspot_orders
    edit_gigaspot_orders: Final = endpoints.edit_gigaspot_orders
    wait_for_order: Final = waiting.wait_for_order
    request: Final = passthrough.request
    request_raw: Final = passthrough.request_raw
    reconcile: Final = reconciling.reconcile
    forget: Final = reconciling.forget


# The same in both clients; `cleandoc`, because Python 3.13 has taken the indentation off already.
_SETTINGS = cleandoc(str(_Runner.__doc__)).partition("\n\n")[2]


class CloreAI(_Api, SyncRunner):
    """The blocking client."""

    __doc__ = f"{__doc__}\n\n{_SETTINGS}"


class AsyncCloreAI(_Api, AsyncRunner):
    """The same calls, awaitable."""

    __doc__ = f"{__doc__}\n\n{_SETTINGS}"


def _bare(error: BaseException) -> BaseException:
    """``error`` without the frames behind it: their variables hold passwords and keys."""
    one: Optional[BaseException] = error
    while one is not None:
        one.__traceback__ = one.__context__ = None
        one = one.__cause__
    return error


def _connect(
    base_url: str, key: Optional[credentials.Key], timeout: float, allow_http: bool
) -> Transport:
    plain = base_url.startswith("http:") and not addresses.is_loopback(base_url)
    if plain and not validate.flag("allow_http", allow_http):
        raise ConfigError(f"{base_url} would send everything unencrypted: use https")
    from .transport import Urllib3Transport

    return Urllib3Transport(base_url, key.value if key else None, timeout)


def _account(base_url: str, key: Optional[credentials.Key], speed: float) -> str:
    """What the API's rate limit counts by; a digest, so that no table of ours holds the key."""
    import hashlib

    place = urlsplit(base_url)
    host = f"{place.scheme}://{place.hostname}:{place.port or _PORTS[place.scheme]}{place.path}"
    text = f"{host}\n{key.value if key else ''}\n{speed}"
    return hashlib.sha256(text.encode()).hexdigest()


def _journal(account: Optional[str], speed: float) -> Journal:
    if account is None:
        return NoJournal()
    directory = _directory()
    return FileJournal(lambda: directory() / "attempts", account, lambda: time.time() * speed)


def _directory() -> Callable[[], Path]:
    """The configuration directory as of now: the program may go to another one."""
    try:
        directory = config.directory().absolute()
    except ConfigError:  # no home: whoever needs it will hear of it
        return config.directory
    return lambda: directory


def _shared_claims(account: Optional[str]) -> Claims:
    # Not under a lock, which a fork could leave locked: setdefault is atomic.
    return Claims() if account is None else _claims.setdefault(account, Claims())


def _limiter(
    choice: Union[Limiter, str, None], clock: Clock, account: Optional[str], speed: float
) -> Limiter:
    if choice is None and account is None:
        return RateLimiter(clock.monotonic)
    return limiters.choose(choice, account=account or "", directory=_directory(), speed=speed)
