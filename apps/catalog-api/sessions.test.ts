import { beforeEach, describe, expect, it } from 'vitest';
import { cookieNameOf, Sessions, setCookieText } from './sessions.ts';

let nowMs: number;
let sessions: Sessions;
const host = '127.0.0.1:7420';
beforeEach(() => {
  nowMs = 0;
  sessions = new Sessions({ nowMs: () => 1_000_000 + nowMs, monotonicMs: () => nowMs });
});

const withCookie = (secret: string, name = 'pitlane_session_7420') => ({ host, cookie: `a=b; ${name}=${secret}; c=d` });

describe('a code', () => {
  it('opens one session, and no second one', () => {
    const { secret: code, expiresAtMs } = sessions.newCode();
    expect(expiresAtMs).toBe(1_060_000);
    const { secret } = sessions.open(code);
    expect(sessions.expiresAtMs(withCookie(secret))).toBe(1_000_000 + 12 * 3_600_000);
    expect(() => sessions.open(code)).toThrow(/was used/);
  });

  it('ends after a minute, whatever the wall clock says', () => {
    const { secret: code } = sessions.newCode();
    nowMs = 59_999;
    const { secret } = sessions.newCode();
    sessions.open(code);
    nowMs += 60_000;
    expect(() => sessions.open(secret)).toThrow(/over a minute old/);
  });

  it('is none that anybody guessed, or that is a session', () => {
    const { secret } = sessions.open(sessions.newCode().secret);
    for (const wrong of ['', 'x', secret, '__proto__']) expect(() => sessions.open(wrong)).toThrow(/wrong/);
  });

  it('is pushed out by many newer ones, so that they take no room', () => {
    const { secret: first } = sessions.newCode();
    const codes = Array.from({ length: 16 }, () => sessions.newCode().secret);
    expect(() => sessions.open(first)).toThrow(/wrong/);
    for (const code of codes) sessions.open(code);
  });
});

describe('a session', () => {
  it('ends after twelve hours, when it is closed, and when many newer ones come', () => {
    const [one, two] = [sessions.open(sessions.newCode().secret), sessions.open(sessions.newCode().secret)];
    sessions.close(withCookie(one.secret));
    expect(sessions.expiresAtMs(withCookie(one.secret))).toBeUndefined();
    expect(sessions.expiresAtMs(withCookie(two.secret))).toBeDefined();
    for (let i = 0; i < 64; i += 1) sessions.open(sessions.newCode().secret);
    expect(sessions.expiresAtMs(withCookie(two.secret))).toBeUndefined();
    const last = sessions.open(sessions.newCode().secret);
    nowMs += 12 * 3_600_000;
    expect(sessions.expiresAtMs(withCookie(last.secret))).toBeUndefined();
  });

  it('is of one port, so that a second node on this machine does not end it', () => {
    const { secret } = sessions.open(sessions.newCode().secret);
    expect(sessions.expiresAtMs(withCookie(secret, 'pitlane_session_7421'))).toBeUndefined();
    expect(cookieNameOf({ host: 'catalog.fleet' })).toBe('pitlane_session');
    expect(cookieNameOf({})).toBe('pitlane_session');
  });

  it('is a cookie that no script and no other site gets, and over TLS no other way', () => {
    expect(setCookieText({ host }, 's')).toBe(
      'pitlane_session_7420=s; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200',
    );
    expect(setCookieText({ host, origin: `https://${host}` }, 's')).toMatch(/; Secure$/);
    expect(setCookieText({ host }, '')).toMatch(/^pitlane_session_7420=; .*Max-Age=0/);
  });
});
