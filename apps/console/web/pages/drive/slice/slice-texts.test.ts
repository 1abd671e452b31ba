import { execFileSync } from 'node:child_process';
import { samplingPlanFromText } from '@pitlane/contracts/dataset';
import { globsFromText, mayLeave } from '@pitlane/contracts/topic-filter';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellText, sqlText } from '../../../kit/quoting.ts';
import {
  chunksSql,
  datasetCommands,
  exportCommand,
  globOf,
  pythonProgram,
  replayCommand,
  rerunCommand,
  type Slice,
  sliceQuery,
  viewerLinks,
} from './slice-texts.ts';

const START = 1_773_303_302_123_456_789n;
const HOSTILE = `/it's "$(rm -rf ~)"; \`x\` \\ , * \n\u001b[2J\u202e<b>`;
/** Made of what shells, engines and terminals take for something else. */
const odd = fc.string({
  unit: fc.constantFrom(...`'"\\$\`;|&*?!#~-<>()[]{}%=, \n\r\t\u0007\u001b\u202eaé`.split(''), '😀'),
  minLength: 1,
});
const slice: Slice = {
  driveId: 'car-1-20260312T081502Z-0a1b2c3d',
  tenant: 'default',
  span: { startNs: START, endNs: START + 38_000_000_000n },
  globs: ['/imu', '/lidar/*'],
  topics: ['/imu', '/lidar/top'],
};
const hostile: Slice = { ...slice, globs: [globOf(HOSTILE)], topics: [HOSTILE] };

