import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { PhotoRef, PhotoSlot } from "../api/wire";
import { t, tCode } from "../i18n";
import { storePhoto } from "./compress";
import { StoredPhoto } from "./stored-photo";

type Props = {
  slot: PhotoSlot;
  photos: PhotoRef[];
  /** Must have stored everything before it resolves: the camera may kill the page. */
  beforeCamera: (slot: PhotoSlot) => Promise<void>;
  onAdd: (photo: PhotoRef) => void;
  onRemove: (sha256: string) => void;
  max?: number;
};

export function PhotoField({ slot, photos, beforeCamera, onAdd, onRemove, max = 4 }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const busy = useSignal(false);
  const failed = useSignal(false);
  const mine = photos.filter((photo) => photo.slot === slot);
  const label = tCode("slot", slot);

  const open = async (): Promise<void> => {
    await beforeCamera(slot);
    input.current?.click();
  };
  const take = async (): Promise<void> => {
    const file = input.current?.files?.[0];
    if (!file) return;
    busy.value = true;
    failed.value = false;
    try {
      onAdd(await storePhoto(file, slot));
    } catch {
      failed.value = true;
    } finally {
      busy.value = false;
      if (input.current) input.current.value = "";
    }
  };

  return (
    <div class="photos" data-testid={`photos-${slot}`}>
      {mine.map((photo) => (
        <figure class="photo-frame" key={photo.sha256}>
          <StoredPhoto sha256={photo.sha256} label={label} />
          <button type="button" class="photo-remove" aria-label={t("photo.remove")} onClick={() => onRemove(photo.sha256)}>
            ×
          </button>
        </figure>
      ))}
      {mine.length < max && (
        <button type="button" class="photo-add" onClick={open} disabled={busy.value} data-testid={`photo-add-${slot}`}>
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path
              d="M4 10h6l2-4h8l2 4h6v16H4z M16 13a5 5 0 1 0 0 10 5 5 0 0 0 0-10z"
              fill="none"
              stroke="currentColor"
              stroke-width="2"
              stroke-linejoin="round"
            />
          </svg>
          <span>{busy.value ? t("photo.busy") : t("photo.take", { what: label })}</span>
        </button>
      )}
      <input
        ref={input}
        class="visually-hidden"
        type="file"
        accept="image/*"
        capture="environment"
        tabIndex={-1}
        aria-label={label}
        data-testid={`photo-input-${slot}`}
        onChange={take}
      />
      {failed.value && (
        <p class="form-problem" role="alert">
          {t("photo.unreadable")}
        </p>
      )}
    </div>
  );
}
