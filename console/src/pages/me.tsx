// One's own password, one-time codes and sessions.
import {useState} from 'preact/hooks';

import {call, Problem, type Schemas} from '../api/client';
import {findSession, session, signOut} from '../api/session';
import {useAction, useList} from '../api/use';
import {Card, Copy, Facts, Note, PageHead, ProblemNote, Snippet} from '../parts/basics';
import {Confirm} from '../parts/dialog';
import {TextField} from '../parts/fields';
import {Time} from '../parts/values';

function Password() {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [done, setDone] = useState(false);
  const act = useAction(async () => {
    setDone(false);
    await call('PUT', '/session/password', {current_password: current, password});
    setCurrent('');
    setPassword('');
    setDone(true);
  });
  return (
    <Card title="Password">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          act.run();
        }}
      >
        <TextField label="Present password" type="password" autocomplete="current-password" value={current} onChange={setCurrent} required />
        <TextField label="New password" type="password" autocomplete="new-password" value={password} onChange={setPassword} required hint="At least 12 characters, five of them different." />
        {done && <Note kind="good">Changed. Your other sessions have ended.</Note>}
        <ProblemNote problem={act.problem} />
        <button type="submit" disabled={act.busy}>
          Change
        </button>
      </form>
    </Card>
  );
}

function Codes() {
  const on = session.value?.person.totp ?? false;
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [secret, setSecret] = useState<Schemas['TotpSecret']>();
  const [recovery, setRecovery] = useState<string[]>([]);
  const act = useAction(async () => {
    if (on) {
      await call('POST', '/session/totp/end', {password});
      setPassword('');
      return findSession();
    }
    if (!secret) {
      setSecret(await call('POST', '/session/totp', {password}));
      setPassword('');
      return;
    }
    if (!/^\d{6}$/.test(code.replaceAll(' ', ''))) throw new Problem(0, 'page', 'The code has six digits.', 'code');
    const made = await call<Schemas['RecoveryCodes']>('POST', '/session/totp/confirm', {code: code.replaceAll(' ', '')});
    setRecovery(made.recovery_codes);
    setSecret(undefined);
    await findSession();
  });
  return (
    <Card title="One-time codes">
      <p class="quiet">{on ? 'On: a sign-in needs a code from your authenticator app too.' : 'Off. Turn them on: a password alone can be stolen.'}</p>
      {recovery.length > 0 && (
        <Note kind="warn">
          <p>Recovery codes, shown once. Each replaces one code if your device is lost.</p>
          <Snippet text={recovery.join('\n')} />
        </Note>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          act.run();
        }}
      >
        {secret ? (
          <>
            <p>
              Add this secret to your authenticator app, or <a href={secret.otpauth_uri}>open it there</a>:
            </p>
            <div class="secret">
              <code>{secret.secret}</code>
              <Copy text={secret.secret} />
            </div>
            <TextField label="Code that the app shows" autocomplete="one-time-code" value={code} onChange={setCode} required />
          </>
        ) : (
          <TextField label="Password" type="password" autocomplete="current-password" value={password} onChange={setPassword} required />
        )}
        <ProblemNote problem={act.problem} />
        <button type="submit" class={on ? 'danger' : ''} disabled={act.busy}>
          {on ? 'Turn off' : secret ? 'Confirm' : 'Turn on'}
        </button>
      </form>
    </Card>
  );
}

function Sessions() {
  const list = useList<Schemas['Session']>('/session');
  const current = session.value?.session.id;
  return (
    <Card title="Sessions" actions={<Confirm label="End all" title="End all your sessions?" explain={<p>You have to sign in again, here too.</p>} action="End all" danger work={() => signOut(true)} />}>
      <ProblemNote problem={list.problem} />
      <ul class="rows">
        {list.rows.map((one) => (
          <li key={one.id}>
            <span>
              {one.client ?? 'unknown browser'} <span class="quiet">from {one.remote}</span>
            </span>
            <span class="quiet">
              last used <Time at={one.used_at} />
            </span>
            {one.id === current ? (
              <strong>this one</strong>
            ) : (
              <Confirm
                label="End"
                title="End this session?"
                explain={<p>Whoever uses it has to sign in again.</p>}
                action="End it"
                danger
                work={async () => {
                  await call('DELETE', `/session/${one.id}`);
                  list.reload();
                }}
              />
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function Me() {
  const person = session.value?.person;
  return (
    <>
      <PageHead title="You" />
      <div class="cards">
        <Card title="About">
          <Facts
            rows={[
              ['Name', person?.name],
              ['E-mail address', person?.email],
              ['Role', person?.role],
              ['Groups', person?.groups.join(', ')],
              ['Session ends', <Time at={session.value?.session.expires_at} />],
            ]}
          />
        </Card>
        <Password />
        <Codes />
        <Sessions />
      </div>
    </>
  );
}
