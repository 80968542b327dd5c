// A link that signs in once. The token is behind the # of the address, so that no server and no log sees it; a click uses it,
// so that a program that opens links does not.
import {useState} from 'preact/hooks';

import {signInByLink} from '../api/session';
import {useAction} from '../api/use';
import {Note, ProblemNote} from '../parts/basics';

export function SignInLink({onDone}: {onDone: () => void}) {
  const [token] = useState(() => location.hash.slice(1));
  const act = useAction(async () => {
    await signInByLink(token);
    onDone();
  });
  const leave = (): void => {
    history.replaceState(null, '', '/console/');
    onDone();
  };
  document.title = 'Sign in · Tollgate';
  return (
    <main class="alone">
      <p class="brand">Tollgate</p>
      <h1>Sign in with this link</h1>
      {token.startsWith('tgi_') ? <p>The link works once, within ten minutes after it was made.</p> : <Note kind="warn">The link is not complete: it ends with # and a text that begins with tgi_.</Note>}
      <ProblemNote problem={act.problem} />
      <div class="buttons">
        <button type="button" onClick={leave}>
          Use a password
        </button>
        <button type="button" class="primary" onClick={act.run} disabled={act.busy || !token.startsWith('tgi_')}>
          {act.busy ? 'Signing in…' : 'Sign in'}
        </button>
      </div>
    </main>
  );
}
