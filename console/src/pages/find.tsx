// Find and revoke: whatever is pasted, what it is, and how it ends.
import {useEffect, useState} from 'preact/hooks';
import {useLocation} from 'preact-iso';

import {call, get, Problem, type Schemas, withQuery} from '../api/client';
import {may} from '../api/session';
import {useAction} from '../api/use';
import {accountPath, approvalPath, receiptPath, serverPath} from '../parts/address';
import {Badge, Card, Empty, Facts, PageHead, ProblemNote} from '../parts/basics';
import {Confirm} from '../parts/dialog';
import {isSecret, pasted} from '../parts/find_text';
import {StopPerson} from '../parts/stop_all';
import {Id, Time} from '../parts/values';
import {stateOf} from './servers';

type Row = Schemas['McpServer'];

interface Found {
  token: Schemas['FoundMcpServers']['token'];
  servers: Row[];
  accounts: Schemas['IntegratedAccount'][];
  more: boolean;
}

const kinds: Record<string, string> = {
  mcp_url: 'the URL of an MCP server',
  old_mcp_url: 'an old URL of an MCP server, replaced by a rotation and still accepted',
  oauth_url: 'the public address of an MCP server for OAuth clients',
  api_key: 'an API key of this team',
  authorization: 'an OAuth token',
  session: "the session of a person's browser",
  invitation: "a person's invitation",
  sign_in_link: 'a link that signs a person in once',
};

// Where an id leads that names its own page.
function pageOf(text: string): string | undefined {
  if (/^apr_\w+$/.test(text)) return approvalPath(text);
  if (/^rcp_\w+$/.test(text)) return receiptPath(text);
  if (/^ia_\w+$/.test(text)) return accountPath(text);
  if (/^(re|ch|pi|cus|in|sub|po|dp|du)_\w+$/.test(text)) return withQuery('/console/audit', {object_id: text});
  return undefined;
}

async function servers(search: Record<string, string>): Promise<Schemas['FoundMcpServers']> {
  return get<Schemas['FoundMcpServers']>(withQuery('/mcp', {limit: 50, ...search}));
}

async function look(text: string): Promise<Found> {
  if (isSecret(text) || /(^|\/)mcp_\w+\/?$/.test(text)) {
    const found = await call<Schemas['FoundMcpServers']>('POST', '/mcp/find', {token: text});
    return {token: found.token, servers: found.result, accounts: [], more: Boolean(found.next_cursor)};
  }
  const searches = [servers({name: text}), servers({holder: text}), servers({created_by: text})];
  if (/^tgm_\w{2,}$/.test(text)) searches.push(servers({prefix: text}));
  const named = get<Schemas['IntegratedAccountList']>(withQuery('/integrated-account', {limit: 50, text: text.replace(/^…/, '')}));
  const [accounts, ...pages] = await Promise.all([named, ...searches]);
  const byId = new Map(pages.flatMap((page) => page.result).map((one) => [one.id, one]));
  return {token: null, servers: [...byId.values()], accounts: accounts.result, more: Boolean(accounts.next_cursor) || pages.some((page) => page.next_cursor)};
}

function Token({of, secret, onDone}: {of: NonNullable<Found['token']>; secret: string; onDone: () => void}) {
  return (
    <Card title="What was pasted">
      <Facts
        rows={[
          ['It is', kinds[of.kind] ?? of.kind],
          ['Name', of.name],
          ['Id', <Id text={of.id} />],
          ['Ends by itself', <Time at={of.expires_at} never="never" />],
          ['Used since', of.mcp_server_id && <a href={withQuery('/console/audit', {mcp_server_id: of.mcp_server_id})}>see its calls in the audit log</a>],
        ]}
      />
      {may('operate') && of.kind !== 'oauth_url' && (
        <Confirm
          label="Revoke it"
          title="End what was pasted?"
          explain={<p>It is {kinds[of.kind] ?? of.kind}{of.name ? `: ${of.name}` : ''}. It is refused from the next call on, on every instance, for good.</p>}
          action="Revoke"
          danger
          work={async () => {
            await call('POST', '/revoke', {token: secret});
            onDone();
          }}
        />
      )}
    </Card>
  );
}

