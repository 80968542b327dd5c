// What an account is one of: Stripe, or another service, by the host of its address.
import type {Schemas} from './client';
import {useResource} from './use';

type Account = Pick<Schemas['IntegratedAccount'], 'service'>;

const unknownSystem = 'the service';

export function systemOf(account: Account): string {
  if (!account.service) return 'Stripe';
  return /^https?:\/\/([^/]+)/.exec(account.service.base_url)?.[1] ?? unknownSystem;
}

// The same of an account by its id; "the service" while it is not known.
export function useSystem(accountId: string | undefined): string {
  const {data: account} = useResource<Schemas['IntegratedAccount']>(accountId ? `/integrated-account/${accountId}` : null);
  return account ? systemOf(account) : unknownSystem;
}
