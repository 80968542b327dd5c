// The exceptions from rules that are open anywhere in the team, and a form that opens one.
import {useState} from 'preact/hooks';

import {call, type Schemas} from '../api/client';
import {may} from '../api/session';
import {useAction, useList} from '../api/use';
import {serverPath} from '../parts/address';
import {Card, Note, ProblemNote} from '../parts/basics';
import {Choice, FilterField, TextField} from '../parts/fields';
import {ExceptionRows} from './server_parts';

type Server = Schemas['McpServer'];

const pathOf = (one: Server): string => `/integrated-account/${one.integrated_account_id}/mcp/${one.id}`;

const times: [string, string][] = [
  ['900', '15 minutes'],
  ['3600', 'an hour'],
  ['14400', '4 hours'],
  ['86400', 'a day'],
];

// Opens an exception from one of the rules of `policy`, or of the MCP server.
function NewException({policy, onDone}: {policy: Schemas['Policy']; onDone: () => void}) {
  const account = policy.integrated_account_id;
  const [part, setPart] = useState('');
  const found = useList<Server>('/mcp', {name: part || undefined});
  const servers = found.rows.filter((one) => one.status === 'active' && (!account || one.integrated_account_id === account));
  const [chosen, setChosen] = useState('');
  const [rule, setRule] = useState('');
  const [seconds, setSeconds] = useState('3600');
  const [reason, setReason] = useState('');
  const [done, setDone] = useState('');
  const server = servers.find((one) => one.id === chosen) ?? servers[0];
  const layer = account ? 'account' : 'team';
  const rules = [...policy.rules.map((one) => [layer, one.id]), ...(server?.config.guardrails ?? []).map((one) => ['server', one.id])]
    .filter((one): one is [string, string] => one[1] !== undefined)
    .map(([of, id]): [string, string] => [`${of} ${id}`, of === 'server' ? `${id} (of the MCP server)` : id]);
  const named = rules.some(([value]) => value === rule) ? rule : (rules[0]?.[0] ?? '');
  const act = useAction(async () => {
    setDone('');
    if (!server) return;
    const [of = '', id = ''] = named.split(' ');
    await call('POST', `${pathOf(server)}/exception`, {layer: of, rule: id, reason, seconds: Number(seconds)});
    setDone(`The rule ${id} does not hold for ${server.name} now. It holds again by itself.`);
    setReason('');
    onDone();
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        act.run();
      }}
    >
      <FilterField label="Find an MCP server" value={part} onChange={setPart} placeholder="part of its name" />
      <Choice label="MCP server" value={server?.id ?? ''} onChange={setChosen} options={servers.length > 0 ? servers.map((one): [string, string] => [one.id, one.name]) : [['', 'none found']]} />
      <Choice label="Rule that does not hold" value={named} onChange={setRule} options={rules.length > 0 ? rules : [['', 'none']]} hint="Calls that it would have refused are recorded. A rule without a condition has no exceptions." />
      <Choice label="For" value={seconds} onChange={setSeconds} options={times} />
      <TextField label="Reason" value={reason} onChange={setReason} required maxLength={200} />
      <ProblemNote problem={act.problem ?? found.problem} />
      {done && <Note kind="good">{done}</Note>}
      <button type="submit" class="primary" disabled={act.busy || !server || !named}>
        {act.busy ? 'Working…' : 'Open the exception'}
      </button>
    </form>
  );
}

// `policy`: the rules that are shown beside it.
export function PolicyExceptions({policy}: {policy: Schemas['Policy']}) {
  const list = useList<Server>('/mcp', {exception: 'open'}, {on: ['change'], everySeconds: 30});
  return (
    <Card title="Open exceptions">
      <ProblemNote problem={list.problem} />
      {list.rows.length === 0 && !list.loading && !list.problem && !list.more && <p class="quiet">Every rule holds for every MCP server of the team.</p>}
      <ul class="rows">
        {list.rows.map((one) => (
          <ExceptionRows
            key={one.id}
            rows={one.exceptions ?? []}
            path={pathOf(one)}
            of={
              <>
                <a href={serverPath(one.integrated_account_id, one.id)}>{one.name}</a>:{' '}
              </>
            }
            onDone={list.reload}
          />
        ))}
      </ul>
      {list.more && (
        <button type="button" onClick={list.loadMore} disabled={list.loading}>
          Show more
        </button>
      )}
      {may('administer') && (
        <details>
          <summary>Let a rule not hold for a time</summary>
          <NewException policy={policy} onDone={list.reload} />
        </details>
      )}
    </Card>
  );
}
