"""WHIP from ffmpeg's muxer and from offers of other peers to what viewers fetch."""

import asyncio
import re
from pathlib import Path

import pytest
from httpx import Response

from etalase.social.media._adapters import whip
from etalase.social.media._adapters.sources import ContainerSource
from tests.make.media import Station, fetch_video, measure, picture, start_ffmpeg
from tests.make.waiting import until


def encoded(profile: str) -> tuple[str, ...]:
    """Return ffmpeg's arguments for H.264 of a profile, and Opus."""
    return (
        *("-c:v", "libx264", "-profile:v", profile, "-preset", "veryfast", "-tune", "zerolatency"),
        *("-g", "20", "-bf", "0", "-pix_fmt", "yuv420p", "-c:a", "libopus", "-ar", "48000", "-ac", "2"),
    )


BASELINE = encoded("baseline")


async def test_ffmpeg_broadcasts_by_whip(station: Station) -> None:
    show_id, key = await station.open_show()
    whip = ("-f", "whip", "-authorization", key, f"{station.url}/whip/SHOW")
    ffmpeg = await start_ffmpeg(*picture(), *BASELINE, *whip)
    url = await station.playlist_url(show_id)

    async def is_long() -> bool:
        return measure(await fetch_video(station.http, url)).video_seconds > 1.5

    await until(is_long)
    found = measure(await fetch_video(station.http, url))
    assert found.size == (320, 180)
    assert found.audio_codec == "aac"
    assert found.video_seconds > 1.5
    assert abs(found.video_seconds - found.audio_seconds) < 0.3
    await ffmpeg.end()
    await until(lambda: station.studio.count("idle") == 1)


async def test_a_replaced_key_hangs_up_on_its_broadcaster(station: Station) -> None:
    show_id, key = await station.open_show()
    whip = ("-f", "whip", "-authorization", key, f"{station.url}/whip/SHOW")
    ffmpeg = await start_ffmpeg(*picture(), *BASELINE, *whip)
    await station.playlist_url(show_id)
    station.engine.replace_key(show_id)
    await until(lambda: station.studio.count("idle") == 1)
    await ffmpeg.kill()


