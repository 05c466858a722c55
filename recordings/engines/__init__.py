"""Engines that understand speech, behind one small interface (`base`).

An engine runs in a process of its own (`host`), so that no event loop waits for it, and its share of the cores is bounded by
how many of these there are. What runs there needs none of the settings.
"""

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from recordings.engines.base import EngineInfo


def engine_for(language: str) -> EngineInfo | None:
    """The first engine of `CAPTION_ENGINES` that understands `language` (a code of SPACES_LANGUAGES), or None."""
    return _engine_for(language, tuple(settings.CAPTION_ENGINES), settings.CAPTION_WHISPER_MODEL)


@lru_cache(maxsize=64)
def _engine_for(language: str, paths: tuple[str, ...], model: str) -> EngineInfo | None:
    return next((info for path in paths if (info := import_string(path)(language)) is not None), None)
