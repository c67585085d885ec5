"""The built web pages, served from our own origin."""

from pathlib import Path

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

DIST = Path(__file__).resolve().parent.parent / "web" / "dist"


class Pages(StaticFiles):
    """Static files: what has its hash in its name is kept for ever, the rest is asked about."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file with how long it may be kept."""
        response = await super().get_response(path, scope)
        kept = path.startswith("assets/") and response.status_code == 200
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if kept else "no-cache"
        )
        return response


def install_pages(app: FastAPI, dist: Path = DIST) -> bool:
    """Serve the pages at the root; tell whether they have been built."""
    if not (dist / "index.html").exists():
        return False
    app.mount("/", Pages(directory=dist, html=True), name="pages")
    return True
