import { systemClock } from '@pitlane/base/time';
import { describe, expect, it } from 'vitest';
import { type AskedRequest, guard, type GuardOptions } from './guard.ts';
import { Sessions } from './sessions.ts';

const host = '127.0.0.1:7420';
const origin = `http://${host}`;
const sessions = new Sessions(systemClock);
const { secret } = sessions.open(sessions.newCode().secret);
const cookie = `pitlane_session_7420=${secret}`;
const CHUNK = 'a'.repeat(64);

const options: GuardOptions = {
  token: 'the token',
  tokenPlace: 'node.json',
  loopbackOnly: true,
  origins: ['https://viewer.example'],
  links: { opens: () => false },
  sessions,
};

function passes(request: Partial<AskedRequest>, more: Partial<GuardOptions> = {}): boolean {
  const { method = 'GET', url = '/v1/drives', headers, ...rest } = request;
  try {
    guard({ method, url, headers: { host, ...headers }, ...rest }, { ...options, ...more });
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'refused' });
    return false;
  }
}

const post = (url: string, headers: AskedRequest['headers'] = {}): Partial<AskedRequest> => ({
  method: 'POST',
  url,
  headers,
});

describe('a session', () => {
  it('stands for the token in what people do on our own pages', () => {
    for (const url of ['/v1/garage/actions', '/v1/events', `/v1/chunks/${CHUNK}/verify`]) {
      expect([url, passes(post(url, { cookie, origin }))]).toEqual([url, true]);
      expect([url, passes(post(url, { origin }))]).toEqual([url, false]);
    }
    const undo = { method: 'DELETE', url: '/v1/garage/actions/action-1' };
    expect(passes({ ...undo, headers: { cookie, origin } })).toBe(true);
    expect(passes({ ...undo, headers: { origin } })).toBe(false);
  });

  it('stands for it in nothing else', () => {
    const others = [
      '/v1/garage/docks',
      '/v1/retire',
      '/v1/tasks/export',
      '/v1/garage/orders',
      '/v1/session/codes',
      '/v1/garage/actions/../docks',
      '/v1/garage/actions/a/b',
      '/v1/garage/actionsx',
      `/v1/chunks/${CHUNK}/data`,
      '//v1/garage/actions',
    ];
    for (const url of others) expect([url, passes(post(url, { cookie, origin }))]).toEqual([url, false]);
    expect(passes({ method: 'PATCH', url: '/v1/drives/d1', headers: { cookie, origin } })).toBe(false);
  });

  it('acts from no other page, though the browser sends its cookie along', () => {
    const elsewhere = [
      {},
      { origin: 'http://127.0.0.1:9999' },
      { origin: 'http://localhost:7420' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'https://viewer.example' },
      { origin, 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-origin' },
    ];
    for (const headers of elsewhere) {
      expect([headers, passes(post('/v1/garage/actions', { cookie, ...headers }))]).toEqual([headers, false]);
    }
  });

  it('is none with a wrong cookie, and does not save a wrong token', () => {
    for (const wrong of ['', `${cookie}x`, 'pitlane_session_7420=', `pitlane_session=${secret}`]) {
      expect([wrong, passes(post('/v1/garage/actions', { cookie: wrong, origin }))]).toEqual([wrong, false]);
    }
    expect(passes(post('/v1/garage/actions', { cookie, origin, authorization: 'Bearer no' }))).toBe(false);
  });
});

describe('reading', () => {
  it('is a SELECT too, on this machine alone and from our own pages', () => {
    for (const url of ['/v1/sql', '/v1/sql/estimate', '/v1/sql?x=1']) {
      expect([url, passes(post(url))]).toEqual([url, true]);
      expect([url, passes(post(url, { origin }))]).toEqual([url, true]);
      expect([url, passes(post(url, { origin: 'http://127.0.0.1:9999' }))]).toEqual([url, false]);
      expect([url, passes(post(url, { host: 'rebound.example' }))]).toEqual([url, false]);
      expect([url, passes(post(url), { loopbackOnly: false })]).toEqual([url, false]);
    }
    for (const url of ['/v1/sqlx', '/v1/sql/', '/v1/sql/estimate/x'])
      expect([url, passes(post(url))]).toEqual([url, false]);
  });

  it('beyond loopback needs a session or the token', () => {
    const beyond = { loopbackOnly: false };
    expect(passes({}, beyond)).toBe(false);
    expect(passes({ headers: { cookie } }, beyond)).toBe(true);
    expect(passes(post('/v1/sql', { cookie, origin }), beyond)).toBe(true);
    expect(passes(post('/v1/sql', { cookie }), beyond)).toBe(false);
    expect(passes({ headers: { cookie, 'sec-fetch-site': 'cross-site' } }, beyond)).toBe(false);
  });
});

describe('a page', () => {
  const page = { url: '/board', isPage: true };

  it('needs nothing anywhere, because nothing of anybody stands in it', () => {
    expect(passes(page)).toBe(true);
    expect(passes(page, { loopbackOnly: false })).toBe(true);
    expect(passes({ url: '/board' }, { loopbackOnly: false })).toBe(false);
  });

  it('is opened by a link that stands anywhere, and asked for by no script of another site', () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect(passes({ ...page, headers: { ...headers, 'sec-fetch-mode': 'navigate' } })).toBe(true);
    expect(passes({ ...page, headers: { ...headers, 'sec-fetch-mode': 'no-cors' } })).toBe(false);
    expect(passes({ url: '/v1/drives', headers: { ...headers, 'sec-fetch-mode': 'navigate' } })).toBe(false);
    expect(passes({ ...page, headers: { host: 'rebound.example', 'sec-fetch-mode': 'navigate' } })).toBe(false);
  });

  it('opens a session with its code alone, and asks whether it has one', () => {
    for (const more of [{}, { loopbackOnly: false }]) {
      expect(passes(post('/v1/session', { origin }), more)).toBe(true);
      expect(passes({ url: '/v1/session' }, more)).toBe(true);
      expect(passes(post('/v1/session', { origin: 'https://evil.example' }), more)).toBe(false);
      expect(passes(post('/v1/session/codes', { origin }), more)).toBe(false);
    }
  });
});
