import { describe, expect, it } from 'vitest';
import { guard } from './guard.ts';
import { SignedLinks } from './signed-links.ts';

const clock = { nowMs: () => 1_000_000 };
const links = new SignedLinks('the token of this test', clock);
const CHUNK = `/v1/chunks/${'ab'.repeat(32)}/data`;
const link = links.sign(CHUNK, new URLSearchParams({ generation: '7' }), 60).path;
const asking = (url: string, method = 'GET') => ({ method, url, headers: { host: 'pitlane.example' } });
const sessions = { expiresAtMs: () => undefined };
const places = { tokenPlace: 'a file', loopbackOnly: false, origins: [] };
const options = { token: 'the token of this test', ...places, links, sessions };

describe('a signed link', () => {
  it('stands for the token in what it names, for a while', () => {
    expect(() => guard(asking(link), options)).not.toThrow();
    expect(() => guard(asking(link, 'HEAD'), options)).not.toThrow();
    expect(() => guard(asking(link.replace(/&signature=.*/, '')), options)).toThrow(/token/);
    const later = new SignedLinks('the token of this test', { nowMs: () => 1_060_000 });
    expect(() => guard(asking(link), { ...options, links: later })).toThrow(/has ended/);
  });

  it('opens nothing else: no other query, path or method, and nothing by another token', () => {
    const wrong = [
      asking(link.replace('generation=7', 'generation=8')),
      asking(link.replace('expires=10', 'expires=99')),
      asking(link.replace(/ab/, 'ac')),
      asking(`${link.slice(0, -1)}${link.endsWith('0') ? '1' : '0'}`),
      asking(link, 'POST'),
      asking(links.sign('/v1/drives', new URLSearchParams()).path),
    ];
    for (const one of wrong) expect(() => guard(one, options)).toThrow(/signature of this link is wrong/);
    const others = new SignedLinks('another token', clock);
    expect(() => guard(asking(link), { ...options, links: others })).toThrow(/signature of this link is wrong/);
  });
});

describe('the origins that the owner named', () => {
  const named = { ...options, loopbackOnly: true, origins: ['https://viewer.example'] };
  const from = (origin: string, more: Record<string, string> = {}) => ({
    method: 'GET',
    url: '/v1/drives',
    headers: { host: '127.0.0.1:7420', origin, 'sec-fetch-site': 'cross-site', ...more },
  });

  it('may ask, and no others', () => {
    expect(() => guard(from('https://viewer.example'), named)).not.toThrow();
    expect(() => guard(from('http://viewer.example'), named)).toThrow(/other sites/);
    expect(() => guard(from('https://viewer.example.evil.example'), named)).toThrow(/other sites/);
    expect(() => guard(from('https://viewer.example'), { ...named, origins: [] })).toThrow(/other sites/);
  });

  it('change nothing in who is let in: a name that was rebound is not, and writing wants the token', () => {
    expect(() => guard(from('https://viewer.example', { host: 'rebound.example' }), named)).toThrow(/answers only/);
    expect(() => guard({ ...from('https://viewer.example'), method: 'POST' }, named)).toThrow(/token/);
  });
});
