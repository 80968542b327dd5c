// Who signs in: invited, given a role, removed.
import {useState} from 'preact/hooks';

import {call, type Schemas, withQuery} from '../api/client';
import {session} from '../api/session';
import {useAction, useList} from '../api/use';
import {Badge, Card, Copy, Note, ProblemNote} from '../parts/basics';
import {Confirm} from '../parts/dialog';
import {Choice, TextField} from '../parts/fields';
import {Table} from '../parts/table';
import {Time} from '../parts/values';

type Person = Schemas['Person'];
type Role = Schemas['PersonRole'];

const roles: [Role, string][] = [
  ['viewer', 'viewer: looks at everything'],
  ['operator', 'operator: makes and revokes MCP URLs'],
  ['approver', 'approver: looks, and answers approvals'],
  ['admin', 'admin: everything'],
];

const words = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

function InvitationLink({of}: {of: Schemas['InvitedPerson']}) {
  const link = `${location.origin}/console/invitation#${of.invitation.token}`;
  return (
    <Note kind="good">
      <p>
        Give this link to {of.name} by a way you trust. It works once, until <Time at={of.invitation.expires_at} />.
      </p>
      <div class="secret">
        <code>{link}</code>
        <Copy text={link} label="Copy the link" />
      </div>
    </Note>
  );
}

function Invite({onDone}: {onDone: (of: Schemas['InvitedPerson']) => void}) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<string>('operator');
  const [groups, setGroups] = useState('');
  const act = useAction(async () => {
    onDone(await call('POST', '/person', {name, email, role, ...(groups ? {groups: words(groups)} : {})}));
    setName('');
    setEmail('');
  });
  return (
    <Card title="Invite a person">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          act.run();
        }}
      >
        <TextField label="Name" value={name} onChange={setName} required maxLength={200} />
        <TextField label="E-mail address" type="email" value={email} onChange={setEmail} required />
        <Choice label="Role" value={role} onChange={setRole} options={roles} />
        <TextField label="Groups" value={groups} onChange={setGroups} hint="Such as finance: rules may ask for somebody of a group." />
        <ProblemNote problem={act.problem} />
        <button type="submit" class="primary" disabled={act.busy}>
          {act.busy ? 'Working…' : 'Invite'}
        </button>
      </form>
    </Card>
  );
}

export function People() {
  const list = useList<Person>('/person');
  const [invited, setInvited] = useState<Schemas['InvitedPerson']>();
  const change = useAction(async (one: Person, role: string) => {
    await call('PATCH', `/person/${one.id}`, {role});
    list.reload();
  });
  const self = session.value?.person.id;
  const after = (work: () => Promise<unknown>) => async (): Promise<void> => {
    await work();
    list.reload();
  };
  return (
    <>
      {invited && <InvitationLink of={invited} />}
      <ProblemNote problem={change.problem} />
      <Table
        caption="People of the team, newest first"
        list={list}
        keyOf={(one) => one.id}
        columns={[
          {
            name: 'Name',
            show: (one) => (
              <>
                {one.name}
                <br />
                <span class="quiet">{one.email}</span>
              </>
            ),
          },
          {
            name: 'Role',
            show: (one) =>
              one.id === self ? (
                <Badge word={one.role} />
              ) : (
                <select aria-label={`Role of ${one.name}`} value={one.role} onChange={(event) => change.run(one, event.currentTarget.value)}>
                  {roles.map(([id]) => (
                    <option key={id}>{id}</option>
                  ))}
                </select>
              ),
          },
          {name: 'Groups', show: (one) => one.groups.join(', ') || <span class="quiet">–</span>, wide: true},
          {name: 'Codes', show: (one) => (one.totp ? 'yes' : 'no'), wide: true},
          {name: 'Last sign-in', show: (one) => <Time at={one.signed_in_at} never={one.has_password ? 'never' : 'invited'} />, wide: true},
          {
            name: 'Do',
            show: (one) =>
              one.id !== self && (
                <div class="buttons">
                  <Confirm
                    label="New link"
                    title={`A new link for ${one.name}?`}
                    explain={<p>For a link or a password that was lost. The password stays until the link is used; then all sessions end.</p>}
                    action="Make a link"
                    work={async () => setInvited(await call('POST', `/person/${one.id}/invitation`))}
                  />
                  <Confirm label="Sign out" title={`End all sessions of ${one.name}?`} explain={<p>They have to sign in again.</p>} action="End sessions" danger work={after(() => call('DELETE', `/person/${one.id}/session`))} />
                  {one.totp && <Confirm label="End codes" title={`End the one-time codes of ${one.name}?`} explain={<p>For a lost device. The password alone signs in then; all sessions end.</p>} action="End codes" danger work={after(() => call('DELETE', `/person/${one.id}/totp`))} />}
                  <a href={withQuery('/console/find', {q: one.id})} aria-label={`MCP URLs of ${one.name}`}>MCP URLs</a>
                  <Confirm label="Remove" title={`Remove ${one.name}?`} explain={<p>Their sessions end at once. API keys and MCP URLs they made stay.</p>} action="Remove" danger work={after(() => call('DELETE', `/person/${one.id}`))} />
                </div>
              ),
          },
        ]}
        empty={<p class="quiet">Nobody yet.</p>}
      />
      <Invite
        onDone={(of) => {
          setInvited(of);
          list.reload();
        }}
      />
    </>
  );
}
