// What the last check of an account's key at Stripe found, in one line.
import type {Schemas} from '../api/client';
import {Time} from './values';

export const areas = (list: Schemas['AreaAccess'][]): string => list.map((one) => `${one.area}: ${one.access}`).join(', ');

function found(of: Schemas['IntegratedAccount'], check: NonNullable<Schemas['KeyCheck']>): string {
  if (check.status === 'needs_reauth') return 'Stripe refused the key';
  if (check.status === 'wrong_account') return 'the key may not act for this account';
  if (check.missing.length > 0) return `the key works, and lacks ${areas(check.missing)}`;
  if (of.credential_kind === 'secret') return 'the key works; it is a secret key, which may do everything';
  if (check.beyond_need > 0) return `the key works, and has ${check.beyond_need} permissions that no MCP server needs`;
  return 'the key has what its MCP servers need, and no more';
}

// Nothing for an account of another service: its credential is not checked.
export function KeyCheck({of}: {of: Schemas['IntegratedAccount']}) {
  if (of.service) return null;
  const check = of.key_check;
  if (!check) return <>Not checked yet</>;
  return (
    <>
      Last checked <Time at={check.checked_at} />: {check.status !== 'active' || check.missing.length > 0 ? <strong>{found(of, check)}</strong> : found(of, check)}
    </>
  );
}
