/**
 * The example of a route as a line for a shell. It is made of what the route takes: what must be given stands in it as a variable
 * (`$DRIVE`), and a body as its schema's own example has it. So it runs as it is, once the variables are set.
 */

export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly description?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly required?: boolean }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly example?: unknown; readonly schema?: object }>>;
  };
  readonly responses?: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
  readonly 'x-example'?: string;
  readonly 'x-codeSamples'?: readonly { readonly lang: string; readonly label: string; readonly source: string }[];
}

const READING = new Set(['get', 'head', 'options']);
const IN_TERMINALS = /json|text|event-stream/;

export function exampleLine(method: string, path: string, operation: Operation): string {
  const own = operation['x-example'];
  if (own !== undefined) return own;
  const body = bodyOf(operation);
  const words = [
    'curl -s',
    ...(method === 'head' ? ['--head'] : []),
    ...(method === 'get' || method === 'head' || body !== undefined ? [] : [`-X ${method.toUpperCase()}`]),
    ...(method !== 'post' && body !== undefined ? [`-X ${method.toUpperCase()}`] : []),
    `"$PITLANE${pathOf(path)}${queryOf(operation)}"`,
    ...(READING.has(method) ? [] : ['-H "Authorization: Bearer $TOKEN"']),
    ...(body === undefined ? [] : [`--json ${body}`]),
    ...(method === 'get' && isFile(operation) ? [`-o ${nameOf(path)}`] : []),
  ];
  return words.join(' ');
}

/** `driveId` as `DRIVE`; what is called `id` alone is one of the word before it. */
function variableOf(name: string, before = ''): string {
  const whole = name === 'id' ? before.replace(/s$/, '') : name.replace(/Id$/, '');
  return `$${whole.replace(/([A-Z])/g, '_$1').toUpperCase()}`;
}

const pathOf = (path: string): string =>
  path.replace(/([^/]*)\/\{(\w+)\}/g, (_, before: string, name: string) => `${before}/${variableOf(name, before)}`);

function queryOf({ parameters = [] }: Operation): string {
  const needed = parameters.filter((one) => one.in === 'query' && one.required === true);
  return needed.map(({ name }, at) => `${at === 0 ? '?' : '&'}${name}=${variableOf(name)}`).join('');
}

/** JSON in single quotes; a variable steps out of them, since a shell fills in none inside. */
function bodyOf({ requestBody }: Operation): string | undefined {
  const media = requestBody?.content['application/json'];
  if (!media) return undefined;
  const text = JSON.stringify(media.example ?? {}).replaceAll("'", String.raw`'\''`);
  return `'${text.replace(/\$[A-Z_]+/g, (name) => `'"${name}"'`)}'`;
}

function isFile({ responses = {} }: Operation): boolean {
  const types = Object.keys(responses['200']?.content ?? {});
  return types.length > 0 && !types.some((type) => IN_TERMINALS.test(type) && type !== 'application/x-ndjson');
}

const nameOf = (path: string): string =>
  `${path.split('/').findLast((part) => /^[a-z]+$/.test(part)) ?? 'answer'}.mcap`;
