import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { locate } from "../api/endpoints";
import type { LocateOut } from "../api/wire";
import { changeDraft, draft } from "../drafts/drafts";
import { t, tCode } from "../i18n";
import { placeText } from "../incidents/place-text";
import { MiniMap } from "../mini-map/mini-map";
import { useMiniMap } from "../mini-map/mini-maps";
import { qualityOf } from "../position/fix";
import { fix, startWatching, stopWatching, watchState } from "../position/watch";
import { session } from "../session/session";

/** How the position stands, in one line with a colour. */
function positionLine(): { text: string; tone: string } {
  const place = draft.value?.place;
  if (place?.source === "manual") return { text: t("place.manual"), tone: "fair" };
  if (place?.accuracy_m != null) {
    const n = Math.round(place.accuracy_m);
    return { text: t("place.gps", { n }), tone: qualityOf(place.accuracy_m) };
  }
  const texts = {
    idle: "place.searching",
    searching: "place.searching",
    found: "place.searching",
    silent: "place.silent",
    denied: "place.denied",
    unsupported: "place.unsupported",
  } as const;
  return { text: t(texts[watchState.value]), tone: watchState.value === "searching" ? "wait" : "poor" };
}

export function PlaceField() {
  const found = useSignal<LocateOut | null>(null);
  const typing = useSignal(false);
  const place = draft.value?.place ?? null;
  const ownGrid = session.value?.posts.find((post) => post.grid)?.grid?.grid_id ?? null;
  const gridId = found.value?.grid?.grid_id ?? ownGrid;
  const map = useMiniMap(gridId);

  useEffect(() => {
    if (place?.source !== "manual") startWatching();
    return stopWatching;
  }, []);

  useSignalEffect(() => {
    const next = fix.value;
    if (!next || draft.peek()?.place?.source === "manual") return;
    void changeDraft({ place: { lon: next.lon, lat: next.lat, accuracy_m: next.accuracy_m, source: "gps" } });
  });

  // Which grid this is: shown for orientation only, the server decides when the report comes in.
  const key = place ? `${place.lon.toFixed(5)},${place.lat.toFixed(5)}` : "";
  useEffect(() => {
    if (!place) return undefined;
    const timer = setTimeout(() => {
      locate(place.lon, place.lat, place.accuracy_m).then(
        (answer) => (found.value = answer),
        () => (found.value = null),
      );
    }, 400);
    return () => clearTimeout(timer);
  }, [key]);

  const setManual = (lon: number, lat: number): void => {
    stopWatching();
    void changeDraft({ place: { lon, lat, accuracy_m: null, source: "manual" } });
  };
  const again = (): void => {
    void changeDraft({ place: null });
    startWatching();
  };
  const type = (event: Event & { currentTarget: HTMLInputElement }): void => {
    const parts = event.currentTarget.value.split(/[,，\s]+/).map(Number);
    const [lon, lat] = parts;
    if (parts.length === 2 && lon !== undefined && lat !== undefined && Math.abs(lat) <= 90 && Math.abs(lon) <= 180)
      setManual(lon, lat);
  };

  const line = positionLine();
  return (
    <div class="place-field">
      <p class={`place-line tone-${line.tone}`} role="status" data-testid="place-line">
        <span class="dot" />
        {line.text}
      </p>
      <MiniMap
        map={map}
        pin={place && { ...place, manual: place.source === "manual" }}
        onPick={setManual}
      />
      <p class="place-grid" data-testid="place-grid">
        {found.value
          ? `${placeText(found.value)}${found.value.match === "inside" ? "" : ` · ${tCode("match", found.value.match)}`}`
          : t("place.tap_to_pin")}
      </p>
      <div class="row">
        <button type="button" class="button" onClick={again} data-testid="place-again">
          {t("place.again")}
        </button>
        <button type="button" class="button" onClick={() => (typing.value = !typing.value)} data-testid="place-type">
          {t("place.type")}
        </button>
      </div>
      {typing.value && (
        <label class="field">
          <span>{t("place.lonlat")}</span>
          <input
            inputMode="decimal"
            data-testid="place-lonlat"
            placeholder="113.7518, 23.0207"
            defaultValue={place ? `${place.lon.toFixed(6)}, ${place.lat.toFixed(6)}` : ""}
            onChange={type}
          />
        </label>
      )}
    </div>
  );
}
