// The audit log: who did what, and what was decided.
import {type Schemas, withQuery} from '../api/client';
import {useList} from '../api/use';
import {approvalPath, receiptPath, useParameter} from '../parts/address';
import {Badge, Empty, PageHead} from '../parts/basics';
import {DayFields, useDays} from '../parts/days';
import {Choice, FilterField} from '../parts/fields';
import {Table} from '../parts/table';
import {Id, Time} from '../parts/values';
import {AuditState} from './audit_state';

type Row = Schemas['AuditRecord'];

const words: Record<string, string> = {
  call: 'call', write_intended: 'write, before it is sent', write_finished: 'write, outcome', write_resolved: 'write, outcome found later', approval_ended: 'approval ended',
  admin_intended: 'change, before', admin_finished: 'change', admin_read: 'read at Stripe', admin_refused: 'change refused',
};

function Details({one}: {one: Row}) {
  const rest = Object.entries(one).filter(([name, value]) => !['id', 'time', 'team', 'kind', 'decision', 'rule', 'tool', 'action'].includes(name) && value !== null);
  return (
    <details>
      <summary>{one.tool?.replaceAll('_', ' ') ?? one.action ?? words[one.kind] ?? one.kind}</summary>
      <dl class="facts">
        {rest.map(([name, value]) => (
          <div key={name}>
            <dt>{name.replaceAll('_', ' ')}</dt>
            <dd>
              {name === 'receipt' ? (
                <Id text={String(value)} to={receiptPath(String(value))} />
              ) : name === 'approval' && String(value).startsWith('apr_') ? (
                <Id text={String(value)} to={approvalPath(String(value))} />
              ) : (
                <code>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</code>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

export function AuditTable({search}: {search: Record<string, string | undefined>}) {
  const list = useList<Row>('/audit', search, {on: ['activity', 'approval', 'receipt', 'revocation', 'change'], everySeconds: 15});
  return (
    <Table
      caption="Audit records, newest first"
      list={list}
      keyOf={(one) => one.id}
      columns={[
        {name: 'What', show: (one) => <Details one={one} />},
        {name: 'Kind', show: (one) => words[one.kind] ?? one.kind, wide: true},
        {name: 'Decision', show: (one) => <Badge word={one.decision} />},
        {name: 'Rule', show: (one) => (one.rule ? <code>{one.rule}</code> : <span class="quiet">–</span>), wide: true},
        {name: 'Outcome', show: (one) => one.error_code ?? one.outcome ?? <span class="quiet">–</span>, wide: true},
        {name: 'When', show: (one) => <Time at={one.time} />},
      ]}
      empty={<Empty title="No record matches." />}
    />
  );
}

export function Audit() {
  const [decision, setDecision] = useParameter('decision');
  const [kind, setKind] = useParameter('kind');
  const [tool, setTool] = useParameter('tool');
  const [object, setObject] = useParameter('object_id');
  const [server, setServer] = useParameter('mcp_server_id');
  const [actor, setActor] = useParameter('actor');
  const days = useDays();
  const search = {decision, kind, tool, object_id: object, mcp_server_id: server, actor, recorded_from: days.from, recorded_before: days.before};
  return (
    <>
      <PageHead title="Audit log">
        <a class="button" href={withQuery('/audit/export', search)} download="audit.jsonl">
          Export as JSON Lines
        </a>
      </PageHead>
      <div class="filters">
        <Choice
          label="Decision"
          value={decision}
          onChange={setDecision}
          options={[
            ['', 'any'],
            ['allowed', 'allowed'],
            ['refused', 'refused'],
            ['needs_approval', 'needs approval'],
          ]}
        />
        <Choice label="Kind" value={kind} onChange={setKind} options={[['', 'any'], ...Object.entries(words)]} />
        <FilterField label="Tool" value={tool} onChange={setTool} placeholder="create_a_stripe_refund" />
        <FilterField label="Object" value={object} onChange={setObject} placeholder="re_…" />
        <FilterField label="MCP server" value={server} onChange={setServer} placeholder="mcp_…" />
        <FilterField label="Who" value={actor} onChange={setActor} placeholder="key_…, per_… or tok_…" />
        <DayFields days={days} />
      </div>
      <AuditTable search={search} />
      <AuditState />
    </>
  );
}
