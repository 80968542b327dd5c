// The accounts of the team, all of them, and the one that a page is about.
import {useEffect} from 'preact/hooks';

import type {Problem, Schemas} from './client';
import {useList} from './use';

type Account = Schemas['IntegratedAccount'];

export interface Accounts {
  all: Account[];
  chosen: Account | undefined; // the one with the id; without an id the first that `prefer` likes, or the first
  missing: boolean; // all were read, and none has the id
  problem: Problem | undefined;
  loading: boolean;
  reload: () => void;
}

// An account that is named is never replaced by another one, which could be a live one.
export function useAccounts(id: string, prefer: (one: Account) => boolean = () => true): Accounts {
  const list = useList<Account>('/integrated-account', {limit: '100'});
  useEffect(() => {
    if (list.more && !list.loading && !list.problem) list.loadMore();
  }, [list.more, list.loading, list.rows.length]);
  const complete = !list.loading && !list.more;
  const chosen = id ? list.rows.find((one) => one.id === id) : (list.rows.find(prefer) ?? list.rows[0]);
  return {
    all: list.rows,
    chosen,
    missing: Boolean(id) && !chosen && complete,
    problem: list.problem,
    loading: !complete,
    reload: list.reload,
  };
}

// As options of a select.
export const accountOptions = (accounts: Account[]): [string, string][] => accounts.map((one) => [one.id, `${one.name}, ${one.mode} mode`]);
