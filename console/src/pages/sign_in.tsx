// E-mail address and password, then a one-time code or the team where the API asks for one.
import {useState} from 'preact/hooks';

import {Problem} from '../api/client';
import {signIn, signInNote} from '../api/session';
import {useAction} from '../api/use';
import {Note, ProblemNote} from '../parts/basics';
import {TextField} from '../parts/fields';

export function SignIn() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [team, setTeam] = useState('');
  const [asked, setAsked] = useState({code: false, team: false});
  const act = useAction(async () => {
    try {
      await signIn({
        email,
        password,
        ...(asked.code && code ? {code: code.replaceAll(' ', '')} : {}),
        ...(asked.team && team ? {team_id: team.trim()} : {}),
      });
    } catch (error) {
      if (error instanceof Problem && error.code === 'code_needed' && !asked.code) return setAsked({...asked, code: true});
      throw error;
    }
  });
  document.title = 'Sign in · Tollgate';
  const submit = (event: Event): void => {
    event.preventDefault();
    act.run();
  };
  return (
    <main class="alone">
      <p class="brand">Tollgate</p>
      <h1>Sign in</h1>
      {signInNote.value && <Note kind="warn">{signInNote.value}</Note>}
      <form onSubmit={submit}>
        <TextField label="E-mail address" type="email" autocomplete="username" value={email} onChange={setEmail} required />
        <TextField label="Password" type="password" autocomplete="current-password" value={password} onChange={setPassword} required />
        {asked.team && <TextField label="Team" value={team} onChange={setTeam} hint="team_…: your address belongs to several teams." required />}
        {asked.code && (
          <TextField label="One-time code" autocomplete="one-time-code" value={code} onChange={setCode} hint="From your authenticator app, or a recovery code." required />
        )}
        <ProblemNote problem={act.problem} />
        <div class="buttons">
          {!asked.team && (
            <button type="button" class="small" onClick={() => setAsked({...asked, team: true})}>
              I belong to several teams
            </button>
          )}
          <button type="submit" class="primary" disabled={act.busy}>
            {act.busy ? 'Signing in…' : 'Sign in'}
          </button>
        </div>
      </form>
      <p class="quiet">No password yet? An admin of your team invites you: Team → Invite a person.</p>
    </main>
  );
}
