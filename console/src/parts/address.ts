// The state of a page is in its address: filters, tabs, what was searched for.
import {useLocation} from 'preact-iso';

import {withQuery} from '../api/client';

// The parameter `name` of the address, and a function that changes it without a step in the history.
export function useParameter(name: string, fallback = ''): [string, (value: string) => void] {
  const {path, query, route} = useLocation();
  const value = query[name] ?? fallback;
  const set = (to: string): void => {
    const next: Record<string, string> = {...query};
    if (to === fallback) delete next[name];
    else next[name] = to;
    route(withQuery(path, next), true);
  };
  return [value, set];
}

export const serverPath = (accountId: string, serverId: string): string => `/console/servers/${accountId}/${serverId}`;
export const accountPath = (id: string): string => `/console/accounts/${id}`;
export const approvalPath = (id: string): string => `/console/approvals/${id}`;
export const receiptPath = (id: string): string => `/console/receipts/${id}`;
