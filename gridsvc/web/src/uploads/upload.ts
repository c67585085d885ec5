/** One thing that the phone owes the server: a report or a step on an incident, with its photos. */

import { Refused } from "../api/client";
import type { ActionIn, PhotoRef, ReportIn, ReportOut } from "../api/wire";

type Common = {
  /** The client's own id: sending it twice is the same act to the server. */
  id: string;
  /** Only this account may send it; another person on the same phone must not sign for it. */
  account_id: string;
  saved_at: string;
  state: "waiting" | "blocked" | "sent";
  attempts: number;
  /** Device epoch milliseconds before which no new attempt is made. */
  next_try_ms: number;
  problem: { status: number; text: string; detail: string } | null;
  /** Photos the server has confirmed. */
  photos_sent: string[];
  /** A line for lists, in the words shown when it was saved. */
  title: string;
};

export type ReportUpload = Common & { kind: "report"; body: Omit<ReportIn, "device_sent_at">; answer: ReportOut | null };
export type ActionUpload = Common & { kind: "action"; incident_id: string; task_id: string; body: ActionIn; answer: boolean };
export type Upload = ReportUpload | ActionUpload;

export type Verdict = "retry" | "pause" | "blocked";

const RETRIED_STATUS = new Set([408, 425, 429]);

/** What a failed attempt means for the thing itself: try again, wait for a sign-in, or let a person look. */
export function verdictOn(error: unknown): Verdict {
  if (!(error instanceof Refused)) return "retry";
  if (error.status === 401) return "pause";
  if (error.status >= 500 || RETRIED_STATUS.has(error.status)) return "retry";
  return "blocked";
}

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 5 * 60_000;

/** Doubling, capped, and never sooner than the server asked for. */
export function waitAfter(attempts: number, error: unknown): number {
  const doubled = Math.min(FIRST_WAIT_MS * 2 ** Math.max(0, attempts - 1), LONGEST_WAIT_MS);
  const asked = error instanceof Refused ? (error.retryAfterS ?? 0) * 1000 : 0;
  return Math.max(doubled, asked);
}

/** Photos that still have to go, by the server's list where it gave one. */
export function photosOwed(upload: Upload): PhotoRef[] {
  const sent = new Set(upload.photos_sent);
  const wanted =
    upload.kind === "report" && upload.answer ? new Set(upload.answer.missing_photos) : null;
  return upload.body.photos.filter((photo) => !sent.has(photo.sha256) && (wanted?.has(photo.sha256) ?? true));
}
