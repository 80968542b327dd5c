// The link of an invitation: a password is chosen, and the person is signed in. The token is behind the # of the address,
// so that no server and no log sees it.
import {useState} from 'preact/hooks';

import {call, Problem, type Schemas} from '../api/client';
import {session, signIn, signInNote} from '../api/session';
import {useAction} from '../api/use';
import {Note, ProblemNote} from '../parts/basics';
import {TextField} from '../parts/fields';

export function Invitation({onDone}: {onDone: () => void}) {
  const [token] = useState(() => location.hash.slice(1));
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const act = useAction(async () => {
    if (password !== again) throw new Problem(0, 'page', 'The two passwords are not the same.', 'password');
    const person = await call<Schemas['Person']>('POST', '/person/accept-invitation', {token, password});
    history.replaceState(null, '', '/console/');
    try {
      await signIn({email: person.email, password});
    } catch {
      // Somebody with one-time codes, or in several teams: the sign-in page asks for the rest.
      signInNote.value = 'Your password is set. Sign in with it.';
      session.value = null;
      onDone();
    }
  });
  document.title = 'Choose a password · Tollgate';
  const submit = (event: Event): void => {
    event.preventDefault();
    act.run();
  };
  if (!token.startsWith('tgi_'))
    return (
      <main class="alone">
        <p class="brand">Tollgate</p>
        <h1>This link is not complete</h1>
        <Note kind="warn">
          The link of an invitation ends with # and a text that begins with tgi_. Open it exactly as you got it, or ask an admin of your team for a new one.
        </Note>
      </main>
    );
  return (
    <main class="alone">
      <p class="brand">Tollgate</p>
      <h1>Choose a password</h1>
      <p>At least 12 characters, five of them different. The link works once.</p>
      <form onSubmit={submit}>
        <TextField label="Password" type="password" autocomplete="new-password" value={password} onChange={setPassword} required />
        <TextField label="The same again" type="password" autocomplete="new-password" value={again} onChange={setAgain} required />
        <ProblemNote problem={act.problem} />
        <div class="buttons">
          <button type="submit" class="primary" disabled={act.busy}>
            {act.busy ? 'Working…' : 'Set the password and sign in'}
          </button>
        </div>
      </form>
    </main>
  );
}
