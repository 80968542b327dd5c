// Who is signed in.
import {signal} from '@preact/signals';

import {call, get, Problem, type Schemas, setCsrfToken, whenSignedOut} from './client';

type Current = Schemas['CurrentSession'];

// undefined: not known yet; null: nobody.
export const session = signal<Current | null | undefined>(undefined);
// By how many seconds the gateway's clock is ahead of this device's, as far as that is known.
export const clockAhead = signal(0);
// Why the sign-in page is shown although somebody was signed in.
export const signInNote = signal('');
// The person signed out on this page, and may still be signed in at the company's identity provider.
export const signedOut = signal(false);
// The gateway did not answer when it was asked who is signed in.
export const startProblem = signal<Problem | undefined>(undefined);

function keep(current: Current | null): void {
  setCsrfToken(current?.csrf_token ?? '');
  session.value = current;
  if (current) clockAhead.value = Math.round((Date.parse(current.now) - Date.now()) / 1000);
  if (current) signInNote.value = '';
}

whenSignedOut(() => {
  keep(null);
  signInNote.value = 'Your session has ended. Sign in again to go on where you were.';
});

export async function findSession(): Promise<void> {
  startProblem.value = undefined;
  try {
    keep(await get<Current>('/session/current'));
  } catch (error) {
    if (error instanceof Problem && (error.status === 401 || error.status === 403)) return keep(null);
    startProblem.value = error instanceof Problem ? error : new Problem(0, 'page', String(error));
  }
}

export async function signIn(what: Schemas['SignIn']): Promise<void> {
  keep(await call<Current>('POST', '/session', what));
}

// Signs in with a link that works once, and takes it out of the page's address.
export async function signInByLink(token: string): Promise<void> {
  const current = await call<Current>('POST', '/session/link', {token});
  history.replaceState(null, '', '/console/');
  keep(current);
}

export async function signOut(everywhere: boolean): Promise<void> {
  await call<void>('DELETE', everywhere ? '/session' : '/session/current');
  keep(null);
  signedOut.value = true;
}

const rights: Record<Schemas['PersonRole'], readonly string[]> = {
  viewer: ['view'],
  approver: ['view', 'approve'],
  operator: ['view', 'operate'],
  admin: ['view', 'operate', 'approve', 'administer'],
};

// Whether the person's role lets them do that. The API decides; the page only leaves out what it would refuse.
export function may(what: 'operate' | 'approve' | 'administer'): boolean {
  const role = session.value?.person.role;
  return role !== undefined && rights[role].includes(what);
}
