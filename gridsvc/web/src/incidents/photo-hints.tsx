import type { PhotoOut } from "../api/wire";
import { t, tCode } from "../i18n";
import { hintText } from "../photos/hint";

/** What the photos of an incident say of themselves, for who judges the report. */
export function PhotoHints({ photos }: { photos: PhotoOut[] }) {
  const told = photos.flatMap((photo, index) => {
    const text = hintText(photo.hint);
    return text ? [{ key: photo.sha256 + photo.slot, number: index + 1, slot: photo.slot, text }] : [];
  });
  if (told.length === 0) return null;
  return (
    <div class="photo-hints" data-testid="photo-hints">
      <ul>
        {told.map((one) => (
          <li key={one.key}>
            {photos.length > 1 && <b>{t("hint.which", { n: one.number, what: tCode("slot", one.slot) })}</b>}
            {one.text}
          </li>
        ))}
      </ul>
      <p class="quiet">{t("hint.gloss")}</p>
    </div>
  );
}
