// What stands around every page: navigation, the box that finds things, and who is signed in.
import {useEffect, useRef, useState} from 'preact/hooks';
import {useLocation} from 'preact-iso';
import type {ComponentChildren} from 'preact';

import {type Schemas, withQuery} from '../api/client';
import {live} from '../api/events';
import {may, session, signOut} from '../api/session';
import {useAction, useResource} from '../api/use';
import {ProblemNote} from '../parts/basics';
import {isSecret, pasted} from '../parts/find_text';

const places: [string, string][] = [
  ['/console/', 'Home'],
  ['/console/accounts', 'Accounts'],
  ['/console/servers', 'MCP servers'],
  ['/console/approvals', 'Approvals'],
  ['/console/receipts', 'Receipts'],
  ['/console/audit', 'Audit log'],
  ['/console/orders', 'Orders'],
  ['/console/policies', 'Policies'],
  ['/console/team', 'Team'],
];

function FindBox() {
  const {route} = useLocation();
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && /^(input|textarea|select)$/i.test(event.target.tagName);
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      box.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
  const search = (event: Event): void => {
    event.preventDefault();
    const text = box.current?.value.trim() ?? '';
    if (!text || !box.current) return;
    box.current.value = '';
    pasted.value = isSecret(text) ? text : '';
    route(isSecret(text) ? '/console/find' : withQuery('/console/find', {q: text}));
  };
  return (
    <form class="find" role="search" onSubmit={search}>
      <input ref={box} type="search" autocomplete="off" aria-label="Find a URL, token, person, account or id" placeholder="Find a URL, token, person or id  ( / )" />
    </form>
  );
}

function Waiting() {
  const pending = useResource<Schemas['ApprovalList']>('/approval?state=pending&limit=100', {on: ['approval'], everySeconds: 10});
  const count = pending.data?.result.length ?? 0;
  if (count === 0) return null;
  return (
    <span class="count" aria-label={`${count} waiting`}>
      {count === 100 ? '99+' : count}
    </span>
  );
}

// Whether what the page shows is as it is now.
function Freshness() {
  const [shown, setShown] = useState(false); // not while the page is still loading
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 3000);
    return () => clearTimeout(timer);
  }, []);
  if (live.value || !shown) return null;
  return (
    <span class="quiet" role="status">
      Updated every few seconds
    </span>
  );
}

export function Shell({children}: {children: ComponentChildren}) {
  const {path} = useLocation();
  const out = useAction(async () => signOut(false));
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    // After a step to another page, the reading starts at its title.
    if (!first.current) main.current?.querySelector<HTMLElement>('h1')?.focus();
    first.current = false;
    scrollTo(0, 0);
  }, [path]);
  const person = session.value?.person;
  return (
    <div class="shell">
      <a class="skip" href="#page">
        Skip to the page
      </a>
      <nav aria-label="Console">
        <p class="brand">Tollgate</p>
        <ul>
          {places.map(([to, name]) => {
            const here = to === '/console/' ? /^\/console\/?$/.test(path) : path.startsWith(to);
            return (
              <li key={to}>
                <a href={to} aria-current={here ? 'page' : undefined}>
                  {name}
                  {name === 'Approvals' && <Waiting />}
                </a>
              </li>
            );
          })}
        </ul>
      </nav>
      <div class="top">
        <FindBox />
        <div class="who">
          <Freshness />
          <a href="/console/me">{person?.name}</a>
          <span class="quiet">{person?.role}</span>
          <button type="button" class="small" onClick={out.run} disabled={out.busy}>
            Sign out
          </button>
        </div>
      </div>
      <main id="page" ref={main} tabIndex={-1}>
        <ProblemNote problem={out.problem} />
        {!may('operate') && !may('approve') && <p class="quiet">You have the role viewer: you can look at everything and change nothing.</p>}
        {children}
      </main>
    </div>
  );
}
