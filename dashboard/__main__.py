"""Starts the dashboard: Streamlit without telemetry, on loopback addresses only."""

import argparse
import os
from pathlib import Path

from streamlit.web import cli

from arena.plots.faces import PALETTE
from dashboard.data.runs import SETTINGS, Settings

OPTIONS = {
    "server.address": "127.0.0.1",
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.maxUploadSize": "1",
    "server.enableCORS": "true",
    "server.enableXsrfProtection": "true",
    "logger.hideWelcomeMessage": "true",  # it names an address without the token
    "browser.gatherUsageStats": "false",
    "browser.serverAddress": "localhost",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "theme.light.primaryColor": PALETTE[0],
    "theme.dark.primaryColor": "#1B7BB8",  # visible on dark ground, legible under white letters
}
"""Options of Streamlit that override the user's configuration."""


def main() -> None:
    """Serve until the process is interrupted."""
    parser = argparse.ArgumentParser(prog="arena dashboard")
    parser.add_argument("runs", nargs="*", type=Path)
    parser.add_argument("--root", type=Path, default=Path("runs"))
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--no-token", dest="token", action="store_false")
    asked = parser.parse_args()
    settings = Settings(asked.root, tuple(asked.runs), asked.token)
    flags = [f"--{key}={value}" for key, value in OPTIONS.items()]
    page = Path(__file__).parent / "server" / "app.py"
    os.environ[SETTINGS] = settings.write()
    cli.main(["run", str(page), *flags, f"--server.port={asked.port}"])


if __name__ == "__main__":
    main()
