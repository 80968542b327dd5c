// Calls of the admin API from the page: same origin, with the cookie of the person's session. Whatever the page shows,
// the same call shows to curl.
import type {components} from './schema';

export type Schemas = components['schemas'];

// What the API says went wrong (RFC 9457), or that it was not reached (status 0).
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly field = '',
    readonly requestId = '',
  ) {
    super(detail);
  }
}

let csrfToken = '';
let onSignedOut: () => void = () => {};

// The token that every change must bring, from the sign-in or from GET /session/current.
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

// What is done when the API says that nobody is signed in any more.
export function whenSignedOut(action: () => void): void {
  onSignedOut = action;
}

const notReached = new Problem(0, 'not_reached', 'The gateway was not reached. It may be restarting, or this device is offline.');

async function problemOf(answer: Response): Promise<Problem> {
  try {
    const body = (await answer.json()) as Partial<Schemas['Problem']>;
    return new Problem(answer.status, body.code ?? 'unknown', body.detail ?? answer.statusText, body.field, body.request_id);
  } catch {
    return new Problem(answer.status, 'unknown', `The gateway answered ${answer.status}.`);
  }
}

// One call. `body` is sent as JSON. Returns the parsed answer, undefined if it has none; throws Problem.
export function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  return send<T>(method, path, body === undefined ? undefined : JSON.stringify(body), 'application/json', signal);
}

// A POST of a text of that type; as call().
export const sendText = <T>(path: string, text: string, type: string): Promise<T> => send<T>('POST', path, text, type);

async function send<T>(method: string, path: string, body: string | undefined, type: string, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = {Accept: 'application/json'};
  if (body !== undefined) headers['Content-Type'] = type;
  if (method !== 'GET' && csrfToken) headers['X-CSRF-Token'] = csrfToken;
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers,
      body: body ?? null,
      credentials: 'same-origin',
      redirect: 'error',
      cache: 'no-store',
      signal: signal ?? null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw notReached;
  }
  if (!answer.ok) {
    const problem = await problemOf(answer);
    if (answer.status === 401 && !path.startsWith('/session/link') && path !== '/session' && csrfToken) onSignedOut();
    throw problem;
  }
  if (answer.status === 204) return undefined as T;
  return (await answer.json()) as T;
}

// GET of what is not JSON.
export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  const answer = await fetch(path, {credentials: 'same-origin', redirect: 'error', cache: 'no-store', signal: signal ?? null}).catch((error: unknown) => {
    throw error instanceof DOMException ? error : notReached;
  });
  if (!answer.ok) throw await problemOf(answer);
  return answer.text();
}

export const get = <T>(path: string, signal?: AbortSignal): Promise<T> => call<T>('GET', path, undefined, signal);

// A path with the parameters that are not empty.
export function withQuery(path: string, parameters: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined && value !== '') query.set(name, String(value));
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
