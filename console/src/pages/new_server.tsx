// Makes an MCP URL: what it may do, under which rules, for whom and how long; and then the URL, once.
import {useState} from 'preact/hooks';
import {useLocation} from 'preact-iso';

import {accountOptions, useAccounts} from '../api/accounts';
import {call, type Schemas} from '../api/client';
import {useAction, useResource} from '../api/use';
import {Badge, Empty, Note, PageHead, ProblemNote} from '../parts/basics';
import {Check, Choice, TextField} from '../parts/fields';
import type {Rule} from '../parts/rule_draft';
import {ToolPicker} from '../parts/tool_picker';
import {ToolPreview, useCheckedConfig} from '../parts/tool_preview';
import {NewServerResult} from './new_server_result';
import {type OpenRule, RuleEditor} from './rule_editor';

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

// The two choices beside the presets.
const byArea = 'by_area';
const byTool = 'by_tool';
const own = [
  {id: byArea, title: 'My own choice', description: 'Methods and areas, chosen one by one.'},
  {id: byTool, title: 'Single tools', description: 'Tools, found by search and chosen one by one.'},
];

function Presets({presets, chosen, onChoose}: {presets: Preset[]; chosen: string; onChoose: (id: string) => void}) {
  return (
    <fieldset class="presets">
      <legend>What it may do</legend>
      {[...presets, ...own].map((one) => (
        <label key={one.id} class={chosen === one.id ? 'chosen' : ''}>
          <input type="radio" name="preset" checked={chosen === one.id} onChange={() => onChoose(one.id)} />
          <strong>{one.title}</strong>
          <span>{one.description}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Methods({methods, setMethods, tags, setTags}: {methods: string[]; setMethods: (to: string[]) => void; tags: string; setTags: (to: string) => void}) {
  const toggle = (method: string, on: boolean): void => setMethods(on ? [...methods, method] : methods.filter((one) => one !== method));
  return (
    <fieldset>
      <legend>Methods</legend>
      {methodWords.map(([method, words]) => (
        <Check key={method} label={words} value={methods.includes(method)} onChange={(on) => toggle(method, on)} />
      ))}
      <TextField label="Areas" value={tags} onChange={setTags} hint="Tags such as customers, refunds or invoices, with spaces between them; empty for all." />
    </fieldset>
  );
}

function SingleTools({accountId, chosen, onChange}: {accountId: string; chosen: string[]; onChange: (to: string[]) => void}) {
  const list = useResource<Schemas['ToolList']>(`/integrated-account/${accountId}/tools`);
  if (!list.data) return list.problem ? <ProblemNote problem={list.problem} /> : <p class="quiet loading">Reading the tools…</p>;
  return <ToolPicker legend="Tools" tools={list.data.result} chosen={chosen} onChange={onChange} />;
}

interface SignIn {
  auth: string;
  apiKeyToo: boolean;
}

function HowClientsSignIn({value, onChange}: {value: SignIn; onChange: (to: SignIn) => void}) {
  return (
    <>
      <Choice
        label="Clients sign in with"
        value={value.auth}
        onChange={(auth) => onChange({auth, apiKeyToo: value.apiKeyToo && auth !== 'oauth'})}
        options={[
          ['url', 'the secret URL'],
          ['oauth', 'OAuth: a person of your team agrees in the browser'],
          ['both', 'either of them'],
        ]}
      />
      {value.auth !== 'oauth' && (
        <Check
          label="The URL alone is not enough: ask for an API key too"
          hint="A second factor. The client must also send an API key of your team as Authorization: Bearer, so that a URL that leaks is of no use by itself. Not every client can send one."
          value={value.apiKeyToo}
          onChange={(apiKeyToo) => onChange({...value, apiKeyToo})}
        />
      )}
    </>
  );
}

const rulesOf = (presets: Preset[], id: string): Rule[] => (presets.find((one) => one.id === id)?.config.guardrails as Rule[] | undefined) ?? [];
const writes = (methods: unknown): boolean => Array.isArray(methods) && methods.some((one) => one !== 'read');

export function NewServer() {
  const {query} = useLocation();
  const presets = useResource<{result: Preset[]}>('/preset');
  const [account, setAccount] = useState(query.account ?? '');
  const accounts = useAccounts(account);
  const [name, setName] = useState('');
  const [holder, setHolder] = useState('');
  const [choice, setChoice] = useState('read_only');
  const [methods, setMethods] = useState<string[]>(['read']);
  const [tags, setTags] = useState('');
  const [tools, setTools] = useState<string[]>([]);
  const [rules, setRules] = useState<Rule[]>([]);
  const [openRule, setOpenRule] = useState<OpenRule>();
  const [signIn, setSignIn] = useState<SignIn>({auth: 'url', apiKeyToo: false});
  const [days, setDays] = useState('90');
  const [liveWrites, setLiveWrites] = useState(false);
  const [made, setMade] = useState<Made>();
  const {chosen} = accounts;
  const all = presets.data?.result ?? [];
  const preset = all.find((one) => one.id === choice);
  const tagList = tags.split(/[\s,]+/).filter(Boolean);
  const filter = choice === byTool ? {tools: {allow: tools}} : choice === byArea ? {methods, ...(tagList.length ? {tags: tagList} : {})} : {preset: choice};
  const mayWrite = choice === byTool || writes(choice === byArea ? methods : preset?.config.methods);
  const config: Record<string, unknown> = {...filter};
  if (rules.length > 0 || rulesOf(all, choice).length > 0) config.guardrails = rules;
  if (signIn.auth !== 'url') config.auth = signIn.auth;
  if (signIn.apiKeyToo) config.require_api_token_auth = true;
  if (liveWrites && mayWrite && chosen?.mode === 'live') config.allow_live_writes = true;
  const complete = choice === byTool ? tools.length > 0 : choice !== byArea || methods.length > 0;
  const state = useCheckedConfig(chosen ? `/integrated-account/${chosen.id}/mcp` : null, complete ? config : null, days === 'never');
  const choose = (id: string): void => {
    // Rules that the person wrote stay; those of the preset that was chosen before go with it.
    const before = rulesOf(all, choice);
    const kept = rules.filter((one) => !before.includes(one));
    setRules([...rulesOf(all, id).filter((one) => !kept.some((other) => other.id === one.id)), ...kept]);
    setOpenRule(undefined); // it was about the rules of the preset before
    setChoice(id);
  };
  const chooseAccount = (id: string): void => {
    if (id !== chosen?.id) setTools([]); // another account may have other tools
    setAccount(id);
  };
  const act = useAction(async () => {
    if (!chosen) return;
    const expires = days === 'never' ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString();
    setMade(await call<Made>('POST', `/integrated-account/${chosen.id}/mcp`, {name, config, expires_at: expires, ...(holder ? {holder} : {})}));
  });
  if (made) return <NewServerResult made={made} name={name} />;
  if (!accounts.loading && accounts.all.length === 0 && !accounts.problem)
    return (
      <>
        <PageHead title="Make an MCP URL" />
        <Empty title="Connect a Stripe account first.">
          <a href="/console/accounts/new">Connect an account</a>
        </Empty>
      </>
    );
  return (
    <>
      <PageHead title="Make an MCP URL" above={<a href="/console/servers">MCP servers</a>} />
      <ProblemNote problem={accounts.problem ?? presets.problem} />
      {accounts.missing && <Note kind="warn">There is no account {account}. Choose one.</Note>}
      <form
        class="narrow"
        onSubmit={(event) => {
          event.preventDefault();
          act.run();
        }}
      >
        <TextField label="Name" value={name} onChange={setName} hint="What it is for, for example Support desk." required maxLength={200} />
        <Choice label="Account" value={chosen?.id ?? ''} onChange={chooseAccount} options={accountOptions(accounts.all)} />
        <Presets presets={all} chosen={choice} onChoose={choose} />
        {choice === byArea && <Methods methods={methods} setMethods={setMethods} tags={tags} setTags={setTags} />}
        {choice === byTool && chosen && <SingleTools accountId={chosen.id} chosen={tools} onChange={setTools} />}
        <RuleEditor rules={rules} onChange={setRules} open={openRule} setOpen={setOpenRule} />
        {chosen && complete && <ToolPreview state={state} />}
        {chosen?.mode === 'live' && mayWrite && (
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
        <HowClientsSignIn value={signIn} onChange={setSignIn} />
        <TextField label="Holder" value={holder} onChange={setHolder} hint="Who will use the URL: a name or an e-mail address. It finds the URL again in an emergency." maxLength={200} />
        <Choice label="Expires after" value={days} onChange={setDays} options={lifetimes} />
        <ProblemNote problem={act.problem} />
        {openRule && <p class="quiet">A rule is being edited: finish or cancel it first.</p>}
        <div class="buttons">
          <button type="submit" class="primary" disabled={act.busy || !chosen || !complete || Boolean(openRule) || state.waiting || Boolean(state.problem)}>
            {act.busy ? 'Making it…' : 'Make the MCP URL'}
          </button>
        </div>
      </form>
    </>
  );
}
