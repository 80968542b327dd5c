// Self-signed certificates for tests.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { trust } from './http.mjs';

// Writes <name>.pem and <name>.key into `directory` and lets this process's requests trust the certificate. `names` is its
// subjectAltName. Returns the two paths.
export function makeCertificate(directory, name, names = 'IP:127.0.0.1,DNS:localhost') {
  const made = { certificate: join(directory, `${name}.pem`), key: join(directory, `${name}.key`) };
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1',
    '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`,
    '-keyout', made.key, '-out', made.certificate], { stdio: 'ignore' });
  trust(readFileSync(made.certificate));
  return made;
}
