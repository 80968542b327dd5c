// MCP servers of the whole team, searched by the API.
import {useState} from 'preact/hooks';

import type {Schemas} from '../api/client';
import {may} from '../api/session';
import {type List, useList} from '../api/use';
import {serverPath, useParameter} from '../parts/address';
import {Badge, Empty, PageHead} from '../parts/basics';
import {Choice, TextField} from '../parts/fields';
import {Table} from '../parts/table';
import {Time} from '../parts/values';

type Row = Schemas['McpServer'];

// The state that counts: the widest thing that stops the server.
export const stateOf = (one: Row): string => (one.status === 'active' && one.suspended_by ? 'suspended' : one.status);

export function ServerTable({list}: {list: List<Row>}) {
  return (
    <Table
      caption="MCP servers, newest first"
      list={list}
      keyOf={(one) => one.id}
      columns={[
        {name: 'Name', show: (one) => <a href={serverPath(one.integrated_account_id, one.id)}>{one.name}</a>},
        {name: 'State', show: (one) => <Badge word={stateOf(one)} />},
        {name: 'Holder', show: (one) => one.holder ?? <span class="quiet">–</span>, wide: true},
        {name: 'Begins with', show: (one) => <code>{one.token_prefix ?? 'OAuth only'}</code>, wide: true},
        {name: 'Calls', show: (one) => one.use_count.toLocaleString()},
        {name: 'Last call', show: (one) => <Time at={one.last_used_at} never="never" />, wide: true},
        {name: 'Expires', show: (one) => <Time at={one.expires_at} never="never" />, wide: true},
      ]}
      empty={
        <Empty title="No MCP server matches.">
          <p>
            {may('operate') ? <a href="/console/servers/new">Make an MCP URL</a> : 'An operator of your team makes MCP URLs'} for Claude, ChatGPT or another client.
          </p>
        </Empty>
      }
    />
  );
}

export function Servers() {
  const [field, setField] = useParameter('by', 'name');
  const [text, setText] = useParameter('q');
  const [draft, setDraft] = useState(text);
  const list = useList<Row>('/mcp', {[field]: text || undefined});
  const search = (event: Event): void => {
    event.preventDefault();
    setText(draft.trim());
  };
  return (
    <>
      <PageHead title="MCP servers">
        {may('operate') && (
          <a class="button primary" href="/console/servers/new">
            Make an MCP URL
          </a>
        )}
      </PageHead>
      <form class="filters" onSubmit={search}>
        <Choice
          label="Search by"
          value={field}
          onChange={setField}
          options={[
            ['name', 'name'],
            ['holder', 'holder'],
            ['created_by', 'who made it'],
            ['prefix', 'first characters of the token'],
          ]}
        />
        <TextField label="Contains" type="search" value={draft} onChange={setDraft} />
        <button type="submit">Search</button>
      </form>
      <ServerTable list={list} />
    </>
  );
}
