// What an account is one of: Stripe, or another service, by the host of its address.
import type {Schemas} from './client';
import {useResource} from './use';

type Account = Pick<Schemas['IntegratedAccount'], 'service'>;

export function systemOf(account: Account | undefined): string {
  if (!account?.service) return 'Stripe';
  return /^https?:\/\/([^/]+)/.exec(account.service.base_url)?.[1] ?? 'the service';
}

// The same of an account by its id; "Stripe" until it is known.
export function useSystem(accountId: string | undefined): string {
  return systemOf(useResource<Schemas['IntegratedAccount']>(accountId ? `/integrated-account/${accountId}` : null).data);
}
