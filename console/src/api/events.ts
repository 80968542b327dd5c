// What happens in the team, as the gateway tells it: one stream of events for the whole page, while the page is visible.
import {effect, signal} from '@preact/signals';

import {session} from './session';

export type EventKind = 'approval' | 'activity' | 'receipt' | 'alert' | 'revocation' | 'change';
const kinds: EventKind[] = ['approval', 'activity', 'receipt', 'alert', 'revocation', 'change'];

// True while the stream is open: nothing needs to be asked again before an event says so.
export const live = signal(false);

type Listener = (kind: EventKind) => void;
const listeners = new Set<Listener>();

// Calls `listener` for each event, and for each kind when some may have been missed. Returns what ends that.
export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const tell = (kind: EventKind): void => {
  for (const one of [...listeners]) one(kind);
};
const tellAll = (): void => kinds.forEach(tell);

const retryMs = 10_000;
let stream: EventSource | undefined;
let retry = 0;

function close(): void {
  clearTimeout(retry);
  stream?.close();
  stream = undefined;
  live.value = false;
}

function open(): void {
  close();
  const opened = new EventSource('/event');
  stream = opened;
  opened.addEventListener('ready', () => {
    live.value = true;
    tellAll(); // something may have happened since the page asked
  });
  opened.addEventListener('lagged', tellAll);
  for (const kind of kinds) opened.addEventListener(kind, () => tell(kind));
  opened.addEventListener('closing', () => {
    live.value = false;
    tellAll(); // a session that has ended is found by the next call
  });
  opened.addEventListener('error', () => {
    live.value = false;
    if (opened.readyState !== EventSource.CLOSED || stream !== opened) return;
    // The browser gives up after a refusal.
    retry = window.setTimeout(open, retryMs);
  });
}

// Follows the events while somebody is signed in and looks at the page: a hidden page keeps no connection, of which a
// browser has few.
export function followEvents(): void {
  let visible = document.visibilityState === 'visible';
  const decide = (): void => {
    const signedIn = Boolean(session.value); // read first, so that the effect follows it
    const wanted = signedIn && visible;
    if (wanted && !stream) open();
    if (!wanted) close();
  };
  document.addEventListener('visibilitychange', () => {
    visible = document.visibilityState === 'visible';
    decide();
    if (visible) tellAll();
  });
  effect(decide);
}
