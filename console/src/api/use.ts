// Hooks that keep what the admin API answers.
import {useCallback, useEffect, useRef, useState} from 'preact/hooks';

import {get, Problem, withQuery} from './client';
import {type EventKind, live, onEvent} from './events';

export interface Resource<T> {
  data: T | undefined;
  problem: Problem | undefined;
  loading: boolean;
  reload: () => void;
}

// What is shown of `error`; nothing if the call was given up by the page.
export const asProblem = (error: unknown): Problem | undefined => {
  if (error instanceof Problem) return error;
  if (error instanceof DOMException && error.name === 'AbortError') return undefined;
  return new Problem(0, 'page', error instanceof Error ? error.message : String(error));
};

// When an answer is asked for again: after events of these kinds, and every so many seconds while no events come.
export interface Fresh {
  on: EventKind[];
  everySeconds: number;
  always?: boolean; // every so many seconds in any case, for counts of which no event tells
}

const gatherMs = 300; // events that come together lead to one call
const pauseMs = 2_000; // between two calls because of events

// Calls `reload` when `fresh` says so, while the page is visible.
function useFresh(fresh: Fresh | undefined, active: boolean, reload: () => void): void {
  const kinds = fresh?.on.join(' ') ?? '';
  const seconds = fresh?.everySeconds ?? 0;
  const always = fresh?.always ?? false;
  useEffect(() => {
    if (!kinds || !active) return;
    let soon = 0;
    let last = 0;
    const stop = onEvent((kind) => {
      if (!kinds.split(' ').includes(kind) || soon) return;
      soon = window.setTimeout(
        () => {
          soon = 0;
          last = Date.now();
          reload();
        },
        Math.max(gatherMs, last + pauseMs - Date.now()),
      );
    });
    const timer = setInterval(() => (always || !live.value) && document.visibilityState === 'visible' && reload(), seconds * 1000);
    return () => {
      stop();
      clearTimeout(soon);
      clearInterval(timer);
    };
  }, [kinds, seconds, always, active]);
}

// The answer to GET `path`, or nothing while `path` is null. With `fresh`, asked again; what was shown stays until the
// new answer is there.
export function useResource<T>(path: string | null, fresh?: Fresh): Resource<T> {
  const [state, setState] = useState<{path: string | null; data?: T; problem?: Problem; loading: boolean}>({path, loading: path !== null});
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((one) => one + 1), []);
  useEffect(() => {
    if (path === null) return;
    const ending = new AbortController();
    setState((old) => (old.path === path ? {...old, loading: true} : {path, loading: true}));
    get<T>(path, ending.signal).then(
      (data) => setState({path, data, loading: false}),
      (error: unknown) => {
        const problem = asProblem(error);
        if (problem) setState((old) => ({...old, path, problem, loading: false}));
      },
    );
    return () => ending.abort();
  }, [path, turn]);
  useFresh(fresh, path !== null, reload);
  const current = state.path === path;
  return {
    data: current ? state.data : undefined,
    problem: current ? state.problem : undefined,
    loading: current ? state.loading : path !== null,
    reload,
  };
}

interface Page<T> {
  result: T[];
  next_cursor: string | null;
}

export interface List<T> {
  rows: T[];
  problem: Problem | undefined;
  loading: boolean;
  more: boolean; // there is a next page
  loadMore: () => void;
  reload: () => void;
}

// The rows of a list, a page at a time: searched and sorted by the server.
export function useList<T>(path: string | null, parameters: Record<string, string | undefined> = {}, fresh?: Fresh): List<T> {
  const first = path === null ? null : withQuery(path, {limit: 50, ...parameters});
  const [later, setLater] = useState<{of: string | null; rows: T[]; cursor: string | null | undefined}>({of: first, rows: [], cursor: undefined});
  const head = useResource<Page<T>>(first, later.of === first && later.rows.length > 0 ? undefined : fresh);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>();
  const now = useRef(first);
  now.current = first;
  const own = later.of === first ? later : {of: first, rows: [], cursor: undefined};
  const cursor = own.cursor === undefined ? head.data?.next_cursor : own.cursor;
  const loadMore = (): void => {
    if (!cursor || path === null || busy) return;
    setBusy(true);
    get<Page<T>>(withQuery(path, {limit: 50, ...parameters, cursor}))
      .then((page) => {
        if (now.current !== first) return;
        setLater({of: first, rows: [...own.rows, ...page.result], cursor: page.next_cursor});
        setProblem(undefined);
      })
      .catch((error: unknown) => setProblem(asProblem(error)))
      .finally(() => setBusy(false));
  };
  const reload = (): void => {
    setLater({of: first, rows: [], cursor: undefined});
    setProblem(undefined);
    head.reload();
  };
  return {
    rows: [...(head.data?.result ?? []), ...own.rows],
    problem: head.problem ?? problem,
    loading: head.loading || busy,
    more: Boolean(cursor),
    loadMore,
    reload,
  };
}

export interface Action<A extends unknown[]> {
  run: (...given: A) => void;
  busy: boolean;
  problem: Problem | undefined;
  clear: () => void;
}

// Something the person does: one at a time, its problem kept until the next try.
export function useAction<A extends unknown[]>(work: (...given: A) => Promise<void>): Action<A> {
  const [state, setState] = useState<{busy: boolean; problem?: Problem}>({busy: false});
  const running = useRef(false);
  const run = (...given: A): void => {
    if (running.current) return;
    running.current = true;
    setState({busy: true});
    work(...given)
      .then(() => setState({busy: false}))
      .catch((error: unknown) => {
        const problem = asProblem(error);
        setState(problem ? {busy: false, problem} : {busy: false});
      })
      .finally(() => {
        running.current = false;
      });
  };
  return {run, busy: state.busy, problem: state.problem, clear: () => setState({busy: false})};
}
