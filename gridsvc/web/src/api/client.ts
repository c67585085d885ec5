/** The one door to the server: JSON in and out, CSRF on unsafe methods, problems as values. */

import { syncClock } from "../clock/server-clock";
import type { ProblemOut, SessionOut } from "./wire";

/** The server answered, and the answer was no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: ProblemOut,
    readonly retryAfterS: number | null = null,
  ) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
  }
}

/** The stable last part of a problem's type, e.g. "stale-version". */
export const slugOf = (problem: ProblemOut): string => problem.type?.split(":").pop() ?? "";

/** No answer at all: no network, a closed connection, or a proxy's page instead of ours. */
export class Unreachable extends Error {}

let csrf = "";
let onSignedOut: () => void = () => {};

export function rememberCsrf(token: string): void {
  csrf = token;
}

/** Called on any 401, so that a page can show the sign-in view without losing its state. */
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback;
}

type Call = { method?: string; body?: unknown; raw?: Blob; signal?: AbortSignal; quiet401?: boolean };

export async function call<T>(path: string, options: Call = {}, isRetry = false): Promise<T> {
  const { method = "GET", body, raw, signal, quiet401 } = options;
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (raw) headers["Content-Type"] = raw.type || "application/octet-stream";

  let response: Response;
  try {
    response = await fetch(`/api/v1/${path}`, {
      method,
      headers,
      body: raw ?? (body === undefined ? null : JSON.stringify(body)),
      credentials: "same-origin",
      signal: signal ?? null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable(String(error));
  }
  if (response.status === 204) return undefined as T;
  const type = response.headers.get("Content-Type") ?? "";
  if (!response.ok) {
    const problem = type.includes("json") ? ((await response.json()) as ProblemOut) : {};
    const wait = Number(response.headers.get("Retry-After"));
    if (response.status === 401 && !quiet401) onSignedOut();
    if (slugOf(problem) === "csrf" && !isRetry) {
      // Somebody signed in again in another tab: the cookie is theirs, our token is old.
      adoptSession(await call<SessionOut>("auth/session", { quiet401: true }));
      return call(path, options, true);
    }
    throw new Refused(response.status, problem, wait > 0 ? wait : null);
  }
  // A captive portal answers 200 with a page of its own: that is not our server speaking.
  if (!type.includes("json")) throw new Unreachable(`unexpected ${type}`);
  return (await response.json()) as T;
}

/** Remember what every later call needs from a session answer. */
export function adoptSession(session: SessionOut): SessionOut {
  rememberCsrf(session.csrf);
  syncClock(session.clock.now, session.clock.rate);
  return session;
}

export const query = (values: Record<string, string | number | boolean | null | undefined>): string => {
  const pairs = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return text ? `?${text}` : "";
};
