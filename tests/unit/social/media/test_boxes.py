"""Fragments are found in what a real muxer writes, in whatever pieces it comes."""

import io
import itertools

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etalase.social.media._model.boxes import BrokenBoxes, Fragment, Init, Splitter


def make_mp4() -> bytes:
    """Return three seconds of a fragmented mp4 with a key frame each second and parts of 0.2 s."""
    written = io.BytesIO()
    options = {"movflags": "empty_moov+default_base_moof+frag_keyframe", "frag_duration": "200000"}
    with av.open(written, "w", format="mp4", container_options=options) as output:
        stream = output.add_stream("libx264", rate=20, options={"preset": "ultrafast", "g": "20", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(60):
            frame = av.VideoFrame(64, 64, "yuv420p")
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return written.getvalue()


MP4 = make_mp4()


def split(*pieces: bytes) -> list[Init | Fragment]:
    """Feed the pieces."""
    splitter = Splitter()
    return [whole for piece in pieces for whole in splitter.feed(piece)]


def test_the_init_segment_comes_first_and_fragments_lie_end_to_end() -> None:
    init, *fragments = split(MP4)
    assert isinstance(init, Init)
    assert init.content[4:8] == b"ftyp"
    end = 0.0
    for fragment in fragments:
        assert isinstance(fragment, Fragment)
        assert fragment.start_seconds == pytest.approx(end, abs=0.001)
        end += fragment.duration_seconds
    assert end == pytest.approx(3.0, abs=0.01)


def test_fragments_that_start_with_a_key_frame_are_independent() -> None:
    fragments = [whole for whole in split(MP4) if isinstance(whole, Fragment)]
    starts = [round(fragment.start_seconds, 2) for fragment in fragments if fragment.independent]
    assert starts == [0.0, 1.0, 2.0]


@given(st.lists(st.integers(0, len(MP4)), max_size=30))
@settings(max_examples=40)
def test_the_pieces_in_which_bytes_come_make_no_difference(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(MP4)]
    pieces = [MP4[start:end] for start, end in itertools.pairwise(places)]
    assert split(*pieces) == split(MP4)


@pytest.mark.parametrize(
    "broken", [b"\x00\x00\x00\x01mdat", b"\x00\x00\x00\x00moov", b"\x00\x00\x00\x08mdat"]
)
def test_what_is_no_fragmented_mp4_is_refused(broken: bytes) -> None:
    with pytest.raises(BrokenBoxes):
        split(broken)
