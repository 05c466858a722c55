"""The file with somebody's data, as it is sent: for pages and the API alike."""

from datetime import datetime

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from own_data.errors import ExportNotFound, ExportNotReady
from own_data.models import DataExport
from own_data.selectors import is_there
from recordings.serving import Served, serve


def export_served(request: HttpRequest, export: DataExport, *, now: datetime) -> HttpResponseBase:
    """Send it, or the part of it that a browser goes on with. Raises ExportNotReady, ExportNotFound when its days are over."""
    if export.state in (DataExport.State.WAITING, DataExport.State.FAILED):
        raise ExportNotReady()
    if not is_there(export, now=now) or export.ready_at is None:
        raise ExportNotFound()
    name = f"spaces-{export.ready_at:%Y-%m-%d}.zip"
    served = Served(export.file, "application/zip", etag=f"export-{export.pk}", save_as=name)
    response = serve(request, served)
    response["Cache-Control"] = "private, no-store"
    return response
