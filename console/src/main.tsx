// The console: who is signed in, and which page the address names.
import {render} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {LocationProvider, Route, Router} from 'preact-iso';

import {followEvents} from './api/events';
import {findSession, session, startProblem} from './api/session';
import {Account} from './pages/account';
import {Accounts} from './pages/accounts';
import {Approval} from './pages/approval';
import {Approvals} from './pages/approvals';
import {Audit} from './pages/audit';
import {Connect} from './pages/connect';
import {Find} from './pages/find';
import {Home} from './pages/home';
import {Invitation} from './pages/invitation';
import {Me} from './pages/me';
import {Missing} from './pages/missing';
import {NewServer} from './pages/new_server';
import {Orders} from './pages/orders';
import {Policies} from './pages/policies';
import {Receipt} from './pages/receipt';
import {Receipts} from './pages/receipts';
import {Server} from './pages/server';
import {Servers} from './pages/servers';
import {SignIn} from './pages/sign_in';
import {SignInLink} from './pages/sign_in_link';
import {Team} from './pages/team';
import {ProblemNote} from './parts/basics';
import {Shell} from './shell/shell';
import 'uplot/dist/uPlot.min.css';
import './style/base.css';
import './style/parts.css';
import './style/shell.css';

function Pages() {
  return (
    <Shell>
      <Router>
        <Route path="/console/" component={Home} />
        <Route path="/console/accounts" component={Accounts} />
        <Route path="/console/accounts/new" component={Connect} />
        <Route path="/console/accounts/:id" component={Account} />
        <Route path="/console/servers" component={Servers} />
        <Route path="/console/servers/new" component={NewServer} />
        <Route path="/console/servers/:account/:id" component={Server} />
        <Route path="/console/find" component={Find} />
        <Route path="/console/approvals" component={Approvals} />
        <Route path="/console/approvals/:id" component={Approval} />
        <Route path="/console/receipts" component={Receipts} />
        <Route path="/console/receipts/:id" component={Receipt} />
        <Route path="/console/audit" component={Audit} />
        <Route path="/console/orders" component={Orders} />
        <Route path="/console/policies" component={Policies} />
        <Route path="/console/team" component={Team} />
        <Route path="/console/me" component={Me} />
        <Route default component={Missing} />
      </Router>
    </Shell>
  );
}

function Console() {
  const [invited, setInvited] = useState(location.pathname === '/console/invitation');
  const [linked, setLinked] = useState(location.pathname === '/console/sign-in');
  useEffect(() => {
    if (!invited && !linked) void findSession();
  }, [linked]);
  if (linked) return <SignInLink onDone={() => setLinked(false)} />;
  if (invited && !session.value) return <Invitation onDone={() => setInvited(false)} />;
  if (startProblem.value)
    return (
      <main class="alone">
        <h1>Tollgate</h1>
        <ProblemNote problem={startProblem.value} />
        <button type="button" class="primary" onClick={() => void findSession()}>
          Try again
        </button>
      </main>
    );
  if (session.value === undefined) return <p class="quiet loading alone">Loading…</p>;
  if (session.value === null) return <SignIn />;
  return (
    <LocationProvider scope="/console">
      <Pages />
    </LocationProvider>
  );
}

const place = document.getElementById('console');
if (place) {
  followEvents();
  render(<Console />, place);
}
