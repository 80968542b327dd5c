// Makes an MCP URL: what it may do, for whom and how long, and then the URL, once.
import {useState} from 'preact/hooks';
import {useLocation} from 'preact-iso';

import {accountOptions, useAccounts} from '../api/accounts';
import {call, type Schemas, withQuery} from '../api/client';
import {useAction, useResource} from '../api/use';
import {serverPath} from '../parts/address';
import {Badge, Empty, Note, PageHead, ProblemNote} from '../parts/basics';
import {ClientSnippets} from '../parts/client_snippets';
import {FirstCallLight} from '../parts/doctor';
import {Check, Choice, TextField} from '../parts/fields';
import {SecretUrl} from '../parts/secret_url';
import {Time} from '../parts/values';
import {RuleLines} from './rule_lines';

type Config = Schemas['Config'];
type Preset = Schemas['Preset'];
type Made = Schemas['CreatedMcpServer'];

const lifetimes: [string, string][] = [
  ['7', '7 days'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', '1 year'],
  ['never', 'never'],
];

const methodWords: [string, string][] = [
  ['read', 'Read: list, get, search'],
  ['create', 'Create'],
  ['update', 'Update'],
  ['delete', 'Delete, cancel'],
  ['custom', 'Other actions, such as capture and finalize'],
];

function ToolPreview({accountId, methods, tags}: {accountId: string; methods: string[]; tags: string[]}) {
  const list = useResource<Schemas['ToolList']>(
    withQuery(`/integrated-account/${accountId}/tools`, {methods: methods.join(','), tags: tags.join(',')}),
  );
  if (list.problem) return <ProblemNote problem={list.problem} />;
  if (!list.data) return <p class="quiet loading">Counting tools…</p>;
  const {result, list: summary} = list.data;
  return (
    <div class="preview">
      <p>
        <strong>{summary.reachable}</strong> operations, {summary.writing} of them change something. A client's list has {summary.listed} tools and costs a
        model about {summary.tokens.claude.toLocaleString()} tokens
        {summary.listing === 'search' && '; the rest is found by search'}.
      </p>
      {summary.warnings.map((one) => (
        <p class="quiet" key={one}>
          {one}
        </p>
      ))}
      <details>
        <summary>Show the {result.length} operations</summary>
        <ul class="tools">
          {result.map((one) => (
            <li key={one.name}>
              <code>{one.name}</code> <span class="quiet">{one.method}</span>
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}

function Presets({presets, chosen, onChoose}: {presets: Preset[]; chosen: string; onChoose: (id: string) => void}) {
  const own = {id: '', title: 'My own choice', description: 'Methods and areas, chosen one by one.', config: {} as Record<string, unknown>};
  return (
    <fieldset class="presets">
      <legend>What it may do</legend>
      {[...presets, own].map((one) => (
        <label key={one.id} class={chosen === one.id ? 'chosen' : ''}>
          <input type="radio" name="preset" checked={chosen === one.id} onChange={() => onChoose(one.id)} />
          <strong>{one.title}</strong>
          <span>{one.description}</span>
          {chosen === one.id && Array.isArray(one.config.guardrails) && <RuleLines rules={one.config.guardrails as Schemas['Rule'][]} />}
        </label>
      ))}
    </fieldset>
  );
}

function Result({made, name}: {made: Made; name: string}) {
  const path = `/integrated-account/${made.integrated_account_id}/mcp/${made.id}`;
  const address = made.url ?? made.oauth_url ?? '';
  return (
    <>
      <PageHead title="The MCP URL" above={<a href="/console/servers">MCP servers</a>} />
      {made.url ? (
        <Note kind="warn">
          <strong>This URL is shown once.</strong> Whoever has it can call every tool it shows. Copy it now.
        </Note>
      ) : (
        <Note>This address is no secret: a client that uses it opens a page on which a person of your team signs in and agrees.</Note>
      )}
      <SecretUrl url={address} />
      {made.tools.warnings.map((one) => (
        <Note kind="warn" key={one}>
          {one}
        </Note>
      ))}
      <h2>Give it to a client</h2>
      <ClientSnippets name={name} url={address} signsIn={!made.url} />
      <FirstCallLight path={path} />
      <p>
        It expires: <Time at={made.expires_at} never="never" />.{' '}
        <a href={serverPath(made.integrated_account_id, made.id)}>See this MCP server</a>
      </p>
    </>
  );
}

export function NewServer() {
  const {query} = useLocation();
  const presets = useResource<{result: Preset[]}>('/preset');
  const [account, setAccount] = useState(query.account ?? '');
  const accounts = useAccounts(account);
  const [name, setName] = useState('');
  const [holder, setHolder] = useState('');
  const [preset, setPreset] = useState('read_only');
  const [methods, setMethods] = useState<string[]>(['read']);
  const [tags, setTags] = useState('');
  const [auth, setAuth] = useState('url');
  const [days, setDays] = useState('90');
  const [liveWrites, setLiveWrites] = useState(false);
  const [made, setMade] = useState<Made>();
  const {chosen} = accounts;
  const tagList = tags.split(/[\s,]+/).filter(Boolean);
  const presetConfig = presets.data?.result.find((one) => one.id === preset)?.config as Config | undefined;
  const writes = preset ? (presetConfig?.methods ?? []).some((one) => one !== 'read') : methods.some((one) => one !== 'read');
  const act = useAction(async () => {
    if (!chosen) return;
    const config: Record<string, unknown> = preset ? {preset} : {methods, ...(tagList.length ? {tags: tagList} : {})};
    if (auth !== 'url') config.auth = auth;
    if (liveWrites && chosen.mode === 'live') config.allow_live_writes = true;
    const expires = days === 'never' ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString();
    setMade(
      await call<Made>('POST', `/integrated-account/${chosen.id}/mcp`, {name, config, expires_at: expires, ...(holder ? {holder} : {})}),
    );
  });
  const submit = (event: Event): void => {
    event.preventDefault();
    act.run();
  };
  if (made) return <Result made={made} name={name} />;
  if (!accounts.loading && accounts.all.length === 0 && !accounts.problem)
    return (
      <>
        <PageHead title="Make an MCP URL" />
        <Empty title="Connect a Stripe account first.">
          <a href="/console/accounts/new">Connect an account</a>
        </Empty>
      </>
    );
  const toggle = (method: string, on: boolean): void => setMethods(on ? [...methods, method] : methods.filter((one) => one !== method));
  return (
    <>
      <PageHead title="Make an MCP URL" above={<a href="/console/servers">MCP servers</a>} />
      <ProblemNote problem={accounts.problem ?? presets.problem} />
      {accounts.missing && <Note kind="warn">There is no account {account}. Choose one.</Note>}
      <form onSubmit={submit} class="narrow">
        <TextField label="Name" value={name} onChange={setName} hint="What it is for, for example Support desk." required maxLength={200} />
        <Choice
          label="Account"
          value={chosen?.id ?? ''}
          onChange={setAccount}
          options={accountOptions(accounts.all)}
        />
        <Presets presets={presets.data?.result ?? []} chosen={preset} onChoose={setPreset} />
        {!preset && (
          <fieldset>
            <legend>Methods</legend>
            {methodWords.map(([method, words]) => (
              <Check key={method} label={words} value={methods.includes(method)} onChange={(on) => toggle(method, on)} />
            ))}
            <TextField label="Areas" value={tags} onChange={setTags} hint="Tags such as customers, refunds or invoices, with spaces between them; empty for all." />
          </fieldset>
        )}
        {chosen && (
          <ToolPreview
            accountId={chosen.id}
            methods={preset ? (presetConfig?.methods ?? []) : methods}
            tags={preset ? (presetConfig?.tags ?? []) : tagList}
          />
        )}
        {chosen?.mode === 'live' && writes && (
          <Check
            label={
              <>
                Let it change real data <Badge word="live" />
              </>
            }
            hint="Without this it only reads, whatever else is chosen."
            value={liveWrites}
            onChange={setLiveWrites}
          />
        )}
        <TextField label="Holder" value={holder} onChange={setHolder} hint="Who will use the URL: a name or an e-mail address. It finds the URL again in an emergency." maxLength={200} />
        <Choice
          label="Clients sign in with"
          value={auth}
          onChange={setAuth}
          options={[
            ['url', 'the secret URL'],
            ['oauth', 'OAuth: a person of your team agrees in the browser'],
            ['both', 'either of them'],
          ]}
        />
        <Choice label="Expires after" value={days} onChange={setDays} options={lifetimes} />
        <ProblemNote problem={act.problem} />
        <div class="buttons">
          <button type="submit" class="primary" disabled={act.busy || !chosen || (!preset && methods.length === 0)}>
            {act.busy ? 'Making it…' : 'Make the MCP URL'}
          </button>
        </div>
      </form>
    </>
  );
}