/** The words as a POSIX shell understands them. */
function wordsOf(command: string): string[] {
  const print = `for word in "$@"; do printf '%s\\0' "$word"; done`;
  const script = `set -- ${command.replace(/\n#.*$/, '')}\n${print}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

/** A literal as an engine understands it: parts in quotes with nothing special in them, and CHR of numbers. */
function textFromSql(sql: string): string {
  return sql
    .split(' || ')
    .map((part) => {
      const [, code] = /^CHR\((\d+)\)$/.exec(part) ?? [];
      if (code !== undefined) return String.fromCharCode(Number(code));
      const [, inside] = /^'([^'\\\n]*)'$/.exec(part) ?? [];
      if (inside === undefined) throw new Error(`no literal: ${part}`);
      return inside;
    })
    .join('');
}

describe('a selection on the command line', () => {
  it('is the command that gives the same slice', () => {
    expect(exportCommand(slice)).toBe(
      "npx pitlane export car-1-20260312T081502Z-0a1b2c3d -o car-1-20260312T081502Z-0a1b2c3d-081502.mcap --topics '/imu,/lidar/*' --start 2026-03-12T08:15:02.123456789Z --end 2026-03-12T08:15:40.123456789Z",
    );
    expect(replayCommand({ ...slice, span: undefined, globs: [] })).toContain(`replay ${slice.driveId} --serve\n`);
  });

  it('names the tenant only where it is another than the usual one', () => {
    expect(exportCommand({ ...slice, tenant: 'north' })).toMatch(/--tenant north$/);
  });

  it('stays one word a name for a shell, whatever is in the name', () => {
    const words = wordsOf(exportCommand(hostile));
    expect(words[words.indexOf('--topics') + 1]).toBe(globOf(HOSTILE));
    expect(exportCommand(hostile)).not.toMatch(/[\u0000-\u001f\u202e]/);
    const texts = fc.sample(odd, { numRuns: 500, seed: 7 });
    expect(wordsOf(texts.map(shellText).join(' '))).toEqual(texts);
  });

  it('begins no option with a name', () => {
    expect(shellText('-rf')).toBe("'-rf'");
    expect(
      wordsOf(rerunCommand("http://h/v1/slice?topics=%27;x&y='", "a'b.mcap").replace(/ && .*/, '')).slice(0, 3),
    ).toEqual(['curl', '-fo', "a'b.mcap"]);
  });
});

describe('a topic as a glob', () => {
  it('means that topic, whatever is in its name', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 40 }), (topic) => {
        const globs = globsFromText([globOf(topic), '/another'].join(','));
        expect(globs.length).toBe(2);
        expect(mayLeave({ topics: globs, exclude: [] }, topic)).toBe(true);
      }),
    );
    expect(globOf('/camera/front')).toBe('/camera/front');
  });
});

describe('a selection as SQL', () => {
  it('asks for the chunks that hold it', () => {
    expect(chunksSql(slice)).toBe(`SELECT chunk_id, topics, start_time, end_time, messages, bytes_stored, object
FROM chunks
WHERE tenant = 'default' AND drive_id = 'car-1-20260312T081502Z-0a1b2c3d'
  AND end_ns >= 1773303302123456789
  AND start_ns < 1773303340123456789
  AND chunk_id IN (SELECT chunk_id FROM chunk_topics
    WHERE tenant = 'default' AND drive_id = 'car-1-20260312T081502Z-0a1b2c3d' AND topic IN ('/imu', '/lidar/top'))
ORDER BY start_ns, chunk_id`);
  });

  it('has texts that both engines read alike: no quote, no backslash, nothing unseen in a literal', () => {
    expect(sqlText("it's")).toBe("'it' || CHR(39) || 's'");
    fc.assert(fc.property(odd, (text) => textFromSql(sqlText(text)) === text));
    expect(textFromSql(sqlText(HOSTILE))).toBe(HOSTILE);
  });
});

describe('a selection in Python', () => {
  it('is a program with the same slice', () => {
    expect(pythonProgram(slice, 'http://127.0.0.1:7420')).toBe(`from pitlane import Client

client = Client("http://127.0.0.1:7420")
cut = client.slice("car-1-20260312T081502Z-0a1b2c3d", topics=["/imu", "/lidar/*"], start="2026-03-12T08:15:02.123456789Z", end="2026-03-12T08:15:40.123456789Z")
cut.save("car-1-20260312T081502Z-0a1b2c3d-081502.mcap")`);
  });

  it('keeps hostile names in their quotes', () => {
    const [, , , line = ''] = pythonProgram(hostile, 'http://h').split('\n');
    const [, literal = ''] = /topics=\[("(?:[^"\\]|\\.)*")\]/.exec(line) ?? [];
    expect(JSON.parse(literal)).toBe(globOf(HOSTILE));
  });
});

describe('a selection as a dataset', () => {
  it('has windows no longer than the selection, which would hold none otherwise', () => {
    const secondsOf = (lengthNs: bigint): unknown => {
      const [plan = ''] = datasetCommands({ ...slice, span: { startNs: START, endNs: START + lengthNs } }).split('\n');
      return /"seconds":([\d.]+)/.exec(plan)?.[1];
    };
    const lengths = [1n, 600_371_678n, 5_000_000_000n, 38_000_000_000n];
    expect(lengths.map(secondsOf)).toEqual(['0.001', '0.6', '5', '5']);
  });

  it('is a plan that is one, and a command whose SELECT stays one word', () => {
    const [plan = '', create = ''] = datasetCommands(hostile).split('\n');
    const [, , text = ''] = wordsOf(plan.replace(/ > plan\.json$/, ''));
    const read = samplingPlanFromText(text, 'plan.json');
    expect(read).toMatchObject({ kind: 'windows', topics: [{ topic: HOSTILE }] });
    const words = wordsOf(create);
    expect(words[words.indexOf('--sql') + 1]).toBe(
      `SELECT tenant, drive_id, ${START} AS start_ns, ${START + 38_000_000_000n} AS end_ns FROM drives WHERE tenant = 'default' AND drive_id = '${slice.driveId}'`,
    );
  });
});

describe('a selection as a link', () => {
  it('asks the node for the same, and says nothing of what is not chosen', () => {
    expect(sliceQuery(slice)).toEqual({
      drive: slice.driveId,
      tenant: undefined,
      topics: '/imu,/lidar/*',
      start: '1773303302123456789',
      end: '1773303340123456789',
    });
  });

  it('carries the whole signed address to a viewer', () => {
    const url = 'http://127.0.0.1:7420/v1/slice?whole=true&topics=%2Fimu%2C%2Fa%26b&signature=ff';
    for (const { href, origin } of viewerLinks(url)) {
      expect(new URL(href).searchParams.get('ds.url')).toBe(url);
      expect(new URL(href).origin).toBe(origin);
    }
  });
});
