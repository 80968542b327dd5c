import {useState} from 'preact/hooks';

import {Snippet} from './basics';
import {clients} from './clients';
import {Choice} from './fields';

export function ClientSnippets({name, url}: {name: string; url: string}) {
  const [id, setId] = useState('claude-ai');
  const shown = clients.find((one) => one.id === id);
  if (!shown) return null;
  return (
    <>
      <Choice label="Client" value={id} onChange={setId} options={clients.map((one) => [one.id, one.name])} />
      <p>{shown.where}</p>
      <Snippet text={shown.text(name, url)} />
    </>
  );
}
