import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { suggestions } from "../api/endpoints";
import type { NearOut } from "../api/wire";
import { t } from "../i18n";
import { NearCard } from "./near-card";

const SHOWN = 3;

type Props = { place: { lon: number; lat: number } | null; matter: string | null };

/** Before something is reported: what was reported near there lately. A help, never a hindrance. */
export function KnownNearby({ place, matter }: Props) {
  const found = useSignal<NearOut[]>([]);
  // About ten metres: a fix that only trembles asks nothing again.
  const key = place && matter ? `${matter} ${place.lon.toFixed(4)} ${place.lat.toFixed(4)}` : "";
  useEffect(() => {
    found.value = [];
    if (!place || !matter) return undefined;
    let isCurrent = true;
    const timer = setTimeout(() => {
      suggestions(place.lon, place.lat, matter).then(
        (items) => {
          if (isCurrent) found.value = items;
        },
        // Without a connection nothing is suggested, and the report goes on its way all the same.
        () => undefined,
      );
    }, 400);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [key]);
  if (found.value.length === 0) return null;
  return (
    <details class="known" data-testid="known-nearby">
      <summary>{t("near.known", { n: found.value.length })}</summary>
      <p class="quiet">{t("near.known_means")}</p>
      <ul class="nears">
        {found.value.slice(0, SHOWN).map((near) => (
          <NearCard key={near.incident_id ?? near.received_at} near={near} testid="known-near" />
        ))}
      </ul>
    </details>
  );
}
