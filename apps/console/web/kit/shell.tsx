/** What stands around every page: where one is, how old the node's newest word is, and what this node is. */
import type { ComponentChildren } from 'preact';
import { address } from './address.ts';
import { textFromAge } from './figures.ts';
import { isStale, linkWord, silenceMs } from './live.ts';
import './shell.css';
import { useAnswer } from './use-answer.ts';

const PAGES = [
  { path: '/', name: 'Drives', of: ['/', '/drives'] },
  { path: '/board', name: 'Board', of: ['/board'] },
  { path: '/sql', name: 'SQL', of: ['/sql'] },
  { path: '/datasets', name: 'Datasets', of: ['/datasets'] },
  { path: '/fleet', name: 'Fleet', of: ['/fleet'] },
];

const WORDS = { connecting: 'Connecting', live: 'Live', away: 'Out of touch' };

export function Shell({ children }: { readonly children: ComponentChildren }) {
  const facts =
    useAnswer<{ facts: readonly { label: string; value: string }[] }>('/console/facts.json').value?.facts ?? [];
  return (
    <>
      <header class="top">
        <a class="brand" href="/">
          <img src="/console/icon.svg" alt="" width="28" height="28" />
          Pitlane
        </a>
        <nav class="pages" aria-label="Pages">
          {PAGES.map(({ path, name, of }) => (
            <a key={path} href={path} aria-current={isAt(of) ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
        <Heard />
      </header>
      <main class={`page ${isStale.value ? 'stale' : ''}`} id="main">
        {children}
      </main>
      <footer class="foot">
        <p class="facts">
          {facts.map(({ label, value }) => (
            <span key={label}>
              {label} {value}
            </span>
          ))}
          <span>Times are UTC. Sizes are decimal: 1 GB is 1,000 MB.</span>
        </p>
        <nav aria-label="The node's interfaces">
          <a href="/docs">API</a>
          <a href="/metrics">Metrics</a>
          <a href="/healthz">Health</a>
        </nav>
      </footer>
    </>
  );
}

function isAt(paths: readonly string[]): boolean {
  const { pathname } = address.value;
  return paths.some((path) => pathname === path || (path !== '/' && pathname.startsWith(`${path}/`)));
}

/** `Live`, or `Out of touch, last update 12 s ago`. */
function Heard() {
  const word = linkWord.value;
  const silence = silenceMs.value;
  return (
    <p class="heard" data-word={word} role="status">
      <span class="heard-text">
        <b>{WORDS[word]}</b>
        <small class="muted">
          {word === 'away' && silence !== undefined ? `last update ${textFromAge(silence)} ago` : ''}
        </small>
      </span>
      <span class="heard-mark" aria-hidden="true" />
    </p>
  );
}
