/** Cameras and microphones: asking for them, naming them, and saying in plain words why they don't come. */

import { say } from "./words";

export interface Choice {
  camera: string | null;
  microphone: string | null;
}

export interface DeviceLists {
  cameras: MediaDeviceInfo[];
  microphones: MediaDeviceInfo[];
}

/** `resizeMode` is newer than the types. */
interface PictureConstraints extends MediaTrackConstraints {
  resizeMode: { ideal: string };
}

/** Upright on a phone, wide on a desk: a mode of the camera's own, near 720 lines, never one that the browser crops. */
const PICTURE: PictureConstraints = {
  resizeMode: { ideal: "none" },
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
};

const SOUND: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, channelCount: 1 };

/** Turn on the chosen devices, or the phone's back camera and its usual microphone. */
export async function openDevices(choice: Choice): Promise<MediaStream> {
  if (!canUseDevices()) throw new DOMException("no secure context", "NotAllowedError");
  return navigator.mediaDevices.getUserMedia({
    video: choice.camera
      ? { ...PICTURE, deviceId: { exact: choice.camera } }
      : { ...PICTURE, facingMode: { ideal: "environment" } },
    audio: choice.microphone ? { ...SOUND, deviceId: { exact: choice.microphone } } : SOUND,
  });
}

/** What can be chosen; names are known only once the browser was allowed to use a device. */
export async function listDevices(): Promise<DeviceLists> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return {
    cameras: devices.filter((device) => device.kind === "videoinput"),
    microphones: devices.filter((device) => device.kind === "audioinput"),
  };
}

export function stopDevices(stream: MediaStream | null): void {
  stream?.getTracks().forEach((track) => {
    track.stop();
  });
}

/** What to tell the host when the devices did not come. */
export function deviceTrouble(fault: unknown): string {
  const name = fault instanceof DOMException ? fault.name : "";
  if (name === "NotFoundError" || name === "OverconstrainedError") return say("camera_missing");
  if (name === "NotReadableError" || name === "AbortError") return say("camera_busy");
  return say("camera_denied");
}

/** Browsers hide cameras from pages that came without TLS, other than those of the same machine. */
export function canUseDevices(): boolean {
  return "mediaDevices" in navigator;
}
