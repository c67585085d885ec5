/** Watch the phone's position for half a minute and say how it goes. */

import { signal } from "@preact/signals";
import { betterFix, type Fix } from "./fix";

export type WatchState = "idle" | "searching" | "silent" | "denied" | "found" | "unsupported";

const WATCHDOG_MS = 15_000;
const GIVE_UP_MS = 30_000;
const DENIED = 1;

export const fix = signal<Fix | null>(null);
export const watchState = signal<WatchState>("idle");

let watchId: number | null = null;
let timers: ReturnType<typeof setTimeout>[] = [];

export function stopWatching(): void {
  if (watchId !== null) navigator.geolocation.clearWatch(watchId);
  timers.forEach(clearTimeout);
  watchId = null;
  timers = [];
}

/**
 * Some ROMs without reachable Google services never call back at all, neither
 * with a fix nor with an error: after the watchdog the person is offered the pin.
 */
export function startWatching(): void {
  stopWatching();
  if (!("geolocation" in navigator) || !window.isSecureContext) {
    watchState.value = "unsupported";
    return;
  }
  fix.value = null;
  watchState.value = "searching";
  watchId = navigator.geolocation.watchPosition(
    ({ coords }) => {
      const next = { lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy, at_ms: Date.now() };
      fix.value = betterFix(fix.value, next);
      watchState.value = "found";
    },
    (error) => {
      if (error.code === DENIED) watchState.value = "denied";
      else if (!fix.value) watchState.value = "silent";
    },
    { enableHighAccuracy: true, maximumAge: 0, timeout: GIVE_UP_MS },
  );
  timers = [
    setTimeout(() => {
      if (watchState.value === "searching") watchState.value = "silent";
    }, WATCHDOG_MS),
    setTimeout(stopWatching, GIVE_UP_MS),
  ];
}
