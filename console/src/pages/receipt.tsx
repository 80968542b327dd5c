// The whole story of one write: the call, the decision, the approval, the request, the outcome.
import {useRoute} from 'preact-iso';

import {call, type Schemas} from '../api/client';
import {may} from '../api/session';
import {useSystem} from '../api/system';
import {useAction, useResource} from '../api/use';
import {serverPath} from '../parts/address';
import {Badge, Card, Facts, Note, PageHead, ProblemNote} from '../parts/basics';
import {Id, Money, Time} from '../parts/values';
import {AuditTable} from './audit';

export function Receipt() {
  const {params} = useRoute();
  const path = `/receipt/${params.id}`;
  const found = useResource<Schemas['Receipt']>(path, {on: ['receipt'], everySeconds: 10});
  const act = useAction(async () => {
    await call('POST', `${path}/reconcile`);
    found.reload();
  });
  const receipt = found.data;
  const system = useSystem(receipt?.integrated_account_id);
  if (!receipt) return found.problem ? <ProblemNote problem={found.problem} /> : <p class="quiet loading">Loading…</p>;
  const open = receipt.state === 'unknown' || receipt.state === 'intended';
  return (
    <>
      <PageHead title={receipt.tool.replaceAll('_', ' ')} above={<a href="/console/receipts">Receipts</a>}>
        <Badge word={receipt.state} />
        {open && may('operate') && (
          <button type="button" onClick={act.run} disabled={act.busy}>
            {act.busy ? 'Working…' : 'Find out the outcome'}
          </button>
        )}
      </PageHead>
      <ProblemNote problem={act.problem} />
      {receipt.state === 'unknown' && <Note kind="warn">Whether {system} executed this write is not known yet. Do not repeat it by hand.</Note>}
      <Card title="Receipt">
        <Facts
          rows={[
            ['Amount', <Money amount={receipt.amount} currency={receipt.currency} />],
            ['Object', receipt.object_id && <><Id text={receipt.object_id} /> <span class="quiet">{receipt.object}</span></>],
            ['Error', receipt.error_code],
            [`Status of ${system}`, receipt.status && String(receipt.status)],
            ['Stripe request', <Id text={receipt.stripe_request} />],
            ['MCP server', <Id text={receipt.mcp_server_id} to={serverPath(receipt.integrated_account_id, receipt.mcp_server_id)} />],
            ['Connected account', receipt.connected_account],
            ['Operation key', <Id text={receipt.operation_key} />],
            ['Attempts', String(receipt.attempts)],
            ['Begun', <Time at={receipt.created_at} />],
            ['Finished', <Time at={receipt.finished_at} />],
            ['Asked again', receipt.next_attempt_at && <Time at={receipt.next_attempt_at} />],
            ['Id', <Id text={receipt.id} />],
            ['Proof', <a href={`${path}/proof`} download={`${receipt.id}.tlog-proof`}>Download</a>],
          ]}
        />
      </Card>
      <h2>In the audit log</h2>
      <AuditTable search={{receipt_id: receipt.id}} />
    </>
  );
}
