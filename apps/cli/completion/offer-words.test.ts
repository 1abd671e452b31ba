import { describe, expect, it } from 'vitest';
import { Exit } from '../exit-codes.ts';
import { Terminal } from '../output/terminal.ts';
import { programOf } from '../program.ts';
import { type NamesOf, type Offer, offerWords } from './offer-words.ts';

const stream = { write: () => true } as unknown as NodeJS.WriteStream;
const program = programOf({
  terminal: new Terminal({ stdout: stream, stderr: stream, colours: 'never' }),
  signal: new AbortController().signal,
  cwd: '/',
  environment: {},
  program: ['pitlane'],
  settings() {
    throw new Error('nobody asks for settings here');
  },
  exitCode: Exit.done,
});

const NAMES: Readonly<Record<string, readonly string[]>> = {
  drive: ['car-1-a', 'car-2-b'],
  vehicle: ['car-1', 'car-2'],
  topic: ['/imu/data', '/imu/temperature', '/gnss'],
  dataset: ['braking'],
  tenant: ['acme'],
};
const namesOf: NamesOf = async (kind, prefix) => (NAMES[kind] ?? []).filter((name) => name.startsWith(prefix));
const offer = (...words: string[]): Promise<Offer> => offerWords(program, words, namesOf);
const textsOf = async (...words: string[]): Promise<string[]> => (await offer(...words)).words.map(({ text }) => text);

describe('what is offered', () => {
  it.each([
    [['ing'], ['ingest']],
    [['dataset', 'bui'], ['build']],
    [['--ho'], ['--home']],
    [['--home', '/x', 'ing'], ['ingest']],
    [['drives', '--veh'], ['--vehicle']],
    [['drives', '--vehicle', 'car-1', '--veh'], []],
    [
      ['drives', '--vehicle', ''],
      ['car-1', 'car-2'],
    ],
    [['drives', '--vehicle=car-2'], ['car-2']],
    [
      ['export', ''],
      ['car-1-a', 'car-2-b'],
    ],
    [['export', 'car-1-a', ''], []],
    [
      ['export', 'car-1-a', '--format', ''],
      ['mcap', 'ndjson'],
    ],
    [['export', 'car-1-a', '-o', 'x', '--primer', 'st'], ['state']],
    [['topics', '--topic', '/imu/t'], ['/imu/temperature']],
    [['export', 'd', '--topics', '/imu/data,/g'], ['/imu/data,/gnss']],
    [['dataset', 'build', ''], ['braking']],
    [['verify', '--tenant', ''], ['acme']],
    [
      ['generate', '--size', ''],
      ['small', 'medium', 'large'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh'],
    ],
    [['why', '/gn'], ['/gnss']],
    [['frobnicate', ''], []],
    [['drives', '--limit', ''], []],
  ])('behind %j is %j', async (words, expected) => {
    expect(await textsOf(...words)).toEqual(expected);
  });

  it('is every command that help shows, and none that it does not', async () => {
    const texts = await textsOf('');
    expect(texts).toContain('ingest');
    expect(texts.filter((text) => ['start', 'complete'].includes(text))).toEqual([]);
    const [first] = (await offer('ingest'.slice(0, 4))).words;
    expect(first?.about).toContain('take logs in');
  });

  it('is files and folders where such are wanted', async () => {
    expect(await offer('ingest', '')).toMatchObject({ paths: 'files' });
    expect(await offer('ingest', 'a', 'b')).toMatchObject({ paths: 'files' });
    expect(await offer('receipt', 'd', '--key=re')).toMatchObject({ paths: 'files', words: [] });
    expect(await offer('restore', 'd', '-o', '')).toMatchObject({ paths: 'folders' });
    expect(await offer('verdict', 'car-1')).toMatchObject({ paths: 'files', words: [{ text: 'car-1-a' }] });
  });

  it('is no option behind --, and no value of an option that takes none', async () => {
    expect(await textsOf('ingest', '--', '--ve')).toEqual([]);
    expect(await textsOf('export', '--preview', 'car-2')).toEqual(['car-2-b']);
    expect(await textsOf('replay', 'd', '--clock', '--digest', '--loo')).toEqual(['--loop']);
  });
});
