"""Start the web chat on an address."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.errors import ServeError


def serve(index: Path, host: str, port: int) -> None:
    """Serve the chat over an index until interrupted.

    Raises ``IndexFolderError``, or ``ServeError`` where the address cannot be had.
    """
    _require_free(host, port)
    assistant = Assistant.open(index)
    assistant.index.preload()
    # Before gradio is imported: it reads these once, and must never look for a network.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    import gradio as gr

    from hcpcs_rag.web import chat

    system = ["ui-sans-serif", "system-ui", "sans-serif"]
    theme = gr.themes.Default(font=system, font_mono=["ui-monospace", "monospace"])
    blocks = chat.build(assistant)
    blocks.queue(default_concurrency_limit=4)
    print(f"hcpcs-rag answers on http://{host}:{port} (stop with Ctrl-C)", flush=True)
    blocks.launch(
        server_name=host,
        server_port=port,
        quiet=True,
        share=False,
        ssr_mode=False,
        show_error=True,
        footer_links=[],
        theme=theme,
        css=chat.CSS,
    )


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
