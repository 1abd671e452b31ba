/** Installs services one after another: each of them uses all cores of the machine while it builds. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { servicesFolder } from './known-services.mjs';

/** Answers with the exit code: that of the first script that failed, after which none is begun. */
export async function provision(services) {
  for (const { name, folder } of services) {
    const code = await exitCodeOf(path.join(folder, 'provision.sh'));
    if (code !== 0) {
      console.error(`${name} was not installed: its provision.sh ended with ${code}`);
      return code;
    }
  }
  return 0;
}

function exitCodeOf(script) {
  const env = { ...process.env, PITLANE_SERVICES_DIR: servicesFolder };
  const child = spawn('bash', [script], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
