// Small parts of every page.
import type {ComponentChildren} from 'preact';
import {useState} from 'preact/hooks';

import type {Problem} from '../api/client';

// A sentence of the API, read aloud when it appears.
export function ProblemNote({problem}: {problem: Problem | undefined}) {
  if (!problem) return null;
  return (
    <div class="note bad" role="alert">
      <p>{problem.message}</p>
      {problem.field && (
        <p class="quiet">
          Field: <code>{problem.field}</code>
        </p>
      )}
      {problem.requestId && (
        <p class="quiet">
          Request: <code>{problem.requestId}</code>
        </p>
      )}
    </div>
  );
}

export function Note({kind = 'plain', children}: {kind?: 'plain' | 'good' | 'warn'; children: ComponentChildren}) {
  return (
    <div class={`note ${kind}`} role="status">
      {children}
    </div>
  );
}

// What to do first where there is nothing yet.
export function Empty({title, children}: {title: string; children?: ComponentChildren}) {
  return (
    <div class="empty">
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </div>
  );
}

const tones: Record<string, string> = {
  active: 'good', intact: 'good', broken: 'bad', calls: 'good', listed: 'warn', discovered: 'warn', succeeded: 'good', executed: 'good', approved: 'good', allowed: 'good', yes: 'good', delivered: 'good',
  pending: 'warn', suspended: 'warn', intended: 'warn', needs_approval: 'warn', unknown: 'warn', waiting: 'warn', frozen: 'warn',
  revoked: 'bad', failed: 'bad', denied: 'bad', refused: 'bad', needs_reauth: 'bad', live: 'bad', given_up: 'bad', voided: 'bad',
};

// A state as a word with a colour; the word alone says it too.
export function Badge({word}: {word: string}) {
  return <span class={`badge ${tones[word] ?? ''}`}>{word.replaceAll('_', ' ')}</span>;
}

export function Copy({text, label = 'Copy'}: {text: string; label?: string}) {
  const [done, setDone] = useState('');
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setDone('Copied'),
      () => setDone('Select the text and copy it'),
    );
    setTimeout(() => setDone(''), 2500);
  };
  return (
    <button type="button" class="small" onClick={copy} aria-live="polite">
      {done || label}
    </button>
  );
}

// A text to be copied as it is.
export function Snippet({text}: {text: string}) {
  return (
    <div class="snippet">
      <pre tabIndex={0}>{text}</pre>
      <Copy text={text} />
    </div>
  );
}

// Term and description, in pairs; rows without a description are left out.
export function Facts({rows}: {rows: [string, ComponentChildren][]}) {
  return (
    <dl class="facts">
      {rows
        .filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

// In the place of a card whose first answer is not there yet. Cards appear together (.cards), so that none pushes another away.
export function CardToCome() {
  return <p class="quiet loading">Loading…</p>;
}

export function Card({title, actions, children}: {title: string; actions?: ComponentChildren; children: ComponentChildren}) {
  return (
    <section class="card">
      <header>
        <h2>{title}</h2>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

export function PageHead({title, children, above}: {title: string; children?: ComponentChildren; above?: ComponentChildren}) {
  document.title = `${title} · Tollgate`;
  return (
    <header class="page-head">
      {above && <p class="above">{above}</p>}
      <h1 tabIndex={-1}>{title}</h1>
      {children && <div class="actions">{children}</div>}
    </header>
  );
}
