/**
 * Says where the outside things that some tests need are found: other people's readers (Python), a browser, real logs.
 * It stands between the tests and the machine, so that every skip is announced in the same words.
 * It never skips quietly in CI: there a missing Python or browser is a fault of the machine, and it throws.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const announced = new Set<string>();

/** The Python that has the reference readers (test/support/python-requirements.txt), or undefined: skip, it is said. */
export function requirePython(): string | undefined {
  return found('PITLANE_TEST_PYTHON', [path.join(root, '.cache/python/bin/python')], {
    what: 'Python with the reference readers',
    next: 'run test/support/make-python.sh',
    mustBeInCi: true,
  });
}

/** A Chromium for the console's tests, or undefined: skip, it is said. */
export function requireChromium(): string | undefined {
  return found('PITLANE_TEST_CHROMIUM', ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'], {
    what: 'Chromium',
    next: 'install the chromium package',
    mustBeInCi: true,
  });
}

/** A zsh for the tests of completion, or undefined: skip, it is said. */
export function requireZsh(): string | undefined {
  return found('PITLANE_TEST_ZSH', ['/usr/bin/zsh', '/bin/zsh'], {
    what: 'zsh',
    next: 'install the zsh package',
    mustBeInCi: true,
  });
}

/** The folder of real logs, or undefined. They are too big to travel with the project, so CI may lack them too. */
export function requireData(): string | undefined {
  return found('PITLANE_TEST_DATA', [path.join(root, '../shared/data')], {
    what: 'the folder of real logs',
    next: 'put it at ../shared/data beside the project',
    mustBeInCi: false,
  });
}

interface Need {
  what: string;
  next: string;
  mustBeInCi: boolean;
}

function found(variable: string, places: string[], { what, next, mustBeInCi }: Need): string | undefined {
  const configured = process.env[variable];
  if (configured !== undefined && configured !== '' && !existsSync(configured)) {
    throw new Error(`${variable} is ${configured}, but nothing is there; correct it or unset it`);
  }
  const place = [configured, ...places].find((candidate) => candidate && existsSync(candidate));
  if (place) return place;
  const message = `${what} was not found: ${next}, or set ${variable}`;
  if (mustBeInCi && process.env['CI'] === 'true') throw new Error(message);
  if (!announced.has(variable)) {
    announced.add(variable);
    process.stderr.write(`SKIPPING the tests that need it: ${message}\n`);
  }
  return undefined;
}
