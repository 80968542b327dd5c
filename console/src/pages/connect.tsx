// Connects a Stripe account with a key.
import {useState} from 'preact/hooks';
import {useLocation} from 'preact-iso';

import {call, type Schemas} from '../api/client';
import {useAction} from '../api/use';
import {accountPath} from '../parts/address';
import {Note, PageHead, ProblemNote} from '../parts/basics';
import {TextField} from '../parts/fields';

// What the beginning of a key says.
export function keyWords(key: string): {kind: 'good' | 'warn'; text: string} | undefined {
  if (/^rk_test_/.test(key)) return {kind: 'good', text: 'A restricted key in test mode: no real money.'};
  if (/^sk_test_/.test(key)) return {kind: 'good', text: 'A secret key in test mode: no real money. A restricted key would be enough.'};
  if (/^rk_live_/.test(key)) return {kind: 'warn', text: 'A restricted key in live mode: real money.'};
  if (/^sk_live_/.test(key))
    return {kind: 'warn', text: 'A secret key in live mode may do everything with real money. Make a restricted key in the Stripe dashboard instead.'};
  if (/^pk_/.test(key)) return {kind: 'warn', text: 'This is a publishable key. Tollgate needs a restricted key (rk_…).'};
  return undefined;
}

export function Connect() {
  const {route} = useLocation();
  const [name, setName] = useState('');
  const [key, setKey] = useState('');
  const [actsFor, setActsFor] = useState('');
  const act = useAction(async () => {
    const made = await call<Schemas['IntegratedAccount']>('POST', '/integrated-account', {
      name,
      credential: key.trim(),
      verify: true,
      ...(actsFor ? {stripe_account: actsFor.trim()} : {}),
    });
    setKey('');
    route(accountPath(made.id));
  });
  const words = keyWords(key.trim());
  const submit = (event: Event): void => {
    event.preventDefault();
    act.run();
  };
  return (
    <>
      <PageHead title="Connect an account" above={<a href="/console/accounts">Accounts</a>} />
      <form class="narrow" onSubmit={submit}>
        <TextField label="Name" value={name} onChange={setName} hint="As your team calls it, for example Acme (test)." required maxLength={200} />
        <TextField
          label="Stripe key"
          type="password"
          value={key}
          onChange={setKey}
          required
          hint={
            <>
              A restricted key (rk_…) from{' '}
              <a href="https://dashboard.stripe.com/apikeys" target="_blank" rel="noreferrer">
                the Stripe dashboard
              </a>
              . Give it Read for what agents may see, and Write only for what they may change, such as refunds. Once it is connected, the page of the account says which
              permissions its MCP servers lack and which they do not need. It is stored encrypted and never shown again.
            </>
          }
        />
        {words && <Note kind={words.kind}>{words.text}</Note>}
        <TextField label="Acts for a connected account" value={actsFor} onChange={setActsFor} hint="acct_…; leave it empty for the account of the key itself." />
        <ProblemNote problem={act.problem} />
        <div class="buttons">
          <button type="submit" class="primary" disabled={act.busy}>
            {act.busy ? 'Asking Stripe…' : 'Connect'}
          </button>
        </div>
      </form>
    </>
  );
}
