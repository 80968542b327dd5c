// The name, the holder and the expiry of an MCP server, changed.
import {useState} from 'preact/hooks';

import {call, type Schemas} from '../api/client';
import {useAction} from '../api/use';
import {ProblemNote} from '../parts/basics';
import {Dialog} from '../parts/dialog';
import {Choice, TextField} from '../parts/fields';

const dayMs = 86_400_000;
const unchanged = '';

const expiries: [string, string][] = [
  [unchanged, 'as it is'],
  ['7', '7 days from now'],
  ['30', '30 days from now'],
  ['90', '90 days from now'],
  ['365', '1 year from now'],
  ['never', 'never'],
];

function Form({server, path, onDone, onClose}: {server: Schemas['McpServer']; path: string; onDone: () => void; onClose: () => void}) {
  const [name, setName] = useState(server.name);
  const [holder, setHolder] = useState(server.holder ?? '');
  const [days, setDays] = useState(unchanged);
  const [read] = useState(server); // what the person began with: the page behind it is read again meanwhile
  // Only what differs: another person may have changed the rest.
  const body: Record<string, unknown> = {};
  if (name !== read.name) body.name = name;
  if (holder.trim() !== (read.holder ?? '')) body.holder = holder.trim() || null;
  if (days !== unchanged) body.expires_at = days === 'never' ? null : new Date(Date.now() + Number(days) * dayMs).toISOString();
  const act = useAction(async () => {
    await call('PATCH', path, body);
    onDone();
    onClose();
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        act.run();
      }}
    >
      <TextField label="Name" value={name} onChange={setName} required maxLength={200} />
      <TextField label="Holder" value={holder} onChange={setHolder} maxLength={200} hint="Who uses the URL: a name or an e-mail address." />
      <Choice
        label="Expires"
        value={days}
        onChange={setDays}
        options={expiries}
        hint={server.status === 'expired' ? 'It has expired, and its URL stays refused: change this, then make a new URL.' : 'The URL stays the same.'}
      />
      <ProblemNote problem={act.problem} />
      <div class="buttons">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" class="primary" disabled={act.busy || Object.keys(body).length === 0}>
          {act.busy ? 'Working…' : 'Save'}
        </button>
      </div>
    </form>
  );
}

export function ServerChange({server, path, onDone}: {server: Schemas['McpServer']; path: string; onDone: () => void}) {
  const [open, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Change
      </button>
      {open && (
        <Dialog title={`Change ${server.name}`} onClose={close}>
          <Form server={server} path={path} onDone={onDone} onClose={close} />
        </Dialog>
      )}
    </>
  );
}