function FoundServer({one, onDone}: {one: Row; onDone: () => void}) {
  const path = `/integrated-account/${one.integrated_account_id}/mcp/${one.id}`;
  const act = async (method: string, suffix: string): Promise<void> => {
    await call(method, path + suffix, method === 'POST' ? {} : undefined);
    onDone();
  };
  return (
    <li>
      <a href={serverPath(one.integrated_account_id, one.id)}>{one.name}</a>
      <Badge word={stateOf(one)} />
      <span class="quiet">
        {one.holder ? `held by ${one.holder}, ` : ''}made by {one.created_by_name ?? one.created_by}, last call <Time at={one.last_used_at} never="never" />
      </span>
      {may('operate') && one.status !== 'revoked' && (
        <span class="buttons">
          {one.status === 'active' && (
            <Confirm label="Suspend" title={`Suspend ${one.name}?`} explain={<p>It takes no call until it is resumed.</p>} action="Suspend" danger work={() => act('POST', '/suspend')} />
          )}
          <Confirm label="Revoke" title={`Revoke ${one.name} for good?`} explain={<p>It ends on every instance and cannot come back.</p>} action="Revoke" danger work={() => act('DELETE', '')} />
        </span>
      )}
    </li>
  );
}

// The people to whom the MCP servers that were found belong, as far as the text names them.
function peopleOf(servers: Row[], text: string): {key: string; name: string; holder?: string; createdBy?: string}[] {
  const wanted = text.toLowerCase();
  const out = new Map<string, {key: string; name: string; holder?: string; createdBy?: string}>();
  for (const one of servers) {
    if (one.holder?.toLowerCase().includes(wanted)) out.set(`holder ${one.holder}`, {key: `holder ${one.holder}`, name: one.holder, holder: one.holder});
    const maker = one.created_by_name ?? one.created_by;
    if (maker.toLowerCase().includes(wanted) || one.created_by === text)
      out.set(one.created_by, {key: one.created_by, name: maker, createdBy: one.created_by});
  }
  return [...out.values()].slice(0, peopleMax);
}

const peopleMax = 10;

export function Find() {
  const {query, route} = useLocation();
  const text = pasted.value || query.q || '';
  const [found, setFound] = useState<Found>();
  const act = useAction(async () => {
    setFound(undefined);
    const page = pageOf(text);
    if (page) return route(page, true);
    if (text.length < 3) throw new Problem(0, 'page', 'Give at least three characters.');
    setFound(await look(text));
  });
  useEffect(() => {
    if (text) act.run();
  }, [text]);
  const nothing = found && !found.token && found.servers.length === 0 && found.accounts.length === 0;
  return (
    <>
      <PageHead title="Find and revoke" />
      {!text && (
        <p>
          Paste a whole MCP URL, a token or its first characters, the name of a person or an account, the last four characters of a Stripe key, or an id (
          <code>rcp_</code>, <code>apr_</code>, <code>re_</code> …) into the box above. Press <kbd>/</kbd> to get there from any page. Everything of a person is stopped
          here, of an account on its page, of the team under <a href="/console/team?tab=settings">Team, Settings</a>.
        </p>
      )}
      <ProblemNote problem={act.problem} />
      {act.busy && <p class="quiet loading">Looking…</p>}
      {nothing && (
        <Empty title="Nothing of your team matches.">
          <p>A token that is mistyped, cut, or of another team is not found. Try its first six characters, or the holder's name.</p>
        </Empty>
      )}
      <div class="cards">
        {found?.token && <Token of={found.token} secret={text} onDone={act.run} />}
        {found && found.accounts.length > 0 && (
          <Card title="Accounts">
            <ul class="rows">
              {found.accounts.map((one) => (
                <li key={one.id}>
                  <a href={accountPath(one.id)}>{one.name}</a>
                  <Badge word={one.mode} />
                  <span class="quiet">key …{one.credential_last4}; suspend or revoke all of it on its page</span>
                </li>
              ))}
            </ul>
          </Card>
        )}
      </div>
      {found && !found.token && peopleOf(found.servers, text).length > 0 && (
        <Card title="Everything of a person">
          {peopleOf(found.servers, text).map(({key, ...person}) => (
            <StopPerson key={key} {...person} onDone={act.run} />
          ))}
        </Card>
      )}
      {found && found.servers.length > 0 && (
        <Card title="MCP servers">
          <ul class="rows">
            {found.servers.map((one) => (
              <FoundServer key={one.id} one={one} onDone={act.run} />
            ))}
          </ul>
        </Card>
      )}
      {found?.more && <p class="quiet">There are more; give more of the text.</p>}
    </>
  );
}
