"""Which picture stands for a show: its cover, else what is on air, else a still of its replay."""

from etalase.social.media import LiveView, RecordingView
from etalase.social.rooms import Show, ShowState


def still_of(
    show: Show,
    live: LiveView | None = None,
    recording: RecordingView | None = None,
    *,
    width: int = 480,
    suffix: str = "webp",
) -> str | None:
    """Return the path of the picture, None where there is none yet. Stills are JPEG in the video's size."""
    cover = show.cover_path(width, suffix)
    if cover is not None:
        return cover
    if show.state is ShowState.LIVE:
        return live.poster_url if live else None
    return f"/replay/{show.code}.jpg" if recording and recording.poster_key else None
