/** Who is signed in on this page. */

import { signal } from "@preact/signals";
import { currentSession, signIn as askSignIn, signOut as askSignOut } from "../api/endpoints";
import { Refused, rememberCsrf, whenSignedOut } from "../api/client";
import type { SessionOut } from "../api/wire";

export type SessionState = "asking" | "in" | "out";

export const sessionState = signal<SessionState>("asking");
export const session = signal<SessionOut | null>(null);
/** True while the page runs on a remembered session because the server cannot be reached. */
export const offlineSession = signal(false);

const REMEMBERED = "gridsvc.session";
/** Set while somebody is signed in in this browser; the cookie itself cannot be seen from here. */
const SIGNED_IN = "gridsvc.signed-in";

whenSignedOut(() => {
  sessionState.value = "out";
});

function settle(found: SessionOut): void {
  localStorage.setItem(SIGNED_IN, "1");
  session.value = found;
  offlineSession.value = false;
  sessionState.value = "in";
}

/**
 * Ask the server; without an answer go on with the last session known here, so
 * that an inspector in a basement reaches the drafts and the queue. The
 * remembered copy holds no secret: its CSRF token is worth nothing without the cookie.
 */
export async function openSession(remember: boolean): Promise<void> {
  if (!localStorage.getItem(SIGNED_IN)) {
    sessionState.value = "out";
    return;
  }
  try {
    const found = await currentSession();
    if (remember) localStorage.setItem(REMEMBERED, JSON.stringify(found));
    settle(found);
  } catch (error) {
    const text = remember ? localStorage.getItem(REMEMBERED) : null;
    if (error instanceof Refused && error.status < 500) sessionState.value = "out";
    else if (text) {
      const found = JSON.parse(text) as SessionOut;
      rememberCsrf(found.csrf);
      settle(found);
      offlineSession.value = true;
    } else sessionState.value = "out";
  }
}

export async function signIn(login: string, password: string, remember: boolean): Promise<void> {
  const found = await askSignIn(login, password);
  if (remember) localStorage.setItem(REMEMBERED, JSON.stringify(found));
  settle(found);
}

export async function signOut(): Promise<void> {
  localStorage.removeItem(REMEMBERED);
  localStorage.removeItem(SIGNED_IN);
  await askSignOut().catch(() => undefined);
  session.value = null;
  sessionState.value = "out";
}

export const may = (permission: string): boolean =>
  session.value?.permissions.includes(permission) ?? false;
