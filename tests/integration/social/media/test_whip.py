"""WHIP from ffmpeg's muxer and from a WebRTC peer to what viewers fetch."""

import asyncio

from tests.make.media import Station, fetch_video, measure, picture, start_ffmpeg, until

BASELINE = (
    *("-c:v", "libx264", "-profile:v", "baseline", "-preset", "ultrafast", "-tune", "zerolatency"),
    *("-g", "20", "-bf", "0", "-pix_fmt", "yuv420p", "-c:a", "libopus", "-ar", "48000", "-ac", "2"),
)


async def test_ffmpeg_broadcasts_by_whip(station: Station) -> None:
    show_id, key = await station.open_show()
    whip = ("-f", "whip", "-authorization", key, f"{station.url}/whip/SHOW")
    ffmpeg = await start_ffmpeg(*picture(), *BASELINE, *whip)
    url = await station.playlist_url(show_id)
    await asyncio.sleep(2)
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
        assert answer.status_code == 401
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
    answer = await station.http.patch("/whip/SHOW/some-resource", content="a=ice-ufrag:x", headers=sdp)
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE")
