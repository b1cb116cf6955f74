"""A page of another local port, in the browser of somebody who is at the dashboard."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

TRIES = """async (url) => {
    const told = async (made) => { try { return await made() } catch { return 'refused' } }
    const loaded = (tag, source) => new Promise((resolve) => {
        const part = Object.assign(document.createElement(tag), {[source[0]]: source[1]})
        part.onload = () => resolve('loaded')
        part.onerror = () => resolve('refused')
        document.body.append(part)
    })
    return {
        fetch: await told(async () => (await fetch(url, {credentials: 'include'})).text()),
        post: await told(async () => (await fetch(
            url + '_stcore/upload_file/x/y', {method: 'PUT', credentials: 'include'})).text()),
        script: await loaded('script', ['src', url + '_stcore/host-config']),
        picture: await loaded('img', ['src', url + 'favicon.png']),
        socket: await new Promise((resolve) => {
            const socket = new WebSocket(url.replace('http', 'ws') + '_stcore/stream')
            socket.onopen = () => resolve('open')
            socket.onerror = () => resolve('refused')
        }),
    }
}"""
"""What a page can try, given the dashboard's address: what came of each try."""


class _Blank(BaseHTTPRequestHandler):
    """Another page: nothing but links to the dashboard, whose address is in its own."""

    def do_GET(self) -> None:
        link = self.path.removeprefix("/?")
        page = f"<link rel=icon href='data:,'><body><a href='{link}'>there</a>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is named there
        """Say nothing."""


@contextmanager
def elsewhere() -> Iterator[str]:
    """A page with one link, "there"; where it leads stands behind the page's address."""
    server = HTTPServer(("127.0.0.1", 0), _Blank)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/?"
    finally:
        server.shutdown()
        server.server_close()
