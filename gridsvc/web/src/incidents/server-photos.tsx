import type { PhotoOut } from "../api/wire";
import { t, tCode } from "../i18n";

/** Photos of an incident; each opens full size on its own. */
export function ServerPhotos({ photos }: { photos: PhotoOut[] }) {
  if (photos.length === 0) return null;
  return (
    <div class="photos photos-server" data-testid="incident-photos">
      {photos.map((photo) => (
        <a key={photo.sha256 + photo.slot} class="photo-frame" href={photo.url ?? undefined} target="_blank" rel="noopener">
          {photo.thumb_url && <img class="photo" src={photo.thumb_url} alt="" loading="lazy" />}
          <span class="photo-slot">{photo.url ? tCode("slot", photo.slot) : t("photo.on_its_way")}</span>
        </a>
      ))}
    </div>
  );
}
