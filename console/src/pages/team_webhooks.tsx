// Where the team is told of its approvals.
import {useState} from 'preact/hooks';

import {call, type Schemas} from '../api/client';
import {may} from '../api/session';
import {useAction, useList, useResource} from '../api/use';
import {Badge, Card, Copy, Empty, Note, ProblemNote} from '../parts/basics';
import {Confirm} from '../parts/dialog';
import {Choice, TextField} from '../parts/fields';
import {Time} from '../parts/values';

type Webhook = Schemas['Webhook'];

function Deliveries({id}: {id: string}) {
  const list = useList<Schemas['WebhookDelivery']>(`/webhook/${id}/delivery`);
  const repeat = useAction(async (delivery: string) => {
    await call('POST', `/webhook/${id}/delivery/${delivery}/repeat`);
    list.reload();
  });
  return (
    <>
      <ProblemNote problem={list.problem ?? repeat.problem} />
      {!list.loading && list.rows.length === 0 && <p class="quiet">It has not been told anything yet.</p>}
      <ul class="rows">
        {list.rows.map((one) => (
          <li key={one.id}>
            <span>{one.event}</span>
            <Badge word={one.state} />
            <span class="quiet">
              {one.attempts} {one.attempts === 1 ? 'attempt' : 'attempts'}, <Time at={one.created_at} />
            </span>
            {one.last_error && <span>{one.last_error}</span>}
            {may('operate') && (
              <button type="button" class="small" onClick={() => repeat.run(one.id)}>
                Send again
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function One({of, onDone}: {of: Webhook; onDone: () => void}) {
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState('');
  const test = useAction(async () => {
    setSaid('');
    await call('POST', `/webhook/${of.id}/test`);
    setSaid('A message was sent; its answer is under “What it was told”.');
  });
  return (
    <Card
      title={of.name}
      actions={
        <>
          {may('operate') && (
            <button type="button" onClick={test.run} disabled={test.busy}>
              Try it
            </button>
          )}
          {may('administer') && (
            <Confirm
              label="Remove"
              title={`Remove ${of.name}?`}
              explain={<p>What it was still to be told is removed too.</p>}
              action="Remove"
              danger
              work={async () => {
                await call('DELETE', `/webhook/${of.id}`);
                onDone();
              }}
            />
          )}
        </>
      }
    >
      <p class="quiet">
        {of.format} to {of.host}: {of.events.join(', ')}
      </p>
      <ProblemNote problem={test.problem} />
      {said && <Note kind="good">{said}</Note>}
      <details onToggle={(event) => setOpen((event.currentTarget as HTMLDetailsElement).open)}>
        <summary>What it was told</summary>
        {open && <Deliveries id={of.id} />}
      </details>
    </Card>
  );
}

export function Webhooks() {
  const list = useResource<{result: Webhook[]}>('/webhook');
  const [name, setName] = useState('');
  const [address, setAddress] = useState('');
  const [format, setFormat] = useState('standard');
  const [secret, setSecret] = useState('');
  const act = useAction(async () => {
    const made = await call<Schemas['CreatedWebhook']>('POST', '/webhook', {name, address: address.trim(), format});
    setSecret(made.secret ?? '');
    setName('');
    setAddress('');
    list.reload();
  });
  return (
    <>
      <ProblemNote problem={list.problem} />
      {secret && (
        <Note kind="warn">
          <p>Messages are signed with this secret. It is shown once.</p>
          <div class="secret">
            <code>{secret}</code>
            <Copy text={secret} />
          </div>
        </Note>
      )}
      {list.data?.result.length === 0 && (
        <Empty title="Nobody is told of approvals yet.">
          <p>A webhook or a Slack channel is told that a call waits, with a link; never what is in it.</p>
        </Empty>
      )}
      {list.data?.result.map((one) => <One key={one.id} of={one} onDone={list.reload} />)}
      {may('administer') && (
        <Card title="Tell an address">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              act.run();
            }}
          >
            <TextField label="Name" value={name} onChange={setName} required maxLength={200} />
            <TextField label="Address" value={address} onChange={setAddress} required hint="https://… on the public internet. It is not shown again." />
            <Choice
              label="Format"
              value={format}
              onChange={setFormat}
              options={[
                ['standard', 'Standard Webhooks, signed'],
                ['slack', 'Slack'],
              ]}
            />
            <ProblemNote problem={act.problem} />
            <button type="submit" class="primary" disabled={act.busy}>
              Add
            </button>
          </form>
        </Card>
      )}
    </>
  );
}
