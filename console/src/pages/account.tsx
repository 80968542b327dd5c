// One account: what its key may do, its MCP servers, and how it is stopped.
import {useState} from 'preact/hooks';
import {useLocation, useRoute} from 'preact-iso';

import {call, type Schemas, withQuery} from '../api/client';
import {may} from '../api/session';
import {systemOf} from '../api/system';
import {useAction, useList, useResource} from '../api/use';
import {accountPath} from '../parts/address';
import {Badge, Card, Facts, Note, PageHead, ProblemNote} from '../parts/basics';
import {Confirm} from '../parts/dialog';
import {TextField} from '../parts/fields';
import {KeyCheck} from '../parts/key_check';
import {Id, Time} from '../parts/values';
import {keyWords} from './connect';
import {ServerTable} from './servers';

type Row = Schemas['IntegratedAccount'];

function Permissions({path, onDone}: {path: string; onDone: () => void}) {
  const [review, setReview] = useState<Schemas['KeyReview']>();
  const act = useAction(async () => {
    setReview(await call<Schemas['KeyReview']>('POST', `${path}/verify`));
    onDone();
  });
  const words = (list: Schemas['AreaAccess'][]): string => list.map((one) => `${one.area}: ${one.access}`).join(', ');
  return (
    <Card
      title="What the key may do"
      actions={
        <button type="button" onClick={act.run} disabled={act.busy}>
          {act.busy ? 'Asking Stripe…' : 'Check the key'}
        </button>
      }
    >
      <ProblemNote problem={act.problem} />
      {!review && !act.problem && <p class="quiet">Asks Stripe which permissions the key has, against what the MCP servers of this account need.</p>}
      {review && (
        <>
          <Facts
            rows={[
              ['State', <Badge word={review.status} />],
              ['Missing', review.missing.length ? <strong>{words(review.missing)}</strong> : 'nothing'],
              ['Beyond what is needed', review.unrestricted ? 'everything: it is a secret key' : words(review.beyond_need) || 'nothing'],
              ['A restricted key needs', words(review.needed) || 'nothing yet: no MCP server is active'],
              ['Active MCP servers', String(review.active_servers)],
            ]}
          />
          {review.notes.map((one) => (
            <p class="quiet" key={one}>
              {one}
            </p>
          ))}
        </>
      )}
    </Card>
  );
}

function NewKey({account, path, onDone}: {account: Row; path: string; onDone: () => void}) {
  const [key, setKey] = useState('');
  const [done, setDone] = useState(false);
  const act = useAction(async () => {
    await call('PATCH', path, {credential: key.trim(), ...(account.service ? {} : {verify: true})});
    setKey('');
    setDone(true);
    onDone();
  });
  const words = account.service ? undefined : keyWords(key.trim());
  const system = systemOf(account);
  const submit = (event: Event): void => {
    event.preventDefault();
    setDone(false);
    act.run();
  };
  return (
    <Card title="Replace the key">
      <form onSubmit={submit}>
        <TextField label={account.service ? 'New credential' : 'New Stripe key'} type="password" value={key} onChange={setKey} required hint="Of the same mode. Every MCP URL goes on working with it." />
        {words && <Note kind={words.kind}>{words.text}</Note>}
        {done && <Note kind="good">{account.service ? `The new credential is in use. Now end the old one at ${system}.` : 'The new key works and is in use. Now delete the old one in the Stripe dashboard.'}</Note>}
        <ProblemNote problem={act.problem} />
        <button type="submit" disabled={act.busy || !key}>
          {act.busy ? (account.service ? 'Working…' : 'Asking Stripe…') : 'Replace'}
        </button>
      </form>
    </Card>
  );
}

// What calls of the account are sent with, apart from its key.
function Settings({account, path, onDone}: {account: Row; path: string; onDone: () => void}) {
  const fieldsOf = (of: Row) => ({name: of.name, version: of.stripe_version ?? '', connected: of.connected_accounts.join(' ')});
  const [read, setRead] = useState(fieldsOf(account)); // what the person began with
  const [wanted, setWanted] = useState(read);
  const [done, setDone] = useState(false);
  const set = (part: Partial<typeof read>): void => {
    setDone(false);
    setWanted({...wanted, ...part});
  };
  const act = useAction(async () => {
    const ids = wanted.connected.split(/[\s,]+/).filter(Boolean);
    // Only what differs: another admin may have changed the rest since it was read.
    const body: Record<string, unknown> = {};
    if (wanted.name !== read.name) body.name = wanted.name;
    if (wanted.version !== read.version) body.stripe_version = wanted.version.trim() || null;
    if (wanted.connected !== read.connected) body.connected_accounts = ids;
    const now = fieldsOf(await call<Row>('PATCH', path, body));
    setRead(now);
    setWanted(now);
    setDone(true);
    onDone();
  });
  const changed = wanted.name !== read.name || wanted.version !== read.version || wanted.connected !== read.connected;
  return (
    <Card title="Change the account">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          act.run();
        }}
      >
        <TextField label="Name of the account" value={wanted.name} onChange={(name) => set({name})} required maxLength={200} />
        {!account.service && (
          <>
            <TextField label="Pinned Stripe version" value={wanted.version} onChange={(version) => set({version})} hint="Empty: the version that Tollgate is made for. Another one may answer otherwise than the tools say." />
            <TextField label="Connected accounts" value={wanted.connected} onChange={(connected) => set({connected})} hint="acct_… for which calls may be made, with spaces between them; empty for none." />
          </>
        )}
        {done && !changed && <Note kind="good">The change is in force from the next call on.</Note>}
        <ProblemNote problem={act.problem} />
        <button type="submit" disabled={act.busy || !changed}>
          {act.busy ? 'Working…' : 'Save the account'}
        </button>
      </form>
    </Card>
  );
}

