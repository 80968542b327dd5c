// API keys: for programs.
import {useState} from 'preact/hooks';

import {call, type Schemas} from '../api/client';
import {useAction, useList} from '../api/use';
import {Badge, Card, Copy, Note, ProblemNote} from '../parts/basics';
import {Confirm} from '../parts/dialog';
import {Choice, TextField} from '../parts/fields';
import {Table} from '../parts/table';
import {Time} from '../parts/values';

type Key = Schemas['ApiKey'];

export function Keys() {
  const list = useList<Key>('/api-key');
  const [name, setName] = useState('');
  const [role, setRole] = useState('operator');
  const [made, setMade] = useState<Schemas['CreatedApiKey']>();
  const act = useAction(async () => {
    setMade(await call('POST', '/api-key', {name, role}));
    setName('');
    list.reload();
  });
  return (
    <>
      {made && (
        <Note kind="warn">
          <p>The key of {made.name} is shown once.</p>
          <div class="secret">
            <code>{made.key}</code>
            <Copy text={made.key} label="Copy the key" />
          </div>
        </Note>
      )}
      <Table
        caption="API keys, newest first"
        list={list}
        keyOf={(one) => one.id}
        columns={[
          {name: 'Name', show: (one) => one.name},
          {name: 'Role', show: (one) => <Badge word={one.instance_owner ? 'instance owner' : one.role} />},
          {name: 'Begins with', show: (one) => <code>{one.key_prefix}</code>, wide: true},
          {name: 'Made', show: (one) => <Time at={one.created_at} />, wide: true},
          {name: 'Last used', show: (one) => <Time at={one.last_used_at} never="never seen" />},
          {
            name: 'Do',
            show: (one) => (
              <Confirm
                label="Delete"
                title={`Delete the key ${one.name}?`}
                explain={<p>Programs that use it are refused from the next call on.</p>}
                action="Delete"
                danger
                work={async () => {
                  await call('DELETE', `/api-key/${one.id}`);
                  list.reload();
                }}
              />
            ),
          },
        ]}
        empty={<p class="quiet">No key.</p>}
      />
      <Card title="Make an API key">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            act.run();
          }}
        >
          <TextField label="Name" value={name} onChange={setName} required maxLength={200} hint="The program that will use it." />
          <Choice
            label="Role"
            value={role}
            onChange={setRole}
            options={[
              ['viewer', 'viewer'],
              ['operator', 'operator'],
              ['admin', 'admin'],
            ]}
          />
          <ProblemNote problem={act.problem} />
          <button type="submit" class="primary" disabled={act.busy}>
            Make the key
          </button>
        </form>
      </Card>
    </>
  );
}
