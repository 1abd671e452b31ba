import { describe, expect, it } from 'vitest';
import { isPitlaneError } from '../errors/index.ts';
import {
  bytes,
  bytesFromText,
  choice,
  count,
  markdownFromSettings,
  parseSettings,
  text,
  unknownVariables,
} from './index.ts';

const table = {
  home: text({ variable: 'T_HOME', default: '.t', example: '/srv/t', meaning: 'holds all state' }),
  port: count({ variable: 'T_PORT', default: 7420, min: 0, max: 65_535, meaning: 'the port' }),
  policy: choice({ variable: 'T_POLICY', default: 'auto', words: ['auto', 'copy'], meaning: 'how' }),
  memory: bytes({ variable: 'T_MEMORY', default: 1024, min: 16, example: '256MiB', meaning: 'memory' }),
};

const faultsOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (isPitlaneError(error, 'bad-settings')) return error.message;
    throw error;
  }
  return '';
};

describe('parseSettings', () => {
  it('gives the defaults where nothing is said', () => {
    expect(parseSettings(table, { environment: {} })).toEqual({ home: '.t', port: 7420, policy: 'auto', memory: 1024 });
  });

  it('lets the command line go before the environment, and that before the file', () => {
    const file = { name: 't.json', json: '{"port": 1, "policy": "copy", "home": "file"}' };
    const settings = parseSettings(table, {
      environment: { T_PORT: '2', T_HOME: 'env' },
      file,
      given: { home: 'flag' },
    });
    expect(settings).toMatchObject({ home: 'flag', port: 2, policy: 'copy' });
  });

  it('tells all faults together, with name, value, what is expected and an example', () => {
    const file = { name: 't.json', json: '{"policy": "maybe", "colour": 1, "memory": [1]}' };
    const told = faultsOf(() => parseSettings(table, { environment: { T_PORT: '70000' }, file }));
    expect(told).toContain('T_PORT is "70000": expected a whole number from 0 to 65535, for example 7420');
    expect(told).toContain('"policy" in t.json is "maybe": expected one of auto, copy, for example auto');
    expect(told).toContain('"colour" in t.json is no setting; the nearest is');
    expect(told).toContain('"memory" in t.json is "[1]"');
  });

  it('says of a file that is no JSON that it is none', () => {
    expect(faultsOf(() => parseSettings(table, { environment: {}, file: { name: 't.json', json: '{' } }))).toContain(
      't.json is no JSON object',
    );
  });
});

it('names variables that look like settings and are none, with the nearest that is', () => {
  const environment = { T_PROT: '1', T_PORT: '2', T_TEST_DATA: '/d', PATH: '/bin', T_GONE: undefined };
  expect(unknownVariables(table, environment, 'T_', ['T_TEST_'])).toEqual([
    'T_PROT is no setting and changes nothing; the nearest is T_PORT',
  ]);
});

it('reads bytes with and without units, and nothing else', () => {
  const texts = ['1048576', '256MiB', '1.5 GB', '12 parsecs', '', '-1', '1e3'];
  expect(texts.map(bytesFromText)).toEqual([
    1_048_576,
    268_435_456,
    1_500_000_000,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

it('writes one Markdown row a setting', () => {
  const rows = markdownFromSettings(table).trimEnd().split('\n');
  expect(rows).toHaveLength(6);
  expect(rows[3]).toBe('| `T_PORT` | `port` | `7420` | the port (a whole number from 0 to 65535) |');
});
