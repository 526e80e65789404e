"""An error as the visitor's program reads it: a page, JSON, or a line."""

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import Scope

from kistep_archive.web.data.errors import RefusalError
from kistep_archive.web.data.options import DataOptions


def response(scope: Scope, refusal: RefusalError, options: DataOptions) -> Response:
    """The answer to a request that was refused."""
    status, message = refusal.status, refusal.message
    headers = {"allow": "GET, HEAD"} if status == 405 else None
    if scope["path"].endswith(".json"):
        content = {"ok": False, "status": status, "error": message}
        return JSONResponse(content, status_code=status, headers=headers)
    if scope["path"].endswith(".csv"):
        return PlainTextResponse(f"{message}\n", status_code=status, headers=headers)
    return HTMLResponse(options.error_page(status, message), status_code=status, headers=headers)