async def test_whip_wants_the_key_of_this_very_show(station: Station) -> None:
    _, key = await station.open_show()
    await station.open_show("OTHER")
    sdp = {"content-type": "application/sdp"}
    for path, token in [("/whip/OTHER", key), ("/whip/SHOW", "wrong"), ("/whip/NONE", key)]:
        headers = {**sdp, "authorization": f"Bearer {token}"}
        answer = await station.http.post(path, content="v=0", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong_stream_key")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert (await station.http.post("/whip/SHOW", content="v=0", headers=sdp)).status_code == 401


async def test_an_offer_that_is_none_changes_nothing(station: Station) -> None:
    show_id, key = await station.open_show()
    headers = {"authorization": f"Bearer {key}", "content-type": "application/sdp"}
    for offer in ("", "nonsense", "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"):
        assert (await station.http.post("/whip/SHOW", content=offer, headers=headers)).status_code == 400
    assert station.engine.find_live(show_id) is None
    other = {**headers, "content-type": "text/plain"}
    assert (await station.http.post("/whip/SHOW", content="v=0", headers=other)).status_code == 415
    too_long = await station.http.post("/whip/SHOW", content="x" * 100_000, headers=headers)
    assert too_long.status_code == 413


async def test_trickled_candidates_are_refused_and_say_what_is_allowed(station: Station) -> None:
    sdp = {"content-type": "application/trickle-ice-sdpfrag"}
    for more in ({}, {"if-match": "*"}, {"if-match": '"an-etag"'}):
        address = "/whip/SHOW/some-resource"
        answer = await station.http.patch(address, content="a=ice-ufrag:x", headers=sdp | more)
        assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE")
    for method in ("GET", "HEAD", "POST", "PUT"):
        assert (await station.http.request(method, "/whip/SHOW/some-resource")).status_code == 405


@pytest.mark.parametrize("profile", ["main", "high"])
async def test_each_profile_that_browsers_play_is_taken(station: Station, profile: str) -> None:
    show_id, key = await station.open_show()
    whip = ("-f", "whip", "-authorization", key, f"{station.url}/whip/SHOW")
    ffmpeg = await start_ffmpeg(*picture(), *encoded(profile), *whip)
    found = measure(await fetch_video(station.http, await station.playlist_url(show_id)))
    await ffmpeg.end()
    assert found.size == (320, 180)
    assert found.frames > 10


SDP = (Path(__file__).parent / "offer.sdp").read_bytes().decode()


def offer(*, video: str = "sendonly", port: str = "9", more: str = "", profile: str = "42e01f") -> str:
    """Return a browser's offer of sound and a picture, with something changed in the picture's section."""
    head, picture = SDP.rsplit("m=video 9", 1)
    changed = picture.replace("a=sendonly", f"a={video}{more}").replace("42e01f", profile)
    return f"{head}m=video {port}{changed}"


def another(**changes: str) -> str:
    """Return a second section of a picture, to be put behind an offer."""
    made = offer(**changes)
    return made[made.index("m=video") :].replace("a=mid:1", "a=mid:2")


async def post(station: Station, key: str, sdp: str) -> Response:
    """Make an offer."""
    headers = {"authorization": f"Bearer {key}", "content-type": "application/sdp"}
    return await station.http.post("/whip/SHOW", content=sdp, headers=headers)


@pytest.mark.parametrize("profile", ["42e01f", "42001f", "4d0029", "4d401f", "640034", "640c1f", "64001F"])
@pytest.mark.parametrize("mode", ["0", "1"])
async def test_h264_is_answered_as_it_was_offered(station: Station, profile: str, mode: str) -> None:
    _, key = await station.open_show()
    asked = offer(profile=profile).replace("packetization-mode=1", f"packetization-mode={mode}")
    answer = await post(station, key, asked)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (201, "application/sdp")
    assert f"profile-level-id={profile}" in answer.text
    assert f"packetization-mode={mode}" in answer.text
    assert "VP8" not in answer.text
    bearer = {"authorization": f"Bearer {key}"}
    assert (await station.http.delete(answer.headers["location"], headers=bearer)).status_code == 200
    assert (await station.http.delete(answer.headers["location"], headers=bearer)).status_code == 404


@pytest.mark.parametrize(
    "sdp",
    [
        offer(video="recvonly"),
        offer(video="inactive"),
        offer(port="0"),
        offer(profile="6e001f").replace("VP8", "AV1"),  # High 10
        offer(profile="f4001f").replace("VP8", "AV1"),  # High 4:4:4
        offer(profile="nonsense").replace("VP8", "AV1"),
        offer().replace("H264/90000", "H265/90000").replace("VP8/90000", "AV1/90000"),
        SDP[: SDP.index("m=video")],  # sound alone
        re.sub("a=sendonly\r?\n", "", SDP).replace("t=0 0", "t=0 0\r\na=recvonly"),
        re.sub("a=sendonly\r?\n", "", SDP).replace("t=0 0", "t=0 0\r\na=inactive \t"),
        offer(video="recvonly "),
        offer(video="recvonly\t"),
        offer(video="RecvOnly"),
        offer(port="00"),
        offer(video="recvonly") + another(video="inactive"),
    ],
)
async def test_an_offer_by_which_no_picture_comes_touches_nobody(station: Station, sdp: str) -> None:
    show_id, key = await station.open_show()
    present = await station.engine.publish(show_id, ContainerSource("flv"), key=key)
    answer = await post(station, key, sdp)
    assert (answer.status_code, answer.json()["code"]) == (422, "unusable_offer")
    assert answer.headers["content-type"].startswith("application/problem+json")
    await asyncio.sleep(0)  # a turn of the loop, in which the present one would be seen off
    assert not present.over.is_set()


@pytest.mark.parametrize(
    "sdp",
    [
        "",
        "nonsense",
        "m=video",
        "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF x\r\n",
        SDP.replace("a=setup:actpass", ""),
        re.sub("a=fingerprint[^\r\n]*", "", SDP),
        re.sub("a=ice-(ufrag|pwd)[^\r\n]*", "", SDP),
        SDP.replace("a=rtpmap:102 H264/90000", "a=rtpmap:102 H264/x"),
        SDP.replace("a=mid:1", "a=mid:0"),
        offer(more="\r\na=recvonly"),
        offer(port="x"),
        offer(port="0/2"),
        offer(port="0 "),
        offer(port="-1"),
        SDP + SDP[SDP.index("m=video") :] * 20,
        SDP + "a=rtpmap:99 x/1\r\n" * 3_000,
    ],
)
async def test_a_malformed_offer_is_a_problem_and_touches_nobody(station: Station, sdp: str) -> None:
    show_id, key = await station.open_show()
    present = await station.engine.publish(show_id, ContainerSource("flv"), key=key)
    answer = await post(station, key, sdp)
    assert (answer.status_code, answer.json()["code"]) == (400, "not_webrtc")
    await asyncio.sleep(0)  # a turn of the loop, in which the present one would be seen off
    assert not present.over.is_set()


@pytest.mark.parametrize(
    "sdp",
    [
        offer(video="sendrecv"),
        offer(port="0", more="\r\na=bundle-only"),
        re.sub("a=sendonly\r?\n", "", SDP),
        re.sub("a=sendonly\r?\n", "", SDP).replace("t=0 0", "t=0 0\r\na=sendonly"),
        SDP.replace("\r\n", "\n"),
        SDP.replace("opus/48000/2", "PCMU/8000"),
        SDP.replace("m=audio 9", "m=audio 0"),
        offer(video="sendonly "),
        offer(video="SENDONLY", more="\r\na=sendonly"),
        offer(port="0", more="\r\na=bundle-only "),
        re.sub("a=sendonly\r?\n", "", SDP).replace("t=0 0", "t=0 0\r\na=sendonly "),
        SDP.replace("s=-", "s=-\u2028x"),
        offer(video="recvonly") + another(),
    ],
)
async def test_what_can_be_taken_waits_for_its_peer_and_touches_nobody_before(
    station: Station, sdp: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whip, "CONNECT_SECONDS", 0.3)
    show_id, key = await station.open_show()
    present = await station.engine.publish(show_id, ContainerSource("flv"), key=key)
    assert (await post(station, key, sdp)).status_code == 201
    await until(lambda: not station.engine.whip.count())
    assert not present.over.is_set()


async def test_peers_that_never_connect_are_few(station: Station) -> None:
    _, key = await station.open_show()
    for _ in range(whip.MAX_PENDING + 3):
        assert (await post(station, key, offer())).status_code == 201
    assert station.engine.whip.count() == whip.MAX_PENDING
