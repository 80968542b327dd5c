// E-mail address and password, then a one-time code or the team where the API asks for one.
import {useState} from 'preact/hooks';

import {Problem} from '../api/client';
import {signedOut, signIn, signInNote} from '../api/session';
import {useAction, useResource} from '../api/use';
import {Note, ProblemNote} from '../parts/basics';
import {TextField} from '../parts/fields';

const singleSignOn: Record<string, string> = {
  sign_on_expired: 'The sign-in took too long, or began in another browser. Begin it again.',
  sign_on_cancelled: 'The sign-in was ended at your company’s identity provider. Begin it again, or sign in with a password.',
  sign_on_refused: 'What your company’s identity provider sent is not valid. Begin the sign-in again.',
  no_role: 'Your account at the identity provider has no role here. Ask an admin of your team.',
  email_not_verified: 'The identity provider has not verified your e-mail address.',
  person_removed: 'An admin of your team removed you here. Ask an admin to invite you again.',
  email_taken: 'A person with your e-mail address signs in with a password here. Do that, or ask an admin to remove that person first.',
  limit_reached: 'Your team has as many people as it may.',
  too_many_sign_ins: 'Too many sign-ins from your network failed. Try again in a minute.',
  sign_in_busy: 'Many people sign in at this moment. Try again in a few seconds.',
  provider_unavailable: 'Your company’s identity provider could not be asked. Try again in a moment.',
  provider_answer: 'Your company’s identity provider sent an answer that cannot be used. Tell whoever runs the gateway.',
};

// What became of a sign-in with the identity provider, from the part of the address that is not sent.
function takeSignOnProblem(): string {
  const code = /^#sign-on=(\w+)$/.exec(location.hash)?.[1];
  if (!code) return '';
  history.replaceState(null, '', location.pathname + location.search);
  return singleSignOn[code] ?? 'The gateway could not sign you in. Try again in a moment; if that does not help, tell whoever runs the gateway.';
}

// A link, not a call: the browser leaves for the provider.
function SingleSignOn() {
  const ways = useResource<{single_sign_on: boolean; single_sign_out?: boolean}>(signedOut.value ? '/session/ways?sign_out=true' : '/session/ways');
  if (!ways.data?.single_sign_on) return null;
  return (
    <p>
      <a class="button primary" href="/session/oidc">
        Sign in with your company
      </a>{' '}
      {ways.data.single_sign_out && (
        <a class="button" href="/session/oidc/end">
          Sign out at your company too
        </a>
      )}
    </p>
  );
}

export function SignIn() {
  const [problem] = useState(takeSignOnProblem);
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
      {problem && <Note kind="warn">{problem}</Note>}
      {signInNote.value && <Note kind="warn">{signInNote.value}</Note>}
      <SingleSignOn />
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