function Stop({account, path, onDone}: {account: Row; path: string; onDone: () => void}) {
  const {route} = useLocation();
  const ending = useResource<Schemas['WouldEnd']>(`${path}/revoke?limit=1`);
  const count = ending.data?.would_end;
  const done = (work: () => Promise<unknown>) => async (): Promise<void> => {
    await work();
    ending.reload();
    onDone();
  };
  return (
    <Card title="Stop">
      <ProblemNote problem={ending.problem} />
      <div class="buttons">
        {account.frozen_at
          ? may('administer') && (
              <Confirm label="Unfreeze" title="Let writes run again?" explain={<p>Writes of every MCP server of {account.name} are sent again.</p>} action="Unfreeze" work={done(() => call('DELETE', `${path}/freeze`))} />
            )
          : may('operate') && (
              <Confirm label="Freeze writes" title="Freeze writes?" explain={<p>From the next call on, no MCP server of {account.name} changes anything at {systemOf(account)}. Reads go on.</p>} action="Freeze" danger work={done(() => call('POST', `${path}/freeze`))} />
            )}
        {account.suspended_at
          ? may('administer') && (
              <Confirm label="Resume" title="Resume?" explain={<p>The MCP servers of {account.name} take calls again; those suspended by themselves stay so.</p>} action="Resume" work={done(() => call('DELETE', `${path}/suspend`))} />
            )
          : may('operate') && (
              <Confirm
                label="Suspend all"
                title="Suspend every MCP server?"
                explain={<p>{count ?? 'All'} MCP servers of {account.name} take no call until you resume them. This can be undone.</p>}
                action="Suspend"
                danger
                reason="optional"
                work={async (reason) => done(() => call('POST', `${path}/suspend`, {reason}))()}
              />
            )}
        {may('operate') && (
          <Confirm
            label="Revoke all"
            title="Revoke every MCP server for good?"
            explain={<p>{count ?? 'All'} MCP servers of {account.name} end, on every instance, and cannot come back. Suspend first if you are not sure.</p>}
            action={`Revoke ${count ?? ''}`}
            danger
            typed={account.name}
            reason="required"
            work={async (reason) => done(() => call('POST', `${path}/revoke`, {reason, expect: count ?? 0}))()}
          />
        )}
        {may('administer') && (
          <Confirm
            label="Remove the account"
            title="Remove this account?"
            explain={<p>{account.name}, its stored key and its {count ?? ''} MCP servers end. Receipts and the audit log stay.</p>}
            action="Remove"
            danger
            typed={account.name}
            reason="required"
            work={async (reason) => {
              await call('DELETE', withQuery(path, {expect: count ?? 0, reason}));
              route('/console/accounts');
            }}
          />
        )}
      </div>
    </Card>
  );
}

export function Account() {
  const {params} = useRoute();
  const path = `/integrated-account/${params.id}`;
  const found = useResource<Row>(path);
  const servers = useList<Schemas['McpServer']>(`${path}/mcp`);
  const account = found.data;
  if (!account) return found.problem ? <ProblemNote problem={found.problem} /> : <p class="quiet loading">Loading…</p>;
  return (
    <>
      <PageHead title={account.name} above={<a href="/console/accounts">Accounts</a>}>
        {may('operate') && (
          <a class="button primary" href={withQuery('/console/servers/new', {account: account.id})}>
            Make an MCP URL
          </a>
        )}
      </PageHead>
      {account.status === 'needs_reauth' && <Note kind="warn">{systemOf(account)} refuses the key. Nothing is sent until you replace it below.</Note>}
      <div class="cards">
        <Card title="About">
          <Facts
            rows={[
              ['Mode', <Badge word={account.mode} />],
              ['State', <Badge word={account.frozen_at ? 'frozen' : account.status} />],
              ['Key', `${account.credential_kind}, …${account.credential_last4}`],
              ['Check of the key', !account.service && <KeyCheck of={account} />],
              ['Acts for', account.stripe_account],
              ['Service', account.service && systemOf(account)],
              ['Stripe version', !account.service && account.stripe_version],
              ['Connected accounts', account.connected_accounts.join(', ')],
              ['Frozen since', account.frozen_at && <Time at={account.frozen_at} />],
              ['Suspended since', account.suspended_at && <Time at={account.suspended_at} />],
              ['Connected', <Time at={account.created_at} />],
              ['By', account.created_by_name ?? account.created_by],
              ['Id', <Id text={account.id} to={accountPath(account.id)} />],
            ]}
          />
        </Card>
        {may('operate') && !account.service && <Permissions path={path} onDone={found.reload} />}
        {may('administer') && <Settings account={account} path={path} onDone={found.reload} />}
        {may('administer') && <NewKey account={account} path={path} onDone={found.reload} />}
        {may('operate') && <Stop account={account} path={path} onDone={found.reload} />}
      </div>
      <h2>MCP servers</h2>
      <ServerTable list={servers} />
    </>
  );
}
