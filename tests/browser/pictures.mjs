// Draws the pictures of docs/pictures: tests/browser/pictures
import { resolve } from 'node:path';
import { root, scratch, Gateway } from '../support/gateway.mjs';
import { cheapPasswords } from '../support/person.mjs';
import { loaded, signedInPage, startBrowser } from './console.mjs';
import { fill } from './demo.mjs';

const ending = [];
const scope = { after: (step) => ending.unshift(step) };
const gateway = new Gateway(scratch());
await gateway.start({ ...cheapPasswords });
scope.after(() => gateway.stop());
try {
  const browser = await startBrowser(scope);
  const { support, account, approval } = await fill(gateway);
  const page = await signedInPage(browser, gateway, 'ana@example.com', 'admin', { viewport: { width: 1180, height: 720 } });
  const pictures = { home: '/console/', new_url: '/console/servers/new', approval: `/console/approvals/${approval.id}`,
    server: `/console/servers/${account.id}/${support.id}` };
  for (const [name, path] of Object.entries(pictures)) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await loaded(page);
    await page.screenshot({ path: resolve(root, `docs/pictures/${name}.png`) });
    console.log(`docs/pictures/${name}.png`);
  }
} finally {
  for (const step of ending) await step();
}
