/** Carry one upload as far as it will go, keeping after each step what was reached. */

import { act, putPhoto, putReport } from "../api/endpoints";
import { Refused } from "../api/client";
import { detailOf, problemText } from "../ui/problem-text";
import { photosOwed, verdictOn, waitAfter, type Upload, type Verdict } from "./upload";

export type Wire = {
  putReport: typeof putReport;
  putPhoto: typeof putPhoto;
  act: typeof act;
};

export type Shelf = {
  keep(upload: Upload): Promise<void>;
  photo(sha256: string): Promise<Blob | null>;
};

export const serverWire: Wire = { putReport, putPhoto, act };

export type Outcome = { upload: Upload; verdict: "sent" | Verdict };

/**
 * The report goes before its photos, since the server takes only photos that an
 * accepted report names. Whatever was confirmed is stored at once: after a
 * crash the next attempt goes on from there, and asking again costs nothing.
 */
export async function deliver(start: Upload, wire: Wire, shelf: Shelf, nowMs: number): Promise<Outcome> {
  let upload = start;
  const keep = async (next: Upload): Promise<void> => {
    upload = next;
    await shelf.keep(next);
  };
  try {
    if (upload.kind === "report" && !upload.answer) {
      const body = { ...upload.body, device_sent_at: new Date(nowMs).toISOString() };
      await keep({ ...upload, answer: await wire.putReport(upload.id, body) });
    } else if (upload.kind === "action" && !upload.answer) {
      await wire.act(upload.incident_id, upload.body);
      await keep({ ...upload, answer: true });
    }
    for (const photo of photosOwed(upload)) {
      const blob = await shelf.photo(photo.sha256);
      // Without its bytes the photo can never be sent; the report itself stands.
      if (blob) await wire.putPhoto(photo.sha256, blob);
      await keep({ ...upload, photos_sent: [...upload.photos_sent, photo.sha256] });
    }
    await keep({ ...upload, state: "sent", problem: null });
    return { upload, verdict: "sent" };
  } catch (error) {
    const verdict = verdictOn(error);
    const status = error instanceof Refused ? error.status : 0;
    const problem = { status, text: problemText(error), detail: detailOf(error) };
    if (verdict === "pause") await keep({ ...upload, problem });
    else {
      const attempts = upload.attempts + 1;
      const state = verdict === "blocked" ? "blocked" : "waiting";
      await keep({ ...upload, attempts, problem, state, next_try_ms: nowMs + waitAfter(attempts, error) });
    }
    return { upload, verdict };
  }
}
