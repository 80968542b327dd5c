import {useState} from 'preact/hooks';

import {Snippet} from './basics';
import {clients} from './clients';
import {Choice} from './fields';

// `signsIn`: the URL is not a secret, and its clients sign in.
export function ClientSnippets({name, url, signsIn}: {name: string; url: string; signsIn: boolean}) {
  const [id, setId] = useState('claude-ai');
  const chosen = clients.find((one) => one.id === id);
  if (!chosen) return null;
  const shown = (signsIn && chosen.signingIn) || chosen;
  return (
    <>
      <Choice label="Client" value={id} onChange={setId} options={clients.map((one) => [one.id, one.name])} />
      <p>{shown.where}</p>
      <Snippet text={shown.text(name, url)} />
    </>
  );
}
