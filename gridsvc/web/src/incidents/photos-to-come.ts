/** Photos follow their report, and nothing on the stream tells of it: look again while some are on their way. */

import { useEffect, useRef } from "preact/hooks";
import { serverNow } from "../clock/server-clock";
import { loadCase, type CaseFile } from "./case-file";

const AGAIN_MS = 3_000;
const MOST_TRIES = 40;
/** What has not come by then may never come; it is seen when the incident is opened again. */
const LONGEST_MS = 3_600_000;

/** True while it is worth looking again. */
export const awaitsPhotos = (photos: readonly { url: string | null }[], receivedAt: string, nowMs: number): boolean =>
  photos.some((photo) => !photo.url) && nowMs - Date.parse(receivedAt) < LONGEST_MS;

export function usePhotosToCome(id: string, file: CaseFile | null): void {
  const tries = useRef(0);
  useEffect(() => {
    if (!file || tries.current >= MOST_TRIES) return undefined;
    const { photos, received_at } = file.incident;
    if (!awaitsPhotos(photos, received_at, serverNow())) return undefined;
    const timer = setTimeout(() => {
      tries.current += 1;
      void loadCase(id);
    }, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [id, file]);
}
