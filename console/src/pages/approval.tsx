// One call that waits: what it would do, and the answer. Done is said only when the outcome is known.
import {useEffect, useState} from 'preact/hooks';
import {useRoute} from 'preact-iso';

import {call, type Schemas} from '../api/client';
import {may} from '../api/session';
import {useSystem} from '../api/system';
import {useAction, useResource} from '../api/use';
import {receiptPath, serverPath} from '../parts/address';
import {Badge, Card, Facts, Note, PageHead, ProblemNote} from '../parts/basics';
import {TextField} from '../parts/fields';
import {ObjectNow} from '../parts/object_now';
import {Countdown, Id, Money, Time} from '../parts/values';

type Row = Schemas['Approval'];

function Answer({approval, onDone}: {approval: Row; onDone: () => void}) {
  const [reason, setReason] = useState('');
  const act = useAction(async (verdict: 'approve' | 'deny') => {
    await call('POST', `/approval/${approval.id}/${verdict}`, reason.trim() ? {reason: reason.trim()} : {});
    onDone();
  });
  useEffect(() => {
    const keys = (event: KeyboardEvent): void => {
      const at = event.target as HTMLElement;
      if (/^(input|textarea|select)$/i.test(at.tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'r') document.querySelector<HTMLInputElement>('#answer input')?.focus();
      if (event.key === 'a') document.querySelector<HTMLButtonElement>('#answer button.approve')?.focus();
      if (event.key === 'a' || event.key === 'r') event.preventDefault();
    };
    addEventListener('keydown', keys);
    return () => removeEventListener('keydown', keys);
  }, []);
  return (
    <Card title="Your answer">
      <form
        id="answer"
        onSubmit={(event) => {
          event.preventDefault();
          act.run('deny');
        }}
      >
        <TextField label="Reason" value={reason} onChange={setReason} maxLength={200} hint="Needed to refuse: the model is told. Optional when you approve." />
        <ProblemNote problem={act.problem} />
        <div class="buttons">
          <button type="submit" class="danger" disabled={act.busy || reason.trim() === ''}>
            Refuse
          </button>
          <button type="button" class="primary approve" disabled={act.busy} onClick={() => act.run('approve')}>
            {act.busy ? 'Working…' : 'Approve'}
          </button>
        </div>
      </form>
    </Card>
  );
}

// Nobody knows yet whether it was executed.
function Unknown({receipt, system}: {receipt: Schemas['Receipt']; system: string}) {
  return (
    <Note kind="warn">
      {receipt.error_code === 'approval_required'
        ? 'Approved here. Stripe itself holds it for approval: a person decides in the Stripe dashboard.'
        : receipt.next_attempt_at
          ? `Approved and sent. Whether ${system} executed it is not known yet; Tollgate tries again by itself.`
          : `Approved and sent. Whether ${system} executed it could not be found out: look at the object at ${system} before anything is repeated.`}{' '}
      <a href={receiptPath(receipt.id)}>See the receipt</a>
    </Note>
  );
}

// What has become of it, in one sentence.
function Outcome({approval, system}: {approval: Row; system: string}) {
  const {receipt, state} = approval;
  if (state === 'pending') return null;
  if (state === 'executed' && receipt?.state === 'succeeded')
    return (
      <Note kind="good">
        Done: {system} executed it{receipt.object_id ? ` (${receipt.object_id})` : ''}. <a href={receiptPath(receipt.id)}>See the receipt</a>
      </Note>
    );
  if (state === 'executed' && receipt?.state === 'failed')
    return (
      <Note kind="warn">
        Approved, but {system} refused it: {receipt.error_code ?? 'no reason given'}. <a href={receiptPath(receipt.id)}>See the receipt</a>
      </Note>
    );
  if (state === 'executed' || state === 'approved')
    return receipt?.state === 'unknown' ? <Unknown receipt={receipt} system={system} /> : <Note>Approved. Waiting for the answer of {system}…</Note>;
  return (
    <Note kind="warn">
      {state === 'denied' ? 'Refused' : state === 'expired' ? 'Nobody answered in time' : 'It may not be executed any more'}
      {approval.end_reason ? `: ${approval.end_reason}` : '.'}
    </Note>
  );
}

export function Approval() {
  const {params} = useRoute();
  const [settled, setSettled] = useState(false);
  const found = useResource<Row>(`/approval/${params.id}`, settled ? undefined : {on: ['approval', 'receipt'], everySeconds: 2});
  const approval = found.data;
  const system = useSystem(approval?.integrated_account_id);
  useEffect(() => {
    const known = approval?.receipt?.state;
    setSettled(Boolean(approval && approval.state !== 'pending' && approval.state !== 'approved' && (approval.state !== 'executed' || known === 'succeeded' || known === 'failed' || (known === 'unknown' && !approval.receipt?.next_attempt_at))));
  }, [approval]);
  if (!approval) return found.problem ? <ProblemNote problem={found.problem} /> : <p class="quiet loading">Loading…</p>;
  const waits = approval.state === 'pending' || approval.state === 'approved';
  return (
    <>
      <PageHead title={approval.tool.replaceAll('_', ' ')} above={<a href="/console/approvals">Approvals</a>}>
        <Badge word={approval.state} />
      </PageHead>
      <ProblemNote problem={found.problem} />
      <Outcome approval={approval} system={system} />
      <div class="cards">
        <Card title="What it does">
          {approval.preview ? <p class="effect">{approval.preview}</p> : <p class="quiet">The content is erased once an approval has ended.</p>}
          {approval.state === 'pending' && (
            <p class="quiet">
              As it was when the call was made, <Time at={approval.created_at} />. The rules are asked again before anything is sent.
            </p>
          )}
          {approval.receipt && (
            <p>
              <Money amount={approval.receipt.amount} currency={approval.receipt.currency} />
            </p>
          )}
          {approval.arguments && (
            <details>
              <summary>Exact arguments</summary>
              <pre tabIndex={0}>{JSON.stringify(approval.arguments, null, 2)}</pre>
            </details>
          )}
        </Card>
        {waits && <ObjectNow key="waits" approval={approval.id} system={system} ended={false} />}
        {approval.receipt?.state === 'succeeded' && approval.receipt.object_id && <ObjectNow key="ended" approval={approval.id} system={system} ended />}
        <Card title="Why, and for whom">
          <Facts
            rows={[
              ['Reason', approval.reason],
              ['Rule', <><code>{approval.rule}</code> of the {approval.layer}</>],
              ['MCP server', <Id text={approval.mcp_server_id} to={serverPath(approval.integrated_account_id, approval.mcp_server_id)} />],
              ['Holder', approval.holder],
              ['Client', approval.client && `${approval.client} (as it says of itself)`],
              ['Asked', <Time at={approval.created_at} />],
              ['Expires', approval.state === 'pending' && <Countdown at={approval.expires_at} />],
              ['Must agree', `${approval.approvals_needed}${approval.approvals_by === 'people' ? ' (people, not API keys)' : ''}`],
              ['Somebody of each group', approval.approver_groups.join(', ')],
              ['Id', <Id text={approval.id} />],
            ]}
          />
        </Card>
        {approval.votes && approval.votes.length > 0 && (
          <Card title="Answers">
            <ul class="rows">
              {approval.votes.map((one) => (
                <li key={one.approver}>
                  <Badge word={one.verdict === 'approve' ? 'approved' : 'denied'} />
                  <span>{one.name ?? one.approver}</span>
                  <span>{one.reason}</span>
                  <span class="quiet">
                    <Time at={one.at} />
                  </span>
                </li>
              ))}
            </ul>
          </Card>
        )}
        {approval.state === 'pending' && may('approve') && <Answer approval={approval} onDone={found.reload} />}
      </div>
    </>
  );
}
