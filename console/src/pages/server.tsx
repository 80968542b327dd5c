// One MCP server: what it shows, what it did, and how it is stopped.
import {useRoute} from 'preact-iso';

import {call, type Schemas} from '../api/client';
import {may} from '../api/session';
import {useResource} from '../api/use';
import {accountPath, useParameter} from '../parts/address';
import {Badge, Card, Facts, Note, PageHead, ProblemNote} from '../parts/basics';
import {Confirm} from '../parts/dialog';
import {Doctor} from '../parts/doctor';
import {OpenNow} from '../parts/open_now';
import {UsageCard} from '../parts/usage';
import {Id, Time} from '../parts/values';
import {AuditTable} from './audit';
import {Explain} from './explain';
import {ReceiptTable} from './receipts';
import {RuleLines} from './rule_lines';
import {Rotate} from './rotate';
import {ServerChange} from './server_change';
import {Caps, Clients, Exceptions} from './server_parts';
import {ServerTools} from './server_tools';
import {stateOf} from './servers';

type Row = Schemas['McpServer'];

function Stop({server, path, onDone}: {server: Row; path: string; onDone: () => void}) {
  if (!may('operate') || server.status === 'revoked') return null;
  const done = (method: string, suffix: string) => async (reason: string): Promise<void> => {
    await call(method, path + suffix, suffix && method === 'POST' ? {reason} : undefined);
    onDone();
  };
  return (
    <>
      {server.suspended_at ? (
        <Confirm label="Resume" title="Resume?" explain={<p>{server.name} takes calls again.</p>} action="Resume" work={done('DELETE', '/suspend')} />
      ) : (
        <Confirm label="Suspend" title="Suspend?" explain={<p>{server.name} takes no call until you resume it. Open streams end. This can be undone.</p>} action="Suspend" danger reason="optional" work={done('POST', '/suspend')} />
      )}
      <Confirm label="Revoke" title="Revoke for good?" explain={<p>{server.name} ends on every instance and cannot come back. Its URL is worthless from then on.</p>} action="Revoke" danger work={done('DELETE', '')} />
    </>
  );
}

function Overview({server, path}: {server: Row; path: string}) {
  const {config, tools} = server;
  const account = useResource<Schemas['IntegratedAccount']>(`/integrated-account/${server.integrated_account_id}`);
  const filter = [config.preset && `preset ${config.preset}`, config.methods?.join(', '), config.tags?.length && `areas ${config.tags.join(', ')}`].filter(Boolean).join('; ');
  return (
    <div class="cards">
      <Card title="About">
        <Facts
          rows={[
            ['State', <Badge word={stateOf(server)} />],
            ['Stopped by', server.suspended_by && `its ${server.suspended_by}`],
            ['Account', account.data ? <a href={accountPath(account.data.id)}>{account.data.name}</a> : <Id text={server.integrated_account_id} to={accountPath(server.integrated_account_id)} />],
            ['Mode', account.data && <Badge word={account.data.mode} />],
            ['Holder', server.holder],
            ['Token begins with', server.token_prefix && <code>{server.token_prefix}</code>],
            ['Old token', server.old_token_prefix && <><code>{server.old_token_prefix}</code> until <Time at={server.old_token_expires_at} /></>],
            ['OAuth address', server.oauth_url && <code>{server.oauth_url}</code>],
            ['Expires', <Time at={server.expires_at} never="never" />],
            ['Last call', <Time at={server.last_used_at} never="never" />],
            ['Calls', server.use_count.toLocaleString()],
            ['Made', <Time at={server.created_at} />],
            ['By', server.created_by_name ?? server.created_by],
            ['Id', <Id text={server.id} />],
          ]}
        />
      </Card>
      <Card title="What it shows">
        <Facts
          rows={[
            ['Filter', filter || 'everything'],
            ['Operations', `${tools.reachable}, ${tools.writing} of them change something`],
            ['List', `${tools.listed} tools, about ${tools.tokens.claude.toLocaleString()} tokens of ${tools.tokens_max.toLocaleString()}`],
            ['Left out of results', config.redact?.join(', ')],
            ['Writes with real money', config.allow_live_writes && 'allowed'],
          ]}
        />
        {tools.warnings.map((one) => (
          <Note kind="warn" key={one}>
            {one}
          </Note>
        ))}
        <h3>Its own rules</h3>
        <RuleLines rules={config.guardrails ?? []} />
      </Card>
      <Doctor path={path} />
      <OpenNow path={path} />
      <UsageCard path={path} />
      <Caps path={path} />
      <Exceptions path={path} />
      <Clients path={path} />
    </div>
  );
}

const tabs: [string, string][] = [
  ['about', 'About'],
  ['tools', 'Tools'],
  ['calls', 'Calls'],
  ['writes', 'Writes'],
  ['explain', 'Explain a call'],
];

export function Server() {
  const {params} = useRoute();
  const path = `/integrated-account/${params.account}/mcp/${params.id}`;
  const found = useResource<Row>(path, {on: ['activity', 'revocation', 'change'], everySeconds: 15, always: true});
  const [tab, setTab] = useParameter('tab', 'about');
  const server = found.data;
  if (!server) return found.problem ? <ProblemNote problem={found.problem} /> : <p class="quiet loading">Loading…</p>;
  return (
    <>
      <PageHead title={server.name} above={<a href="/console/servers">MCP servers</a>}>
        {may('operate') && server.status !== 'revoked' && <ServerChange server={server} path={path} onDone={found.reload} />}
        {may('operate') && server.status !== 'revoked' && <Rotate server={server} path={path} onDone={found.reload} />}
        <Stop server={server} path={path} onDone={found.reload} />
      </PageHead>
      <ProblemNote problem={found.problem} />
      <div class="tabs" role="group" aria-label="Parts of this page">
        {tabs.map(([id, name]) => (
          <button type="button" key={id} aria-pressed={tab === id} onClick={() => setTab(id)}>
            {name}
          </button>
        ))}
      </div>
      {tab === 'about' && <Overview server={server} path={path} />}
      {tab === 'tools' && <ServerTools server={server} path={path} onDone={found.reload} />}
      {tab === 'calls' && <AuditTable search={{mcp_server_id: server.id}} />}
      {tab === 'writes' && <ReceiptTable search={{mcp_server_id: server.id}} />}
      {tab === 'explain' && <Explain path={path} />}
    </>
  );
}
