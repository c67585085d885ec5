import type { ComponentChildren } from "preact";
import type { NearOut } from "../api/wire";
import { serverNow } from "../clock/server-clock";
import { t, tCode } from "../i18n";
import { metres, moment } from "../i18n/format";

type Props = { near: NearOut; children?: ComponentChildren; testid?: string };

/** What a person compares: picture, words, how far, how long ago and how it stands. */
export function NearCard({ near, children, testid }: Props) {
  return (
    <li class="near" data-testid={testid} data-incident={near.incident_id}>
      {near.thumb_url ? (
        <a class="near-photo" href={near.photo_url ?? undefined} target="_blank" rel="noopener">
          <img src={near.thumb_url} alt="" loading="lazy" />
        </a>
      ) : (
        <span class="near-photo near-photo-none">{t("near.no_photo")}</span>
      )}
      <div class="near-text">
        <p>
          <b>{t("near.away", { far: metres(near.distance_m) })}</b>
          <span class="state">{tCode("state", near.state)}</span>
        </p>
        <p class="quiet">
          {t("near.seen", { at: moment(near.observed_at, serverNow()) })}
          {near.number && <span class="mono"> · {near.number}</span>}
        </p>
        {near.note && <p class="near-note">{near.note}</p>}
        {children}
      </div>
    </li>
  );
}
