"""Start the web application on an address."""

from __future__ import annotations

import inspect
import ipaddress
import os
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hcpcs_rag import users
from hcpcs_rag.errors import ServeError
from hcpcs_rag.index import manifest as manifests
from hcpcs_rag.settings import ENCODER_NAME, Settings
from hcpcs_rag.web.options import Options
from hcpcs_rag.web.served import Served

if TYPE_CHECKING:  # with gradio they take seconds to import, and a port in use is told before
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_UPLOAD = "64mb"
MAX_WAITING = 256
"""Questions that may wait in line; beyond them a person is told to try again."""
SESSIONS = 64
"""Tabs of which Gradio remembers what they show, a quarter of a megabyte each (its default is 10,000). One that it forgot
is made anew with the next click: the conversation is in the browser."""
SECURITY = {
    # Everything comes from this server: a page, a question or a library cannot make a browser call anywhere else.
    "Content-Security-Policy": "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; form-action 'self'; "
    "frame-ancestors 'self'; base-uri 'self'; object-src 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_SECURITY_HEADERS = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]


def serve(index: Path, host: str, port: int, options: Options, cache: Path, *, insecure: bool = False) -> None:
    """Serve the application over an index until interrupted.

    Raises ``IndexFolderError``, or ``ServeError`` where the address cannot be had, or is open to others while nobody
    has to log in and ``insecure`` was not said.
    """
    if not (insecure or options.users or _is_loopback(host)):
        raise ServeError(
            f"{host} can be reached from other machines, and nobody has to log in.",
            "Name a file of users with --auth, or say --insecure if the network is trusted.",
        )
    _require_free(host, port)
    manifests.load(index, Settings(), ENCODER_NAME)  # what is wrong with the folder is told before seconds of loading
    # Before gradio is imported: it reads these once, and must never look for a network.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000"  # else it makes a table of all events after each
    os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "64"  # and copies the list of them, which grows to 10,000, after each
    with ThreadPoolExecutor(max_workers=1) as other:
        opening = other.submit(Served, index)
        _load_gradio()
        served = opening.result()
    import uvicorn

    application = build(served, host, port, options, cache)
    print(f"hcpcs-rag answers on http://{host}:{port}{options.root_path} (stop with Ctrl-C)", flush=True)
    uvicorn.run(application, host=host, port=port, log_level="warning", timeout_graceful_shutdown=1)


def _load_gradio() -> None:
    """Import Gradio in half its time: 1.4 s instead of 2.8.

    At every import it parses the source of its components to write stubs for editors. It leaves out a class that has no
    file, so while it loads none has.
    """
    found = inspect.getfile

    def no_file_of_a_component(thing: Any) -> str:
        if isinstance(thing, type) and thing.__module__.startswith("gradio."):
            raise OSError("no stubs")
        return found(thing)

    inspect.getfile = no_file_of_a_component  # type: ignore[assignment]
    try:
        import gradio  # noqa: F401
    finally:
        inspect.getfile = found


def build(served: Served, host: str, port: int, options: Options, cache: Path) -> FastAPI:
    """Return the application with its health check at ``/health``, ready for any ASGI server."""
    import gradio as gr
    from fastapi import FastAPI

    from hcpcs_rag.web import app

    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @application.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok", "generation": served.index.manifest.generation}

    application.add_middleware(_Secured, upload=options.upload)
    blocks = app.build(served, options, cache)
    blocks.queue(max_size=MAX_WAITING)
    blocks.state_session_capacity = SESSIONS
    mounted: FastAPI = gr.mount_gradio_app(
        application,
        blocks,
        path="/",
        server_name=host,
        server_port=port,
        footer_links=[],
        auth=_login(options) if options.users else None,
        auth_message="Log in to ask about HCPCS codes.",
        root_path=options.root_path or None,
        show_error=True,
        max_file_size=MAX_UPLOAD,
        ssr_mode=False,
        theme=app.theme(),
        css=app.STYLE,
    )
    return mounted


def _login(options: Options) -> Callable[[str, str], Awaitable[bool]]:
    """Check passwords off the event loop, which every answer shares, and one at a time, which slows who guesses."""
    import anyio

    one = anyio.CapacityLimiter(1)

    async def check(name: str, password: str) -> bool:
        return await anyio.to_thread.run_sync(users.check, options.users, name, password, limiter=one)

    return check


class _Secured:
    """Adds ``SECURITY`` to every answer, on the wire itself, because answers stream; refuses files where none may come."""

    def __init__(self, app: ASGIApp, upload: bool) -> None:
        self._app = app
        self._upload = upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_SECURITY_HEADERS]
            await send(message)

        if scope["type"] == "http" and scope["path"].rstrip("/").endswith("/upload") and not self._upload:
            await sent({"type": "http.response.start", "status": 403, "headers": []})
            await sent({"type": "http.response.body", "body": b"This server takes no files."})
            return
        await self._app(scope, receive, sent)


def _is_loopback(host: str) -> bool:
    """Say whether only this machine can reach an address or every address of a name."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return all(ipaddress.ip_address(str(address).partition("%")[0]).is_loopback for address in found)


def _require_free(host: str, port: int) -> None:
    """Say at once, and not after seconds of loading, that a port is in use."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise ServeError(
                f"Cannot listen on {host}:{port}: {problem.strerror}.", "Choose another with --port."
            ) from problem
